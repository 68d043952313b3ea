# Gridfield's commands. `make help` lists them; everything they install stays inside this checkout
# (.venv, pwa/node_modules, .local), but for PostgreSQL, PostGIS and Chromium, which come from apt.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

PORT ?= 8000
HOST ?= 127.0.0.1
TLS ?=
WORKERS ?= 50
SEED ?= 1
PHONES ?= 4
MUTATIONS ?= 400
KINDS ?=
FUZZ ?= 5000
PYTHON ?= python3

export PORT HOST TLS
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

VENV := .venv/.installed
NODE := .venv/.node
PACKAGES := pwa/node_modules/.installed
DIST := pwa/dist/.built
PWA_SOURCES := $(shell find pwa/src pwa/public -newer $(DIST) 2>/dev/null || echo missing)

## Run

demo: $(VENV) $(DIST) ## Everything, ready to try: PORT=8000 HOST=127.0.0.1 TLS=1 (HTTPS, for phones)
	@exec .venv/bin/python -m tools.demo

reset: $(VENV) ## Wipe the demo's data; the next `make demo` begins anew
	@.venv/bin/python -m tools.services wipe

services: $(VENV) ## Start this checkout's PostgreSQL and Valkey; addresses in .local/env
	@.venv/bin/python -m tools.services start

services-stop: $(VENV) ## Stop them; what they hold is kept
	@.venv/bin/python -m tools.services stop

simulate: $(VENV) services ## A day of WORKERS=50 simulated workers through the real doors
	@.venv/bin/python -m tools.simulate --workers $(WORKERS)

bench: $(VENV) ## What the work of phones costs, beside PostgreSQL and bare Flask alone
	@.venv/bin/python -m bench

bench-phone: test-machine $(VENV) $(DIST) services ## What the app takes on a cheap phone on a bad line, in Chromium
	@.venv/bin/python -m bench.phone

bench-growth: $(VENV) ## The same in a database that grows to a million records and 10,000 scopes
	@.venv/bin/python -m bench.growth

bench-city: $(VENV) ## A day of 100,000 phones, computed from what `make bench` measured
	@.venv/bin/python -m bench.city

bench-crowd: $(VENV) ## As many phones as this machine holds, for ten minutes
	@.venv/bin/python -m bench.crowd

bench-desk: test-machine $(VENV) $(DIST) ## 10,000 open cases, 200 dispatchers' requests a second, a dispatcher's screen
	@.venv/bin/python -m bench.desk

bench-import: $(VENV) ## 50,000 houses from Excel: the dry run, and carrying it out
	@.venv/bin/python -m bench.intake

## Check

test: test-machine $(VENV) $(PACKAGES) ## Everything: lint, types, unit, integration, front end, faults, browser
	@.venv/bin/python -m tools.checks all

lint: $(VENV) $(PACKAGES) ## ruff, mypy, import floors, eslint, vue-tsc, knip
	@.venv/bin/python -m tools.checks lint

test-unit: $(VENV) $(PACKAGES) ## pytest without browser, and vitest
	@.venv/bin/python -m tools.checks unit

faults: $(VENV) $(PACKAGES) ## Phones on a bad network against the server: SEED=1 PHONES=4 MUTATIONS=400
	@.venv/bin/python -m tools.faults --seed $(SEED) --phones $(PHONES) --mutations $(MUTATIONS) \
		$(if $(KINDS),--kinds "$(KINDS)")

faults-same: $(VENV) $(PACKAGES) ## One day in many ways (pages, batches, windows, clock): the same state in the end
	@.venv/bin/python -m tools.faults.same --seed $(SEED)

fuzz: $(VENV) services ## Broken messages at the phone's doors: FUZZ=5000 for each door
	@. ./.local/env && export DATABASE_URL REDIS_URL FUZZ && .venv/bin/pytest -q tests/sync/test_fuzz.py

golden: $(VENV) $(PACKAGES) services ## Record what this version of the app sends (tests/golden)
	@cd pwa && GOLDEN=write npx vitest run tests/golden
	@. ./.local/env && export DATABASE_URL REDIS_URL && GOLDEN=write .venv/bin/pytest -q tests/sync/test_golden.py

test-the-tests: $(VENV) $(PACKAGES) services ## Mistakes put into a copy of the sources, each of which the tests must catch
	@.venv/bin/python -m tools.mistakes

test-browser: test-machine $(VENV) $(PACKAGES) ## The stories in Debian's Chromium
	@.venv/bin/python -m tools.checks browser

format: $(VENV) ## Format and fix what can be fixed by itself
	@.venv/bin/ruff check --fix-only -q . ; .venv/bin/ruff format -q .

## Install

install: $(VENV) $(PACKAGES) ## The Python and front-end packages alone

build: $(DIST) ## The PWA into pwa/dist

lock: $(VENV) ## Lock the newest allowed versions of all packages anew
	@.venv/bin/python -m tools.lock

help: ## This list
	@awk -F ':.*## ' '/^## /{print "\n" substr($$0, 4)} /^[a-z-]+:.*## /{printf "  make %-15s%s\n", $$1, $$2}' Makefile

machine:
	@$(PYTHON) -m tools.system

test-machine:
	@$(PYTHON) -m tools.system --browser

$(VENV): requirements-dev.lock | machine
	@echo "• Installing Python packages into .venv …"
	@[ -x .venv/bin/pip ] || $(PYTHON) -m venv --clear .venv
	@.venv/bin/pip install -qq --no-input --require-hashes -r requirements-dev.lock
	@touch $@

$(NODE): requirements-node.lock | $(VENV)
	@.venv/bin/python -m tools.node
	@touch $@

$(PACKAGES): pwa/package-lock.json pwa/.npmrc | $(NODE)
	@echo "• Installing front-end packages …"
	@cd pwa && npm ci --loglevel=error --no-progress
	@touch $@

$(DIST): $(PACKAGES) pwa/vite.config.ts pwa/pack.mjs $(wildcard pwa/*.html) $(PWA_SOURCES)
	@echo "• Building the PWA …"
	@cd pwa && npm run --silent build
	@touch $@

.PHONY: demo reset services services-stop simulate bench bench-phone bench-growth bench-city bench-crowd bench-desk bench-import \
	test lint test-unit \
	test-browser faults faults-same test-the-tests fuzz golden \
	format install build lock help machine test-machine missing
