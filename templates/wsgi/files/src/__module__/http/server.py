"""Gunicorn with one process of threads, and a shutdown that drains; more processes are more replicas."""

import math
import select
import threading
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType
from typing import Any, cast

from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from ..lifespan import lifespan
from ..settings import Settings
from .edge import Edge

_KEEP_ALIVE_SECONDS = 5
_LONGEST_LINE = 8190


class Server(BaseApplication):
    """Serves the application with the settings of the service; gunicorn's own sources of configuration are not read."""

    def __init__(self, settings: Settings, load: Callable[[Settings], Edge]) -> None:
        self._settings = settings
        self._load = load
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        drain = math.ceil(settings.shutdown_drain_seconds)
        options = {
            "bind": f"{host}:{settings.port}",
            "worker_class": DrainingWorker,
            "workers": 1,
            "threads": settings.request_threads,
            "keepalive": _KEEP_ALIVE_SECONDS,
            "limit_request_line": _LONGEST_LINE,
            # The worker keeps to the time; this is when it is killed.
            "graceful_timeout": drain + settings.shutdown_timeout_seconds + 1,
            "logger_class": ServiceLogger,
            "loglevel": settings.log_level.lower(),
            "control_socket_disable": True,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._load(self._settings)


class ServiceLogger(Logger):
    """Hands what gunicorn says to the logs of the service."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class DrainingWorker(ThreadWorker):
    """Stops in two steps, so that no request is lost.

    On SIGTERM /readyz turns to 503 and answers close their connections, while requests are still
    taken: load balancers need a moment to look elsewhere. Then nothing new is accepted, and requests
    that run may finish.
    """

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self._resources = cast("Edge", self.wsgi).resources
        self._lifespan = ExitStack()
        self._lifespan.enter_context(lifespan(self._resources))

    def run(self) -> None:
        with self._lifespan:
            super().run()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take SIGTERM; the rest happens outside of the signal handler."""
        self.method_queue.defer(self._drain)

    def accept(self, listener: Any) -> None:
        """Take a connection; an event may still wait its turn when the socket is closed already."""
        if self.alive:
            super().accept(listener)

    def _drain(self) -> None:
        if self._resources.draining:
            return
        self._resources.draining = True
        self.cfg.set("keepalive", 0)  # answers say "Connection: close" from now on
        delay = self._resources.settings.shutdown_drain_seconds
        timer = threading.Timer(delay, self.method_queue.defer, [self._stop])
        timer.daemon = True
        timer.start()

    def _stop(self) -> None:
        self.set_accept_enabled(False)
        for listener in self.sockets:
            while select.select([listener], [], [], 0)[0]:
                self.accept(listener)
            listener.close()
        self.cfg.set("graceful_timeout", self._resources.settings.shutdown_timeout_seconds)
        self.alive = False
