"""The outermost layer: what holds for each request, whatever answers it.

It names the request, limits its size and time, logs it, counts it, answers where all else failed, and
tells browsers to be careful with the answer. One layer, written against WSGI itself, because each
costs time in each request.
"""

import errno
import socket
import threading
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from time import monotonic, perf_counter, sleep
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog

from ..observability.context import RequestContext, current_request
from ..observability.metrics import UNMATCHED, in_progress, observe_request
from ..problems import MEDIA_TYPE, Problem, problem
from ..resources import Resources

ROUTE = "service.route"
"""Where the framework notes the template of the route, in the environment of the request."""

Headers = list[tuple[str, str]]

_log = structlog.get_logger()
_SECURITY = (
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
)
_PROBES = frozenset({"/livez", "/metrics", "/readyz"})


@dataclass(slots=True)
class Answer:
    """What goes back to the client."""

    status: str
    headers: Headers
    body: bytes

    @classmethod
    def of(cls, document: Problem, path: str) -> "Answer":
        """A problem document as the answer to the current request."""
        context = current_request.get()
        document.instance = path
        document.request_id = context.request_id if context is not None else None
        body = document.to_json()
        headers = [("content-type", MEDIA_TYPE), ("content-length", str(len(body)))]
        return cls(f"{document.status} {HTTPStatus(document.status).phrase}", headers, body)


@dataclass(slots=True, frozen=True)
class _Running:
    """A request without an answer."""

    environ: WSGIEnvironment
    context: RequestContext
    started: float
    deadline: float


class Edge:
    """WSGI middleware around the whole application.

    A thread cannot be interrupted, so another one answers when it is late, and ends the connection. What the
    late thread waits for has a limit of its own: the database by DATABASE_TIMEOUT_SECONDS, the client by
    the end of the connection. Whoever takes the request out of ``_running`` answers and records it.
    """

    def __init__(self, app: WSGIApplication, resources: Resources) -> None:
        self.resources = resources
        self._app = app
        self._max_bytes = resources.settings.request_max_bytes
        self._timeout = resources.settings.request_timeout_seconds
        self._running: dict[int, _Running] = {}
        interval = min(self._timeout / 4, 0.25)
        threading.Thread(target=_watch, args=[weakref.ref(self), interval], daemon=True).start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = perf_counter()
        get = environ.get
        context = RequestContext.of(get("HTTP_X_REQUEST_ID"), get("HTTP_TRACEPARENT"), get("HTTP_TRACESTATE"))
        token = current_request.set(context)
        running = _Running(environ, context, started, monotonic() + self._timeout)
        self._running[id(running)] = running
        in_progress.inc()
        try:
            answer = self._answer(environ)
            if self._running.pop(id(running), None) is None:
                if "gunicorn.socket" in environ:
                    raise ConnectionResetError(errno.ECONNRESET, "The request was given up")
                answer = self._too_late(environ)
            else:
                _record(environ, int(answer.status[:3]), perf_counter() - started)
            start_response(answer.status, _complete(answer.headers, context))
            return [answer.body]
        finally:
            in_progress.dec()
            current_request.reset(token)

    def give_up_late_requests(self) -> None:
        """Answer those that have taken too long."""
        now = monotonic()
        for running in list(self._running.values()):
            if running.deadline <= now and self._running.pop(id(running), None) is not None:
                token = current_request.set(running.context)
                _record(running.environ, HTTPStatus.SERVICE_UNAVAILABLE, perf_counter() - running.started)
                connection: socket.socket | None = running.environ.get("gunicorn.socket")
                if connection is not None:
                    _send_last(connection, self._too_late(running.environ), running.context)
                current_request.reset(token)

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        path: str = environ["PATH_INFO"]
        if not self._has_acceptable_size(environ):
            return Answer.of(problem(413, f"The body is larger than {self._max_bytes} bytes"), path)
        try:
            return _call(self._app, environ)
        except Exception:
            _log.exception("unhandled exception", path=path)
            return Answer.of(problem(500), path)

    def _has_acceptable_size(self, environ: WSGIEnvironment) -> bool:
        length = environ.get("CONTENT_LENGTH")
        if length:
            return int(length) <= self._max_bytes
        if "HTTP_TRANSFER_ENCODING" in environ:
            body = environ["wsgi.input"].read(self._max_bytes + 1)
            environ["wsgi.input"] = BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            return len(body) <= self._max_bytes
        return True

    def _too_late(self, environ: WSGIEnvironment) -> Answer:
        return Answer.of(problem(503, f"The request took longer than {self._timeout:g} seconds"), environ["PATH_INFO"])


def _call(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """The whole answer of an application."""
    answer = Answer("", [], b"")

    def start(status: str, headers: Headers, _error: Any = None) -> Callable[[bytes], object]:
        answer.status, answer.headers = status, headers
        return lambda _: None

    chunks = app(environ, start)
    try:
        answer.body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    return answer


def _complete(headers: Headers, context: RequestContext) -> Headers:
    present = {name.lower() for name, _ in headers}
    headers.extend(header for header in _SECURITY if header[0] not in present)
    headers.append(("x-request-id", context.request_id))
    return headers


def _send_last(connection: socket.socket, answer: Answer, context: RequestContext) -> None:
    """Write an answer past the server and end the connection, from which the late thread may still read."""
    lines = [f"HTTP/1.1 {answer.status}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in _complete(answer.headers, context)]
    try:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + answer.body)
        connection.shutdown(socket.SHUT_RDWR)
    except OSError as error:
        _log.debug("client is gone", error=repr(error))


def _watch(edge: "weakref.ref[Edge]", interval: float) -> None:
    while (watched := edge()) is not None:
        watched.give_up_late_requests()
        del watched
        sleep(interval)


def _record(environ: WSGIEnvironment, status: int, seconds: float) -> None:
    method = environ["REQUEST_METHOD"]
    route = environ.get(ROUTE, UNMATCHED)
    observe_request(method, route, status, seconds)
    write = _log.debug if route in _PROBES and status < 500 else _log.info
    duration_ms = round(seconds * 1000, 2)
    write("request", method=method, path=environ["PATH_INFO"], route=route, status=status, duration_ms=duration_ms)
