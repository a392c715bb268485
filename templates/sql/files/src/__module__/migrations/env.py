"""Run by Alembic; ``migrate.py`` hands over the engine, its lock and the models."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext


def _render_type(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(value, context.config.attributes["utc_type"]):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Migrate in one transaction, where the database can; a second job waits for the first."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=context.config.attributes["metadata"],
            render_as_batch=engine.dialect.name == "sqlite",
            render_item=_render_type,
        )
        with context.begin_transaction():
            context.config.attributes["lock"](connection)
            context.run_migrations()
    engine.dispose()


run()
