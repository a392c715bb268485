"""Sends what is in the outbox.

A message is removed after the broker has confirmed it, so it is sent at least once: where the process is killed
in between, it is sent again. Consumers tell repeated deliveries by the event's id. Any number of relays may run.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy import func, select

from .outbox import claim, forget, release
from .pause import pause
from .sessions import Sessions
from .tables import OutboxRow

_log = structlog.get_logger()
_BATCH = 100
_CLAIM = timedelta(seconds=15)
_SEND_SECONDS = 10
_POLL_SECONDS = 0.25
_COUNT_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 5.0

_sent = Counter("events_published", "Messages that the broker has confirmed", ["type"])
_pending = Gauge("outbox_messages", "Messages that wait to be sent")

Publish = Callable[[OutboxRow], Awaitable[None]]


class Relay:
    """Sends messages in batches."""

    def __init__(self, sessions: Sessions, publish: Publish) -> None:
        self._sessions = sessions
        self._publish = publish
        self._counted_at = float("-inf")

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop; a batch that has begun is finished."""
        failures = 0
        while not stopping.is_set():
            try:
                full = await self.send_batch() == _BATCH
                await self._count()
            except Exception as error:
                failures += 1
                _log.warning("messages could not be sent", error=repr(error), failures=failures)
                await pause(stopping, min(_POLL_SECONDS * 2**failures, _LONGEST_PAUSE_SECONDS))
            else:
                failures = 0
                if not full:
                    await pause(stopping, _POLL_SECONDS)

    async def send_batch(self) -> int:
        """Send some messages and return how many.

        Raises:
            Exception: where the broker or the database is away; nothing is lost, some may be sent again.
        """
        now = datetime.now(UTC)
        async with self._sessions.begin() as session:
            rows = sorted(await session.scalars(claim(now, now + _CLAIM, _BATCH)), key=lambda row: row.id)
        ids = [row.id for row in rows]
        try:
            async with asyncio.timeout(_SEND_SECONDS), asyncio.TaskGroup() as sending:
                for row in rows:
                    sending.create_task(self._send(row))
        except BaseException:
            async with self._sessions.begin() as session:
                await session.execute(release(ids))
            raise
        if rows:
            async with self._sessions.begin() as session:
                await session.execute(forget(ids))
        return len(rows)

    async def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._counted_at >= _COUNT_SECONDS:
            async with self._sessions() as session:
                _pending.set(await session.scalar(select(func.count()).select_from(OutboxRow)) or 0)
            self._counted_at = now

    async def _send(self, row: OutboxRow) -> None:
        await self._publish(row)
        _sent.labels(row.destination).inc()
