"""The outermost layer: names each request, logs it, counts it, and answers where all else failed.

It also tells browsers to be careful with the answer.

Written against ASGI itself, because it runs for each request.
"""

from time import perf_counter

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..observability.context import RequestContext, current_request
from ..observability.metrics import UNMATCHED, in_progress, observe_request
from ..problems import problem
from ..resources import Resources
from .answers import problem_response

_log = structlog.get_logger()
_SECURITY = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
_PROBES = frozenset({"/livez", "/metrics", "/readyz"})


class Observer:
    """ASGI middleware for logs, metrics and request context."""

    def __init__(self, app: ASGIApp, resources: Resources) -> None:
        self._app = app
        self._resources = resources

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = _context(scope)
        token = current_request.set(context)
        started = perf_counter()
        status = 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message["headers"]
                present = {name for name, _ in headers}
                headers.extend(header for header in _SECURITY if header[0] not in present)
                headers.append((b"x-request-id", context.request_id.encode()))
                if self._resources.draining:
                    headers.append((b"connection", b"close"))
            await send(message)

        in_progress.inc()
        try:
            await self._app(scope, receive, send_named)
        except Exception:
            _log.exception("unhandled exception", path=scope["path"])
            if status:  # too late for another answer: the server breaks the connection
                raise
            await problem_response(problem(500), scope["path"])(scope, receive, send_named)
        finally:
            in_progress.dec()
            self._record(scope, status or 500, perf_counter() - started)
            current_request.reset(token)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", UNMATCHED)
        observe_request(scope["method"], route, status, seconds)
        write = _log.debug if route in _PROBES and status < 500 else _log.info
        write(
            "request",
            method=scope["method"],
            path=scope["path"],
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 2),
        )


def _context(scope: Scope) -> RequestContext:
    request_id = traceparent = tracestate = None
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            request_id = value.decode("latin-1")
        elif name == b"traceparent":
            traceparent = value.decode("latin-1")
        elif name == b"tracestate":
            tracestate = value.decode("latin-1")
    return RequestContext.of(request_id, traceparent, tracestate)
