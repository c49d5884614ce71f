# The verbs of the project; `make help` lists them.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
NODE := tests/node/node_modules
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help

.PHONY: help
help: ## List these verbs.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(VENV)/embedded ## Run the shop with servers of its own; CATALOG=file imports a file, PORT=n moves it.
	@PORT=$(PORT) bin/pyshop run

.PHONY: test
test: $(VENV)/dev $(VENV)/codegen/client node ## Run every test on real servers.
	@$(BIN)/pytest $(ARGS)

.PHONY: check
check: $(VENV)/dev ## Run lint, types, import contracts, and hold the schema to its documents.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	bin/pyshop schema print --check
	bin/pyshop schema events --check
	bin/pyshop schema changelog --check
	bin/pyshop documents check

.PHONY: client
client: $(VENV)/dev $(VENV)/codegen/client ## Write client/generated/ and client/manifest.json anew.
	rm -rf client/generated
	$(VENV)/codegen/bin/ariadne-codegen --config client/codegen.toml
	$(BIN)/python -m client.manifest

.PHONY: changelog
changelog: $(VENV)/dev node ## Write what changed in schema.graphql to CHANGELOG-API.md.
	@bin/pyshop schema changelog $(ARGS)

.PHONY: format
format: $(VENV)/dev ## Mend what lint can mend.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(VENV)/dev ## Measure the graph, what is live, the import and the search on the data of PYSHOP_DATA.
	$(BIN)/python -m benchmarks.graph --write
	$(BIN)/python -m benchmarks.live
	$(BIN)/python -m benchmarks.catalog_import
	$(BIN)/python -m benchmarks.search_quality

.PHONY: fuzz
fuzz: $(VENV)/dev ## Compare the plan engine with graphql-core for FUZZ_SECONDS; FUZZ_SEED=n tries one.
	@$(BIN)/python -m tests.execution.differential.fuzz

.PHONY: lock
lock: $(VENV)/dev ## Lock the requirements anew; ARGS=--upgrade takes the newest releases.
	PATH="$(CURDIR)/$(BIN):$$PATH" sh requirements/compile.sh $(ARGS)

.PHONY: clean
clean: ## Remove the environment and the shop's data.
	rm -rf $(VENV) $(NODE) .pyshop

$(VENV)/embedded: requirements/embedded.txt
	@PYTHON="$(PYTHON)" sh requirements/install.sh $(VENV) embedded

$(VENV)/dev: requirements/dev.txt
	@PYTHON="$(PYTHON)" sh requirements/install.sh $(VENV) dev

# Without Node, the tests that need it are skipped and say so.
.PHONY: node
node:
	@if command -v npm > /dev/null; then $(MAKE) --no-print-directory $(NODE)/.package-lock.json; fi

$(NODE)/.package-lock.json: tests/node/package-lock.json
	npm ci --prefix tests/node --no-audit --no-fund --loglevel=error

# The generator's graphql-core is older than the shop's.
$(VENV)/codegen/client: requirements/client.txt | $(VENV)/embedded
	@PYTHON="$(PYTHON)" sh requirements/install.sh $(VENV)/codegen client
