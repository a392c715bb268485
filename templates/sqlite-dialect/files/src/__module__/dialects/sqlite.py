"""SQLite, in a file."""

from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

NAMES: tuple[str, ...] = ("sqlite",)
DRIVERS: dict[str, str] = {"sync": "sqlite+pysqlite", "async": "sqlite+aiosqlite"}
ENGINE: dict[str, Any] = {}


def connect_args(_url: URL, timeout: int) -> dict[str, Any]:
    """How long a writer waits for another."""
    return {"timeout": timeout}


def prepare(engine: Engine) -> None:
    """Let SQLite check foreign keys, and let readers and a writer work at the same time."""

    @event.listens_for(engine, "connect")
    def configure(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def lock_migrations(_connection: Connection) -> None:
    """Nothing to do: a file has one writer."""


def is_deadlock(_error: DBAPIError) -> bool:
    """Never: writers come one after the other."""
    return False
