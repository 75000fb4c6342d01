"""Load: labelled windows from an `.npz` file, a table in long form, folders of files, or those that come with the project."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import SamplesEntry, is_there, samples_catalogue
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.wording import cut, did_you_mean

if TYPE_CHECKING:
    from tasks.numerics.series.samples import ReadSamples


def read_samples(spec: SeriesSpec) -> "ReadSamples":
    """The samples that `--samples` names; raises InputError where they can't be read."""
    # Located before anything heavy is imported.
    path = locate_samples(spec)
    from tasks.numerics.series.sample_arrays import read_npz
    from tasks.numerics.series.sample_tables import read_folders, read_long_form

    if path is None:
        entry = samples_catalogue()[spec.samples]
        read = replace(read_npz(entry.file), source=entry.source) if entry.file.is_file() else read_digits(entry)
        return replace(read, description=entry.description)
    if path.is_dir():
        return read_folders(path, spec)
    return read_npz(path) if path.suffix.lower() == ".npz" else read_long_form(path, spec)


def locate_samples(spec: SeriesSpec) -> Path | None:
    """The file or folder of `--samples`, None of those that are bundled; raises InputError where there is none."""
    if spec.samples in samples_catalogue():
        return None
    if is_there(spec.samples):
        return Path(os.path.expanduser(spec.samples))  # noqa: PTH111  # unlike pathlib's, it never raises
    hint = did_you_mean(spec.samples.lower(), samples_catalogue())
    raise InputError(
        f"--samples {cut(spec.samples, 300)!r} is neither a file nor a folder.{hint} Pass the path of an .npz file with X and y, a CSV or "
        f"Parquet file in long form, a folder with a folder a class, or {', '.join(samples_catalogue())}."
    )


def read_digits(entry: SamplesEntry) -> "ReadSamples":
    """Handwritten digits, read from top to bottom: a time step a row of eight pixels."""
    from sklearn.datasets import load_digits

    from tasks.numerics.series.samples import ReadSamples

    found = load_digits()
    return ReadSamples(
        entry.name,
        entry.source,
        tuple(found.images.astype(float)),
        tuple(map(str, found.target)),
        tuple(f"pixel {number}" for number in range(1, 9)),
        tuple(f"digit {number}" for number in range(len(found.target))),
    )
