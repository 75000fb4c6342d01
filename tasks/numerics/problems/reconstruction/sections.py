"""The page's sections of autoencoders: windows given back, anomalies, features, and the data."""

import xarray as xr

from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.reconstruction.anomalies import KINDS, WORDS
from tasks.numerics.problems.reconstruction.results import ReconstructionResult
from tasks.numerics.problems.reconstruction.scores import OF_FEATURES
from tasks.numerics.problems.sections import Definitions, Figures, Paragraph, Rows, Section, Table
from tasks.numerics.wording import mean_and_spread, rounded

Found = Overview[ReconstructionResult]


def sections(overview: Found) -> tuple[Section, ...]:
    """Its own sections, in the order in which a reader asks."""
    return windows_section(overview.result), anomaly_section(overview.result), feature_section(overview.result)


def windows_section(result: ReconstructionResult) -> Section:
    """A test window and what came back, clean and with every anomaly."""
    banded = next((name for name in result.variants if name != result.comparison.reference), "it")
    words = (
        f"The middle test window, {result.windows.names[0]}: what went in (solid), and the median over seeds of what each variant "
        f"gives back; the band holds 5 to 95 % of the seeds of {banded}."
    )
    names = tuple(f"windows/{name}" for name in ("clean", *KINDS))
    return Section("windows", "Windows given back", (Paragraph(words, soft=True), Figures(names, wide=True)))


def anomaly_section(result: ReconstructionResult) -> Section:
    """Whether the error tells an anomaly."""
    first = (
        "Each test window was copied once for each kind, and the anomaly planted at a place that is the same for every variant and "
        "seed. The mean squared error of the reconstruction is the score; as many windows have the anomaly as have none."
    )
    tables = [
        Table(f"{name}-table", (label, *KINDS), (kind_rows(result, key),))
        for key, name, label in (("auroc", "auroc", "AUROC"), ("average_precision", "precision", "average precision"))
    ]
    return Section(
        "anomalies",
        "Does the error tell an anomaly?",
        (Paragraph(first), Definitions({kind: WORDS[kind] for kind in KINDS}), *tables),
    )


def feature_section(result: ReconstructionResult) -> Section:
    """Scores of every feature in its own unit."""
    columns = ("feature", "variant", "RMSE, own unit", "MAE, own unit", "explained variance", "alpha")
    return Section("features", "By feature", (Table("feature-table", columns, (feature_rows(result),), words=(1,)),))


def over_seeds(table: xr.DataArray) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation over seeds (variant, seed), by variant."""
    mean, spread = table.mean("seed"), table.std("seed", ddof=1 if table.sizes["seed"] > 1 else 0)
    return {
        str(name): (float(mean.sel(variant=name)), float(spread.sel(variant=name)))
        for name in table["variant"].to_numpy()
    }


def kind_rows(result: ReconstructionResult, metric: str) -> Rows:
    """Name and the metric of each kind of anomaly, of variants and then baselines."""
    tables = [over_seeds(result.kinds[metric].sel(kind=kind)) for kind in KINDS]
    rows: Rows = [(name, *(mean_and_spread(*table[name], 2) for table in tables)) for name in tables[0]]
    for name in result.baseline_kinds["baseline"].to_numpy():
        own = result.baseline_kinds[metric].sel(baseline=name)
        rows.append((str(name), *(rounded(float(own.sel(kind=kind)), 2) for kind in KINDS)))
    return rows


def feature_rows(result: ReconstructionResult) -> Rows:
    """Feature, variant, RMSE and MAE in the feature's own unit, explained variance and alpha."""
    return [
        (
            feature,
            name,
            *(mean_and_spread(*over_seeds(result.features[key].sel(feature=feature))[name], 3) for key in OF_FEATURES),
        )
        for feature in result.windows.names
        for name in result.variants
    ]


def data(result: ReconstructionResult) -> Section:
    """The series, its features and windows."""
    series, split = result.series, result.windows.split
    terms = {
        "Series": series.name + (f": {series.description}" if series.description else ""),
        **({"Source": series.source} if series.source else {}),
        "Features": ", ".join(result.windows.names),
        "Rows": (
            f"{len(series.values)}; windows to train {split.train}, to validate {split.validation}, to test "
            f"{len(result.windows.first_rows)}"
        ),
        "Dropped": "; ".join(series.dropped) or "nothing",
        "SHA-256": f"`{series.digest}`",
    }
    return Section("data", "Data", (Definitions(terms),))
