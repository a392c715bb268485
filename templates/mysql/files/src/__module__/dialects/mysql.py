"""MySQL and MariaDB, by asyncmy and PyMySQL."""

from typing import Any

from sqlalchemy import URL, Connection, DateTime, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles

NAMES: tuple[str, ...] = ("mysql", "mariadb")
DRIVERS: dict[str, str] = {"sync": "mysql+pymysql", "async": "mysql+asyncmy"}
# Under REPEATABLE READ, their default, concurrent inserts wait for each other's gap locks and end in deadlocks.
ENGINE: dict[str, Any] = {"isolation_level": "READ COMMITTED"}

_COLLATION = "utf8mb4_bin"
_LOCK_SECONDS = 600
_DEADLOCK_FOUND = 1213


@compiles(DateTime, "mysql")
def _with_microseconds(_type: DateTime, _compiler: Any, **_options: Any) -> str:
    """Their DATETIME has whole seconds unless it is told otherwise."""
    return "DATETIME(6)"


def connect_args(_url: URL, timeout: int) -> dict[str, Any]:
    """Limits for the connection, each statement and each lock.

    MySQL limits reading statements, in milliseconds, MariaDB all of them, in seconds; each ignores the comment
    that is meant for the other (https://mariadb.com/kb/en/comment-syntax/).
    """
    statement = f"/*!80000 , max_execution_time={timeout * 1000} */ /*M!100100 , max_statement_time={timeout} */"
    return {
        "connect_timeout": timeout,
        "init_command": f"SET SESSION innodb_lock_wait_timeout={timeout} {statement}",
    }


def prepare(_engine: Engine) -> None:
    """Nothing to do: the first command of each connection says it all."""


def lock_migrations(connection: Connection) -> None:
    """Wait for another job, and keep others waiting until the connection is closed; let text compare byte by byte."""
    connection.execute(text("SELECT GET_LOCK(CONCAT(DATABASE(), '.migrate'), :seconds)"), {"seconds": _LOCK_SECONDS})
    if connection.scalar(text("SELECT @@collation_database")) != _COLLATION:
        connection.execute(text(f"ALTER DATABASE CHARACTER SET utf8mb4 COLLATE {_COLLATION}"))


def is_deadlock(error: DBAPIError) -> bool:
    """Whether this transaction was chosen to end a deadlock."""
    return error.orig is not None and error.orig.args[:1] == (_DEADLOCK_FOUND,)
