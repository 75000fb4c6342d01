"""One `interlayer serve` for a team's history: two would run each other's schedules."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from flows.team.stores import history_database
from tasks.numerics.errors import InputError
from tasks.numerics.postgresql_stores import SERVING, is_locked_at_once, opened


@contextmanager
def only_one_serves() -> Iterator[None]:
    """While this lasts no other machine serves the same history; raises InputError where one does."""
    database = history_database()
    if database is None:
        yield
        return
    with closing(opened(database)) as connection:
        if not is_locked_at_once(connection, SERVING):
            raise InputError(
                f"Another 'interlayer serve' serves the history in {database.shown} already, here or on another machine. "
                f"End that one first, or name another database in {database.variable}."
            )
        yield
