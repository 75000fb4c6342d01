"""Networks that forecast the next periods of a series, or of several."""
