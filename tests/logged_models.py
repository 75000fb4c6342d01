"""Keras models as MLflow gives them back from the project's own store."""

import keras
import mlflow

from flows.environment import MLRUNS
from flows.servers.processes import store_address
from tasks.track.places import Place, asked_by_default


def load_logged_model(address: str) -> keras.Model:
    """The one that was logged there."""
    with asked_by_default(Place(store_address(), MLRUNS, "")):
        return mlflow.keras.load_model(address)
