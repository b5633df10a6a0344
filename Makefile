# Candour: every target prints what it does; `make help` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -funcalign=16 -X main.version=$(VERSION)
# The program stays below 40 MB: what draws pages seldom seen is compiled without
# inlining, which takes 1.4 MB off. The record page's own packages are not among it.
SMALL := candour/handlers candour/handlers/signin/... candour/cmd/candour/... candour/models/seed candour/views/component/nhsuk candour/views/letter \
	candour/views/patient candour/views/public/... candour/views/signin/... candour/views/staff
GCFLAGS := $(foreach p,$(SMALL),-gcflags='$(p)=-l')
export CGO_ENABLED := 0
export GOTOOLCHAIN := local
DATA ?= data/demo
LISTEN ?= 127.0.0.1:8080

.PHONY: help demo build assets generate test test-go test-e2e test-tools screenshots pages lighthouse results check lint bench mutate clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

demo: build ## build everything and run the portal with its demo world on embedded SQLite
	./candour demo --listen $(LISTEN) --data $(DATA)

build: assets ## build the program ./candour
	@echo "building candour (the first time takes a minute or two: mostly the compiler)"
	go build -trimpath -ldflags '$(LDFLAGS)' $(GCFLAGS) -o candour ./cmd/candour

assets: static/dist/manifest.json ## make the style sheets and scripts in static/dist

static/dist/manifest.json: static/package-lock.json static/build.mjs $(wildcard static/src/* static/src/*/* static/tools/*)
	cd static && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && node build.mjs

generate: ## generate Go from the templ files
	go tool templ generate

test: test-tools assets ## every test: rules, both databases, pages, browser journeys
	$(MAKE) check
	$(MAKE) test-go
	$(MAKE) test-e2e

test-tools: ## install what the tests need from Debian's packages (Chromium, fonts, PostgreSQL), where it may
	bash e2e/tools.sh

check: ## generated files fresh, formatted, vetted, modules tidy
	go mod tidy -diff
	go mod verify
	$(MAKE) generate
	git diff --exit-code -- '*_templ.go'
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "gofmt these"; exit 1; }
	go vet ./...

test-go: e2e/node_modules/.package-lock.json ## the Go tests, on SQLite and on PostgreSQL, and before the certified OpenID Connect provider
	@echo "go test ./... (what passed in silence is left out; what was skipped says so)"
	@go test -v -p 2 -timeout 15m ./... | grep -vE '^=== (RUN|PAUSE|CONT|NAME)|^ *--- PASS|^PASS$$|no test files'

# The provider that judges the relying party comes from npm; without it that one test says that it was skipped.
e2e/node_modules/.package-lock.json: e2e/package-lock.json
	@if command -v npm >/dev/null; then cd e2e && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; else echo "no npm: the certified OpenID Connect provider will judge nothing"; fi

# Each project has a world of its own: journeys leave objections behind them. The walk over every page takes 3 variants of 12 here; `make results` takes them all, and Lighthouse.
test-e2e: build ## the browser journeys, with and without JavaScript, and every page in three variants
	cd e2e && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && for p in desktop phone nojs matrix; do QUICK=1 npx playwright test --project=$$p; done

screenshots: build ## pictures of every public page in five variants, in e2e/out
	cd e2e && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npx playwright test --project=screenshots

pages: build ## every page in every variant (ONLY=/questions for some, QUICK=1 for 3 variants of 12)
	cd e2e && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npx playwright test --project=matrix

lighthouse: build ## Lighthouse on home, questions, access history and record
	cd e2e && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npx playwright test --project=lighthouse

results: build ## measure every page anew and keep the figures that the accessibility statement reads
	cd e2e && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && UPDATE_RESULTS=1 npx playwright test --project=matrix --project=lighthouse

lint: ## static analysis and known vulnerabilities (VULNDB=file:///path for an offline database)
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	go run golang.org/x/vuln/cmd/govulncheck@v1.1.4 $(if $(VULNDB),-db $(VULNDB)) ./...

bench: build ## the figures of performance.md, each beside its reference line in one run
	go run ./cmd/bench

mutate: ## change the policy, one condition at a time: 95 % of the changes must be noticed
	go run ./cmd/mutate

clean: ## remove what the targets made
	rm -rf candour static/dist/* e2e/test-results e2e/out
	touch static/dist/.gitkeep
