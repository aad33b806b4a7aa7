.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
WEB_RUNTIME := $(VENV)/onnxruntime-web
LOCK := packaging/constraints.txt
PHOTO ?= resources/samples/house.jpg
OUTPUT ?= output
TESTS ?= tests
NEW_TRANSLATION := $(NEW:%=resources/translations/mfagan-studio_%.ts)
TRANSLATIONS := $(sort $(wildcard resources/translations/*.ts) $(NEW_TRANSLATION))

.PHONY: run
run: $(VENV)/.installed ## Upscale PHOTO=path (default: a sample) in the app, or without a display by the command line
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  sh packaging/qt_libraries.sh $(BIN)/python xcb && $(BIN)/mfagan-studio "$(PHOTO)"; \
	else \
	  $(BIN)/mfagan upscale "$(PHOTO)" -o "$(OUTPUT)"; \
	fi

.PHONY: test
test: check cover ## Do all the set-up, check the code, run all tests with coverage

.PHONY: check
check: $(VENV)/.developed ## Check format, style, types, import contracts and the style budget
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy engine app tests packaging
	$(BIN)/lint-imports --no-logo
	$(BIN)/python packaging/style_budget.py

.PHONY: cover
cover: $(VENV)/.developed ## Run the tests and hold the coverage by branch
	@sh packaging/qt_libraries.sh $(BIN)/python offscreen
	@sh packaging/web_browser.sh $(BIN)/python $(WEB_RUNTIME)
	MFAGAN_WEB_RUNTIME=$(WEB_RUNTIME) OMP_NUM_THREADS=1 QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n auto --dist loadfile --max-worker-restart=0 --cov --cov-report= --durations=10 $(TESTS)
	$(BIN)/coverage report --skip-covered --fail-under=85
	$(BIN)/coverage report --include='engine/core/*,engine/imaging/*,engine/inference/job/tiled.py' --fail-under=100

.PHONY: fix
fix: $(VENV)/.developed ## Format and repair what can be repaired
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: samples
samples: $(VENV)/.installed ## Draw the sample pictures again
	$(BIN)/python packaging/make_samples.py resources/samples

.PHONY: translations
translations: $(VENV)/.developed ## Bring the texts of the window into resources/translations, and compile them; NEW=fr adds French
	@for file in $(TRANSLATIONS); do \
	  $(BIN)/pyside6-lupdate $$(find app -name '*.py') -no-obsolete -locations none -source-language en -ts $$file && \
	  $(BIN)/pyside6-lrelease $$file -qm $${file%.ts}.qm || exit 1; \
	done

.PHONY: docs
docs: $(VENV)/.developed ## Build the documentation site in build/docs, without network
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs build/docs
	@echo "Open build/docs/index.html"

.PHONY: clean
clean: ## Remove the environment and everything that was built
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*

.PHONY: help
help: ## Print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "%-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "MFAGAN Studio needs Python 3.11 to 3.13; name one: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml $(LOCK)
	@echo "Installing the app and the inference engine into $(VENV) ..."
	@$(PIP) -c $(LOCK) -e .
	@touch $@

# torch comes first: whatever asks for it afterwards then finds the pinned build.
$(VENV)/.developed: $(VENV)/.installed
	@echo "Installing the training engine and the development tools into $(VENV) ..."
	@$(PIP) $$(grep '^torch==' $(LOCK))
	@$(PIP) -c $(LOCK) -e '.[dev]'
	@touch $@
