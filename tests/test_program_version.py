"""A comparison is another one where the program that compares is: nothing that an older one found passes for what this one would find."""

import shutil
from pathlib import Path

import pytest

from flows.studies import program_version as versions
from flows.studies.program_version import program_version
from flows.studies.study import Study

NUMERICS = Path(versions.tasks.numerics.__file__).parent


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of what decides a result, in the place of it."""
    shutil.copytree(NUMERICS, tmp_path / "numerics", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(versions.BUNDLED, tmp_path / "atlas")
    monkeypatch.setattr(versions.tasks.numerics, "__file__", str(tmp_path / "numerics" / "__init__.py"))
    monkeypatch.setattr(versions, "BUNDLED", tmp_path / "atlas")
    program_version.cache_clear()
    yield tmp_path
    program_version.cache_clear()


def test_it_is_the_same_wherever_the_program_lies(copied):
    there = program_version()
    program_version.cache_clear()
    assert there == program_version.__wrapped__() and len(there) == 12


@pytest.mark.parametrize("file", ["numerics/statistics/verdicts.py", "atlas/effects.parquet"])
def test_every_digest_is_another_where_the_statistics_or_the_atlas_are(copied, file):
    before = Study().digest("data")
    path = copied / file
    path.write_bytes(path.read_bytes() + b"\n")
    assert Study().digest("data") == before  # within a process nothing changes
    program_version.cache_clear()
    assert Study().digest("data") != before


def test_every_digest_is_another_where_a_library_is(monkeypatch):
    before = program_version()
    monkeypatch.setattr(versions, "version", lambda name: "0.1")
    assert program_version.__wrapped__() != before
