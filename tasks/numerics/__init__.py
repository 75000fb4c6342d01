"""Nouns, in wings: pure numbers and words, without Prefect, MLflow or Great Expectations. A wing imports only wings below it."""
