"""Failing rows in words: which, when, and what stands there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tasks.numerics.series.periods import Steps, moment
from tasks.numerics.wording import cell


@dataclass(frozen=True)
class Findings:
    """Words for the failing rows of one table."""

    rows: pd.DataFrame
    """(N,) with `place`, and of `date`, `date_text`, `value`, `value_text`, `covered_text`, `label` what there is;
    and other columns with their texts that a check is about."""
    place: str
    """What a row is called: 'line', 'row' or 'period'."""

    def describe(self, kind: str, failing: list[int], frequency: str = "", of: str = "value") -> tuple[str, ...]:
        """A text for each failing row, run of rows or doubled date, at the positions in `failing`.

        Kinds `gap` and `irregular` are about the `frequency`, `value` and `constant` about the column `of`.
        """
        ways: dict[str, Callable[[pd.DataFrame], Iterator[str]]] = {
            **{
                "missing": self._runs(of),
                "date": self._texts("date_text"),
                "value": self._values(of),
                "covered": self._texts("covered_text"),
            },
            **{"double": self._doubles, "order": self._order, "when": self._whens, "partial": self._labels},
            **{
                "": lambda rows: iter(()),
                "constant": lambda rows: iter([f"every value is {self.rows[of].max():g}"]),
            },
            **{"gap": self._gaps(frequency), "irregular": self._irregular(frequency)},
        }
        return tuple(ways[kind](self.rows.iloc[sorted(failing)]))

    def _name(self, row: pd.Series) -> str:
        date = row.get("date")
        named = f"{self.place} {row['place']}"
        if date is None or pd.isna(date):
            return named
        return f"{named} ({moment(date)})"

    def _each(self, rows: pd.DataFrame) -> Iterator[pd.Series]:
        return (row for _, row in rows.iterrows())

    def _runs(self, of: str) -> Callable[[pd.DataFrame], Iterator[str]]:
        def words(rows: pd.DataFrame) -> Iterator[str]:
            for _, run in rows.groupby(np.cumsum(np.diff(rows.index, prepend=-1) > 1)):
                texts = run[f"{of}_written"].dropna() if f"{of}_written" in run else run["place"].iloc[:0]
                stands = [cell(text) for text in texts.drop_duplicates().iloc[:3] if str(text).strip()]
                said = f": {', '.join(stands)}" if stands else ""
                if len(run) == 1:
                    yield f"{self._name(run.iloc[0])}{said}"
                else:
                    yield f"{self._name(run.iloc[0])} to {self._name(run.iloc[-1])}: {len(run)} in a row{said.replace(':', ',')}"

        return words

    def _texts(self, column: str) -> Callable[[pd.DataFrame], Iterator[str]]:
        return lambda rows: (f"{self.place} {row['place']}: {cell(row[column])}" for row in self._each(rows))

    def _values(self, column: str) -> Callable[[pd.DataFrame], Iterator[str]]:
        def words(rows: pd.DataFrame) -> Iterator[str]:
            for row in self._each(rows):
                written = row.get(f"{column}_text")
                yield f"{self._name(row)}: {cell(row[column] if cell(written) == cell(None) else written)}"

        return words

    def _doubles(self, rows: pd.DataFrame) -> Iterator[str]:
        # The other rows of a date may be beyond those that are told of.
        for _, same in self.rows[self.rows["date"].isin(rows["date"])].groupby("date"):
            yield f"{moment(same['date'].iloc[0])} stands in {self.place}s {', '.join(map(str, same['place']))}"

    def _order(self, rows: pd.DataFrame) -> Iterator[str]:
        before = self.rows["date"].dropna().shift(1)[rows.index]
        return (
            f"{self._name(row)} follows {moment(earlier)}"
            for row, earlier in zip(self._each(rows), before, strict=True)
        )

    def _whens(self, rows: pd.DataFrame) -> Iterator[str]:
        return (self._name(row) for row in self._each(rows))

    def _labels(self, rows: pd.DataFrame) -> Iterator[str]:
        return (
            str(label) if self.place == "period" else f"{self.place} {at}: {label}"
            for at, label in zip(rows["place"], rows["label"], strict=True)
        )

    def _gaps(self, frequency: str) -> Callable[[pd.DataFrame], Iterator[str]]:
        def words(rows: pd.DataFrame) -> Iterator[str]:
            steps = Steps.of(self.rows["date"], frequency)
            return (
                f"after {self._name(row)}: {steps.missing_after(row['date'])}"
                for row in self._each(rows.drop_duplicates("date"))
            )

        return words

    def _irregular(self, frequency: str) -> Callable[[pd.DataFrame], Iterator[str]]:
        def words(rows: pd.DataFrame) -> Iterator[str]:
            steps = Steps.of(self.rows["date"], frequency)
            return (f"{self._name(row)}: {steps.irregular_at(row['date'])}" for row in self._each(rows))

        return words
