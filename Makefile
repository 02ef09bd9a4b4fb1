# Every target says what it does: `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
export PYTHONUNBUFFERED := 1
# Empty is "do write it": a process that compiles all its packages anew starts three times as slowly.
export PYTHONDONTWRITEBYTECODE :=
export UV_PROJECT_ENVIRONMENT := $(VENV)

.DEFAULT_GOAL := help
.PHONY: help install frontend messages demo demo-once demo-call dev run check format test test-slow openapi sdks bundle-budget screenshots clean \
	services services-status services-stop otelcol compose-env demo-real demo-real-once test-real chaos \
	bench-answers bench-retrieval bench-ingest bench-ingest-real bench-stores peers bench-embedder bench-events bench-events-embedded bench-graph bench-fairness bench-fairness-real bench-tenants bench-reembed bench-facts bench-memory bench-recall bench-memory-footprint bench-walls bench-api bench-pages bench-llm bench-turn bench-cache bench-questions fit-cache fuzz-api leaks bill-check stripe-lives

help: ## Say what each target does
	@awk 'BEGIN {FS = ":.*## "} /^[a-z][a-z-]*:.*## / {printf "  \033[36m%-24s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rapport needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# uv itself is not in the lock: --inexact leaves it where it is.
$(VENV)/.installed: $(BIN)/uv pyproject.toml uv.lock
	$(BIN)/uv sync --quiet --frozen --inexact --python $(BIN)/python
	@touch $@

install: $(VENV)/.installed ## Install Python packages into .venv, exactly as locked

frontend: $(VENV)/.installed ## Build the dashboard's and the widget's scripts and styles, and the languages (skipped when nothing changed)
	$(BIN)/python -m frontend.build

messages: $(VENV)/.installed ## Bring the dashboard's languages in step with its sentences; begin one by ADD=fr
	$(BIN)/python manage.py messages $(if $(ADD),--add $(ADD))

demo: frontend ## Sign up a demo tenant, ingest the docs, ask three questions, then serve until Ctrl-C
	$(BIN)/python manage.py demo

demo-once: frontend ## The same, but exit after the answers; non-zero if anything in them is wrong
	$(BIN)/python manage.py demo --once

demo-call: frontend ## A telephone calls the demo company by SIP on this machine: three questions, one interruption; shows the call
	bash infra/speech.sh
	$(BIN)/python manage.py demo_call

run: frontend ## Migrate and run web, events, worker and embedder, restarting what dies
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py run

dev: frontend ## Like run, but reload when a file changes
	$(BIN)/python manage.py migrate --verbosity 0
	DEBUG=1 $(BIN)/python manage.py run --reload

format: $(VENV)/.installed ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check: frontend ## Format, lint, types, floors, missing migrations, OpenAPI drift, bundle budgets
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py openapi --check
	$(BIN)/python -m sdks.generator --check
	$(BIN)/python -m frontend.build --typecheck --budgets
	$(BIN)/python -m sdks.typescript.build --check

openapi: $(VENV)/.installed ## Write docs/openapi.yaml from the code, and both SDKs from it
	$(BIN)/python manage.py openapi
	$(BIN)/python -m sdks.generator

sdks: $(VENV)/.installed ## Make both SDKs anew from docs/openapi.yaml
	$(BIN)/python -m sdks.generator

test: frontend ## Run the tests, on several cores (with a browser where there is one), but for the slow ones
	$(BIN)/pytest -n auto --maxprocesses 4 --dist load -m "not slow"

test-slow: frontend ## Run those that kill live processes, or ask everything of everybody
	$(BIN)/pytest -n auto --maxprocesses 4 --dist load -m "slow"

services: $(VENV)/.installed ## Install and start PostgreSQL, Redis, Kafka, Neo4j and Weaviate, without Docker
	$(BIN)/python -m infra.local start

services-status: $(VENV)/.installed ## Where they are, and whether they are well
	$(BIN)/python -m infra.local status

services-stop: $(VENV)/.installed ## Stop them; the data stays
	$(BIN)/python -m infra.local stop

otelcol: $(VENV)/.installed ## Compile OpenTelemetry's Collector, for the tests that send traces to a real one
	$(BIN)/python -m infra.local otelcol

compose-env: $(VENV)/.installed ## Write infra/.env for docker compose -f infra/compose.yaml up -d --wait
	$(BIN)/python -m infra.local compose-env

demo-real: frontend ## The demo on the five real servers (after make services)
	$(BIN)/python -m infra.local.within $(BIN)/python manage.py demo

demo-real-once: frontend ## The same in an empty corner of each server, and exit after the answers
	$(BIN)/python -m tests.demo_real

