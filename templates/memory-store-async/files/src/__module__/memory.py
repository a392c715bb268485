"""Items in the memory of the process; gone when it stops."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from .idempotency import IdempotencyRecord
from .items.domain import Item
from .items.listing import Listing
from .items.selection import select
from .resources import Resources


class MemoryStore:
    """A store and its only transaction: no method awaits, so nothing comes between two of them."""

    def __init__(self) -> None:
        self._items: dict[UUID, Item] = {}
        self._keys: dict[str, IdempotencyRecord] = {}

    def transaction(self) -> "MemoryStore":
        return self

    async def __aenter__(self) -> "MemoryStore":
        return self

    async def __aexit__(self, *_exception: object) -> None:
        return None

    async def read(self, item_id: UUID) -> Item | None:
        return await self.get(item_id)

    async def get(self, item_id: UUID) -> Item | None:
        return self._items.get(item_id)

    async def list(self, listing: Listing) -> list[Item]:
        return select(self._items.values(), listing)

    async def add(self, item: Item) -> None:
        self._items[item.id] = item

    async def replace(self, item: Item) -> bool:
        self._items[item.id] = item
        return True

    async def remove(self, item: Item) -> bool:
        del self._items[item.id]
        return True

    async def find_key(self, key: str, since: datetime) -> IdempotencyRecord | None:
        record = self._keys.get(key)
        return record if record is not None and record.created_at >= since else None

    async def add_key(self, record: IdempotencyRecord, since: datetime) -> None:
        while self._keys and (oldest := next(iter(self._keys.values()))).created_at < since:
            del self._keys[oldest.key]
        self._keys[record.key] = record


@asynccontextmanager
async def memory_lifespan(resources: Resources) -> AsyncIterator[None]:
    """Start with an empty store."""
    resources.store = MemoryStore()
    yield
