"""Prefect's store of the project: made whole by one process, before any server opens it."""

import fcntl
import os
from pathlib import Path

from flows.servers.store_checks import FLOW_RUNS, OWN_DATABASE, PREFECT_STORE
from tasks.numerics.sqlite_stores import StoreKind, ensure_store, state_of

MIGRATES = "PREFECT_API_DATABASE_MIGRATE_ON_START"
SCHEMA = Path(__file__).with_name("prefect_schema.sql")


def create_prefect_store() -> None:
    """Leaves a whole store there; raises InputError where the one that is there is damaged or of a newer Prefect."""
    if OWN_DATABASE in os.environ:
        return
    os.environ[MIGRATES] = "false"
    PREFECT_STORE.parent.mkdir(parents=True, exist_ok=True)
    with PREFECT_STORE.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure_store(PREFECT_STORE, StoreKind("Prefect", FLOW_RUNS, _migrations, SCHEMA, make))


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
    import anyio
    from prefect.server.database import provide_database_interface
    from prefect.server.database.configurations import AioSqliteConfiguration
    from prefect.server.database.dependencies import temporary_database_config

    async def migrate() -> None:
        database = provide_database_interface()
        await database.create_db()
        await (await database.engine()).dispose()

    with temporary_database_config(AioSqliteConfiguration(connection_url=f"sqlite+aiosqlite:///{path}")):
        anyio.run(migrate)
