"""What this service has heard of items: the table that the example handlers write to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ..tables import Base, UtcDateTime


class ActivityRow(Base):
    """One event about one item."""

    __tablename__ = "item_activity"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    type: Mapped[str] = mapped_column(String(100))
    item_id: Mapped[UUID] = mapped_column(index=True)
    item_version: Mapped[int]
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
