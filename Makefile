# Each target sets up what it needs, from nothing but Python 3.11 or later, make and git.
PYTHON ?= python3
BIN := .venv/bin
Q ?= How long do you keep call records?
# As typed: a "$" in it is no variable of make.
override Q := $(value Q)
export Q
unexport PYTHONDONTWRITEBYTECODE  # each test process would compile everything anew
PROGRAMS := chromium fonts-dejavu-core postgresql wrk
DEPLOY_PROGRAMS := debootstrap haproxy iproute2 postgresql prometheus systemd
# In CI: a failure that does not come back where nothing else runs is told, and stops nobody else's work.
AGAIN := echo "Once more, alone: what holds now has a race, to be mended." && $(BIN)/pytest -n 0 --last-failed --last-failed-no-failures none
PIN := build/deploy/bin/uv pip compile --python-version 3.11 --generate-hashes --no-annotate --no-header
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: serve ask test quick setup check package widget screenshots evaluate bench chaos deploy-check scale-check sbom audit

serve: index/builds/CURRENT  ## the service and its page, on http://127.0.0.1:8000, with the sample or your own policies
	@$(BIN)/qabot serve

ask: index/builds/CURRENT  ## make ask Q="...": ask the sample policies (or your own) a question
	@$(BIN)/qabot ask -- "$$Q" || [ $$? -eq 3 ]

# As root, or in CI, what else tests need is installed first; elsewhere the tests that miss it skip and say so.
test: check $(if $(or $(CI),$(filter 0,$(shell id -u))),setup)  ## everything that must hold before a commit
	$(BIN)/pytest -n 4 --dist loadscope --no-loadscope-reorder -m "not scale" $(if $(CI),|| { [ $$? -eq 1 ] && $(AGAIN); })

quick: check  ## what needs no server, no browser, no model and no real files: within a minute
	$(BIN)/pytest -n auto -m "not (browser or process or postgres or slack_server or model or shared or slow or scale)"

setup: .venv/.programs tests/node/node_modules qabot/api/widget/node_modules  ## a browser, a database server, a load generator and axe, for tests and benchmarks

check: .venv/.installed  ## what takes seconds
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy qabot tests

index/builds/CURRENT: | .venv/.installed
	$(BIN)/qabot index

# Modules are compiled as they are imported: most never are.
.venv/.installed: pyproject.toml deploy/constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --no-compile -c deploy/constraints.txt -e '.[dev]'
	@touch $@

# What Python packages do not bring. Without apt-get or npm the tests that miss one are skipped and say so.
.venv/.programs: | .venv/.installed
	@if command -v apt-get > /dev/null && ! dpkg -s $(PROGRAMS) > /dev/null 2>&1; then \
	  echo "Installing for tests and benchmarks: $(PROGRAMS)"; \
	  $(SUDO) apt-get -qq update && \
	  $(SUDO) apt-get -qq install --no-install-recommends $(PROGRAMS) > /dev/null; \
	fi
	@touch $@

%/node_modules: %/package-lock.json
	@if command -v npm > /dev/null; then npm ci --prefix $* --silent; fi
	@if [ -d $@ ]; then touch $@; fi

widget: qabot/api/widget/node_modules  ## what is served as /widget.js, built from qabot/api/widget/source
	npm run build --prefix qabot/api/widget --silent

screenshots: .venv/.programs index/builds/CURRENT  ## the page, light and dark, on a desktop and a phone
	$(BIN)/python -m tests.screenshots build/screenshots
	cp build/screenshots/desktop-light.png .github/page.png

evaluate: .venv/.installed  ## quality on the development sets, where they are present, as they are and misspelt, where nothing was tuned
	@for folder in $(wildcard ../shared/eval/*); do \
	  part="build/held-out/$${folder##*/}" && \
	  $(BIN)/python -m tests.benchmarks.held_out "$$folder" "$$part" && \
	  $(BIN)/qabot index "$$part/policies" --index "$$part/index" --yes > /dev/null && \
	  echo "$$folder" && \
	  $(BIN)/qabot evaluate "$$part/questions.jsonl" --index "$$part/index" && \
	  echo "$$folder, misspelt" && \
	  $(BIN)/python -m tests.benchmarks.misspell "$$part/questions.jsonl" "$$part/misspelt.jsonl" && \
	  $(BIN)/qabot evaluate "$$part/misspelt.jsonl" --index "$$part/index"; \
	done

bench: .venv/.programs build/peers/.installed  ## speed, and quality beside peers, with floors; make bench SET=FOLDER MILLION=1
	$(BIN)/python -m tests.benchmarks.bench $(if $(MILLION),--million)
	$(BIN)/python -m tests.benchmarks.peers_compare $(if $(SET),"$(SET)")
	$(BIN)/python -m tests.benchmarks.bench_service
	$(BIN)/python -m tests.benchmarks.changes_bench

chaos: .venv/.programs index/builds/CURRENT  ## what falls over: make chaos ROWS="slack fuzz" PART=0.1 SEED=7
	$(BIN)/python -m tests.chaos $(ROWS) $(if $(PART),--part $(PART)) $(if $(SEED),--seed $(SEED))

package: .venv/.installed  ## the wheel, installed into an empty environment, indexes and answers there, within three minutes
	$(BIN)/python -m tests.package

deploy-check: .venv/.installed build/deploy/.installed  ## what stands in deploy/: validated, built in a bare Debian and run, as far as this machine can
	@$(if $(filter 0,$(shell id -u)),dpkg -s $(DEPLOY_PROGRAMS) > /dev/null 2>&1 || { apt-get -qq update && apt-get -qq install --no-install-recommends $(DEPLOY_PROGRAMS) > /dev/null; })
	@$(BIN)/python -m tests.deploy

scale-check: .venv/.scale setup  ## many machines: builds in S3 behind HAProxy, Milvus, Ray, each on its real engine here
	$(BIN)/pytest -n 0 -m scale

.venv/.scale: .venv/.installed
	$(BIN)/pip install -q --no-compile -c deploy/constraints.txt -e '.[scale]'
	@touch $@

sbom: build/tools/.installed .venv/.installed  ## build/sbom.json: what is installed here, as CycloneDX has it
	build/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o build/sbom.json $(BIN)/python

audit: build/tools/.installed  ## known vulnerabilities of the versions that are pinned; asks the Python Package Index
	build/tools/bin/pip-audit --strict -r deploy/constraints.txt --no-deps --disable-pip

# What the image installs, with the hashes of all files that the index has of each version.
deploy/requirements.txt: pyproject.toml deploy/constraints.txt | build/deploy/.installed
	@echo "# Made by: make $@" | tee $@ > deploy/requirements-build.txt
	$(PIN) -q --extra postgres --extra s3 --extra traces -c deploy/constraints.txt pyproject.toml >> $@
	echo "setuptools>=80" | $(PIN) -q - >> deploy/requirements-build.txt

build/deploy/.installed: tests/deploy/requirements.txt
	$(PYTHON) -m venv build/deploy
	build/deploy/bin/pip install -q -r $<
	@touch $@

# What looks at the environment stands outside of it.
build/tools/.installed: deploy/constraints.txt
	$(PYTHON) -m venv build/tools
	build/tools/bin/pip install -q -c deploy/constraints.txt cyclonedx-bom pip-audit
	@touch $@

# What qabot is compared with, in an environment of its own.
build/peers/.installed: tests/benchmarks/peers-requirements.txt
	$(PYTHON) -m venv build/peers
	build/peers/bin/pip install -q -r $<
	@touch $@
