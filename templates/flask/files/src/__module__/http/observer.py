"""The outermost layer: names each request, logs it and counts it, and tells browsers to be careful with the answer."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from time import perf_counter
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from flask import Flask, request

from ..observability.context import RequestContext, current_request
from ..observability.metrics import UNMATCHED, in_progress, observe_request

_log = structlog.get_logger()
_SECURITY = (
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
)
_PROBES = frozenset({"/livez", "/metrics", "/readyz"})
_ROUTE = "service.route"


class Observer:
    """WSGI middleware for logs, metrics and request context."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        app.before_request(_note_route)
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        context = RequestContext.of(
            environ.get("HTTP_X_REQUEST_ID"), environ.get("HTTP_TRACEPARENT"), environ.get("HTTP_TRACESTATE")
        )
        token = current_request.set(context)
        started = perf_counter()
        answered = 500

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
            nonlocal answered
            answered = int(status[:3])
            present = {name.lower() for name, _ in headers}
            headers.extend(header for header in _SECURITY if header[0] not in present)
            headers.append(("x-request-id", context.request_id))
            return start_response(status, headers, error)

        in_progress.inc()
        try:
            return self._inner(environ, start)
        finally:
            in_progress.dec()
            _record(environ, answered, perf_counter() - started)
            current_request.reset(token)


def _note_route() -> None:
    if request.url_rule is not None:
        request.environ[_ROUTE] = _template(request.url_rule.rule)


@lru_cache(maxsize=1024)
def _template(rule: str) -> str:
    return rule.replace("<", "{").replace(">", "}")


def _record(environ: WSGIEnvironment, status: int, seconds: float) -> None:
    method = environ["REQUEST_METHOD"]
    route = environ.get(_ROUTE, UNMATCHED)
    observe_request(method, route, status, seconds)
    write = _log.debug if route in _PROBES and status < 500 else _log.info
    write(
        "request",
        method=method,
        path=environ["PATH_INFO"],
        route=route,
        status=status,
        duration_ms=round(seconds * 1000, 2),
    )
