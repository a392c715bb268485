"""Items in a database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Delete, Update, delete, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

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

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, item_id: UUID) -> Item | None:
        row = await self.session.get(ItemRow, item_id)
        return item_of(row) if row is not None else None

    async def list(self, listing: Listing) -> list[Item]:
        return [item_of(row) for row in await self.session.scalars(select_page(listing))]

    async def add(self, item: Item) -> None:
        self.session.add(row_of(item))

    async def replace(self, item: Item) -> bool:
        return await self._changes_a_row(update_item(item))

    async def remove(self, item: Item) -> bool:
        return await self._changes_a_row(delete_item(item))

    async def find_key(self, key: str, since: datetime) -> IdempotencyRecord | None:
        row = await self.session.get(IdempotencyKeyRow, key)
        if row is None or row.created_at < since:
            return None
        return IdempotencyRecord(row.key, row.fingerprint, row.result, row.created_at)

    async def add_key(self, record: IdempotencyRecord, since: datetime) -> None:
        row = IdempotencyKeyRow(
            key=record.key, fingerprint=record.fingerprint, result=record.result, created_at=record.created_at
        )
        try:
            expired = [*await self.session.scalars(select_expired_keys(since)), record.key]
            outdated = IdempotencyKeyRow.key.in_(expired) & (IdempotencyKeyRow.created_at < since)
            await self.session.execute(delete(IdempotencyKeyRow).where(outdated))
            self.session.add(row)
            await self.session.flush()
        except DBAPIError as error:
            if isinstance(error, IntegrityError) or is_deadlock(error):
                raise KeyInUseError from error
            raise

    async def _changes_a_row(self, statement: Update | Delete) -> bool:
        result: CursorResult[Any] = await self.session.execute(statement)  # type: ignore[assignment]
        return result.rowcount == 1


class SqlStore:
    """A database with a pool of connections."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqlTransaction]:
        async with self._sessions.begin() as session:
            yield SqlTransaction(session)

    async def read(self, item_id: UUID) -> Item | None:
        async with self.transaction() as transaction:
            return await transaction.get(item_id)

    async def ping(self) -> None:
        """Ask the database for an answer."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))


def create_engine(settings: Settings) -> AsyncEngine:
    """The engine; it connects when it is first used."""
    url = database_url(settings, "async")
    engine = create_async_engine(url, **engine_options(url, settings))
    prepare(engine.sync_engine)
    return engine


@asynccontextmanager
async def database_lifespan(resources: Resources) -> AsyncIterator[None]:
    """Keep a pool of connections while the service runs."""
    engine = create_engine(resources.settings)
    store = SqlStore(engine)
    resources.store = store
    resources.checks["database"] = store.ping
    try:
        yield
    finally:
        await engine.dispose()
