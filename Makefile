# Every target makes the environment that it needs (.venv, from the lock). Without make: the same
# jobs are `python -m reintegratie_stats ...`, see docs/how-to/without-make.md.
#
#   make tables PYTHON=python3.12             another Python
#   PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels make tables   without internet, from a folder of wheels

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The first Python of 3.11 or later.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --no-input
# Not compiling at install halves the time; Python compiles what it imports.
INSTALL := $(PIP) install --quiet --no-compile

export PIP_REQUIRE_VIRTUALENV := 1
export MPLBACKEND := agg

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | \
		while IFS='|' read -r name what; do printf '%-18s %s\n' "$$name" "$$what"; done

# --- environment -------------------------------------------------------------------------------
# .tables: what `make tables` needs. .dev: that, and what tests, checks and docs need. Both are
# stamps: the environment is made again only when a lock or pyproject.toml changes.

$(VENV)/.tables: requirements/lock.txt pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or later is needed and was not found." >&2; \
		echo "  Debian, Ubuntu: apt-get install python3 python3-venv" >&2; \
		echo "  or name one:    make tables PYTHON=/path/to/python3.11" >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than Python 3.11: name another, make tables PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make an environment: its venv module is a package of its own." >&2; \
		echo "  Debian, Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "making $(VENV) with $(PYTHON) from requirements/lock.txt (about a minute, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) --require-hashes -r requirements/lock.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/lock-dev.txt $(VENV)/.tables
	@echo "adding the tools of requirements/lock-dev.txt"
	@$(INSTALL) --require-hashes -r requirements/lock-dev.txt
	@touch $@

# --- jobs --------------------------------------------------------------------------------------

.PHONY: tables
tables: $(VENV)/.tables ## the tables and the figure of the report, in reports/
	@$(RUN) -m reintegratie_stats tables

.PHONY: test
test: $(VENV)/.dev ## the test suite
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) -m pytest -n 2 --dist loadfile

.PHONY: check
check: lint test ## everything: format, lint, types, layers, tests

.PHONY: lint
lint: $(VENV)/.dev ## format, lint, types and layers, without the tests
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports --no-cache

.PHONY: format
format: $(VENV)/.dev ## put the code in the house format
	@$(RUN) -m ruff format .
	@$(RUN) -m ruff check --fix .

.PHONY: docs
docs: $(VENV)/.dev ## the documentation, in build/docs
	@$(RUN) -m sphinx -W --keep-going -q -b html docs build/docs
	@echo "build/docs/index.html"

.PHONY: synthetic
synthetic: $(VENV)/.tables ## make data/synthetic again (same seed, same bytes)
	@$(RUN) -m reintegratie_stats synthesise

.PHONY: bench
bench: $(VENV)/.tables ## the package against a plain pandas script, one million persons
	@$(RUN) benchmarks/cohort_size.py

.PHONY: lock
lock: ## resolve requirements/*.txt again from pyproject.toml (needs internet)
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip install --quiet uv
	@PATH="$(CURDIR)/.venv-lock/bin:$$PATH" sh requirements/lock.sh

.PHONY: which-python
which-python:
	@echo $(PYTHON)

.PHONY: clean
clean: ## remove the environment and everything that was made
	@rm -rf .venv .venv-lock reports docs/reference/api build dist .coverage htmlcov
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
