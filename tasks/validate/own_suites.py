"""A suite of the user's own, as Great Expectations takes it."""

from typing import TYPE_CHECKING

from tasks.numerics.errors import InputError
from tasks.numerics.safe_names import safe_name
from tasks.numerics.series.user_suites import EXPECTED, read_suite, refuse_unknown
from tasks.validate.calendar import register_expectations

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


def own_suite(name: str, page: str) -> "ExpectationSuite":
    """The suite of a file, its name after that of a page; raises InputError where Great Expectations refuses it."""
    from great_expectations import ExpectationSuite
    from great_expectations.exceptions.exceptions import GreatExpectationsError
    from great_expectations.expectations.registry import list_registered_expectation_implementations

    register_expectations()
    content = read_suite(name)
    refuse_unknown(name, content["expectations"], list_registered_expectation_implementations())
    try:
        return ExpectationSuite(
            name=f"{page}{safe_name(str(content['name']))} (own)", expectations=content["expectations"]
        )
    except (GreatExpectationsError, ValueError, TypeError) as error:
        said = " ".join(str(error).split())
        raise InputError(
            f"--suite {name!r} holds an expectation that Great Expectations refuses: {said}. {EXPECTED}"
        ) from None
