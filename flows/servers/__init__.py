"""Servers as processes, who may ask them, and the history of runs that they keep."""
