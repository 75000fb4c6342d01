"""What can't be forecast, told before anything heavy is imported."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from tasks.numerics.errors import InputError
from tasks.numerics.settings import NetworkSpec

if TYPE_CHECKING:
    from tasks.numerics.networks.chain.handed_over import HandedOver
    from tasks.numerics.series.samples import ReadSamples


FORECASTS: Final = True
"""What comes next, so that a champion can be kept."""


def check(series: int, network: NetworkSpec) -> None:
    """Any number of series can be forecast, by any network."""


def fitting(given: Mapping[str, Any], found: "HandedOver", samples: "ReadSamples | None") -> "HandedOver":
    """A network that was handed over; raises InputError where what it gives is no forecast."""
    if found.output_steps is not None:
        raise InputError(
            f"--network: the network gives an output at every one of {found.output_steps} time steps. Expected one of shape (windows, periods "
            "ahead), as --horizon says: the last recurrent layer without return_sequences, then Dense(horizon). An autoencoder is compared by "
            "--head autoencoder, with --layers in the place of --network."
        )
    return found
