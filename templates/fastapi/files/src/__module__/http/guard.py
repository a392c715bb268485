"""Limits what a request may cost."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..problems import problem
from ..settings import Settings
from .answers import problem_response


class Guard:
    """ASGI middleware for the limits of size and time."""

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

        async def send_noticed(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
            await send(message)

        if _content_length(scope) > self._max_bytes:
            too_large = problem(413, f"The body is larger than {self._max_bytes} bytes")
            await problem_response(too_large, scope["path"], {"connection": "close"})(scope, receive, send_noticed)
            return
        try:
            async with asyncio.timeout(self._timeout) as deadline:
                await self._app(scope, receive_limited, send_noticed)
        except TimeoutError:
            if answered or not deadline.expired():
                raise
            too_slow = problem(503, f"The request took longer than {self._timeout:g} seconds")
            await problem_response(too_slow, scope["path"])(scope, receive, send_noticed)


def _content_length(scope: Scope) -> int:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0
