"""Items in a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from .idempotency import IdempotencyRecord, KeyInUseError
from .items.domain import Item, ItemStatus
from .items.listing import Listing
from .models import IdempotencyKeyRow, ItemRow

_PURGED_AT_ONCE = 100


class OrmTransaction:
    """A transaction of the database."""

    def get(self, item_id: UUID) -> Item | None:
        row = ItemRow.objects.filter(id=item_id).first()
        return _item_of(row) if row is not None else None

    def list(self, listing: Listing) -> list[Item]:
        sort, after = listing.sort, listing.after
        rows = ItemRow.objects.order_by(sort, "-id" if sort.descending else "id")
        if listing.status is not None:
            rows = rows.filter(status=listing.status)
        if listing.name is not None:
            rows = rows.filter(name__icontains=listing.name)
        if after is not None:
            beyond = "lt" if sort.descending else "gt"
            tie = Q(**{sort.field: after.value, f"id__{beyond}": after.id})
            # The first condition is what the index is good for.
            rows = rows.filter(**{f"{sort.field}__{beyond}e": after.value})
            rows = rows.filter(Q(**{f"{sort.field}__{beyond}": after.value}) | tie)
        return [_item_of(row) for row in rows[: listing.limit + 1]]

    def add(self, item: Item) -> None:
        ItemRow.objects.create(
            id=item.id,
            name=item.name,
            description=item.description,
            status=item.status,
            version=item.version,
            created_at=item.created_at,
            updated_at=item.updated_at,
        )

    def replace(self, item: Item) -> bool:
        stored = ItemRow.objects.filter(id=item.id, version=item.version - 1)
        changed = stored.update(
            name=item.name,
            description=item.description,
            status=item.status,
            version=item.version,
            updated_at=item.updated_at,
        )
        return changed == 1

    def remove(self, item: Item) -> bool:
        removed, _ = ItemRow.objects.filter(id=item.id, version=item.version).delete()
        return removed == 1

    def find_key(self, key: str, since: datetime) -> IdempotencyRecord | None:
        row = IdempotencyKeyRow.objects.filter(key=key, created_at__gte=since).first()
        return IdempotencyRecord(row.key, row.fingerprint, row.result, row.created_at) if row is not None else None

    def add_key(self, record: IdempotencyRecord, since: datetime) -> None:
        outdated = IdempotencyKeyRow.objects.filter(created_at__lt=since)
        # Without waiting for others who forget them too.
        expired = outdated.select_for_update(skip_locked=True).values_list("key", flat=True)[:_PURGED_AT_ONCE]
        outdated.filter(key__in=[*expired, record.key]).delete()
        try:
            IdempotencyKeyRow.objects.create(
                key=record.key, fingerprint=record.fingerprint, result=record.result, created_at=record.created_at
            )
        except IntegrityError as error:
            raise KeyInUseError from error


class OrmStore:
    """The database that Django is configured for."""

    @contextmanager
    def transaction(self) -> Iterator[OrmTransaction]:
        with transaction.atomic():
            yield OrmTransaction()

    def read(self, item_id: UUID) -> Item | None:
        with self.transaction() as found:
            return found.get(item_id)

    def ping(self) -> None:
        """Ask the database for an answer, on a connection of the thread that asks."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        finally:
            connection.close()


def _item_of(row: ItemRow) -> Item:
    return Item(
        id=row.id,
        name=row.name,
        description=row.description,
        status=ItemStatus(row.status),
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
