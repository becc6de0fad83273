# One command each: `make run` analyses a file, `make test` passes the tests. Both set up what they need.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
FILE ?= examples/penguins.csv
TARGET ?=
OUTPUT ?= output

.PHONY: help setup run serve check format lint types layers test test-all bench lock clean

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(VENV)/.python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: set PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.runtime: $(VENV)/.python pyproject.toml requirements/runtime.txt requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.python pyproject.toml requirements/dev.txt requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

setup: $(VENV)/.dev ## Set up everything for development

run: $(VENV)/.runtime ## Analyse FILE (default: the penguins); TARGET=column names what to explain
	$(BIN)/regression-analyzer analyze "$(FILE)" $(if $(TARGET),--target "$(TARGET)") --output-dir "$(OUTPUT)"

serve: $(VENV)/.dev ## Start the page and the API on http://127.0.0.1:8000
	$(BIN)/regression-analyzer serve

check: format-check lint types layers test-all ## Format, lint, types, layers and every test

format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix --quiet src tests benchmarks || true

.PHONY: format-check
format-check: $(VENV)/.dev
	$(BIN)/ruff format --check --quiet src tests benchmarks

lint: $(VENV)/.dev ## Lint
	$(BIN)/ruff check src tests benchmarks

types: $(VENV)/.dev ## Check types (strict)
	$(BIN)/mypy

layers: $(VENV)/.dev ## Check that imports go one way
	$(BIN)/lint-imports

test: format-check lint types layers ## What has to pass before a change lands
	$(BIN)/pytest -q -n 2 --dist loadgroup -m "not container"

test-all: $(VENV)/.dev
	$(BIN)/pytest -q -n 2 --dist loadgroup -m "not container"

bench: $(VENV)/.dev ## Measure time, memory and accuracy
	$(BIN)/python -m benchmarks

lock: $(VENV)/.dev ## Pin every dependency with its hashes (names no host)
	$(BIN)/python -m pip install --quiet uv
	for extra in "runtime:" "image:--extra api --extra llm" "dev:--extra api --extra llm --extra dev" \
	    "container:--extra api --extra llm --extra dev --extra container"; do \
	  $(BIN)/uv pip compile pyproject.toml $${extra#*:} --universal --python-version 3.11 --generate-hashes \
	    --no-annotate --no-header --no-emit-index-url --quiet -o requirements/$${extra%%:*}.txt; \
	done
	printf "hatchling\neditables\n" | $(BIN)/uv pip compile - --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --no-emit-index-url --quiet -o requirements/build.txt

clean: ## Remove what the commands made
	rm -rf $(VENV) output build dist .mypy_cache .ruff_cache .pytest_cache

$(VENV)/.container: $(VENV)/.dev requirements/container.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/container.txt
	touch $@

.PHONY: test-container
test-container: $(VENV)/.container ## Build the image and test it with a real Docker engine (installs one as root on Debian)
	$(BIN)/pytest -q -m container tests/container

.PHONY: image-modules
image-modules: $(VENV)/.dev ## Note again which modules get bytecode in the image (after a dependency changes)
	$(BIN)/python deploy/container/list_modules.py

.PHONY: sbom
sbom: $(VENV)/.container ## Write the software bill of materials of the image, with licences (CycloneDX)
	rm -rf build/image && $(PYTHON) -m venv --without-pip build/image
	$(BIN)/python -m pip --python build/image/bin/python install --quiet --disable-pip-version-check --require-hashes -r requirements/image.txt
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON -o build/sbom.json build/image/bin/python
	$(BIN)/python deploy/container/licences.py build/sbom.json
