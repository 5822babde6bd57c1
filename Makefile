# Every task of the project. `make setup` prepares .venv; `make demo` and `make test` do that first.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
LOWEST := .venv-lowest
PACKAGES := khobao crawler pipelines archive practice

# Where it is set, each of the hundreds of processes that the tests start compiles every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast test-lowest check-slow soak eval bench tools lint lock fmt docs check practice clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##/\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(READY)  ## .venv with the khobao command in it

$(READY): requirements.lock pyproject.toml .ci/setup
	@bash .ci/setup "$(PYTHON)" "$(VENV)"
	@touch $(READY)

demo: $(READY)  ## the whole job on the practice newspaper, no network needed
	@$(BIN)/khobao demo

test: $(READY)  ## everything: units, real mongod, real Chromium, whole crawls
	@bash .ci/system-packages tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup --reruns 1 -m "not soak" --free-disk 3

test-fast: $(READY)  ## what takes less than five seconds a test
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not soak and not slow and not browser"

check-slow: $(READY)  ## fails where a test above five seconds does not bear `slow`
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not soak and not slow and not browser" \
		--check-slow

test-lowest: $(LOWEST)/.ready  ## the fast tests with the oldest versions that pyproject.toml allows
	$(LOWEST)/bin/python -m pytest -n 2 --dist loadgroup -m "not soak and not slow and not browser"

$(LOWEST)/.ready: pyproject.toml .ci/setup $(READY)
	@bash .ci/setup "$(PYTHON)" "$(LOWEST)" lowest
	@touch $@

soak: $(READY)  ## the long loops
	$(BIN)/python -m pytest -m soak --timeout 7200

eval: $(READY)  ## how much of the quality corpus is read right; ARGS=--raise records floors
	@$(BIN)/python -m tests.quality $(ARGS)

bench: $(READY)  ## every figure that README and docs/benchmarks.md quote
	$(BIN)/python -m benchmarks.run

tools: $(READY)  ## what other people's tools say of our files: the table in docs/archive.md
	@$(BIN)/python -m tests.tools

lint: $(READY)  ## ruff, format, mypy strict, import contracts, declared dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry --no-ansi .
	$(BIN)/deptry --no-ansi --config pyproject.toml --ignore DEP002,DEP004 --exclude '^$$' \
		tests benchmarks

lock: $(READY)  ## requirements.lock made again from pyproject.toml; newer versions: ARGS=--upgrade
	$(BIN)/uv pip compile pyproject.toml --quiet --group dev --universal --generate-hashes \
		--no-annotate --no-header $(ARGS) --output-file requirements.lock >/dev/null

fmt: $(READY)  ## format in place
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY)  ## the generated parts of README and docs/ made again from the code
	@$(BIN)/python -m khobao.cli.reference

check: lint test  ## what CI does

practice: $(READY)  ## serve the practice newspaper until Ctrl-C
	@$(BIN)/khobao practice serve

clean:  ## remove the environment and all caches, never data
	rm -rf $(VENV) $(LOWEST) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
