"""What can be done with items."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from pydantic import TypeAdapter

from ..errors import NotFoundError, PreconditionFailedError
from ..idempotency import RETENTION, IdempotencyRecord, KeyInUseError, fingerprint
from ..preconditions import check_if_match
from .domain import Item, ItemContent
from .listing import Listing
from .store import Store, Transaction

_content = TypeAdapter(ItemContent)
_item = TypeAdapter(Item)


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


class ItemService:
    """The use cases; each is one transaction."""

    def __init__(self, store: Store, now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._now = now

    def get(self, item_id: UUID) -> Item:
        """Read an item.

        Raises:
            NotFoundError: where there is none.
        """
        item = self._store.read(item_id)
        if item is None:
            raise _missing(item_id)
        return item

    def list(self, listing: Listing) -> list[Item]:
        """Up to ``limit`` items and one more, if there are more."""
        with self._store.transaction() as transaction:
            return transaction.list(listing)

    def create(self, content: ItemContent, key: str | None) -> tuple[Item, bool]:
        """Add an item, once per idempotency key.

        Returns:
            The item, and whether an earlier request with the same key has made it.

        Raises:
            IdempotencyKeyReusedError: where the key was used with other content.
        """
        if key is None:
            with self._store.transaction() as transaction:
                return self._add(transaction, content), False
        request = fingerprint("create item", _content.dump_json(content).decode())
        try:
            return self._create_once(content, key, request)
        except KeyInUseError:
            return self._create_once(content, key, request)

    def replace(self, item_id: UUID, content: ItemContent, if_match: str | None) -> Item:
        """Replace what a caller decides about an item, based on the version that the caller has read.

        Raises:
            NotFoundError, ConflictError, PreconditionRequiredError, PreconditionFailedError.
        """
        with self._store.transaction() as transaction:
            item = _existing(transaction, item_id)
            check_if_match(if_match, item.version)
            changed = item.replace(content, self._now())
            if not transaction.replace(changed):
                raise PreconditionFailedError("The item has just been changed")
            return changed

    def remove(self, item_id: UUID, if_match: str | None) -> None:
        """Remove an item, based on the version that the caller has read.

        Raises:
            NotFoundError, PreconditionRequiredError, PreconditionFailedError.
        """
        with self._store.transaction() as transaction:
            item = _existing(transaction, item_id)
            check_if_match(if_match, item.version)
            if not transaction.remove(item):
                raise PreconditionFailedError("The item has just been changed")

    def _create_once(self, content: ItemContent, key: str, request: str) -> tuple[Item, bool]:
        now = self._now()
        since = now - RETENTION
        with self._store.transaction() as transaction:
            record = transaction.find_key(key, since)
            if record is not None:
                return _item.validate_json(record.result_for(request)), True
            item = self._add(transaction, content)
            result = _item.dump_json(item).decode()
            transaction.add_key(IdempotencyRecord(key, request, result, now), since)
            return item, False

    def _add(self, transaction: Transaction, content: ItemContent) -> Item:
        item = Item.create(content, self._now())
        transaction.add(item)
        return item


def _existing(transaction: Transaction, item_id: UUID) -> Item:
    item = transaction.get(item_id)
    if item is None:
        raise _missing(item_id)
    return item


def _missing(item_id: UUID) -> NotFoundError:
    return NotFoundError(f"There is no item {item_id}")
