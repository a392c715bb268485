"""A line in the log and a count in the metrics for each request that was answered."""

import asyncio

import structlog

from ..observability.context import RequestContext, current_request
from ..observability.metrics import observe_request

_log = structlog.get_logger()
_PROBES = frozenset({"/livez", "/metrics", "/readyz"})

Entry = tuple[RequestContext, str, str, str, int, float]
"""Context, method, path, route, status, seconds."""


class Journal:
    """Writes down together what was answered in the same turn of the event loop.

    Nothing waits longer than that. Under load, when a turn answers many, each costs half.
    """

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Take note of an answer."""
        if not self._entries:
            asyncio.get_running_loop().call_soon(self._write)
        self._entries.append(entry)

    def _write(self) -> None:
        entries, self._entries = self._entries, []
        for context, method, path, route, status, seconds in entries:
            current_request.set(context)
            observe_request(method, route, status, seconds)
            write = _log.debug if route in _PROBES and status < 500 else _log.info
            duration_ms = round(seconds * 1000, 2)
            write("request", method=method, path=path, route=route, status=status, duration_ms=duration_ms)
