"""Limits what a request may cost."""

import errno
import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge

from ..problems import problem
from ..settings import Settings
from .answers import problem_response

Answer = tuple[str, list[tuple[str, str]], Iterable[bytes]]


def limit_body(app: Flask, max_bytes: int) -> None:
    """Refuse larger bodies: those that announce their length before they are read."""
    app.config["MAX_CONTENT_LENGTH"] = max_bytes + 1

    @app.before_request
    def refuse_large_body() -> None:
        # Werkzeug cuts a chunked body at its limit, and hands over what it has.
        has_body = request.content_length or "HTTP_TRANSFER_ENCODING" in request.environ
        if has_body and len(request.get_data()) > max_bytes:
            raise RequestEntityTooLarge


class Guard:
    """WSGI middleware for the limit of time.

    A thread cannot be interrupted, so another one answers when it is late. What it waits for has a
    limit of its own: the database by DATABASE_TIMEOUT_SECONDS, the client by the end of the connection.
    """

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        self._app = app
        self._timeout = settings.request_timeout_seconds
        self._threads = ThreadPoolExecutor(settings.request_threads, "request")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._threads.submit(copy_context().run, self._answer, environ)
        try:
            status, headers, body = answer.result(self._timeout)
        except TimeoutError:
            answer.cancel()
            too_slow = problem(503, f"The request took longer than {self._timeout:g} seconds")
            body = problem_response(too_slow, environ["PATH_INFO"])(environ, start_response)
            connection = environ.get("gunicorn.socket")
            return body if connection is None else _last_words(body, connection)
        start_response(status, headers)
        return body

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
            started.append((status, headers))
            return lambda _: None

        body = self._app(environ, start)
        return *started[-1], body


def _last_words(body: Iterable[bytes], connection: socket.socket) -> Iterator[bytes]:
    """An answer that ends the connection, from which the late thread may still read."""
    yield from body
    connection.shutdown(socket.SHUT_RD)
    raise ConnectionResetError(errno.ECONNRESET, "The request was given up")  # gunicorn closes, and says nothing more
