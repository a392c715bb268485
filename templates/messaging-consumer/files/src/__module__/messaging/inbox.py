"""The events that have been received: by their ids a repeated delivery is told, and a failed one waits here."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Delete, LargeBinary, String, Text, Update, delete, select, tuple_, update
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import ReturningUpdate

from ..tables import Base, UtcDateTime

RETENTION = timedelta(days=14)
"""No broker delivers an event again after that time."""


class InboxRow(Base):
    """An event: processed, waiting for its next attempt, or given up."""

    __tablename__ = "inbox"

    source: Mapped[str] = mapped_column(String(200), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(100))
    attempts: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    processed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The event, until it is processed."""
    error: Mapped[str | None] = mapped_column(Text)
    """How the last attempt has failed."""


def take_due(now: datetime) -> ReturningUpdate[InboxRow]:
    """Begin the next attempt at one event whose pause is over, and that no other worker is trying."""
    key = (InboxRow.source, InboxRow.event_id)
    due = select(*key).where(InboxRow.next_attempt_at <= now).order_by(InboxRow.next_attempt_at).limit(1)
    taken = due.with_for_update(skip_locked=True).cte("taken")
    return (
        update(InboxRow)
        .where(tuple_(*key).in_(select(taken.c.source, taken.c.event_id)))
        .values(attempts=InboxRow.attempts + 1)
        .returning(InboxRow)
        .execution_options(synchronize_session=False)
    )


def forget_processed(now: datetime) -> Delete:
    """Remove what is older than any repetition."""
    return (
        delete(InboxRow)
        .where(InboxRow.received_at < now - RETENTION, InboxRow.processed_at.is_not(None))
        .execution_options(synchronize_session=False)
    )


def try_again(now: datetime) -> Update:
    """Give events that were given up another round of attempts."""
    return (
        update(InboxRow)
        .where(InboxRow.processed_at.is_(None), InboxRow.next_attempt_at.is_(None))
        .values(attempts=0, next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )
