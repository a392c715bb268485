"""What a list of items may ask for, and the cursor that leads from page to page.

A cursor names the last item of a page by what the list is sorted by, so pages neither skip nor repeat
items while others are added, and a deep page costs no more than the first.
"""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from ..errors import InvalidCursorError
from .domain import Item, ItemStatus


class ItemSort(StrEnum):
    """The order of a list; a leading minus means descending."""

    CREATED_AT = "created_at"
    CREATED_AT_DESCENDING = "-created_at"
    NAME = "name"
    NAME_DESCENDING = "-name"

    @property
    def field(self) -> str:
        """The attribute that it sorts by."""
        return self.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether it begins with the largest."""
        return self.startswith("-")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The item that a page ended with."""

    sort: ItemSort
    value: str | datetime
    id: UUID

    @classmethod
    def at(cls, item: Item, sort: ItemSort) -> "Cursor":
        """The cursor of the page that follows the item."""
        return cls(sort, getattr(item, sort.field), item.id)

    def encode(self) -> str:
        """As an opaque token."""
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        return base64.urlsafe_b64encode(json.dumps([self.sort, value, str(self.id)]).encode()).decode()

    @classmethod
    def decode(cls, token: str, sort: ItemSort) -> "Cursor":
        """Read a token.

        Raises:
            InvalidCursorError: where it was not made by ``encode`` for the same order.
        """
        try:
            of_sort, value, id_ = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
            if of_sort != sort or "\0" in value:
                raise InvalidCursorError("The cursor belongs to another order")
            if sort.field == "created_at":
                return cls(sort, datetime.fromisoformat(value).astimezone(UTC), UUID(id_))
            return cls(sort, value, UUID(id_))
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise InvalidCursorError("The cursor is not one that this service handed out") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of items that somebody asks for."""

    sort: ItemSort = ItemSort.CREATED_AT
    limit: int = 50
    after: Cursor | None = None
    status: ItemStatus | None = None
    name: str | None = None
