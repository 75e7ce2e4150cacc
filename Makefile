# Two commands need nothing but Python 3.11 or later and make: `make run` and `make test`.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$name && break; done)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# What is compiled once need not be compiled by every command, nor by every test that runs one.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test install check format lint types lock clean
.DEFAULT_GOAL := run

run: install
	@$(BIN)/aiguilleur start

test: $(VENV)/.dev
	$(BIN)/python -m pytest

install: $(VENV)/.run

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with its venv module is needed; \
	install it, or name it: make PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) >&2

$(VENV)/.run: .requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "installing what Aiguilleur needs into $(VENV) (once)" >&2
	@$(PIP) --require-hashes -r .requirements/run.txt >&2
	@$(PIP) --no-deps --no-build-isolation -e . >&2
	@$(BIN)/python -m compileall -q bot classifier kb >&2
	@touch $@

$(VENV)/.dev: .requirements/dev.txt $(VENV)/.run
	@echo "installing what the tests need into $(VENV) (once)" >&2
	@$(PIP) --require-hashes -r .requirements/dev.txt >&2
	@touch $@

COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	--annotation-style=line

lock: $(VENV)/.dev
	$(COMPILE) --extra build --extra postgresql --output-file .requirements/run.txt pyproject.toml
	$(COMPILE) --extra build --extra dev --output-file .requirements/dev.txt pyproject.toml

clean:
	rm -rf $(VENV) data
