"""The literature, rediscovered: what papers say of activations in LSTMs, tried by the product itself on data that are at hand."""
