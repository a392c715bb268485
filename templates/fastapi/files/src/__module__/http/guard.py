"""Limits what a request may cost, and tells browsers to be careful with the answer."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..problems import problem
from ..settings import Settings
from .answers import problem_response

_HEADERS = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}


class Guard:
    """ASGI middleware for the size and time limits and the security headers."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._max_bytes = settings.request_max_bytes
        self._timeout = settings.request_timeout_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0
        answered = False

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise HTTPException(413, f"The body is larger than {self._max_bytes} bytes")
            return message

        async def send_guarded(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                headers = message["headers"]
                present = {name for name, _ in headers}
                headers.extend(header for header in _HEADERS.items() if header[0] not in present)
            await send(message)

        if _content_length(scope) > self._max_bytes:
            too_large = problem(413, f"The body is larger than {self._max_bytes} bytes")
            await problem_response(too_large, scope["path"], {"connection": "close"})(scope, receive, send_guarded)
            return
        try:
            async with asyncio.timeout(self._timeout) as deadline:
                await self._app(scope, receive_limited, send_guarded)
        except TimeoutError:
            if answered or not deadline.expired():
                raise
            too_slow = problem(503, f"The request took longer than {self._timeout:g} seconds")
            await problem_response(too_slow, scope["path"])(scope, receive, send_guarded)


def _content_length(scope: Scope) -> int:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0
