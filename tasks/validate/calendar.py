"""The expectations that Great Expectations has not: dates beside the calendar of a frequency."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tasks.numerics.series.periods import Steps

if TYPE_CHECKING:
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration


def _metric(name: str, faulty: Callable[[Steps], np.ndarray]) -> None:
    """Register a metric that a date fails where it is `faulty` beside the calendar of a frequency."""
    from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
    from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
        column_condition_partial,
    )
    from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
        ColumnMapMetricProvider,
    )

    class ColumnValuesInCalendar(ColumnMapMetricProvider):
        condition_metric_name = name
        condition_value_keys = ("frequency",)

        @column_condition_partial(engine=PandasExecutionEngine)
        def _pandas(cls, column: pd.Series, frequency: str, **kwargs: object) -> pd.Series:  # noqa: N805
            steps = Steps.of(column, frequency)
            return ~column.isin(steps.dates[faulty(steps)])


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

    _metric("column_values.on_frequency", lambda steps: steps.off | steps.short)
    _metric("column_values.no_gap", lambda steps: steps.gap)

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
