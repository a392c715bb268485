"""The SQL for items, for asynchronous and synchronous sessions alike."""

from datetime import datetime

from sqlalchemy import Delete, Select, Update, delete, select, tuple_, update

from ..tables import IdempotencyKeyRow, ItemRow
from .domain import Item
from .listing import Listing

_PURGED_AT_ONCE = 100


def row_of(item: Item) -> ItemRow:
    """The row of a new item."""
    return ItemRow(
        id=item.id,
        name=item.name,
        description=item.description,
        status=item.status,
        version=item.version,
        created_at=item.created_at,
        updated_at=item.updated_at,
    )


def item_of(row: ItemRow) -> Item:
    """The item in a row."""
    return Item(
        id=row.id,
        name=row.name,
        description=row.description,
        status=row.status,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def select_page(listing: Listing) -> Select[ItemRow]:
    """Up to ``limit`` items and one more, from the cursor on."""
    column = ItemRow.name if listing.sort.field == "name" else ItemRow.created_at
    position = tuple_(column, ItemRow.id)
    statement = select(ItemRow).limit(listing.limit + 1)
    if listing.status is not None:
        statement = statement.where(ItemRow.status == listing.status)
    if listing.name is not None:
        statement = statement.where(ItemRow.name.icontains(listing.name, autoescape=True))
    if listing.after is not None:
        after = tuple_(listing.after.value, listing.after.id, types=[column.type, ItemRow.id.type])
        statement = statement.where(position < after if listing.sort.descending else position > after)
    if listing.sort.descending:
        return statement.order_by(column.desc(), ItemRow.id.desc())
    return statement.order_by(column, ItemRow.id)


def update_item(item: Item) -> Update:
    """Store the next version, where the one before is still there."""
    return (
        update(ItemRow)
        .where(ItemRow.id == item.id, ItemRow.version == item.version - 1)
        .values(
            name=item.name,
            description=item.description,
            status=item.status,
            version=item.version,
            updated_at=item.updated_at,
        )
        .execution_options(synchronize_session=False)
    )


def delete_item(item: Item) -> Delete:
    """Remove an item, where this version is still there."""
    return (
        delete(ItemRow)
        .where(ItemRow.id == item.id, ItemRow.version == item.version)
        .execution_options(synchronize_session=False)
    )


def select_expired_keys(before: datetime) -> Select[str]:
    """Some keys that may be forgotten, without waiting for others who forget them too."""
    return (
        select(IdempotencyKeyRow.key)
        .where(IdempotencyKeyRow.created_at < before)
        .limit(_PURGED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
