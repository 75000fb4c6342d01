"""Prefect's store of the project: made whole by one process, before any server opens it."""

import fcntl
import os
from pathlib import Path

from flows.servers.store_checks import FLOW_RUNS, PREFECT_STORE
from flows.team.stores import history_database, history_is_elsewhere
from tasks.numerics.postgresql_stores import MAKING, Database, locked_for_all, refuse_other_release, revision_of
from tasks.numerics.sqlite_stores import StoreKind, ensure_store, state_of

MIGRATES = "PREFECT_API_DATABASE_MIGRATE_ON_START"
SCHEMA = Path(__file__).with_name("prefect_schema.sql")


def create_prefect_store() -> None:
    """Leaves a whole store there; raises InputError where the one that is there is damaged or of a newer Prefect, and a team's where it is of another one."""
    if database := history_database():
        os.environ[MIGRATES] = "false"
        create_prefect_database(database)
    if history_is_elsewhere():
        return
    os.environ[MIGRATES] = "false"
    PREFECT_STORE.parent.mkdir(parents=True, exist_ok=True)
    with PREFECT_STORE.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure_store(PREFECT_STORE, StoreKind("Prefect", FLOW_RUNS, _migrations, SCHEMA, make))


def create_prefect_database(database: Database) -> None:
    """Makes the tables of a team's empty database; raises InputError where it can't be reached or is of another release."""
    with locked_for_all(database, MAKING) as connection:
        revision = revision_of(connection)
        # Prefect's own command reads the address where the servers read it.
        refuse_other_release(database, revision, _migrations(), "prefect server database upgrade -y")
        if not revision:
            _migrate()


def _migrations() -> tuple[str, ...]:
    from alembic.script import ScriptDirectory
    from prefect.server.database import provide_database_interface

    versions = provide_database_interface().orm.versions_dir
    scripts = ScriptDirectory(str(versions.parents[1]), version_locations=[str(versions)])
    return tuple(script.revision for script in scripts.walk_revisions())


def make(path: Path) -> None:
    """Brings a store, or a new one, to the newest revision through Prefect's own migrations."""
    if state_of(path, FLOW_RUNS).revision == _migrations()[0]:
        return
    from prefect.server.database.configurations import AioSqliteConfiguration
    from prefect.server.database.dependencies import temporary_database_config

    with temporary_database_config(AioSqliteConfiguration(connection_url=f"sqlite+aiosqlite:///{path}")):
        _migrate()


def _migrate() -> None:
    """The database that Prefect is told to use, through its own migrations."""
    import anyio
    from prefect.server.database import provide_database_interface

    async def migrate() -> None:
        database = provide_database_interface()
        await database.create_db()
        await (await database.engine()).dispose()

    anyio.run(migrate)
