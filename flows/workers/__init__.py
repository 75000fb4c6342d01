"""Training on other machines: a Dask cluster that exists, whose workers have what this process has."""
