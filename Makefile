SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CHECK ?=
SEED ?= 1
SCALE ?= 1
EXAMPLES ?= 2000

.PHONY: help setup demo test lint system soak sanitize mutants bench samples docs clean dumps-table

help:
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST)

setup: $(STAMP) ## .venv from nothing, every version pinned by constraints.txt

$(STAMP): pyproject.toml constraints.txt $(wildcard src/carrel/*/_*.[ch] src/carrel/*/*/_*.[ch])
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Carrel needs Python 3.11 or later; name one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: setup ## a sample instance, every door open, a table of the ways in; CHECK=1 walks them and exits
	$(BIN)/carrel --home demo-home demo $(if $(filter-out 0,$(CHECK)),--check)

lint: setup
	$(BIN)/ruff check src tests bench samples
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint ## everything that needs no other server or client
	$(BIN)/pytest tests --ignore=tests/system -m "not soak" -n 2 --dist worksteal

system: setup ## with real servers and clients, installed where root and apt-get are at hand
	tests/system/setup.sh
	$(BIN)/pytest tests/system -m "not soak"

soak: setup ## long random runs: SEED=…
	-$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt atheris
	-command -v clang >/dev/null || apt-get install -y -qq --no-install-recommends clang
	SEED=$(SEED) CARREL_SEED=$(SEED) CARREL_FUZZ=20000 CARREL_CLIENTS=1000 $(BIN)/pytest tests/property $(wildcard tests/system/*kill*.py) \
		tests/system/test_mysql_many.py --timeout 0 --hypothesis-profile soak --hypothesis-seed $(SEED)

sanitize: setup ## the native parts under AddressSanitizer and UndefinedBehaviorSanitizer, by gcc: EXAMPLES=… of each property test
	$(BIN)/python -m tests.sanitize --examples $(EXAMPLES)

mutants: setup ## each rule, mask, pass and check switched off in turn: a table of what notices; NAME=… for some
	$(BIN)/python -m tests.mutants $(NAME)

bench: setup ## a table of ratios to peers: SCALE=…
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m bench --scale $(SCALE)

samples: setup ## the sample wikis anew, by a real MediaWiki; needs root and apt-get
	samples/make/make.sh

dumps-table: setup ## every real export at hand: what is loaded of it or why not, beside lxml and mwxml
	$(BIN)/python -m tests.exports_real

docs: setup ## the pages of the reference that the code itself writes
	$(BIN)/python -m tests.docs.commands

clean: ## what make made, but not the samples
	rm -rf $(VENV) build dist demo-home bench/results.json bench/data .mypy_cache .ruff_cache .import_linter_cache .hypothesis src/*.egg-info
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
