"""What can't be reconstructed, told before anything heavy is imported."""

from tasks.numerics.errors import InputError
from tasks.numerics.settings import NetworkSpec


def check(series: int, network: NetworkSpec) -> None:
    """Raises InputError where there are several series, or a network that was handed over."""
    if network.network:
        raise InputError(
            "--network with --head autoencoder: a network that is handed over is compared as a forecaster or a classifier, and an autoencoder is "
            "built from settings of layers. Leave --network out, and pass the encoder's: --layers 100,50 is LSTM(100) on LSTM(50) and back; "
            "--cell, --bidirectional, --dropout and so on change all of its layers."
        )
    if series > 1:
        raise InputError(
            f"--head autoencoder with {series} series: an autoencoder gives back the windows of one. Pass one --series without --id; "
            "columns that are measured side by side are its --features."
        )
