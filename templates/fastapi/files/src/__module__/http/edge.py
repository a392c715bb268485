"""The outermost layer: what holds for each request, whatever answers it.

It names the request, limits its size and time, logs it, counts it, answers where all else failed, and
tells browsers to be careful with the answer. One layer, written against ASGI itself, because each
costs time in each request.
"""

import asyncio
from time import perf_counter

import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..observability.context import RequestContext, current_request
from ..observability.metrics import UNMATCHED, in_progress
from ..problems import Problem, problem
from ..resources import Resources
from .answers import problem_response
from .journal import Journal

_log = structlog.get_logger()
_SECURITY = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, resources: Resources) -> None:
        self._app = app
        self._resources = resources
        self._max_bytes = resources.settings.request_max_bytes
        self._timeout = resources.settings.request_timeout_seconds
        self._journal = Journal()
        self._running = 0
        in_progress.set_function(lambda: self._running)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        given = dict(scope["headers"])
        context = _context(given)
        current_request.set(context)  # each request has a task, and so a context variable, of its own
        status = received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise HTTPException(413, self._too_large())
            return message

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message["headers"]
                present = dict(headers)
                headers += [header for header in _SECURITY if header[0] not in present]
                headers.append((b"x-request-id", context.request_id.encode()))
                if self._resources.draining:
                    headers.append((b"connection", b"close"))
            await send(message)

        async def answer(document: Problem, headers: dict[str, str] | None = None) -> None:
            await problem_response(document, scope["path"], headers)(scope, receive, send_named)

        self._running += 1
        try:
            if int(given.get(b"content-length", 0)) > self._max_bytes:
                await answer(problem(413, self._too_large()), {"connection": "close"})
                return
            async with asyncio.timeout(self._timeout) as deadline:
                await self._app(scope, receive_limited, send_named)
        except Exception as error:
            too_slow = isinstance(error, TimeoutError) and deadline.expired()
            if not too_slow:
                _log.exception("unhandled exception", path=scope["path"])
            if status:  # too late for another answer: the server breaks the connection
                raise
            detail = f"The request took longer than {self._timeout:g} seconds"
            await answer(problem(503, detail) if too_slow else problem(500))
        finally:
            self._running -= 1
            route = getattr(scope.get("route"), "path", UNMATCHED)
            self._journal.add((context, scope["method"], scope["path"], route, status or 500, perf_counter() - started))

    def _too_large(self) -> str:
        return f"The body is larger than {self._max_bytes} bytes"


def _context(headers: dict[bytes, bytes]) -> RequestContext:
    names = (headers.get(b"x-request-id"), headers.get(b"traceparent"), headers.get(b"tracestate"))
    return RequestContext.of(*[None if value is None else value.decode("latin-1") for value in names])
