# Footbridge: `make run` shows the demo network, `make test` checks everything.
# Both need only python3 and make; they build .venv once, and again when the lock changes.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
LOCK   := requirements.txt
PO     := $(wildcard node/web/translations/*/LC_MESSAGES/messages.po)

.PHONY: run install test lint format lock bench translations clean

run: $(READY)
	@$(BIN)/footbridge demo

# Everything that is needed, without starting anything; then .venv/bin/footbridge --help.
install: $(READY)

test: lint
	@$(BIN)/pytest -n 2 --dist loadgroup $(TESTS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY)
	@$(BIN)/python -m tests.bench

# The lock holds hashes and no addresses, so it works with any package index.
lock:
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv; }
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate --python-version 3.11 \
	  --group dev pyproject.toml -o $(LOCK)

# Interface texts: collect new ones from code and templates into every language's file.
translations: $(READY)
	@$(BIN)/pybabel -q extract -F babel.cfg --no-location --sort-output -o .state/messages.pot .
	@$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date \
	  -i .state/messages.pot -d node/web/translations

clean:
	@rm -rf $(VENV) .state dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): $(LOCK) pyproject.toml $(PO)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@cmp -s $(LOCK) $(VENV)/.lock || { echo "Installing what Footbridge needs (once) ..."; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK) \
	  && $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . \
	  && cp $(LOCK) $(VENV)/.lock; }
	@test -z "$(PO)" || $(BIN)/pybabel -q compile -d node/web/translations
	@mkdir -p .state && touch $@
