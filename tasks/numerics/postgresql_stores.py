"""A team's PostgreSQL: reached, of this release, locked; what it is asked with is never told."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tasks.numerics.errors import InputError

if TYPE_CHECKING:
    from psycopg import Connection

CONNECT_SECONDS: Final = 10
MAKING: Final = 1
"""The lock under which a database is made, by its number."""
CHAMPIONS: Final = 2
"""The lock under which a champion is looked at and another one made it."""
SERVING: Final = 3
"""The lock that `interlayer serve` holds as long as it lasts."""
OURS: Final = 0x1A7E12
"""The first number of all locks, so that others' locks of the same database are not ours."""


@dataclass(frozen=True)
class Database:
    """A tool's database of a team."""

    tool: str
    """`Prefect` or `MLflow`."""
    variable: str
    """The environment's variable that names it."""
    address: str = field(repr=False)
    """As SQLAlchemy takes it, with its password."""

    @property
    def shown(self) -> str:
        """The address with its user alone, for logs and command lines that others may see."""
        parts = urlsplit(self.address)
        login, at, host = parts.netloc.rpartition("@")
        return f"{parts.scheme}://{login.partition(':')[0]}{at}{host}{parts.path}"

    @property
    def dsn(self) -> str:
        """The address as PostgreSQL's own library takes it: the driver's name is SQLAlchemy's, `ssl` that of asyncpg."""
        rest = self.address.partition("://")[2]
        return f"postgresql://{rest}".replace("?ssl=", "?sslmode=").replace("&ssl=", "&sslmode=")


def opened(database: Database) -> "Connection[Any]":
    """A connection, each statement by itself; raises InputError where there is none."""
    import psycopg

    try:
        return psycopg.connect(database.dsn, connect_timeout=CONNECT_SECONDS, autocommit=True, client_encoding="UTF8")
    except psycopg.Error as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"{database.variable} is {database.shown}, and {database.tool}'s database can't be reached there ({reason}). Expected the "
            "address of a PostgreSQL database that is there, with its user and password. Nothing is lost: what was trained is kept."
        ) from None


@contextmanager
def connected(database: Database) -> Iterator["Connection[Any]"]:
    """The same, closed at the end."""
    with closing(opened(database)) as connection:
        yield connection


def revision_of(connection: "Connection[Any]") -> str:
    """The revision of a database's schema; '' of an empty one."""
    (there,) = _row(connection, "SELECT to_regclass('alembic_version') IS NOT NULL")
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone() if there else None
    return str(found[0]) if found else ""


def size_of(connection: "Connection[Any]") -> int:
    """Bytes of the database."""
    return int(_row(connection, "SELECT pg_database_size(current_database())")[0])


def refuse_other_release(database: Database, revision: str, known: tuple[str, ...], upgrade: str) -> None:
    """Raises InputError where a database that is in use is not of the installed release, which knows these revisions, the newest first."""
    if revision in ("", known[0]):
        return
    if revision in known:
        raise InputError(
            f"{database.shown} ({database.variable}) was made by an older release of {database.tool} (revision {revision}; this one "
            f"expects {known[0]}). A team's database is not changed unasked. Make a backup with pg_dump, end what uses it, then run "
            f"once: {upgrade}"
        )
    raise InputError(
        f"{database.shown} ({database.variable}) was made by a newer release of {database.tool} (revision {revision}), which this one "
        f"can't read. Install the release of Interlayer that the team uses, or name another database in {database.variable}."
    )


@contextmanager
def locked_for_all(database: Database, lock: int) -> Iterator["Connection[Any]"]:
    """While this lasts no other machine holds the lock; waits until then. The database frees it when the connection ends, however it ends."""
    with connected(database) as connection:
        connection.execute("SELECT pg_advisory_lock(%s, %s)", (OURS, lock))
        yield connection


def is_locked_at_once(connection: "Connection[Any]", lock: int) -> bool:
    """Whether the lock is this connection's from here on; does not wait."""
    return bool(_row(connection, "SELECT pg_try_advisory_lock(%s, %s)", (OURS, lock))[0])


def _row(connection: "Connection[Any]", question: Any, values: tuple[int, ...] = ()) -> tuple[Any, ...]:
    found: tuple[Any, ...] = connection.execute(question, values).fetchone() or (None,)
    return found