test-real: frontend ## Run the tests that need the real servers; fails when one does not answer
	RAPPORT_REQUIRE_SERVERS=1 $(BIN)/pytest -m server
	RAPPORT_TEST_DATABASE=pooler $(BIN)/pytest -n auto --maxprocesses 4 -m "not server and not e2e and not slow" \
		tests/tenants tests/billing tests/rapport tests/agents tests/strangers tests/contract/test_bus.py \
		tests/ingestion/pipeline tests/ingestion/contacts tests/ingestion/test_selectors.py \
		tests/frontend/test_one_scope.py tests/frontend/test_contact_merging.py

chaos: frontend ## Models and tools that fail, then kill every process and server under load, on servers of its own; under half an hour
	$(BIN)/python -m tests.chaos

.PHONY: call-kills
call-kills: frontend ## Calls of every kind while web, worker and events are killed: each comes to an end and is billed once [MINUTES=30 HURRY=10]
	$(BIN)/python -m tests.kill.calls $(if $(MINUTES),--minutes $(MINUTES)) $(if $(HURRY),--hurry $(HURRY))

bill-check: $(VENV)/.installed ## A month of 50 companies through the ledger, with kills, repeats and late facts, compared to the micro-unit [FACTS=1000000] [STORES=real]
	$(BIN)/python -m tests.bill_check --facts $(or $(FACTS),1000000) $(if $(filter real,$(STORES)),--real)

stripe-lives: frontend ## Random lives of a company that pays, webhooks shuffled, doubled, late: always the same end [LIVES=1000]
	LIVES=$(or $(LIVES),1000) $(BIN)/pytest -q -n 0 --timeout 3600 tests/billing/stripe/test_lives.py

leaks: frontend ## Everything through which data can go, asked by everybody who must not have it: 0 leaks
	$(BIN)/python -m tests.leaks

fuzz-api: frontend ## Random right and wrong calls of the whole API: no 5xx, nothing undocumented [EXAMPLES=60]
	$(BIN)/python -m tests.fuzz --examples $(or $(EXAMPLES),60)

bundle-budget: frontend ## Weigh every script that a page or a customer's site loads; fails over its budget
	$(BIN)/python -m frontend.build --budgets

screenshots: frontend ## Write pictures of every page, desktop and phone, light and dark, to screenshots/
	$(BIN)/python -m tests.screenshots

bench-answers: frontend ## Answer quality of the built-in model: make bench-answers DATA=xquad.en.json
	$(BIN)/python -m tests.benchmarks.answers --data $(DATA)

bench-retrieval: frontend ## How often the right passage is found, arm by arm: DATA=xquad.en.json [DATA_DE=xquad.de.json] [CORPUS=dir] [STORES=real]
	$(BIN)/python -m tests.benchmarks.retrieval $(if $(DATA),--data $(DATA)) $(if $(DATA_DE),--data-de $(DATA_DE)) \
		$(if $(CORPUS),--corpus $(CORPUS)) $(if $(PAGES),--pages $(PAGES)) $(if $(filter real,$(STORES)),--real)

bench-ingest: frontend ## Ingest a folder beside the bare embedder: make bench-ingest CORPUS=dir
	$(BIN)/python -m tests.benchmarks.ingest --corpus $(CORPUS)

bench-ingest-real: frontend peers ## The same on the servers of make services: make bench-ingest-real CORPUS=dir
	$(BIN)/python -m tests.benchmarks.ingest --real --corpus $(CORPUS)
	$(BIN)/python -m tests.benchmarks.peers --corpus $(CORPUS)

bench-stores: frontend peers ## Its second half: all but the model, beside a bare script and LlamaIndex
	$(BIN)/python -m tests.benchmarks.peers --corpus $(CORPUS)

PEERS := var/peers
peers: $(PEERS)/llamaindex/.installed

# Other frameworks do not go with our packages: each has an environment of its own, which git does not see.
$(PEERS)/%/.installed: $(BIN)/uv tests/benchmarks/peers/%.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(PEERS)/$*
	$(BIN)/uv pip install --quiet --python $(PEERS)/$*/bin/python --require-hashes -r tests/benchmarks/peers/$*.txt
	@touch $@

bench-embedder: $(VENV)/.installed ## The built-in embedder's speed, and what int8 costs in recall: DATA=xquad.en.json
	$(BIN)/python -m tests.benchmarks.embedder --data $(DATA)

bench-events: $(VENV)/.installed ## Events through outbox, Kafka, inbox and Celery beside a bare consumer (make services)
	$(BIN)/python -m tests.benchmarks.events --real

bench-events-embedded: $(VENV)/.installed ## Events through outbox, embedded log, inbox and worker: rate and latency
	$(BIN)/python -m tests.benchmarks.events

bench-graph: $(VENV)/.installed ## The graph store on Neo4j beside the bare driver writing the same (make services)
	$(BIN)/python -m tests.benchmarks.graph

bench-reembed: $(VENV)/.installed ## A company's move to another embedding model, and its questions meanwhile: CORPUS=dir [PAGES=60] [REAL=1]
	$(BIN)/python -m tests.benchmarks.reembedding --corpus $(CORPUS) $(if $(PAGES),--pages $(PAGES)) $(if $(REAL),--real)

