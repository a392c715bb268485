"""What an item is and what may happen to it; knows neither HTTP nor storage."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from ..errors import ConflictError


class ItemStatus(StrEnum):
    """Where an item is in its life; archived is final."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemContent:
    """What a caller decides about an item."""

    name: str
    description: str | None = None
    status: ItemStatus = ItemStatus.DRAFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(ItemContent):
    """An item; each change makes a new version."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def create(cls, content: ItemContent, now: datetime) -> "Item":
        """The first version of a new item."""
        return cls(
            id=uuid4(),
            name=content.name,
            description=content.description,
            status=content.status,
            version=1,
            created_at=now,
            updated_at=now,
        )

    def replace(self, content: ItemContent, now: datetime) -> "Item":
        """The next version.

        Raises:
            ConflictError: where the item is archived.
        """
        if self.status is ItemStatus.ARCHIVED:
            raise ConflictError("An archived item cannot be changed")
        return replace(
            self,
            name=content.name,
            description=content.description,
            status=content.status,
            version=self.version + 1,
            updated_at=now,
        )
