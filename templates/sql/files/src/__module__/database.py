"""Which database the service uses, and how it is reached."""

from pathlib import Path
from sqlite3 import Connection
from typing import Any

from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from .settings import Settings

_EMBEDDED = "sqlite:///.data/service.db"
_DRIVERS = {
    "postgres": {"sync": "postgresql+psycopg", "async": "postgresql+psycopg"},
    "postgresql": {"sync": "postgresql+psycopg", "async": "postgresql+psycopg"},
    "sqlite": {"sync": "sqlite+pysqlite", "async": "sqlite+aiosqlite"},
}


def database_url(settings: Settings, kind: str) -> URL:
    """The address with the driver that the service brings, ``sync`` or ``async``; without one, a file here."""
    if settings.database_url is None:
        Path(_EMBEDDED.removeprefix("sqlite:///")).parent.mkdir(exist_ok=True)
        return make_url(_EMBEDDED).set(drivername=_DRIVERS["sqlite"][kind])
    url = make_url(settings.database_url.get_secret_value())
    drivers = _DRIVERS.get(url.drivername.split("+")[0], {})
    return url.set(drivername=drivers.get(kind, url.drivername))


def connect_args(url: URL, timeout: int) -> dict[str, Any]:
    """Limits for how long the database may take."""
    if url.get_backend_name() == "postgresql":
        return {"connect_timeout": timeout, "options": f"-c statement_timeout={timeout}s -c lock_timeout={timeout}s"}
    return {"timeout": timeout}


def prepare_sqlite(engine: Engine) -> None:
    """Let SQLite check foreign keys, and let readers and a writer work at the same time."""

    @event.listens_for(engine, "connect")
    def configure(connection: Connection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
