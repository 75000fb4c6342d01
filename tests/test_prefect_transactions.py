"""Two requests at once to Prefect's server that read, then write: the later one waits."""

import asyncio

import pytest
import sqlalchemy as sa
from prefect.server.database.configurations import AioSqliteConfiguration
from sqlalchemy.exc import OperationalError

from flows.servers.prefect_transactions import WritesInTurn


async def two_at_once(configuration):
    """Two transactions that read how many rows there are and write that number, the second while the first is between the two; the rows."""
    engine = await configuration.engine()
    async with engine.begin() as connection:
        await connection.execute(sa.text("create table rows (number integer)"))
    read = asyncio.Event()

    async def write(pause):
        async with await configuration.session(engine) as session, configuration.begin_transaction(session):
            count = (await session.execute(sa.text("select count(*) from rows"))).scalar()
            read.set()
            await asyncio.sleep(pause)
            await session.execute(sa.text(f"insert into rows values ({count})"))

    async def write_later():
        await read.wait()
        await write(0)

    try:
        await asyncio.gather(write(0.5), write_later())
        async with engine.connect() as connection:
            return (await connection.execute(sa.text("select number from rows order by number"))).scalars().all()
    finally:
        await engine.dispose()


def test_the_later_one_waits_for_its_turn(tmp_path):
    configuration = WritesInTurn(connection_url=f"sqlite+aiosqlite:///{tmp_path / 'prefect.db'}")
    assert asyncio.run(two_at_once(configuration)) == [0, 1]


def test_with_prefects_own_transactions_one_of_them_fails(tmp_path):
    configuration = AioSqliteConfiguration(connection_url=f"sqlite+aiosqlite:///{tmp_path / 'prefect.db'}")
    with pytest.raises(OperationalError, match="database is locked"):
        asyncio.run(two_at_once(configuration))
