"""Tables held to expectations by Great Expectations, and its Data Docs."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from tasks.numerics.series.checked_tables import WRITTEN, Held
from tasks.numerics.series.failing_rows import Findings
from tasks.numerics.series.records import Records
from tasks.numerics.series.validation import MOST_DETAILS, Expectation
from tasks.numerics.wording import cell
from tasks.validate.calendar import register_expectations

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration


def context_of(docs: Path) -> "EphemeralDataContext":
    """Great Expectations, with its Data Docs in a folder."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    register_expectations()
    docs.mkdir(parents=True, exist_ok=True)
    # Great Expectations puts variables of the environment in place of $NAME.
    site = {
        "class_name": "SiteBuilder",
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(docs.resolve()).replace("$", r"\$"),
        },
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
    stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    bars = ProgressBarsConfig(globally=False)
    config = DataContextConfig(store_backend_defaults=stores, data_docs_sites={"docs": site}, progress_bars=bars)
    return gx.get_context(mode="ephemeral", project_config=config)


def run_suite(
    context: "EphemeralDataContext", suite: "ExpectationSuite", table: pd.DataFrame
) -> "ExpectationSuiteValidationResult":
    """What a suite says of a table."""
    import great_expectations as gx

    asset = context.data_sources.add_pandas(suite.name).add_dataframe_asset("rows")
    definition = gx.ValidationDefinition(
        name=suite.name, data=asset.add_batch_definition_whole_dataframe("all"), suite=suite
    )
    context.suites.add(suite)
    return context.validation_definitions.add(definition).run(
        batch_parameters={"dataframe": table},
        # Failing rows by their position: by a column, Great Expectations looks each of them up for itself.
        result_format={"result_format": "SUMMARY", "partial_unexpected_count": MOST_DETAILS},
    )


def hold(context: "EphemeralDataContext", held: Held, page: str) -> list[Expectation]:
    """What a table is held to, and what was found; `page` begins the name of its page in the Data Docs."""
    from great_expectations import ExpectationSuite

    numbered = [check.config | {"meta": {"number": number}} for number, check in enumerate(held.checks)]
    suite = ExpectationSuite(name=page + held.name, expectations=numbered)
    words = Findings(held.rows, held.place)
    outcomes: dict[int, Expectation] = {}
    for one in run_suite(context, suite, held.table).results:
        number = (_config(one).meta or {})["number"]
        check = held.checks[number]
        failing = [int(row) for row in one.result.get("partial_unexpected_index_list") or []]
        details = (
            () if one.success else words.describe(check.kind, failing, check.kwargs.get("frequency", ""), check.of)
        )
        outcomes[number] = _outcome(one, held.name, Words(check.asks, check.remedy, details, held.place))
    # Great Expectations gives its results in an order of its own.
    return [outcomes[number] for number in sorted(outcomes)]


def hold_to_own(
    context: "EphemeralDataContext", suite: "ExpectationSuite", records: Records, name: str
) -> list[Expectation]:
    """What a user's own suite, of this name, says of the records as they were read."""
    remedy = "Your own suite asks for this: mend the rows, or the suite that --suite names."
    places = records.rows["place"].to_numpy()
    outcomes = []
    for one in run_suite(context, suite, records.table).results:
        rows, values = (one.result.get(f"partial_unexpected_{key}") or [] for key in ("index_list", "list"))
        details = tuple(f"{records.place} {places[at]}: {cell(value)}" for at, value in zip(rows, values, strict=False))
        kwargs = {key: value for key, value in _config(one).kwargs.items() if key not in ("column", "batch_id")}
        asks = f"{name} asks for {', '.join(f'{key}={value}' for key, value in kwargs.items()) or 'it'}"
        outcomes.append(_outcome(one, name, Words(asks, remedy, details, records.place)))
    return outcomes


@dataclass(frozen=True)
class Words:
    """What a person is told of an expectation beside Great Expectations' own result."""

    asks: str
    remedy: str
    details: tuple[str, ...]
    place: str


def _config(one: "ExpectationValidationResult") -> "ExpectationConfiguration":
    """The expectation that a result is about."""
    if one.expectation_config is None:
        raise ValueError("Great Expectations gave a result without the expectation it is about")
    return one.expectation_config


def _outcome(one: "ExpectationValidationResult", suite: str, words: Words) -> Expectation:
    """A result in words."""
    config = _config(one)
    return Expectation(
        name=config.type,
        suite=suite,
        column=str(config.kwargs.get("column", "")).removesuffix(WRITTEN),
        success=bool(one.success),
        severity=str(getattr(config.severity, "value", config.severity)),
        asks=words.asks,
        observed=_observed(one, f"{words.place}s"),
        details=words.details,
        further=max(0, int(one.result.get("unexpected_count") or 0) - MOST_DETAILS),
        remedy=words.remedy,
    )


def _observed(one: "ExpectationValidationResult", places: str) -> str:
    raised = _raised(one.exception_info)
    if raised:
        return f"it could not be evaluated, {raised}"
    result = one.result
    if "unexpected_count" in result:
        return f"{result['unexpected_count']} of {result['element_count']} {places} fail"
    return (
        f"found {result['observed_value']}"
        if result.get("observed_value") is not None
        else "found"
        if one.success
        else "not found"
    )


def _raised(info: dict[str, Any]) -> str:
    """What Great Expectations ran into, one line; '' where it did not."""
    for one in [info] if "raised_exception" in info else info.values():
        if one.get("raised_exception"):
            return str(one.get("exception_message")).strip().splitlines()[-1]
    return ""
