"""What the cache keeps of an item, and when it is read anew; ``cache.py`` asks Redis for it."""

import math
from dataclasses import dataclass
from random import SystemRandom
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge
from pydantic import TypeAdapter, ValidationError

from ..circuit import Circuit
from .domain import Item

FAILURES_IN_A_ROW = 3
CONNECTIONS = 50

# A changed item leaves its version without an entry, and a slower reader cannot put an older version in its place.
KEEP = """
local known = redis.call('HGET', KEYS[1], 'version')
if known and tonumber(known) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'entry', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""

_log = structlog.get_logger()
_random = SystemRandom()
_requests = Counter("cache_requests", "Items that were asked of the cache, by what came of it", ["result"])
_available = Gauge("cache_available", "Whether the cache answers")
_available.set(1)


def key_of(item_id: UUID) -> str:
    """Where an item is; the number changes with what an entry holds."""
    return f"items:1:{item_id}"


@dataclass(frozen=True, slots=True)
class Entry:
    """An item, and how many seconds it took to read it."""

    item: Item
    seconds: float

    def encode(self) -> bytes:
        """As the cache keeps it."""
        return _entry.dump_json(self)

    @classmethod
    def decode(cls, data: str | bytes | None) -> "Entry | None":
        """What is in the cache; nothing where another version of the service has put it there."""
        try:
            return _entry.validate_json(data) if data else None
        except ValidationError:
            return None

    def is_due(self, remaining: float) -> bool:
        """Whether this reader reads it anew, which is the more likely the fewer seconds remain.

        Of the readers of a popular item, one does so before its time is over (A. Vattani, F. Chierichetti,
        K. Lowenstein: Optimal Probabilistic Cache Stampede Prevention, VLDB 2015).
        """
        return -self.seconds * math.log(1 - _random.random()) >= remaining


_entry = TypeAdapter(Entry)


def found(data: str | bytes | None, remaining_milliseconds: int) -> Item | None:
    """The item in what Redis has answered, unless it is to be read anew."""
    entry = Entry.decode(data)
    due = entry is not None and entry.is_due(remaining_milliseconds / 1000)
    _requests.labels("miss" if entry is None else "early" if due else "hit").inc()
    return None if entry is None or due else entry.item


def answered(circuit: Circuit) -> None:
    """Take note that the cache is there."""
    if circuit.succeeded():
        _available.set(1)
        _log.info("the cache answers again")


def unanswered(circuit: Circuit, error: Exception) -> None:
    """Take note that the cache is away, once."""
    if circuit.failed():
        _available.set(0)
        _log.warning("the cache does not answer; reading from the database", error=repr(error))


def unasked() -> None:
    """Count a request that goes past the cache."""
    _requests.labels("unavailable").inc()
