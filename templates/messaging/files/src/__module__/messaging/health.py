"""What the platform asks the worker: /livez, /readyz and /metrics, on the port of the settings.

The answers come from a thread, so that they also come, and say what is wrong, while the event loop hangs.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import structlog

from ..observability.metrics import exposition

_log = structlog.get_logger()
_BEAT_SECONDS = 1.0
_CHECK_SECONDS = 2.0
_HANGS_AFTER_SECONDS = 20.0

Check = Callable[[], Awaitable[Any]]


class Health:
    """How the worker is."""

    def __init__(self, checks: dict[str, Check]) -> None:
        self._checks = checks
        self._beaten = time.monotonic()
        self.failing: set[str] = set(checks)
        """The checks that fail; all of them until they have been asked."""

    @property
    def alive(self) -> bool:
        """Whether the event loop still turns."""
        return time.monotonic() - self._beaten < _HANGS_AFTER_SECONDS

    @property
    def ready(self) -> bool:
        """Whether messages can be taken and sent."""
        return self.alive and not self.failing

    async def beat(self) -> None:
        """Ask all checks, again and again."""
        while True:
            failing = {name for name, check in self._checks.items() if not await _passes(check)}
            if failing != self.failing:
                _log.info("readiness has changed", failing=sorted(failing))
            self.failing = failing
            self._beaten = time.monotonic()
            await asyncio.sleep(_BEAT_SECONDS)


@asynccontextmanager
async def serve_health(health: Health, host: str, port: int) -> AsyncIterator[None]:
    """Answer the platform while the worker works.

    Raises:
        OSError: where the port is taken.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content_type = "application/json"
            if self.path == "/metrics":
                body, content_type = exposition(self.headers.get("accept", ""))
                status = 200
            elif self.path in ("/livez", "/readyz"):
                fine = health.alive if self.path == "/livez" else health.ready
                status, body = (200, b'{"status":"ok"}') if fine else (503, b'{"status":"failed"}')
            else:
                status, body = 404, b"{}"
            self.send_response(status)
            self.send_header("content-type", content_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Probes are not worth a line."""

    server = ThreadingHTTPServer((host, port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.1], name="health", daemon=True)
    thread.start()
    beating = asyncio.create_task(health.beat())
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.to_thread(server.shutdown)
        server.server_close()


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await check()
    except Exception:
        return False
    return True
