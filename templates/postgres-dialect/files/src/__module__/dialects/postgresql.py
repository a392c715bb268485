"""PostgreSQL, by psycopg."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DBAPIError

NAMES: tuple[str, ...] = ("postgresql", "postgres")
DRIVERS: dict[str, str] = {"sync": "postgresql+psycopg", "async": "postgresql+psycopg"}
ENGINE: dict[str, Any] = {}

_LOCK = 7_238_114_902  # any number that no other lock of this database has
_DEADLOCK_DETECTED = "40P01"


def connect_args(_url: URL, timeout: int) -> dict[str, Any]:
    """Limits for the connection, each statement and each lock."""
    return {"connect_timeout": timeout, "options": f"-c statement_timeout={timeout}s -c lock_timeout={timeout}s"}


def prepare(_engine: Engine) -> None:
    """Nothing to do: the options of the connection say it all."""


def lock_migrations(connection: Connection) -> None:
    """Wait for another job, and keep others waiting until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def is_deadlock(error: DBAPIError) -> bool:
    """Whether this transaction was chosen to end a deadlock."""
    return getattr(error.orig, "sqlstate", None) == _DEADLOCK_DETECTED
