"""Items whose changes tell others: the event is written in the transaction of the change."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from ..items.domain import Item
from ..resources import Resources
from ..sql_store import SqlStore, SqlTransaction
from .events import Change, events_for
from .outbox import rows_of


class PublishingTransaction(SqlTransaction):
    """A transaction that puts events beside the changes."""

    async def add(self, item: Item) -> None:
        await super().add(item)
        self._tell(Change.CREATED, item)

    async def replace(self, item: Item) -> bool:
        replaced = await super().replace(item)
        if replaced:
            self._tell(Change.REPLACED, item)
        return replaced

    async def remove(self, item: Item) -> bool:
        removed = await super().remove(item)
        if removed:
            self._tell(Change.REMOVED, item)
        return removed

    def _tell(self, change: Change, item: Item) -> None:
        self.session.add_all(rows_of(events_for(change, item)))


class PublishingStore(SqlStore):
    """A database with an outbox."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[PublishingTransaction]:
        async with super().transaction() as transaction:
            yield PublishingTransaction(transaction.session)


@asynccontextmanager
async def publishing_lifespan(resources: Resources) -> AsyncIterator[None]:
    """Let changes write events."""
    resources.store = PublishingStore(cast("SqlStore", resources.store).engine)
    yield
