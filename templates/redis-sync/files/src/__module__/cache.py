"""Items by way of Redis: read from the cache where it has them, from the store where it has not or does not answer."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from time import perf_counter
from typing import TypeVar
from uuid import UUID

from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

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

    def find(self, item_id: UUID) -> Item | None:
        """The item, unless it is not there or is to be read anew."""

        def look_up() -> Item | None:
            commands = self._redis.pipeline(transaction=False)
            commands.hget(key_of(item_id), "entry")
            commands.pttl(key_of(item_id))
            entry, remaining = commands.execute()
            return found(entry, remaining)

        if self._circuit.is_open:
            unasked()
        return self._ask(look_up)

    def keep(self, entry: Entry) -> None:
        """Keep an item that was read, unless it has changed since."""
        self._keep(entry.item.id, entry.item.version, entry.encode())

    def outdate(self, item_id: UUID, version: int) -> None:
        """Keep nothing of an item that is older than a version."""
        self._keep(item_id, version, b"")

    def _keep(self, item_id: UUID, version: int, entry: bytes) -> None:
        arguments: list[int | bytes] = [version, entry, self._milliseconds]
        self._ask(lambda: self._put(keys=[key_of(item_id)], args=arguments))

    def _ask(self, question: Callable[[], Answer]) -> Answer | None:
        if not self._circuit.allows():
            return None
        try:
            answer = question()
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
        self._loads: dict[UUID, Future[Item | None]] = {}
        self._lock = Lock()

    def read(self, item_id: UUID) -> Item | None:
        item = self._cache.find(item_id)
        if item is not None:
            return item
        mine: Future[Item | None] = Future()
        with self._lock:
            load = self._loads.setdefault(item_id, mine)
        if load is mine:
            self._load(item_id, mine)
        return load.result()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._store.transaction() as transaction:
            noting = NotingTransaction(transaction)
            yield noting
        for item_id, version in noting.changed.items():
            with self._lock:
                self._loads.pop(item_id, None)
            self._cache.outdate(item_id, version)

    def _load(self, item_id: UUID, load: Future[Item | None]) -> None:
        started = perf_counter()
        try:
            item = self._store.read(item_id)
            if item is not None:
                self._cache.keep(Entry(item, perf_counter() - started))
            load.set_result(item)
        except BaseException as error:
            load.set_exception(error)
        finally:
            with self._lock:
                if self._loads.get(item_id) is load:
                    del self._loads[item_id]


class NotingTransaction:
    """A transaction that notes which items it changes."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.changed: dict[UUID, int] = {}

    def get(self, item_id: UUID) -> Item | None:
        return self._transaction.get(item_id)

    def list(self, listing: Listing) -> list[Item]:
        return self._transaction.list(listing)

    def add(self, item: Item) -> None:
        self._transaction.add(item)

    def replace(self, item: Item) -> bool:
        self.changed[item.id] = item.version
        return self._transaction.replace(item)

    def remove(self, item: Item) -> bool:
        self.changed[item.id] = item.version + 1
        return self._transaction.remove(item)

    def find_key(self, key: str, since: datetime) -> IdempotencyRecord | None:
        return self._transaction.find_key(key, since)

    def add_key(self, record: IdempotencyRecord, since: datetime) -> None:
        self._transaction.add_key(record, since)


@contextmanager
def cache_lifespan(resources: Resources) -> Iterator[None]:
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
        redis.close()
