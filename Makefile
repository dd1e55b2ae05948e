# Two commands do everything on a fresh machine with git, make and Python 3.11 or newer:
#   make review [BEFORE=path] [SNAPSHOT=path]   the incident review, its offline page and a report, under build/; of the sample, or of yours
#   make lab [SNAPSHOT=path]      JupyterLab on that review, or on another input
#   make test                     all tests, and the stored notebooks against their outputs
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SNAPSHOT ?= sample:during
# With a SNAPSHOT of your own and no BEFORE, that one alone is reviewed.
BEFORE ?= $(if $(filter sample:during,$(SNAPSHOT)),sample:before)
MOMENTS = $(if $(BEFORE),"$(BEFORE)") "$(SNAPSHOT)"

.PHONY: review lab test lint front bench bench-smoke docs notebooks screenshots clean control-plane test-cluster sample

review: $(READY)
	$(BIN)/k8snetviz review $(MOMENTS) -o build/review.ipynb
	$(BIN)/k8snetviz report $(MOMENTS) -o build/report.html
	@echo "Open it in JupyterLab with: make lab"

lab: $(READY)
	$(BIN)/k8snetviz lab "$(if $(filter command%,$(origin SNAPSHOT)),$(SNAPSHOT),$(or $(wildcard build/review.ipynb),$(SNAPSHOT)))"

test: $(READY)
	$(BIN)/python -m pytest tests --junitxml=build/tests.xml
	$(BIN)/python -m pytest --nbval --nbval-sanitize-with tests/nbval.cfg notebooks -p no:cacheprovider --junitxml=build/notebooks.xml

# etcd, API server, controllers, scheduler, kubectl from their Go modules: minutes the first time, then kept in a cache.
control-plane: $(READY)
	$(BIN)/python -m tests.cluster.binaries

test-cluster: control-plane
	$(BIN)/python -m pytest tests -m cluster

# data/before.json and data/during.json, recorded anew on that control plane.
sample: control-plane
	$(BIN)/python -m tests.cluster.record_sample

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

front: $(READY)
	$(BIN)/python k8snetviz/widgets/static/explorer/bundle.py

bench: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m benchmarks.run

bench-smoke: $(READY)
	$(BIN)/python -m benchmarks.run --smoke

docs: $(READY)
	$(BIN)/python docs/generate.py

notebooks: $(READY)
	$(BIN)/python notebooks/build.py

screenshots: $(READY)
	$(BIN)/python docs/screenshots.py

clean:
	rm -rf build $(VENV)

# Installs once; again only when what is wanted has changed.
$(READY): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "k8snetviz needs Python 3.11 or newer and found no $(PYTHON): apt-get install python3 python3-venv python3-pip" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "k8snetviz needs Python 3.11 or newer and found $$($(PYTHON) -V): name another one with PYTHON=..." >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "k8snetviz needs the venv and pip modules of $(PYTHON) and found none: apt-get install python3-venv python3-pip" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[lab,test,lint,png,e2e]'
	@touch $(READY)
