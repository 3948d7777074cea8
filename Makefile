# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
REFERENCE ?= ../shared/reference
LABELLED ?= ../shared/eval
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test lint bench evaluate baseline train clean

$(VENV)/.runtime: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

$(VENV)/.train: $(VENV)/.dev
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,train]'
	touch $@

demo: $(VENV)/.runtime  ## code the sample posting with the shipped model, offline
	$(BIN)/socoder code docs/samples/direct_support_professional.txt

test: $(VENV)/.dev  ## all tests that this machine can run; the others skip and say why
	$(BIN)/python -m pytest -p no:cacheprovider

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python scripts/check_own_words.py --reference $(REFERENCE)

bench: $(VENV)/.dev  ## cold start, memory, titles and postings a second, against a baseline
	$(BIN)/python scripts/benchmark.py

evaluate: $(VENV)/.dev  ## accuracy and calibration of the shipped bundle on fold 0
	$(BIN)/socoder evaluate --sets $(LABELLED) --output evaluation/reports
	$(BIN)/python -m evaluation.robustness --sets $(LABELLED)
	$(BIN)/python -m evaluation.reachable --reference $(REFERENCE)

baseline: $(VENV)/.dev  ## store the figures of a new bundle, which later changes may not worsen
	$(BIN)/python -m evaluation.baseline --write --sets $(LABELLED) --reference $(REFERENCE)

train: $(VENV)/.train  ## rebuild models/default (about an hour on two cores)
	$(BIN)/python scripts/train.py --reference $(REFERENCE) --labelled $(LABELLED)

clean:
	rm -rf $(VENV) build dist
