"""What `interlayer.compare` gives: a comparison to look at, to draw, to write and to forecast with."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

from flows.comparison.pipeline import Found
from tasks.numerics.errors import InputError
from tasks.numerics.findings.answer import answer
from tasks.numerics.findings.conclusions import conclusions
from tasks.numerics.findings.decision import Decision, decision
from tasks.numerics.findings.decision_tables import odds_rows
from tasks.numerics.findings.drawings import drawings_of
from tasks.numerics.findings.tracked_runs import account_of
from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.results import Result
from tasks.numerics.statistics.seed_statistics import summary

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Compared:
    """A comparison. In a notebook it shows itself; `str()` is the answer."""

    found: Found
    run: str = ""
    """The run in MLflow, where it was tracked."""

    def __str__(self) -> str:
        """The answer, in a paragraph."""
        return " ".join(answer(self.overview))

    def __repr__(self) -> str:
        """Which series and variants, and the answer."""
        return f"<Comparison of {', '.join(self.result.variants)} on {self.result.series.name}: {self}>"

    def _repr_html_(self) -> str:
        """The answer, its intervals and the table, for a notebook."""
        from tasks.report.notebook import render_face

        return render_face(self.overview)

    @property
    def result(self) -> Result:
        """Everything that was found, kept whole."""
        return self.found.result

    @property
    def overview(self) -> Overview[Any]:
        """The result in words and table cells."""
        return Overview.of(self.found.result)

    @property
    def conclusions(self) -> tuple[str, ...]:
        """What to conclude, a sentence each."""
        return conclusions(self.overview)

    @property
    def decision(self) -> Decision:
        """What to choose, with what it rests on."""
        return decision(self.overview)

    @property
    def odds(self) -> pd.DataFrame:
        """A row a variant and metric: probabilities of `better`, `same`, `worse` (which sum to 1) and `better_at_all`."""
        return pd.DataFrame(odds_rows(self.overview))

    @property
    def verdicts(self) -> pd.DataFrame:
        """A row a variant and metric: `verdict`, `difference` in badness (below 0 the variant is better), `lower` and `upper` (95 %)."""
        columns = ("variant", "metric", "difference", "p", "p_adjusted", "region", "improvement")
        rows = [
            {
                "variant": one.variant,
                "metric": one.metric,
                "verdict": one.word,
                "difference": one.difference,
                "lower": one.low,
                "upper": one.high,
                **{name: getattr(one, name) for name in columns[3:]},
            }
            for one in self.result.verdicts
        ]
        return pd.DataFrame(rows)

    @property
    def scores(self) -> pd.DataFrame:
        """A row a variant or baseline and metric: `mean` over seeds, `standard_deviation`, `lower` and `upper` (5 and 95 %), `seeds`."""
        networks = (
            summary(self.result.scores)
            .reset_index()
            .rename(columns={"low": "lower", "high": "upper", "count": "seeds"})
        )
        networks = networks.drop(columns="interquartile_mean").rename(columns={"variant": "name"})
        baselines = self.result.baseline_scores.to_dataframe().rename_axis("name").reset_index()
        without = baselines.melt(id_vars="name", var_name="metric", value_name="mean")
        found = pd.concat(
            [networks.assign(kind="network"), without.assign(kind="baseline", seeds=0)], ignore_index=True
        )
        return found[["name", "kind", "metric", "mean", "standard_deviation", "lower", "upper", "seeds"]]

    @property
    def forecasts(self) -> pd.DataFrame:
        """What every variant put out beside what is true: `mean` over seeds, `lower` and `upper` (5 and 95 % of them)."""
        return PROBLEMS[self.result.head].outputs(self.result)

    @property
    def dataset(self) -> xr.Dataset:
        """Every score (variant, seed), and beside them those of the baselines."""
        baselines = self.result.baseline_scores
        return self.result.scores.merge(baselines.rename({name: f"baseline_{name}" for name in baselines.data_vars}))

    @property
    def datasets(self) -> dict[str, xr.Dataset]:
        """Every table that a tracker would keep, by name."""
        return dict(account_of(self.result).datasets)

    @property
    def summary(self) -> dict[str, Any]:
        """What summary.json holds."""
        from tasks.summarize import summarize

        return summarize(
            self.result, self.found.study.settings(), self.found.timings, {"run": self.run} if self.run else {}
        )

    @property
    def _drawings(self) -> Drawings:
        return drawings_of(self.overview)

    @property
    def plots(self) -> tuple[str, ...]:
        """Names that `plot` takes."""
        return tuple(self._drawings)

    def plot(self, name: str = "") -> "go.Figure":
        """A figure by its name, the intervals of the verdicts unless one is given; raises InputError where there is none."""
        from tasks.plot import draw

        name = name or next(iter(self._drawings))
        if name not in self._drawings:
            raise InputError(f"plot({name!r}): there is no such figure. Expected one of: {', '.join(self.plots)}.")
        return draw(self._drawings[name])

    def report(self, path: str | Path = "report.html") -> Path:
        """Writes the page that opens offline; gives its path."""
        from tasks.numerics.findings.offline_pages import Background
        from tasks.plot import plot
        from tasks.report import render_report, write_report

        background = Background(self.found.study.settings(), {}, self.found.timings)
        where = Path(path).expanduser().resolve()
        write_report(render_report(self.result, plot(self.result), self.found.validation, background), where)
        return where

    def best_model(self, series: str = "") -> Any:
        """The chosen variant's best seed as a `keras.Model`: values in their own units in, and out.

        Of a panel it is of one `series`. Raises InputError where every seed diverged, or there is no such series.
        """
        from tasks.numerics.findings.best_model import best_seed, keras_model

        account = account_of(self.result)
        best = best_seed(account)
        if best is None:
            raise InputError(f"Every seed of {account.decision} diverged: there is no model to give.")
        model, _ = keras_model(account, self.found.trained.blocks, self.found.study.settings(), best)
        names = [one.series.name for one in self.result.members] or [self.result.series.name]
        if series and series not in names:
            raise InputError(f"best_model({series!r}): there is no such series. Expected one of: {', '.join(names)}.")
        member = names.index(series) if series else 0
        return PROBLEMS[self.result.head].in_units(model, self.found.origins, self.found.study.windows, member)
