"""What the use cases ask of a storage; each storage is one implementation."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ..idempotency import IdempotencyRecord
from .domain import Item
from .listing import Listing


class Transaction(Protocol):
    """A unit of work: everything in it happens, or nothing."""

    def get(self, item_id: UUID) -> Item | None:
        """The item as it is now."""

    def list(self, listing: Listing) -> list[Item]:
        """Up to ``limit`` items and one more, if there are more."""

    def add(self, item: Item) -> None:
        """Store a new item."""

    def replace(self, item: Item) -> bool:
        """Store the next version; False where the stored one is no longer the one before."""

    def remove(self, item: Item) -> bool:
        """Remove the item; False where the stored version is another."""

    def find_key(self, key: str, since: datetime) -> IdempotencyRecord | None:
        """What a key was used for since then."""

    def add_key(self, record: IdempotencyRecord, since: datetime) -> None:
        """Take a key, and forget those that are older.

        Raises:
            KeyInUseError: where another transaction has taken it.
        """


class Store(Protocol):
    """Where items are kept."""

    def read(self, item_id: UUID) -> Item | None:
        """The item, for reading alone: a cache may answer."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A transaction that is committed at the end, and rolled back where an exception leaves it."""
