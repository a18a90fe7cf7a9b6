PYTHON ?= python3.11
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: report test check bench accuracy validate docs test-cluster clean

report: .venv/report.installed
	@$(BIN)/mercato demo

test: .venv/test.installed
	@$(BIN)/python -m pytest -n logical --dist loadgroup

check: .venv/test.installed
	$(BIN)/ruff check mercato tests benchmarks
	$(BIN)/ruff format --check mercato tests benchmarks
	$(BIN)/mypy mercato
	$(BIN)/python -m pytest tests/test_imports.py

bench: .venv/test.installed
	$(BIN)/python -m benchmarks

accuracy: .venv/test.installed
	$(BIN)/python -m benchmarks.accuracy

validate: .venv/test.installed
	$(BIN)/python -m benchmarks.validity

docs: .venv/test.installed
	$(BIN)/python docs/picture.py

test-cluster: .venv/test.installed
	$(BIN)/python tests/cluster.py

.venv/created:
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/report.installed: .venv/created requirements.lock pyproject.toml
	@echo "Setting up .venv from requirements.lock"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.installed: .venv/created requirements-dev.lock pyproject.toml
	@echo "Setting up .venv from requirements-dev.lock"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ .venv/report.installed

clean:
	rm -rf .venv demo-editions editions .mypy_cache .pytest_cache .ruff_cache
