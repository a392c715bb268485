"""The kinds of databases that the service can use, one module each."""

from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError


class Dialect(Protocol):
    """What a module tells about its kind of database."""

    NAMES: tuple[str, ...]
    """How addresses begin."""
    DRIVERS: dict[str, str]
    """The drivers that the service brings, ``sync`` and ``async``."""
    ENGINE: dict[str, Any]
    """Options of the engine that only this kind needs."""

    def connect_args(self, url: URL, timeout: int, /) -> dict[str, Any]:
        """Limits for how long the database may take."""

    def prepare(self, engine: Engine, /) -> None:
        """Set up each new connection."""

    def lock_migrations(self, connection: Connection, /) -> None:
        """Let one job migrate at a time, until the connection is closed or its transaction ends."""

    def is_deadlock(self, error: DBAPIError, /) -> bool:
        """Whether the database has given up this transaction in favour of another one; it may be tried again."""
