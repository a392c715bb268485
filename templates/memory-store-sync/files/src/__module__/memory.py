"""Items in the memory of the process; gone when it stops."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from uuid import UUID

from .idempotency import IdempotencyRecord
from .items.domain import Item
from .items.listing import Listing
from .items.selection import select
from .resources import Resources


class MemoryTransaction:
    """What is done to the items while no other thread looks at them."""

    def __init__(self) -> None:
        self._items: dict[UUID, Item] = {}
        self._keys: dict[str, IdempotencyRecord] = {}

    def get(self, item_id: UUID) -> Item | None:
        return self._items.get(item_id)

    def list(self, listing: Listing) -> list[Item]:
        return select(self._items.values(), listing)

    def add(self, item: Item) -> None:
        self._items[item.id] = item

    def replace(self, item: Item) -> bool:
        self._items[item.id] = item
        return True

    def remove(self, item: Item) -> bool:
        del self._items[item.id]
        return True

    def find_key(self, key: str, since: datetime) -> IdempotencyRecord | None:
        record = self._keys.get(key)
        return record if record is not None and record.created_at >= since else None

    def add_key(self, record: IdempotencyRecord, since: datetime) -> None:
        while self._keys and (oldest := next(iter(self._keys.values()))).created_at < since:
            del self._keys[oldest.key]
        self._keys[record.key] = record


class MemoryStore:
    """One transaction at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._transaction = MemoryTransaction()

    def read(self, item_id: UUID) -> Item | None:
        with self.transaction() as transaction:
            return transaction.get(item_id)

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        with self._lock:
            yield self._transaction


@contextmanager
def memory_lifespan(resources: Resources) -> Iterator[None]:
    """Start with an empty store."""
    resources.store = MemoryStore()
    yield