bench-fairness: frontend ## Another tenant's documents and answers while one imports: DOCUMENTS=50000
	$(BIN)/python -m tests.benchmarks.fairness --documents $(or $(DOCUMENTS),50000)

bench-fairness-real: frontend ## The same on the servers of make services
	$(BIN)/python -m tests.benchmarks.fairness --real --documents $(or $(DOCUMENTS),50000)

bench-tenants: $(VENV)/.installed ## Retrieval for tenants in use among 1, 1,000 and 10,000, on Weaviate servers of its own
	$(BIN)/python -m tests.benchmarks.tenants

bench-walls: frontend ## What row-level security costs a request, beside the same without it (make services)
	$(BIN)/python -m tests.benchmarks.walls

bench-api: $(VENV)/.installed ## What the API's own checks cost a read and POST /v1/events, beside plain Django (make services)
	$(BIN)/python -m tests.benchmarks.api

bench-pages: frontend ## How long the server works on each page of the dashboard for a company with 100,000 conversations [CONVERSATIONS=100000 ROUNDS=40 REAL=1]
	$(BIN)/python -m tests.benchmarks.pages $(if $(CONVERSATIONS),--conversations $(CONVERSATIONS)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(REAL),--real)

.PHONY: bench-widget
bench-widget: frontend ## What the widget adds to the page it stands on: blocking time at a phone's speed, and layout shift [ROUNDS=15]
	$(BIN)/python -m tests.benchmarks.widget $(if $(ROUNDS),--rounds $(ROUNDS))

bench-llm: $(VENV)/.installed ## CPU of a streamed token: the thin client beside OpenAI's SDK and pydantic-ai's model
	$(BIN)/python -m tests.benchmarks.llm

bench-turn: frontend $(PEERS)/litellm/.installed ## What a turn adds to a model's first token, hop by hop, beside LiteLLM's proxy (make services) [TURNS=240 MANY=200]
	$(BIN)/python -m tests.benchmarks.turn $(if $(TURNS),--turns $(TURNS)) $(if $(MANY),--many $(MANY))

.PHONY: bench-calls
bench-calls: frontend ## Calls by SIP with the built-in speech: last speech to first sound of the answer, and wrong cut-ins [TURNS=30]
	bash infra/speech.sh
	$(BIN)/python -m tests.benchmarks.calls $(if $(TURNS),--turns $(TURNS))

.PHONY: bench-relay
bench-relay: frontend ## Calls by ConversationRelay, many at once: prompt to first text frame, memory of a call, leaks [CALLS=200 ROW=1000 REAL=1]
	$(BIN)/python -m tests.benchmarks.relay $(if $(CALLS),--calls $(CALLS)) $(if $(ROW),--row $(ROW)) $(if $(REAL),--real)

.PHONY: bench-pauses
bench-pauses: $(VENV)/.installed ## Pauses inside 32 sentences, by the built-in speech alone: how often who pauses is answered there [CALLS=2 at once]
	bash infra/speech.sh
	$(BIN)/python -m tests.benchmarks.pauses $(if $(CALLS),--calls $(CALLS))

bench-cache: $(VENV)/.installed ## How often the semantic cache answers, and wrongly: TRAIN=banking77_train.csv TEST=banking77_test.csv
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.cache --train $(TRAIN) --test $(TEST)

bench-questions: $(VENV)/.installed ## How well questions without an answer are put together: TRAIN=banking77_train.csv TEST=banking77_test.csv
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.questions --train $(TRAIN) --test $(TEST)

fit-cache: $(VENV)/.installed ## Make agents/cache/rule.json anew, from the training file alone, and measure it
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.cache --train $(TRAIN) --test $(TEST) --fit

bench-facts: $(VENV)/.installed ## Facts from generated conversations against exact answers: updates, late arrivals, "as of", negation, deletion, … [ROUNDS=4]
	$(BIN)/python -m tests.benchmarks.facts $(if $(ROUNDS),--rounds $(ROUNDS))

bench-memory: $(VENV)/.installed ## How often past turns that answer are found again, by category and with each part left out: DATA=locomo10.json
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.episodes --data $(DATA) $(if $(QUICK),--quick)

bench-recall: $(VENV)/.installed ## How long finding past turns takes, by how many there are, and with many tenants (make services) [QUESTIONS=200 TENANTS=1000]
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.recall $(if $(QUESTIONS),--questions $(QUESTIONS)) $(if $(TENANTS),--tenants $(TENANTS))

bench-memory-footprint: frontend ## Memory of all processes together, idle and while ingesting
	$(BIN)/python -m tests.benchmarks.memory

clean: ## Remove what was built; the data in var/ stays
	rm -rf $(VENV) frontend/node_modules frontend/static/build .mypy_cache .ruff_cache .pytest_cache
