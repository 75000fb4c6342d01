"""What networks are for, a folder a problem: its windows, scores, baselines and words. No problem imports another."""

from tasks.numerics.problems.forecasting.problem import Forecasting
from tasks.numerics.problems.problem import Problem
from tasks.numerics.problems.reconstruction.problem import Reconstruction
from tasks.numerics.settings import Head

PROBLEMS: dict[Head, Problem] = {problem.head: problem for problem in (Forecasting(), Reconstruction())}
"""Every problem, by its name in the settings."""
