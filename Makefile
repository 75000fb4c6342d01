# Sets up everything first, on a machine that has nothing but Python 3.11, 3.12 or 3.13, pip, make and git.
#
#   make compare ARGS="--series nile --seeds 10"    make up ARGS="--mlflow-port 5001"    make test ARGS="-k windows"
#   make compare PYTHON=python3.13

# The first that really runs (pyenv leaves names that don't): 3.11 before the others, because everything is tested on it.
SUPPORTED := import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3 python "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.1[123]*/bin/python; do \
	"$$python" -c "$(SUPPORTED)" > /dev/null 2>&1 && echo "$$python" && break; done)
define python-needed
@"$(PYTHON)" -c "$(SUPPORTED)" > /dev/null 2>&1 || { \
	echo "$(if $(PYTHON),$(PYTHON) is no Python 3.11 to 3.13 that runs,No Python 3.11 to 3.13 was found that runs): install one, or name it with make PYTHON=/its/path." >&2; exit 1; }
endef
UV_VERSION := 0.13.9
UV := .uv/bin/uv
BIN := .venv/bin
ARGS ?=

.PHONY: compare test test-all test-pythons up benchmark calibration literature faults mutants asked-python

# The default comparison: table, report.html, MLflow runs.
compare: $(BIN)/.set-up
	@$(BIN)/interlayer compare $(ARGS)

# Style, types and tests; those in a browser are skipped where there is no Chromium, and leave pictures in the folder INTERLAYER_SCREENSHOTS.
test: $(BIN)/.set-up
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/pytest -m "not full" -rs $(ARGS)

# With the whole product of the engine's cases.
test-all: $(BIN)/.set-up
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/pytest -rs $(ARGS)

# On the other Pythons that are found: imports, unit tests, and the quick comparison twice.
test-pythons: $(BIN)/.set-up
	@$(BIN)/python tests/other_pythons.py $(UV)

# The dashboards and the deployment, until Ctrl-C.
up: $(BIN)/.set-up
	@exec $(BIN)/interlayer serve $(ARGS)

# The engine against its peers, JAX among them; PyTorch too, where it is installed: what stands beside the lock is left there.
benchmark: $(BIN)/.set-up
	@$(UV) sync --quiet --locked --inexact --group benchmark
	@$(BIN)/python tests/benchmarks/run.py $(ARGS)

# Whether intervals, verdicts and odds keep what they promise, where the truth is known: simulated, then out of time and on trained networks.
calibration: $(BIN)/.set-up
	@$(BIN)/python -m tests.calibration.simulated; simulated=$$?; \
	$(BIN)/python -m tests.calibration.windows; windows=$$?; \
	$(BIN)/python -m tests.calibration.odds; odds=$$?; \
	$(BIN)/python -m tests.calibration.assumed_periods; assumed=$$?; \
	$(BIN)/python -m tests.calibration.out_of_time; out_of_time=$$?; \
	$(BIN)/python -m tests.calibration.trained && exit $$((simulated + windows + odds + assumed + out_of_time))

# What papers say of activations in LSTMs, tried here: half an hour the first time; what was finished is found again. Renews ANSWER.md.
literature: $(BIN)/.set-up
	@$(BIN)/python -m tests.literature $(ARGS)

# Kills, interrupts, failing disks, crowds and mutated files, an hour of them at most; its counts stand in the handbook.
faults: $(BIN)/.set-up
	@$(BIN)/python -m tests.faults $(ARGS)

# Whether the tests notice small changes of engine, ledger, windows and statistics.
mutants: $(BIN)/.set-up
	@$(BIN)/python -m tests.mutants $(ARGS)

# A Python that is asked for is taken though there is an environment of another one.
ifneq ($(origin PYTHON),file)
$(BIN)/.set-up: asked-python
endif

$(BIN)/.set-up: $(UV) pyproject.toml uv.lock
	$(python-needed)
	@$(UV) sync --locked --compile-bytecode --python "$(PYTHON)" || { \
		echo "Once more, with the certificates that this machine trusts: a proxy may have one of its own." >&2; \
		UV_SYSTEM_CERTS=1 $(UV) sync --locked --compile-bytecode --python "$(PYTHON)"; }
	@touch $@

$(UV): Makefile
	$(python-needed)
	@"$(PYTHON)" -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@
