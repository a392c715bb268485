"""Items in a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Delete, Engine, Update, create_engine, delete, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from .database import database_url, engine_options, is_deadlock, prepare
from .idempotency import IdempotencyRecord, KeyInUseError
from .items.domain import Item
from .items.listing import Listing
from .items.statements import delete_item, item_of, row_of, select_expired_keys, select_page, update_item
from .resources import Resources
from .settings import Settings
from .tables import IdempotencyKeyRow, ItemRow


class SqlTransaction:
    """A transaction of the database."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, item_id: UUID) -> Item | None:
        row = self.session.get(ItemRow, item_id)
        return item_of(row) if row is not None else None

    def list(self, listing: Listing) -> list[Item]:
        return [item_of(row) for row in self.session.scalars(select_page(listing))]

    def add(self, item: Item) -> None:
        self.session.add(row_of(item))

    def replace(self, item: Item) -> bool:
        return self._changes_a_row(update_item(item))

    def remove(self, item: Item) -> bool:
        return self._changes_a_row(delete_item(item))

    def find_key(self, key: str, since: datetime) -> IdempotencyRecord | None:
        row = self.session.get(IdempotencyKeyRow, key)
        if row is None or row.created_at < since:
            return None
        return IdempotencyRecord(row.key, row.fingerprint, row.result, row.created_at)

    def add_key(self, record: IdempotencyRecord, since: datetime) -> None:
        row = IdempotencyKeyRow(
            key=record.key, fingerprint=record.fingerprint, result=record.result, created_at=record.created_at
        )
        try:
            expired = [*self.session.scalars(select_expired_keys(since)), record.key]
            outdated = IdempotencyKeyRow.key.in_(expired) & (IdempotencyKeyRow.created_at < since)
            self.session.execute(delete(IdempotencyKeyRow).where(outdated))
            self.session.add(row)
            self.session.flush()
        except DBAPIError as error:
            if isinstance(error, IntegrityError) or is_deadlock(error):
                raise KeyInUseError from error
            raise

    def _changes_a_row(self, statement: Update | Delete) -> bool:
        result: CursorResult[Any] = self.session.execute(statement)  # type: ignore[assignment]
        return result.rowcount == 1


class SqlStore:
    """A database with a pool of connections."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        with self._sessions.begin() as session:
            yield SqlTransaction(session)

    def read(self, item_id: UUID) -> Item | None:
        with self.transaction() as transaction:
            return transaction.get(item_id)

    def ping(self) -> None:
        """Ask the database for an answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))


def engine_for(settings: Settings) -> Engine:
    """The engine; it connects when it is first used."""
    url = database_url(settings, "sync")
    return prepare(create_engine(url, **engine_options(url, settings)))


@contextmanager
def database_lifespan(resources: Resources) -> Iterator[None]:
    """Keep a pool of connections while the service runs."""
    engine = engine_for(resources.settings)
    store = SqlStore(engine)
    resources.store = store
    resources.checks["database"] = store.ping
    try:
        yield
    finally:
        engine.dispose()
