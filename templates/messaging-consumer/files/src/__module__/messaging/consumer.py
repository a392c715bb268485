"""Processes each event once, however often it is delivered.

That an event is processed is noted in the inbox, in the transaction of its handler. Where the handler fails, the
event is put aside there and tried again after a pause that doubles each time; the broker goes on with the next.
After the last attempt, or where it cannot be read, it becomes a dead letter.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import Counter
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ..observability.context import RequestContext, current_request
from ..settings import Settings
from .events import Event
from .handlers import HANDLERS
from .inbox import InboxRow, forget_processed, take_due
from .pause import pause
from .sessions import Sessions
from .tables import OutboxRow

DEAD_LETTER = "dead-letter"

_log = structlog.get_logger()
_LONGEST_PAUSE = timedelta(minutes=5)
_POLL_SECONDS = 0.5
_CLEANING_SECONDS = 3600
_LONGEST_WAIT_SECONDS = 10
_processed = Counter("events_processed", "Deliveries of events, by what has become of them", ["type", "result"])
_types = {event.model_fields["type"].default: event for event in HANDLERS}


class Consumer:
    """Takes events from the broker and hands them to their handlers."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self._sessions = sessions
        self._max_attempts = settings.event_max_attempts
        self._first_pause = timedelta(seconds=settings.event_retry_seconds)

    async def receive(self, event: Event) -> None:
        """Take an event from the broker, which may forget it when this returns.

        While the database is away it waits, with the message in hand.
        """
        with _context_of(event):
            await _when_possible(lambda: self._take(event))

    async def refuse(self, body: bytes, reason: str) -> None:
        """Take from the broker what is no event that this service knows; it becomes a dead letter at once."""
        _log.warning("event refused", reason=reason)
        _processed.labels("unknown", "refused").inc()
        await _when_possible(lambda: self._bury(body, reason))

    async def receive_bytes(self, type_: str, body: bytes) -> None:
        """Take an event that came without a broker."""
        known = _types.get(type_)
        if known is None:
            return
        try:
            event = known.model_validate_json(body)
        except ValidationError as error:
            await self.refuse(body, str(error))
        else:
            await self.receive(event)

    async def run(self, stopping: asyncio.Event) -> None:
        """Try again what was put aside, until told to stop."""
        cleaned_at = float("-inf")
        clock = asyncio.get_running_loop().time
        while not stopping.is_set():
            try:
                if clock() - cleaned_at > _CLEANING_SECONDS:
                    async with self._sessions.begin() as session:
                        await session.execute(forget_processed(datetime.now(UTC)))
                    cleaned_at = clock()
                tried = await self.retry_next()
            except Exception as error:
                _log.warning("events cannot be tried again now", error=repr(error))
                tried = False
            if not tried:
                await pause(stopping, _POLL_SECONDS)

    async def retry_next(self) -> bool:
        """Try one event whose pause is over; False where there is none."""
        async with self._sessions.begin() as session:
            row = await session.scalar(take_due(datetime.now(UTC)))
            if row is None or row.body is None:
                return False
            result = await self._attempt_again(session, row, row.body)
        _processed.labels(row.type, result).inc()
        return True

    async def _take(self, event: Event) -> None:
        now = datetime.now(UTC)
        row = InboxRow(source=event.source, event_id=event.id, type=event.type, attempts=1, received_at=now)
        try:
            async with self._sessions.begin() as session:
                session.add(row)
                await _flush(session)
                result = await self._attempt(session, row, event)
        except _KnownError:
            result = "repeated"
            _log.info("event repeated", event_id=str(event.id), type=event.type)
        _processed.labels(event.type, result).inc()

    async def _attempt_again(self, session: AsyncSession, row: InboxRow, body: bytes) -> str:
        try:
            event = _types[row.type].model_validate_json(body)
        except (KeyError, ValidationError) as error:  # this version of the service knows it no more
            return _put_aside(session, row, body, error, None)
        with _context_of(event):
            return await self._attempt(session, row, event)

    async def _attempt(self, session: AsyncSession, row: InboxRow, event: Event) -> str:
        now = datetime.now(UTC)
        try:
            async with session.begin_nested():
                await HANDLERS[type(event)](event, session)
        except Exception as error:
            body = event.model_dump_json(exclude_none=True).encode()
            return _put_aside(session, row, body, error, self._next_attempt(now, row.attempts))
        row.processed_at, row.next_attempt_at, row.body, row.error = now, None, None, None
        _log.info("event processed", event_id=str(event.id), type=event.type, attempts=row.attempts)
        return "processed"

    def _next_attempt(self, now: datetime, attempts: int) -> datetime | None:
        if attempts >= self._max_attempts:
            return None
        longest: timedelta = min(self._first_pause * 2 ** (attempts - 1), _LONGEST_PAUSE)
        # Between half and all of it, so that what has failed together is not tried together.
        return now + longest * secrets.SystemRandom().uniform(0.5, 1)

    async def _bury(self, body: bytes, reason: str) -> None:
        async with self._sessions.begin() as session:
            session.add(OutboxRow(destination=DEAD_LETTER, key=DEAD_LETTER, body=body, reason=reason))


async def _flush(session: AsyncSession) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        raise _KnownError from error


class _KnownError(Exception):
    """The event has been received before."""


def _put_aside(
    session: AsyncSession, row: InboxRow, body: bytes, error: Exception, next_attempt: datetime | None
) -> str:
    row.body, row.error, row.next_attempt_at = body, repr(error), next_attempt
    _log.warning("event failed", event_id=str(row.event_id), type=row.type, attempts=row.attempts, exc_info=error)
    if next_attempt is not None:
        return "failed"
    session.add(OutboxRow(destination=DEAD_LETTER, key=str(row.event_id), body=body, reason=repr(error)))
    return "given up"


async def _when_possible(action: Callable[[], Awaitable[None]]) -> None:
    """Do something as soon as the database is there."""
    seconds = _POLL_SECONDS
    while True:
        try:
            await action()
        except Exception as error:
            _log.warning("the database is away", error=repr(error))
            await asyncio.sleep(seconds)
            seconds = min(seconds * 2, _LONGEST_WAIT_SECONDS)
        else:
            return


@contextmanager
def _context_of(event: Event) -> Iterator[None]:
    """What is logged and published meanwhile belongs to the trace of the event."""
    token = current_request.set(RequestContext.of(str(event.id), event.traceparent))
    try:
        yield
    finally:
        current_request.reset(token)
