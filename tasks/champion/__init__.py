"""A champion's forecasts and history as files, on a page and on the terminal."""
