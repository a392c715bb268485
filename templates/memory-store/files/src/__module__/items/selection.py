"""Which items a listing names, out of those in memory."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from .domain import Item
from .listing import Listing


def select(items: Iterable[Item], listing: Listing) -> list[Item]:
    """Up to ``limit`` items and one more, from the cursor on."""
    field, after = listing.sort.field, listing.after

    def position(item: Item) -> tuple[str | datetime, UUID]:
        return getattr(item, field), item.id

    def is_wanted(item: Item) -> bool:
        if listing.status is not None and item.status is not listing.status:
            return False
        if listing.name is not None and listing.name.casefold() not in item.name.casefold():
            return False
        if after is None:
            return True
        if listing.sort.descending:
            return position(item) < (after.value, after.id)
        return position(item) > (after.value, after.id)

    return sorted(filter(is_wanted, items), key=position, reverse=listing.sort.descending)[: listing.limit + 1]
