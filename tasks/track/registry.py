"""The registry of champions in MLflow: a model a name, a version a comparison, and the alias that says which one forecasts.

MLflow moves an alias whatever it pointed to: compare and set is done here, under locks.
"""

import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tasks.numerics.champions.registered_names import PREFIX, model_name
from tasks.numerics.champions.served import ABOUT, ChampionModel, columns_in, columns_out, read_model, write_model
from tasks.numerics.errors import InputError
from tasks.numerics.postgresql_stores import CHAMPIONS, locked_for_all
from tasks.track.places import Place, asked_by_default, connect
from tasks.track.registry_lock import forget_snapshots, locked_in_registry
from tasks.track.store import STORE

if TYPE_CHECKING:
    from mlflow import MlflowClient

ALIAS: Final = "champion"
LOADER: Final = "tasks.numerics.champions.served"
NEEDED: Final = ("tensorflow", "keras", "numpy", "pandas", "scipy", "xarray", "pydantic")
"""What a champion forecasts with, beside Interlayer itself."""
REFUSED: Final = "refused"
"""The tag of a version that says why it was not promoted."""


@dataclass(frozen=True)
class Version:
    """A champion, or one that was to be."""

    number: int
    tags: Mapping[str, str]
    source: str
    """`models:/m-...`."""

    @property
    def is_refused(self) -> bool:
        """Whether it was not promoted."""
        return bool(self.tags.get(REFUSED))


def champion(place: Place, name: str) -> Version | None:
    """The version that forecasts now; None where there is none."""
    if place.own and not (place.store / STORE).exists():
        return None
    return _champion(_connected(place), name)


def _connected(place: Place) -> "MlflowClient":
    """A client that sees what other processes have written until now."""
    client = connect(place)
    forget_snapshots(client)
    return client


def _champion(client: "MlflowClient", name: str) -> Version | None:
    from mlflow.exceptions import MlflowException

    try:
        return _version(client.get_model_version_by_alias(model_name(name), ALIAS))
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise


def _version(found: Any) -> Version:
    return Version(int(found.version), dict(found.tags), str(found.source))


def versions(place: Place, name: str) -> list[Version]:
    """Every version, the first one first."""
    if place.own and not (place.store / STORE).exists():
        return []
    client = _connected(place)
    found, token = list[Version](), None
    while True:
        page = client.search_model_versions(f"name = '{model_name(name)}'", max_results=1000, page_token=token)
        found += map(_version, page)
        token = page.token
        if not token:
            return sorted(found, key=lambda one: one.number)


def champion_names(place: Place) -> list[str]:
    """The names of all champions."""
    if place.own and not (place.store / STORE).exists():
        return []
    found = _connected(place).search_registered_models(f"name LIKE '{PREFIX}%'", max_results=1000)
    return sorted(one.name.removeprefix(PREFIX) for one in found)


def register(place: Place, model: ChampionModel, tags: Mapping[str, str]) -> Version:
    """A version of this comparison: the one that is known by its digest, or a new one; with these tags."""
    name, digest = model.kept.name, model.kept.digest
    known = next((one for one in reversed(versions(place, name)) if one.tags.get("digest") == digest), None)
    client = _connected(place)
    if known:
        new = {key: value for key, value in tags.items() if key == REFUSED or key not in known.tags}
        _tag(client, name, known.number, new)
        return Version(known.number, {**known.tags, **new}, known.source)
    _create(client, name)
    logged = _log(client, place, model)
    with asked_by_default(place):  # where MLflow looks for what the source names
        found = client.create_model_version(
            model_name(name), source=f"models:/{logged}", run_id=model.kept.run, tags=dict(tags), model_id=logged
        )
    return _version(found)


def _create(client: "MlflowClient", name: str) -> None:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(model_name(name), description=f"Kept by interlayer compare --champion {name}.")
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _log(client: "MlflowClient", place: Place, model: ChampionModel) -> str:
    """The model's id, logged below the comparison's run."""
    import mlflow
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    kept = model.kept
    given, made = (
        Schema([ColSpec(kind, name) for name, kind in own(kept).items()]) for own in (columns_in, columns_out)
    )
    signature = ModelSignature(given, made)
    with tempfile.TemporaryDirectory() as temporary, warnings.catch_warnings(), asked_by_default(place):
        folder = Path(temporary) / "champion"
        write_model(folder, model)
        # Of an example that is not there: the signature says what is taken.
        warnings.filterwarnings("ignore", category=UserWarning, module="mlflow")
        with mlflow.start_run(run_id=kept.run, log_system_metrics=False):
            logged = mlflow.pyfunc.log_model(
                name="ensemble",
                loader_module=LOADER,
                data_path=str(folder),
                signature=signature,
                pip_requirements=[f"{one}=={version_of(one)}" for one in NEEDED],
            )
    client.set_terminated(kept.run, "FINISHED")
    return str(logged.model_id)


def refuse(place: Place, name: str, number: int, why: str) -> None:
    """Says in a version's tags why it is not the champion."""
    _tag(_connected(place), name, number, {REFUSED: why})


def promote(place: Place, name: str, number: int, expected: int | None, tags: Mapping[str, str]) -> Version | None:
    """Makes a version the champion if that is still the `expected` one; gives the one that it is now where it is another.

    Tags are written before the alias moves: who sees it moved sees them too.
    """
    client = _connected(place)
    with locked(place), locked_in_registry(client, model_name(name)) as check_lock:
        forget_snapshots(client)
        now = _champion(client, name)
        if (now.number if now else None) != expected:
            return now or Version(0, {}, "")
        if REFUSED in (client.get_model_version(model_name(name), str(number)).tags or {}):
            client.delete_model_version_tag(model_name(name), str(number), REFUSED)
        _tag(client, name, number, tags)
        check_lock()
        client.set_registered_model_alias(model_name(name), ALIAS, str(number))
    return None


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Who waits for another one of the home, or of a team's database, asks nothing meanwhile; others are kept out by the registry's own lock."""
    if place.database:
        with locked_for_all(place.database, CHAMPIONS):
            yield
        return
    from filelock import FileLock

    place.store.mkdir(parents=True, exist_ok=True)
    with FileLock(place.store / "champions.lock"):
        yield


def _tag(client: "MlflowClient", name: str, number: int, tags: Mapping[str, str]) -> None:
    for key, value in tags.items():
        client.set_model_version_tag(model_name(name), str(number), key, value)


def load_champion(place: Place, name: str, version: Version) -> ChampionModel:
    """The networks of a version; raises InputError where its files are gone."""
    import mlflow

    try:
        with asked_by_default(place):
            folder = Path(mlflow.artifacts.download_artifacts(version.source))
        about = next(folder.rglob(ABOUT))
    except (OSError, StopIteration, mlflow.exceptions.MlflowException) as error:
        raise InputError(
            f"The files of version {version.number} of the champion {name} are gone ({' '.join(str(error).split()) or type(error).__name__}). "
            f"Run the comparison again with --champion {name}: it trains nothing anew."
        ) from error
    return read_model(about.parent)
