# The two commands of the README are `make run` and `make test`; each does its own set-up.
# A fresh machine needs Python 3.11 or newer, make, and the Python package index.

INBOX ?=
YEAR ?= 2023
RUN_OPTIONS ?=
MINUTES ?= 10

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter on the PATH that is new enough.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

.PHONY: help run test fuzz check lint types format bench dictionary clean
.DEFAULT_GOAL := help

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

run: $(VENV)/.installed ## Consolidate the example county, or INBOX=… YEAR=… of your own
ifeq ($(INBOX),)
	@$(BIN)/python -m tests.county.build
	@$(BIN)/huizong run --inbox tests/county/inbox --year $(YEAR) $(RUN_OPTIONS)
else
	@$(BIN)/huizong run --inbox "$(INBOX)" --year $(YEAR) $(RUN_OPTIONS)
endif

test: $(VENV)/.installed ## Run all tests, on SQLite and PostgreSQL, with LibreOffice where it can be installed
	@$(BIN)/python -m tests.provide
	$(BIN)/python -m pytest -n logical --dist worksteal

fuzz: $(VENV)/.installed ## Spoil files of every format for MINUTES=10, and judge them
	$(BIN)/python -m tests.hostile.fuzz --minutes $(MINUTES)

check: lint types test ## What must be clean before a commit lands: lint, types, tests

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed
	$(BIN)/mypy

format: $(VENV)/.installed ## Put the code in its house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed ## Measure read, parse, validate, load beside the usual script
	$(BIN)/python -m tests.benchmarks.annex
	$(BIN)/python -m tests.benchmarks.checking

dictionary: $(VENV)/.installed ## Write the data dictionary from the tables, and the page of rules from the catalogue
	$(BIN)/huizong db dictionary > warehouse/DICTIONARY.md
	$(BIN)/huizong rules > schemas/rules/RULES.md

clean: ## Remove the environment, the warehouse and the built example inbox
	rm -rf $(VENV) var tests/county/inbox .mypy_cache .pytest_cache .ruff_cache

$(VENV)/.installed: pyproject.toml uv.lock
	@test -n "$(PYTHON)" || { echo "huizong needs Python 3.11 or newer on the PATH" >&2; exit 1; }
	@echo "Setting up $(VENV) (the first time takes a minute or two) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	@$(BIN)/uv sync --frozen --quiet --extra ocr --compile-bytecode
	@touch $@
