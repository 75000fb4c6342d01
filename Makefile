# Sets up everything first, on a machine that has nothing but Python 3.11, pip, make and git.
#
#   make compare ARGS="--series nile --seeds 10"    make up ARGS='--cron "0 6 * * 1"'    make test ARGS="-k windows"

PYTHON ?= $(shell command -v python3.11 || command -v python3 || command -v python)
UV_VERSION := 0.13.9
UV := .uv/bin/uv
BIN := .venv/bin
ARGS ?=

.PHONY: compare test test-all up benchmark calibration

# The default comparison: table, report.html, MLflow runs.
compare: $(BIN)/.set-up
	@$(BIN)/interlayer compare $(ARGS)

# Style, types and tests; those in a browser are skipped where there is no Chromium.
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

# The dashboards and the deployment, until Ctrl-C.
up: $(BIN)/.set-up
	@exec $(BIN)/interlayer serve $(ARGS)

# The engine against its peers, JAX among them.
benchmark: $(BIN)/.set-up
	@$(UV) sync --quiet --locked --group benchmark --python $(PYTHON)
	@$(BIN)/python tests/benchmarks/run.py $(ARGS)

# Whether intervals and verdicts keep what they promise, where the truth is known: simulated, then on trained networks.
calibration: $(BIN)/.set-up
	@$(BIN)/python -m tests.calibration.simulated; simulated=$$?; \
	$(BIN)/python -m tests.calibration.windows; windows=$$?; \
	$(BIN)/python -m tests.calibration.trained && exit $$((simulated + windows))

$(BIN)/.set-up: $(UV) pyproject.toml uv.lock
	@$(UV) sync --locked --compile-bytecode --python $(PYTHON)
	@touch $@

$(UV): Makefile
	@$(PYTHON) -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@
