"""Processes that serve, and the history of runs that they keep."""
