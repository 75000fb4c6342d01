"""What can't be reconstructed, told before anything heavy is imported."""

from tasks.numerics.errors import InputError
from tasks.numerics.settings import NetworkSpec


def check(series: int, network: NetworkSpec) -> None:
    """Raises InputError where there are several series."""
    if series > 1:
        raise InputError(
            f"--head autoencoder with {series} series: an autoencoder gives back the windows of one. Pass one --series without --id; "
            "columns that are measured side by side are its --features."
        )
