# The front door: every target is one line of Maven or one script. `make` alone lists them.
PREFIX ?= $(HOME)/.local
SEEDS  ?= 1000000
FIRST  ?= 1
# Nobody waits for a single history: what costs the least altogether.
SIM_JVM ?= -XX:+UseParallelGC -Xmx1g
# The daemon's (bin/reconciler).
BENCH_JVM ?= -XX:+UseSerialGC -XX:TieredStopAtLevel=1
MINUTES ?= 10
AGENTS ?= 50

# Maven itself may run on an older JDK: the build picks this one for compiling and testing.
export JAVA25_HOME := $(shell .ci/jdk)
MVN   := mvn -B -ntp
QUIET := $(MVN) -q
TREE  := target/reconciler

.DEFAULT_GOAL := help
.PHONY: help deps build test it lint fmt demo run bench golden sim sim-mutants chaos fuzz mutate install uninstall dist clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install what is missing (JDK 25, Maven, tmux, lsof), or name it
	@.ci/deps jdk maven tmux lsof

build: deps ## Build the runnable tree target/reconciler
	@$(QUIET) pre-integration-test -DskipTests
	@$(TREE)/bin/reconciler __pages $(TREE)/share

test: deps ## Run all tests: unit, laws, simulation, real machine
	@.ci/deps rsync zsh fish
	@$(MVN) verify

it: deps ## Run only the tests on the real machine (ARGS=-Dtest=NAME: some); TMUX_PATH=DIR:DIR: again with the tmux of each
	@.ci/deps rsync zsh fish
	@$(MVN) verify -Dfast.skip=true $(ARGS)
	@for bin in $$(echo "$(TMUX_PATH)" | tr : ' '); do \
		echo "it: $$("$$bin/tmux" -V) of $$bin"; PATH="$$bin:$$PATH" $(MVN) verify -Dfast.skip=true $(ARGS) || exit 1; done

lint: deps ## Check formatting and compile with all warnings as errors
	@$(QUIET) test-compile formatter:validate
	@echo "lint: well formed"

fmt: deps ## Format the sources
	@$(QUIET) formatter:format

demo: build ## Show it at work for half a minute, in a temporary place, and clean up
	@.ci/demo

run: build ## Run the daemon in the foreground (ARGS="--manifests DIR")
	@$(TREE)/bin/reconciler run $(ARGS)

bench: build ## Measure, each figure beside its floor; ARGS=-Dsoak.minutes=60 for an hour of churn
	@$(MVN) test -Dgroups=bench -DexcludedGroups= "-Dtest.jvm=$(BENCH_JVM)" $(ARGS)

golden: deps ## Rewrite the golden scenarios and show what changed
	@$(QUIET) test -Dgroups=golden -Dreconciler.golden=write
	@git --no-pager diff --stat -- src/test/resources

sim: deps ## Simulate SEEDS=1000000 random histories from FIRST=1 on; ARGS=-Dsim.seed=N repeats one
	@$(MVN) test -Dtest=SimulationTest -Dsim.histories=$(SEEDS) -Dsim.first=$(FIRST) "-Dtest.jvm=$(SIM_JVM)" $(ARGS)

sim-mutants: deps ## Plant the bugs of src/test/mutants: the laws or the simulation must find each
	@$(MVN) test -Dtest=PlantedBugsTest -DexcludedGroups= $(ARGS)

chaos: deps ## Faults on the real machine for MINUTES=10 with AGENTS=50, and a verdict
	@$(MVN) verify -Dfast.skip=true -Dtest=ChaosTest -Dsurefire.failIfNoSpecifiedTests=false \
		-Dchaos.minutes=$(MINUTES) -Dchaos.agents=$(AGENTS) -Dreal.patience=300 $(ARGS)

fuzz: deps ## Damaged manifests, tmux, /proc, lsof and API input: MINUTES=10 for each of eight readers, in 512 MB
	@$(MVN) test -Dgroups=fuzz -DexcludedGroups= -Dfuzz.seconds=$$(($(MINUTES) * 60)) -Dtest.jvm=-Xmx512m $(ARGS)

mutate: deps ## Change the planner in every way PIT knows: its tests must notice 95 %
	@$(MVN) -Pmutate test-compile org.pitest:pitest-maven:mutationCoverage $(ARGS)

install: build ## Copy to PREFIX (~/.local): the program, manual pages, completion
	@$(TREE)/install.sh "$(PREFIX)"

uninstall: ## Remove what install copied; sessions and settings stay
	@.ci/install.sh --uninstall "$(PREFIX)"

dist: deps ## Make target/dist: a tarball with its own Java, and a .deb; same commit, same bytes
	@.ci/dist

clean: ## Remove what the build made
	@rm -rf target
