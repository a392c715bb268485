"""Items by way of Redis: read from the cache where it has them, from the store where it has not or does not answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from time import perf_counter
from typing import TypeVar
from uuid import UUID

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from .circuit import Circuit
from .idempotency import IdempotencyRecord
from .items.caching import CONNECTIONS, FAILURES_IN_A_ROW, KEEP, Entry, answered, found, key_of, unanswered, unasked
from .items.domain import Item
from .items.listing import Listing
from .items.store import Store, Transaction
from .resources import Resources
from .settings import Settings

Answer = TypeVar("Answer")


class ItemCache:
    """Items in Redis; while it does not answer, there are none."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis = redis
        self._put = redis.register_script(KEEP)
        self._milliseconds = settings.cache_ttl_seconds * 1000
        self._circuit = Circuit(FAILURES_IN_A_ROW, settings.cache_retry_seconds)

    async def find(self, item_id: UUID) -> Item | None:
        """The item, unless it is not there or is to be read anew."""

        async def look_up() -> Item | None:
            commands = self._redis.pipeline(transaction=False)
            commands.hget(key_of(item_id), "entry")
            commands.pttl(key_of(item_id))
            entry, remaining = await commands.execute()
            return found(entry, remaining)

        if self._circuit.is_open:
            unasked()
        return await self._ask(look_up)

    async def keep(self, entry: Entry) -> None:
        """Keep an item that was read, unless it has changed since."""
        await self._keep(entry.item.id, entry.item.version, entry.encode())

    async def outdate(self, item_id: UUID, version: int) -> None:
        """Keep nothing of an item that is older than a version."""
        await self._keep(item_id, version, b"")

    async def _keep(self, item_id: UUID, version: int, entry: bytes) -> None:
        arguments: list[int | bytes] = [version, entry, self._milliseconds]
        await self._ask(lambda: self._put(keys=[key_of(item_id)], args=arguments))

    async def _ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer | None:
        if not self._circuit.allows():
            return None
        try:
            answer = await question()
        except (RedisError, OSError) as error:
            unanswered(self._circuit, error)
            return None
        answered(self._circuit)
        return answer


class CachedStore:
    """A store that is asked for an item where the cache has none."""

    def __init__(self, store: Store, cache: ItemCache) -> None:
        self._store = store
        self._cache = cache
        self._loads: dict[UUID, asyncio.Task[Item | None]] = {}

    async def read(self, item_id: UUID) -> Item | None:
        item = await self._cache.find(item_id)
        if item is not None:
            return item
        load = self._loads.get(item_id)
        if load is None:
            load = self._loads[item_id] = asyncio.create_task(self._load(item_id))
            load.add_done_callback(lambda ended: self._end(item_id, ended))
        return await asyncio.shield(load)  # the others still wait for it where this request is given up

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._store.transaction() as transaction:
            noting = NotingTransaction(transaction)
            yield noting
        for item_id, version in noting.changed.items():
            self._loads.pop(item_id, None)
            await self._cache.outdate(item_id, version)

    async def _load(self, item_id: UUID) -> Item | None:
        started = perf_counter()
        item = await self._store.read(item_id)
        if item is not None:
            await self._cache.keep(Entry(item, perf_counter() - started))
        return item

    def _end(self, item_id: UUID, load: asyncio.Task[Item | None]) -> None:
        if self._loads.get(item_id) is load:
            del self._loads[item_id]
        if not load.cancelled():
            load.exception()  # is seen by those who wait, if there are any left


class NotingTransaction:
    """A transaction that notes which items it changes."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.changed: dict[UUID, int] = {}

    async def get(self, item_id: UUID) -> Item | None:
        return await self._transaction.get(item_id)

    async def list(self, listing: Listing) -> list[Item]:
        return await self._transaction.list(listing)

    async def add(self, item: Item) -> None:
        await self._transaction.add(item)

    async def replace(self, item: Item) -> bool:
        self.changed[item.id] = item.version
        return await self._transaction.replace(item)

    async def remove(self, item: Item) -> bool:
        self.changed[item.id] = item.version + 1
        return await self._transaction.remove(item)

    async def find_key(self, key: str, since: datetime) -> IdempotencyRecord | None:
        return await self._transaction.find_key(key, since)

    async def add_key(self, record: IdempotencyRecord, since: datetime) -> None:
        await self._transaction.add_key(record, since)


@asynccontextmanager
async def cache_lifespan(resources: Resources) -> AsyncIterator[None]:
    """Put the cache before the store, where there is one."""
    settings = resources.settings
    if settings.redis_url is None:
        yield
        return
    timeout = settings.cache_timeout_seconds
    pool = BlockingConnectionPool.from_url(
        settings.redis_url.get_secret_value(),
        max_connections=CONNECTIONS,
        timeout=timeout,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
    )
    redis = Redis.from_pool(pool)
    resources.store = CachedStore(resources.store, ItemCache(redis, settings))
    try:
        yield
    finally:
        await redis.aclose()
