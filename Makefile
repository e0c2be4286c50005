help: ## show the targets
	@grep -hE '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/'

check: ## what CI runs: format, vet, tests with the race detector
	@test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	go vet ./...
	go test -race ./...

update: ## write what is seen into conversations, golden files, pictures and the coverage matrix
	go test . -update
	go test ./workspace -run Conformance -update
	go test ./evidence/chart -run Gallery -update
	go test ./document -update

bench: ## the figures of docs/performance.md
	go test -run xxx -bench . -benchtime 2000x .
	go test -run xxx -bench . ./timeline/...
	go test -run xxx -bench . ./evidence/...
	go test -run xxx -bench . ./document

samples: ## what the demo writes, for docs/samples
	rm -rf docs/samples/postmortem.* docs/samples/review.* docs/samples/files
	mkdir -p docs/samples
	out=$$(mktemp -d) && go run . demo --once --out $$out && \
		cp -R $$out/postmortem.* $$out/review.* $$out/files docs/samples && rm -r $$out

.PHONY: help check update bench samples
