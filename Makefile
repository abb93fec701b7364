# Everything a person or CI types. `make help` lists it from the ## comments.
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 3200
OPEN ?= 1
BIN := .venv/bin
UV := $(shell sed -n 's/^\(uv==[^ ]*\).*/\1/p' locks/requirements-dev.txt)

# uv brings its own certificates; behind a company's proxy only the machine's own are right.
install = $(BIN)/uv pip install --quiet --python $(BIN)/python $(1) 2>/dev/null || \
	$(BIN)/uv --system-certs pip install --quiet --python $(BIN)/python $(1)

.venv/.runtime: locks/requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@$(call install,--require-hashes -r locks/requirements.txt)
	@$(call install,--no-deps --editable .)
	@touch $@

.venv/.dev: .venv/.runtime locks/requirements-dev.txt
	@$(call install,--require-hashes -r locks/requirements-dev.txt)
	@touch $@

.PHONY: help demo test check bench docs lock screenshots

help: ## list these commands
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: .venv/.runtime ## start a local Slack workspace, simulated PSAs and the bot; PORT=3200 OPEN=0
	@$(BIN)/python -m bot demo --port $(PORT) $(if $(filter 0,$(OPEN)),--no-open,)

check: .venv/.dev ## lint, format, types, import contracts, generated pages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python docs/generate.py --check

test: check ## all checks and all tests
	@$(BIN)/python -m pytest -n auto --cov --cov-report=term

bench: .venv/.dev ## measure, and write docs/performance.md
	@$(BIN)/python -m bench

docs: .venv/.dev ## write the generated pages
	@$(BIN)/python docs/generate.py

screenshots: .venv/.dev ## take the README's screenshots with headless Chromium
	@$(BIN)/python docs/screenshots.py

lock: .venv/.dev ## resolve the dependencies anew into locks/
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade pyproject.toml -o locks/requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -c locks/requirements.txt pyproject.toml --group dev -o locks/requirements-dev.txt
