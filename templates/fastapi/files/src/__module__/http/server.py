"""Uvicorn, with a shutdown that drains."""

import asyncio
import signal
import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from ..resources import Resources

_LAST_REQUESTS_SECONDS = 0.5


class DrainingServer(uvicorn.Server):
    """Stops in two steps, so that no request is lost and the exit code is 0.

    On SIGTERM /readyz turns to 503 and answers close their connections, while requests are still
    taken: load balancers need a moment to look elsewhere. Then nothing new is accepted, and requests
    that run may finish. SIGINT, and a second SIGTERM, skip the first step; one more stops at once.
    """

    def __init__(self, config: uvicorn.Config, resources: Resources) -> None:
        super().__init__(config)
        self._resources = resources

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal; unlike the base class, do not raise it again at the end."""
        if self.should_exit:
            self.force_exit = True
        elif sig == signal.SIGTERM and not self._resources.draining:
            self._resources.draining = True
            loop = asyncio.get_running_loop()
            delay = self._resources.settings.shutdown_drain_seconds
            loop.call_soon_threadsafe(loop.call_later, delay, self._stop)
        else:
            self._resources.draining = True
            self._stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nothing new, then let connections that were just opened send what they were opened for."""
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        end = loop.time() + _LAST_REQUESTS_SECONDS
        while self.server_state.connections and loop.time() < end:  # noqa: ASYNC110 - the set is uvicorn's
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)

    def _stop(self) -> None:
        self.should_exit = True


def serve(app: FastAPI) -> int:
    """Serve until a signal; the exit code is 0 unless the start has failed."""
    resources: Resources = app.state.resources
    settings = resources.settings
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        proxy_headers=False,  # nothing here depends on the address or scheme that a client sees
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_timeout_seconds,
    )
    server = DrainingServer(config, resources)
    server.run()
    return 0 if server.started else 3
