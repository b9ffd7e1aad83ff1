# Each target sets up what it needs, from nothing but Python 3.11 or later, make and git.
PYTHON ?= python3
BIN := .venv/bin
Q ?= How long do you keep call records?
# As typed: a "$" in it is no variable of make.
override Q := $(value Q)
export Q

.PHONY: ask test check evaluate bench

ask: index/builds/CURRENT  ## make ask Q="...": ask the sample policies (or your own) a question
	@$(BIN)/qabot ask -- "$$Q" || [ $$? -eq 3 ]

test: check  ## everything that must hold before a commit
	$(BIN)/pytest

check: .venv/.installed  ## what takes seconds
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy qabot tests

index/builds/CURRENT: | .venv/.installed
	$(BIN)/qabot index

.venv/.installed: pyproject.toml deploy/constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -c deploy/constraints.txt -e '.[dev]'
	@touch $@

evaluate: .venv/.installed  ## quality on the development sets, where they are present
	@for folder in $(wildcard ../shared/eval/*); do \
	  echo "$$folder" && \
	  $(BIN)/qabot index "$$folder/policies" --index "build/$${folder##*/}" > /dev/null && \
	  $(BIN)/qabot evaluate "$$folder/questions.jsonl" --index "build/$${folder##*/}"; \
	done

bench: .venv/.installed  ## speed and memory, with floors; make bench MILLION=1 searches a million vectors too
	$(BIN)/python -m qabot.bench $(if $(MILLION),--million)
