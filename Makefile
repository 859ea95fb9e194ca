# Peerscope. `make` alone lists what can be done here.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

# What follows the program's name, as in: make run ARGS="--listen 127.0.0.1:9000"
ARGS ?=
# Which real-peer tests, as in: make peers ARGS="-k firefox"
PYTHON := .venv/bin/python
PRODUCT := .build/release/peerscope
SOURCES := Package.swift Sources Tests

.PHONY: help run build test lint unit peers bench fuzz format docs hook clean

help: ## list these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: ## install what is missing, build, and start the server on 127.0.0.1:8080 (ARGS="--listen …")
	@tools/install
	swift build -c release --product peerscope
	@exec $(PRODUCT) serve $(ARGS)

build: ## build the product for release
	@tools/install
	swift build -c release --product peerscope

test: ## everything: style, unit tests, journeys, then real browsers and aiortc against the release build
	@tools/install --test
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory unit ARGS=
	swift build -c release --product peerscope
	@$(MAKE) --no-print-directory peers ARGS=

unit: ## the tests without real peers (ARGS="--filter TransportTests")
	swift build --build-tests
	swift test --skip-build --disable-xctest $(ARGS)

peers: ## real peers against the release build, which must have been built (ARGS="-k firefox")
	@if [ ! -d Tests/RealPeers ]; then echo 'no Tests/RealPeers here: skipped'; \
	else $(PYTHON) -m pytest Tests/RealPeers $(ARGS); fi

bench: build ## measure the release build (ARGS="pion" beside another server, where the lab is)
	PEERSCOPE_BENCHMARKS=1 swift build -c release --product benchmarks
	.build/release/benchmarks
	tools/bench $(ARGS)

fuzz: ## look for inputs that crash a parser: all targets for a minute each (ARGS="stun 600")
	@tools/install
	tools/fuzz $(ARGS)

lint: ## hold every Swift file against .swift-format
	swift format lint --strict --parallel --recursive $(SOURCES)

format: ## lay out every Swift file as .swift-format says
	swift format --in-place --parallel --recursive $(SOURCES)

docs: ## write the API documentation of every room to .build/documentation
	tools/docs

hook: ## check staged files before each commit of this clone
	ln -sf ../../tools/pre-commit "$$(git rev-parse --git-path hooks)/pre-commit"

clean: ## remove what was built
	rm -rf .build .venv
