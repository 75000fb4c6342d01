"""What can't be forecast, told before anything heavy is imported."""

from tasks.numerics.settings import NetworkSpec


def check(series: int, network: NetworkSpec) -> None:
    """Any number of series can be forecast, by any network."""
