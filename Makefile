# `make` alone lists the targets.

.DEFAULT_GOAL := help
.PHONY: help run doctor test lint types format unit faults protections lock clean
BIN := .venv/bin

help: ## this list
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Run

run: .venv/installed ## everything on this machine, with the demo; Ctrl-C stops it
	@exec $(BIN)/voxanne up

doctor: .venv/installed ## what is wrong with the settings, and what to do
	@$(BIN)/voxanne doctor

##@ Check

test: .venv/installed tests/programs lint types ## the whole suite, as CI runs it
	$(BIN)/pytest -n auto --dist loadfile --ignore tests/e2e
	$(BIN)/pytest tests/e2e

unit: .venv/installed ## the rules only, in seconds
	$(BIN)/pytest tests/unit

faults: .venv/installed tests/programs ## kills, floods and duplicates in their full counts
	VOXANNE_FAULTS_FULL=1 $(BIN)/pytest tests/faults tests/unit tests/db tests/wire -rP --timeout 3600

protections: .venv/installed tests/programs ## take out each protection in turn, and see who notices
	$(BIN)/python -m tests.protections

lint: .venv/installed ## ruff, and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: .venv/installed ## mypy
	$(BIN)/mypy

format: .venv/installed ## order imports, lay out code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

##@ Maintain

lock: .venv/installed ## resolve Python and JavaScript packages anew, then look at the difference
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --extra dev pyproject.toml -o requirements.lock
	./setup.sh
	rm -rf reflex.lock .build
	$(BIN)/python -m voxanne_app.embedded.front_end

clean: ## remove what was built and installed; the data directory stays
	rm -rf .venv .build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/installed: requirements.lock setup.sh
	@echo "Setting up"
	@./setup.sh
	@touch $@

.PHONY: tests/programs
tests/programs:
	@tests/install_programs.sh
