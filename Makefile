# Shanghai Data Atlas. `make help` lists what can be done here.
#
# Needs Python ≥ 3.11, make and git. Everything else comes from the package registries that pip is
# set up for. `make test PYTHON=python3.13` uses another interpreter, in an environment of its own.

PYTHON ?= python3
ARGS ?=
# How many tests run side by side: one for each core that can be spared.
JOBS ?= 2
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# Tests start hundreds of processes: each would compile all modules anew where no caches are written.
export PYTHONDONTWRITEBYTECODE :=

ifeq ($(PYTHON),python3)
VENV ?= .venv
else
VENV ?= .venv-$(notdir $(PYTHON))
endif
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TEXTS := $(wildcard translations/*/LC_MESSAGES/atlas.po)
PAGES := catalog_service/site/static/built/manifest.json

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.13 …" >&2; exit 3; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 3; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

.PHONY: setup
setup: $(STAMP) $(TEXTS:.po=.mo) $(PAGES) ## create the environment with the `atlas` command

# Where no npm registry can be reached the pages go on with their plain stylesheet, without script.
$(PAGES): $(STAMP) web/build.py web/package-lock.json web/vite.config.ts web/tsconfig.json $(wildcard web/src/*.ts web/src/*/*.ts) $(wildcard catalog_service/site/static/styles/*.css)
	$(BIN)/python web/build.py --optional

%.mo: %.po $(STAMP)
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

.PHONY: translations
translations: setup ## bring the catalogues of texts up to date with the code
	$(BIN)/python -m translations.extraction
	$(MAKE) --no-print-directory setup

.PHONY: pages
pages: $(STAMP) ## build the pages' scripts and stylesheet with Node from PyPI
	$(BIN)/python web/build.py

.PHONY: demo
demo: setup ## a catalogue of example datasets on http://127.0.0.1:8080 (ARGS=--once: check itself and exit)
	$(BIN)/atlas demo $(ARGS)

.PHONY: lint
lint: setup ## style, types, the walls between the rooms, unused dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

.PHONY: check
check: lint ## the two-minute part: lint and the quick tests
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup --no-loadscope-reorder -m "not slow and not services" $(ARGS)

.PHONY: services
services: setup ## install what the full tests need (PostgreSQL, Chromium, Elasticsearch, Fuseki, Keycloak, clients from npm), where that is allowed
	bash tests/install_services.sh
	$(BIN)/python -m tests.fixtures.npm_clients

.PHONY: test
test: setup ## everything that CI runs, real services included
	@# Services are waited for over the network, lint for the processor.
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint services
	ATLAS_REQUIRE_SERVICES=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder $(ARGS)

.PHONY: bench
bench: setup ## measurements against their baselines, in one run (benchmarks/README.md)
	$(BIN)/python -m benchmarks $(ARGS)

.PHONY: drill
drill: setup ## 100 kills of imports; harvests under faults, kills and in a crowd; two catalogues and a cut network; 200 damaged bytes; every example of a rule entered in Chromium, a release by keyboard alone in all forms, and every page in both languages at both widths; fill and empty a small disk under a service (as root)
	$(BIN)/python -m benchmarks.crash
	$(BIN)/python -m benchmarks.harvest_faults --seeds 5
	$(BIN)/python -m benchmarks.harvest_kills --kills 30
	$(BIN)/python -m benchmarks.harvest_kills --kills 30 --postgres
	$(BIN)/python -m benchmarks.harvest_crowd
	$(BIN)/python -m benchmarks.case_kills
	$(BIN)/python -m benchmarks.federation
	ATLAS_FLIPS=200 $(BIN)/python -m pytest -q tests/issues/test_damage_is_found.py
	ATLAS_EXAMPLES=all $(BIN)/python -m pytest -q tests/browser
	$(BIN)/python -m benchmarks.disk_full $(ARGS)

.PHONY: format
format: setup ## format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: lock
lock: setup ## pin the dependencies anew, with hashes and without addresses
	$(BIN)/uv pip compile pyproject.toml --extra embeddings --group dev --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --upgrade -o requirements/dev.txt
	$(BIN)/uv pip compile pyproject.toml --generate-hashes --universal --python-version 3.11 --no-header --no-annotate -c requirements/dev.txt -o requirements/base.txt
	$(BIN)/uv pip compile pyproject.toml --extra embeddings --generate-hashes --universal --python-version 3.11 --no-header --no-annotate -c requirements/dev.txt -o requirements/embeddings.txt
	echo uv | $(BIN)/uv pip compile - --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --upgrade -o requirements/uv.txt

.PHONY: clean
clean: ## remove environments, caches and the demo's data
	rm -rf .venv .venv-* web/node_modules $(dir $(PAGES)) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/demo
