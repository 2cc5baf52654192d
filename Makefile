# Two commands do all the set-up: `make demo` and `make test`. `make` alone lists what there is.
# On Windows there is no make: the README says what to type instead.

VENV ?= .venv
DEMO ?= demo-district
JOBS ?= 2

# The first Python on the machine that is new enough; `make demo PYTHON=/path/to/python` names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready

.PHONY: help environment demo test browser postgresql lint docs lock wheel clean

help:  ## List what can be made
	@grep -E '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## */\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

environment: $(READY)  ## The environment in .venv: every package by version and hash

$(READY): constraints.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found. Install it, or name it: make demo PYTHON=/path/to/python"; exit 2; }
	@$(RUN) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV) || { echo "Python could not make an environment. On Debian and Ubuntu, install the package python3-venv and try again."; exit 2; }
	@echo "Filling the environment in $(VENV) (once; a few minutes) ..."
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY)  ## A made-up district, from its files to a report for every school; SERVE=1 opens the dashboards
	$(VENV)/bin/dataworkbench demo $(DEMO) $(if $(SERVE),--serve)

test: $(READY) browser postgresql  ## The environment, all that the tests need, and all tests
	$(RUN) -m pytest -n $(JOBS) $(PYTEST_ARGS)

# Tests that look at pages need Chromium. Where it can be installed from the system's own packages, it is.
browser:
	@if { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "Installing Chromium from the system's packages ..."; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; } \
		|| echo "Chromium could not be installed; the tests that look at pages in a browser are skipped."; \
	else \
		echo "Chromium was not found, so the tests that look at pages in a browser are skipped."; \
		echo "To run them too: sudo apt-get install chromium (Debian, Ubuntu), sudo dnf install chromium (Fedora), brew install --cask chromium (macOS)."; \
	fi

# Tests of the records run over PostgreSQL too, over a server that they start themselves in a folder of their own. Where its
# programs can be installed from the system's own packages, they are; no server of the machine's is made or started.
CLUSTERS := /etc/postgresql-common/createcluster.d
postgresql:
	@if { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "Installing PostgreSQL from the system's packages ..."; \
		mkdir -p $(CLUSTERS) && echo "create_main_cluster = false" > $(CLUSTERS)/dataworkbench-tests.conf; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } \
		|| echo "PostgreSQL could not be installed; the tests of records over it are skipped."; \
		rm -f $(CLUSTERS)/dataworkbench-tests.conf; \
	else \
		echo "PostgreSQL was not found, so the tests of records over it are skipped."; \
		echo "To run them too: sudo apt-get install postgresql (Debian, Ubuntu), sudo dnf install postgresql-server (Fedora), brew install postgresql (macOS)."; \
	fi

lint: $(READY)  ## Style and types: ruff, then mypy
	$(RUN) -m ruff check src tests
	$(RUN) -m ruff format --check src tests
	$(RUN) -m mypy

docs: $(READY)  ## Write the pages that are made from the source: glossary, data dictionary, indicators, files, commands
	$(RUN) -m dataworkbench.cli.pages docs

lock: $(RUN)  ## Work out constraints.txt anew from pyproject.toml; UPGRADE=1 also takes newer versions
	$(RUN) -m pip install --quiet --disable-pip-version-check uv
	@touch constraints.txt && cp constraints.txt constraints.new
	$(RUN) -m uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		$(if $(UPGRADE),--upgrade) --extra test --extra dev --output-file constraints.new pyproject.toml
	@{ echo "# Every package that the workbench, its tests and its development use: versions and hashes, no addresses."; \
	   echo "# For Linux, macOS and Windows, Python 3.11 and newer. Made from pyproject.toml by 'make lock', not by hand."; \
	   cat constraints.new; } > constraints.txt
	@rm constraints.new

$(RUN):
	$(PYTHON) -m venv $(VENV)

wheel: $(READY)  ## The package as a wheel, in dist/
	$(RUN) -m hatchling build -t wheel -d dist

clean:  ## Remove the environment and what was built; workspaces and reports stay
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
