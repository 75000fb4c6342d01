"""The expectations that Great Expectations has not: dates beside the calendar of a frequency."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tasks.numerics.series.periods import Steps

if TYPE_CHECKING:
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration


def _metric(name: str, holds: Callable[..., pd.Series], key: str = "") -> None:
    """Register a metric that a value (N,) meets where it `holds`, given what the expectation says under `key`."""
    from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
    from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
        column_condition_partial,
    )
    from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
        ColumnMapMetricProvider,
    )

    class ColumnValues(ColumnMapMetricProvider):
        condition_metric_name = name
        condition_value_keys = (key,) if key else ()

        @column_condition_partial(engine=PandasExecutionEngine)
        def _pandas(cls, column: pd.Series, **kwargs: object) -> pd.Series:  # noqa: N805
            return holds(column, *([kwargs[key]] if key else []))


def _in_calendar(faulty: Callable[[Steps], np.ndarray]) -> Callable[[pd.Series, str], pd.Series]:
    """Whether dates (N,) are none that is `faulty` beside the calendar of a frequency."""

    def holds(column: pd.Series, frequency: str) -> pd.Series:
        steps = Steps.of(column, frequency)
        return ~column.isin(steps.dates[faulty(steps)])

    return holds


def _page_words(template: str) -> Any:  # a class method that Great Expectations calls with what it likes
    """How an expectation reads on the pages of the Data Docs; `$frequency` stands for its own."""
    from great_expectations.render.components import LegacyRendererType, RenderedStringTemplateContent
    from great_expectations.render.renderer.renderer import renderer

    def words(cls: type[Any], /, configuration: "ExpectationConfiguration", **kwargs: object) -> list[Any]:
        shown = {"template": template, "params": configuration.kwargs}
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=shown)]

    return classmethod(renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)(words))


@cache
def register_expectations() -> None:
    """Add the expectations that Great Expectations has not: dates beside the calendar of a frequency."""
    from great_expectations.expectations.expectation import ColumnMapExpectation

    _metric("column_values.on_frequency", _in_calendar(lambda steps: steps.off | steps.short), "frequency")
    _metric("column_values.no_gap", _in_calendar(lambda steps: steps.gap), "frequency")
    # Great Expectations' own ask row by row: seconds of a million dates.
    _metric("column_values.in_order", lambda column: ~(column < column.shift()))
    _metric("column_values.not_after", lambda column, latest: column <= pd.Timestamp(latest), "latest")

    class ExpectColumnValuesToStandInOrder(ColumnMapExpectation):
        """Expect no value to be less than the one above it."""

        map_metric = "column_values.in_order"
        success_keys = ("mostly",)
        _prescriptive_renderer = _page_words("values must not be less than those above them.")

    class ExpectColumnValuesToBeNotAfter(ColumnMapExpectation):
        """Expect no date to be after the latest."""

        latest: str
        map_metric = "column_values.not_after"
        success_keys = ("latest", "mostly")
        _prescriptive_renderer = _page_words("dates must not be after $latest.")

    class ExpectColumnValuesToFallOnFrequency(ColumnMapExpectation):
        """Expect every date to be one of the frequency, and its period not to be cut short by the next date."""

        frequency: str
        map_metric = "column_values.on_frequency"
        success_keys = ("frequency", "mostly")
        _prescriptive_renderer = _page_words("dates must begin or end whole periods of $frequency.")

    class ExpectColumnValuesToLeaveNoGap(ColumnMapExpectation):
        """Expect every date but the last to be followed by that of the next period."""

        frequency: str
        map_metric = "column_values.no_gap"
        success_keys = ("frequency", "mostly")
        _prescriptive_renderer = _page_words("dates must leave out no period of $frequency.")
