"""The messages that are to be sent: written in the transaction of the change, sent by the relay afterwards."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Delete, Update, delete, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from .events import Event
from .tables import OutboxRow


def rows_of(events: Iterable[Event]) -> list[OutboxRow]:
    """The rows that make the relay send the events."""
    return [
        OutboxRow(destination=event.type, key=event.subject, body=event.model_dump_json(exclude_none=True).encode())
        for event in events
    ]


def claim(now: datetime, until: datetime, limit: int) -> ReturningUpdate[OutboxRow]:
    """Take messages that no other relay is sending, the oldest first.

    PostgreSQL skips rows that are being taken; SQLite has one writer at a time. Either way each row is taken once
    until its time is over, and no transaction is open while the network is used.
    """
    free = or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until < now)
    oldest = select(OutboxRow.id).where(free).order_by(OutboxRow.id).limit(limit)
    taken = oldest.with_for_update(skip_locked=True).cte("taken")
    return (
        update(OutboxRow)
        .where(OutboxRow.id.in_(select(taken.c.id)))
        .values(claimed_until=until)
        .returning(OutboxRow)
        .execution_options(synchronize_session=False)
    )


def forget(ids: list[int]) -> Delete:
    """Remove what was sent."""
    return delete(OutboxRow).where(OutboxRow.id.in_(ids)).execution_options(synchronize_session=False)


def release(ids: list[int]) -> Update:
    """Give back what could not be sent."""
    return (
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids))
        .values(claimed_until=None)
        .execution_options(synchronize_session=False)
    )
