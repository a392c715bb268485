"""The database, as the worker uses it: asynchronously, whatever the framework of the service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from ..database import database_url, engine_options, prepare
from ..settings import Settings

Sessions = async_sessionmaker[AsyncSession]


@asynccontextmanager
async def open_sessions(settings: Settings) -> AsyncIterator[Sessions]:
    """A pool of connections of its own."""
    url = database_url(settings, "async")
    engine = create_async_engine(url, **engine_options(url, settings))
    prepare(engine.sync_engine)
    try:
        yield async_sessionmaker(engine, expire_on_commit=False)
    finally:
        await engine.dispose()
