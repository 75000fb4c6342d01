"""Transactions of Prefect's server in its SQLite store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.server.database.dependencies import MODELS_DEPENDENCIES
from prefect.server.utilities.database import get_dialect
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction


class WritesInTurn(AioSqliteConfiguration):
    """Every transaction waits for its turn to write before it reads.

    Prefect lets them read first. One that finds when it comes to write that another has written since then fails at once, however long it
    might wait (https://sqlite.org/rescode.html#busy_snapshot): whoever asked for a run on a busy server got the answer 503.
    """

    @asynccontextmanager
    async def begin_transaction(
        self, session: AsyncSession, with_for_update: bool = False
    ) -> AsyncIterator[AsyncSessionTransaction]:
        """As Prefect begins one that says that it will write."""
        async with super().begin_transaction(session, with_for_update=True) as transaction:
            yield transaction


def let_writes_wait() -> None:
    """Of the server in this process, where its store is in SQLite."""
    address = PREFECT_API_DATABASE_CONNECTION_URL.value()
    if address and get_dialect(address).name == "sqlite":
        MODELS_DEPENDENCIES["database_config"] = WritesInTurn(connection_url=address)
