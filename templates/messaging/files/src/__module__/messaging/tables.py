"""What is to be sent."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..tables import Base, UtcDateTime


class OutboxRow(Base):
    """A message that was decided on together with a change, and is sent by the relay."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    destination: Mapped[str] = mapped_column(String(200))
    """The event's type, or where dead letters go."""
    key: Mapped[str] = mapped_column(String(200))
    """What the event is about; events with one key keep their order where the broker can."""
    body: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str | None] = mapped_column(Text)
    """Why a dead letter could not be processed; of other messages nothing."""
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """A relay sends it until then; after that another one may."""
