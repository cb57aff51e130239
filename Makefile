.PHONY: demo docs test unit check bench chaos vendor setup lock clean

# What was compiled once is kept, also where the surroundings say otherwise: each test that starts the
# program would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

demo: setup
	.venv/bin/monitor demo

test:
	@.ci/setup tests
	.venv/bin/python -m pytest -n 3

unit: setup
	.venv/bin/python -m pytest tests/unit -n 2 -q

check: setup
	.venv/bin/ruff check . && .venv/bin/ruff format --check .
	.venv/bin/mypy --strict monitor && .venv/bin/lint-imports

# Writes into monitor/README.md what follows from the code, and takes the README's pictures.
docs: setup
	.venv/bin/python -m tests.house
	.venv/bin/python -m tests.messages
	.venv/bin/python -m tests.refusals
	@.ci/setup tests
	.venv/bin/python -m tests.pictures

# What others made of the console, as published: fetched anew, with its digests. Needs npm.
vendor: setup
	.venv/bin/python -m tests.vendor

bench: setup
	.venv/bin/python -m tests.bench
	.venv/bin/python -m tests.bench.late
	.venv/bin/python -m tests.bench.backfill --kills 40 --speed 1000000
	.venv/bin/python -m tests.bench.soak
	.venv/bin/python -m tests.bench.latency
	.venv/bin/python -m tests.bench.answers
	.venv/bin/python -m tests.bench.fuzz 500000
	.venv/bin/python -m tests.bench.filters 100000
	.venv/bin/python -m tests.bench.packed
	WHOLE=1 .venv/bin/python -m pytest -n 3 $(shell grep -rlE 'tests\.(sizes|scenario\.(sailing|sayings|company)) |sea import .*\bdraw\b' \
		tests --include='test_*.py')

# Hours; few kills: .venv/bin/python -m tests.bench.chaos --small. Needs gcc.
chaos: setup
	@.ci/setup tests
	.venv/bin/python -m tests.bench.chaos

setup:
	@.ci/setup

# Needs uv; every pin moves to the newest release that pyproject.toml allows.
lock:
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --group dev --extra cluster --generate-hashes \
		--no-annotate --no-header --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build
