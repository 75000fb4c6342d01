"""Where a comparison writes: below the project's own state under plain names, or where the user says."""

from pathlib import Path

from flows.environment import MLRUNS
from flows.studies.study import Study
from tasks.numerics.safe_names import safe_name


def given_folder(output: str) -> Path:
    """The folder that `--output` names, or that of the project's own state where it names none."""
    return Path(output).expanduser() if output else MLRUNS


def results_folder(study: Study, name: str, data_digest: str) -> Path:
    """Where report and summary go: what the user asked for, or a folder that is the comparison's own, by its series' name."""
    if study.output.output:
        return given_folder(study.output.output)
    return MLRUNS / "reports" / f"{safe_name(name)}-{study.digest(data_digest)}"


def docs_folder(name: str) -> Path:
    """Where the Data Docs of a series or a panel of this name are."""
    return MLRUNS / "data_docs" / safe_name(name)
