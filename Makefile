# `make` lists what there is. Everything works from a fresh clone with Python 3.11+ and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.ready-dev
# A lock names everything with its sums, so pip resolves nothing (`--no-deps`).
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
# One more than there are cores: some tests wait for processes of their own.
CORES := $(shell $(PYTHON) -c 'import os; print(os.cpu_count() or 1)')
WORKERS := $(shell expr $(CORES) + 1)

.PHONY: help install demo test test-max test-postgres fast check bench prove lock bundle format

help:  ## what there is
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements-charts.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@echo "Making .venv (1 of 3)"
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing $$(grep -c == requirements-charts.lock) packages of the program: a minute or two, 350 MB (2 of 3)"
	@$(PIP) --no-deps -r requirements-charts.lock
	@echo "Installing the program itself (3 of 3)"
	@$(PIP) --no-deps -e .
	@touch $@

# What checks and tests need besides; nothing that runs needs it.
$(DEV): $(READY) requirements-dev.lock
	@echo "Installing what checks and tests need besides: a minute, 300 MB"
	@$(PIP) --no-deps -r requirements-dev.lock
	@touch $@

install: $(READY)  ## set up .venv with what the program needs

demo: $(READY)  ## play a municipality on http://127.0.0.1:8080 (ARGS=--headless: in the terminal)
	$(BIN)/python -m bot demo $(ARGS)

# Files stay whole; the order is that of tests/conftest.py, not by how many tests a file has.
GROUPED = --dist loadgroup --no-loadscope-reorder
# What T names: a path, or else an expression over names of tests.
NAMED = $(if $(wildcard $(firstword $(subst ::, ,$(T)))),$(T),-k "$(T)")

test: $(DEV)  ## every test (no Chromium: no browser); T=tests/rules or T="ku_9 and case": these
	$(BIN)/python -m pytest -m "not prove" $(if $(T),$(NAMED),-n $(WORKERS) $(GROUPED)) $(ARGS)

# Every story of an office, in MAX; those about Telegram's own ways are left out, each with its reason (ARGS=-rs).
test-max: $(DEV)  ## the stories played in MAX
	TEST_MESSENGER=max $(BIN)/python -m pytest -m "not prove and not browser" tests/stories -n $(WORKERS) $(GROUPED) $(ARGS)

# What needs a database, on a PostgreSQL that is started for it and goes away afterwards.
ON_POSTGRES = tests/storage tests/stories tests/doors/test_process_sharing.py tests/house/test_cli_postgres.py

# A second version, of the system, where there is one (Debian keeps its servers there).
OTHER_POSTGRES := $(lastword $(sort $(wildcard /usr/lib/postgresql/*/bin)))

test-postgres: $(DEV)  ## storage tests and stories on PostgreSQL, storage tests on the system's too; T as in test
	TEST_DATABASE=postgresql $(BIN)/python -m pytest -m "not prove and not browser" \
	  $(if $(T),$(NAMED),$(ON_POSTGRES) -n $(CORES) $(GROUPED)) $(ARGS)
	$(if $(OTHER_POSTGRES),TEST_DATABASE=postgresql TEST_POSTGRES=$(OTHER_POSTGRES) $(BIN)/python -m pytest \
	  -m "not prove and not browser" tests/storage tests/doors/test_process_sharing.py $(ARGS),\
	  @echo "no second PostgreSQL on this machine: only the wheel's was tested")

fast: $(DEV)  ## rules, storage, reports, house: no process is started and nothing long
	$(BIN)/python -m pytest -m "not prove and not process and not long" -n $(CORES) $(GROUPED) \
	  tests/rules tests/storage tests/reports tests/house $(ARGS)

check: $(DEV)  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV)  ## figures as ratios of one run, JSON and docs/benchmarks.md
	$(BIN)/python -m tests.bench $(ARGS)

prove: $(DEV)  ## slow proofs, part by part (docs/proof.md); PART="walks kills": these; ARGS="--seed 7": repeated
	$(BIN)/python -m tests.prove $(PART) $(ARGS)

# Tools for a release have a place of their own: nothing that runs or tests needs them.
RELEASE := $(VENV)/release
$(RELEASE)/.ready: requirements-release.lock
	@$(PYTHON) -m venv $(RELEASE)
	@$(RELEASE)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-release.lock
	@touch $@

LOCK = $(RELEASE)/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
  --python-version 3.11 $(ARGS)

lock: $(RELEASE)/.ready  ## pin versions and sums anew; ARGS="--upgrade-package NAME": a newer one
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml -o requirements-charts.lock --extra charts
	$(LOCK) pyproject.toml -o requirements-postgres.lock --extra charts --extra postgres
	$(LOCK) pyproject.toml -o requirements-dev.lock --extra charts --extra postgres --extra dev
	$(LOCK) --group release -o requirements-release.lock

bundle: $(RELEASE)/.ready  ## the program with all it needs, to install without a network; ARGS="--pythons 3.13"
	$(RELEASE)/bin/python deploy/bundle.py $(ARGS)

format: $(DEV)  ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
