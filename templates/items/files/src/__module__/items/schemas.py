"""How items look from outside."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from .domain import Item, ItemContent, ItemStatus
from .listing import Cursor, ItemSort, Listing

# Control characters are kept out of everything that is stored or searched for; PostgreSQL takes no NUL.
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Text = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
IdempotencyKey = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[!-~]+$")]


class ItemWrite(BaseModel):
    """An item as a caller sends it."""

    model_config = ConfigDict(extra="forbid")

    name: Line
    description: Text | None = None
    status: ItemStatus = ItemStatus.DRAFT

    def content(self) -> ItemContent:
        """What the domain works with."""
        return ItemContent(name=self.name, description=self.description, status=self.status)


class ItemRead(BaseModel):
    """An item as a caller gets it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    description: str | None
    status: ItemStatus
    version: int
    created_at: datetime
    updated_at: datetime


class ItemPage(BaseModel):
    """A page of a list."""

    items: list[ItemRead]
    next_cursor: str | None = Field(description="Cursor of the next page; null on the last one")

    @classmethod
    def of(cls, items: list[Item], listing: Listing) -> "ItemPage":
        """A page of up to ``limit`` items; one item more tells that another page follows."""
        page = items[: listing.limit]
        more = len(items) > listing.limit
        return cls(
            items=[ItemRead.model_validate(item) for item in page],
            next_cursor=Cursor.at(page[-1], listing.sort).encode() if more else None,
        )


class ItemQuery(BaseModel):
    """The query parameters of a list."""

    model_config = ConfigDict(extra="forbid")

    sort: ItemSort = Field(ItemSort.CREATED_AT, description="Order; a leading minus means descending")
    limit: int = Field(50, ge=1, le=200, description="Items per page")
    cursor: str | None = Field(None, max_length=2000, description="`next_cursor` of the page before")
    status: ItemStatus | None = Field(None, description="Only items with this status")
    name: Line | None = Field(None, description="Only items whose name contains this, in any case")

    def listing(self) -> Listing:
        """What the domain works with.

        Raises:
            InvalidCursorError: where the cursor was made for another order, or not by this service.
        """
        after = Cursor.decode(self.cursor, self.sort) if self.cursor is not None else None
        return Listing(sort=self.sort, limit=self.limit, after=after, status=self.status, name=self.name)
