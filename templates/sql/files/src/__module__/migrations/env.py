"""Run by Alembic; ``migrate.py`` hands over the engine and the models."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import text

_LOCK = 7_238_114_902  # any number that no other lock of this database has


def _render_type(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(value, context.config.attributes["utc_type"]):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Migrate in one transaction; on PostgreSQL a second job waits for the first."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=context.config.attributes["metadata"],
            render_as_batch=engine.dialect.name == "sqlite",
            render_item=_render_type,
        )
        with context.begin_transaction():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            context.run_migrations()
    engine.dispose()


run()
