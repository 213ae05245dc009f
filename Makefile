# The door. Each target installs what it needs (Debian packages, see tools/install-deps) and can be called first.

# The largest sources take a gigabyte to compile: more jobs than this do not fit small machines.
JOBS  := $(shell n=$$(nproc); echo $$((n + 1 < 3 ? n + 1 : 3)))
CTEST := ctest --output-on-failure --timeout 300 -j $(JOBS)

.PHONY: help build run test sim check bench races flood hostile asan asan-core fuzz torture storm planted package clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 18

build: ## build/release/sipwake
	@tools/install-deps build
	cmake --preset release
	cmake --build build/release --target sipwake -j $(JOBS)

run: build ## the server on its defaults, with five demonstration calls first (data in ./sipwake-data)
	build/release/sipwake serve --demo

test: ## all tests, with the binary that make build makes
	@tools/install-deps build test
	cmake --preset release
	cmake --build build/release -j $(JOBS)
	$(CTEST) --test-dir build/release

sim: ## the engine in a simulated world: 60 seconds of seeds, or SEEDS=1000000; FROM=1 is the first
	@tools/install-deps build test
	cmake --preset release
	cmake --build build/release --target sim -j $(JOBS)
	build/release/tests/sim --full --jobs 2 --from $(or $(FROM),1) $(if $(SEEDS),--seeds $(SEEDS),--time 60s)

check: ## format, layers, and clang-tidy on what is not on origin/main yet
	@tools/install-deps build check
	tools/check_format
	tools/check_layers.py
	cmake --preset release
	tools/check_tidy build/release

bench: ## the benchmarks, one after the other
	@tools/install-deps build bench
	cmake --preset bench
	cmake --build build/bench -j $(JOBS)
	@set -e; for bench in build/bench/bench/*_bench; do echo "== $$bench"; "$$bench"; done

races: ## real phones against real callers: 10,000 REGISTERs race CANCEL, 1,000 come at once, kill -9; the figures
	@tools/install-deps build test
	cmake --preset release
	cmake --build build/release --target sipwake sipwake-load -j $(JOBS)
	@cd tests/e2e && SIPWAKE_RACES=full SIPWAKE_BINARY=$(CURDIR)/build/release/sipwake \
	  SIPWAKE_LOAD=$(CURDIR)/build/release/bench/sipwake-load python3 -W ignore -m unittest -v test_races

flood: ## one source sends 50,000 messages a second for 5 s while another one asks for OPTIONS; the figures
	@tools/install-deps build test
	cmake --preset release
	cmake --build build/release --target sipwake sipwake-load -j $(JOBS)
	@cd tests/e2e && SIPWAKE_FLOOD=full SIPWAKE_BINARY=$(CURDIR)/build/release/sipwake \
	  SIPWAKE_LOAD=$(CURDIR)/build/release/bench/sipwake-load python3 -W ignore -m unittest -v test_abuse.Flood

hostile: ## forged and replayed requests, and 5,000 odd HTTP requests and WebSocket streams, against the real server
	@tools/install-deps build test
	cmake --preset release
	cmake --build build/release --target sipwake -j $(JOBS)
	@cd tests/e2e && SIPWAKE_ODD=full SIPWAKE_BINARY=$(CURDIR)/build/release/sipwake \
	  python3 -W ignore -m unittest -v test_hostile

asan: ## all tests under AddressSanitizer and UBSan
	@tools/install-deps build test
	cmake --preset asan
	cmake --build build/asan -j $(JOBS)
	$(CTEST) --test-dir build/asan

# Whole calls through the engine, and the tests of all that reads the wire: in the tree of the fuzz targets, so that the
# core is compiled once for both.
CORE_TESTS := scenario_test replay_test sim torture_test \
  $(addprefix sipstack_,$(addsuffix _test,base message transport transaction auth locate net))

asan-core: ## the same, the core and the SIP sockets alone
	@tools/install-deps build test fuzz
	cmake --preset fuzz
	cmake --build build/fuzz -j $(JOBS) --target $(CORE_TESTS)
	$(CTEST) --test-dir build/fuzz -E '_NOT_BUILT|^e2e_|^torture_(wire|storm)$$'

FUZZ_SECONDS ?= 60
fuzz: ## each fuzz target for a minute, from its corpus, two and more at once (FUZZ_SECONDS=10 for less)
	@tools/install-deps build test fuzz
	cmake --preset fuzz
	cmake --build build/fuzz -j $(JOBS) --target $(patsubst fuzz/%.cpp,%,$(wildcard fuzz/*_fuzz.cpp))
	@tools/fuzz $(FUZZ_SECONDS)

torture: ## the torture messages against the real server over UDP and TCP: a table, and what differs and why
	@tools/install-deps build test
	cmake --preset release
	cmake --build build/release --target torture_wire -j $(JOBS)
	build/release/tests/torture_wire

STORM ?= 1000000
storm: ## STORM=1000000 damaged messages and stream pieces under the sanitizers, with probes in between
	@tools/install-deps build test
	cmake --preset asan
	cmake --build build/asan --target torture_wire -j $(JOBS)
	build/asan/tests/torture_wire --storm $(STORM)

planted: ## plants faults into the engine, one at a time, and shows which tests notice (long)
	@tools/install-deps build test
	tests/planted/planted.py --jobs $(JOBS)

package: build ## a Debian package of what make build makes: build/release/sipwake_VERSION_ARCH.deb
	@tools/install-deps package
	cmake --build build/release --target package_config
	cd build/release && cpack -G DEB

clean: ## forget everything that was built
	rm -rf build
