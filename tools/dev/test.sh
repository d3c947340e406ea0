# Everything that must be green. Each part leaves a JUnit file in build/reports, and
# tools/dev/count_tests.py adds them up.

reports=build/reports

# part NAME REPORT command...: a part that fails is remembered, the others still run. A command
# that writes no report of its own counts as one test.
part() {
    local name=$1 report=$reports/$2.xml start=$SECONDS failure=
    shift 2
    loud "$name" "$@" || { part_failed "$name" && failure='<failure/>'; }
    [[ -f $report ]] && return 0
    printf '<testsuite><testcase name="%s" time="%s">%s</testcase></testsuite>\n' \
        "$name" $((SECONDS - start)) "$failure" >"$report"
}

# In a file, because parts run in shells of their own, too.
part_failed() { printf '%s\n' "$1" >>"$reports/failed"; }

run_ctest() {
    local report=$PWD/$reports/$1.xml
    shift
    ctest --preset "$preset" --parallel "$jobs" --no-tests=error --output-junit "$report" \
        --output-on-failure "$@"
}

cpp_unit_tests() { run_ctest cpp-unit --label-exclude '^e2e$' "$@"; }
cpp_e2e_tests() { run_ctest cpp-e2e --label-regex '^e2e$'; }

web_unit_tests() {
    local report=$PWD/$reports/web-unit.xml
    (cd web && npm test --silent -- \
        --reporter=default --reporter=junit --outputFile.junit="$report")
}

browser_tests() {
    local report=$PWD/$reports/browser.xml binary
    binary=$(server_binary)
    (cd web && SWIFTGRID_BIN=$binary PLAYWRIGHT_JUNIT_OUTPUT_FILE=$report \
        npm run --silent e2e -- --reporter=list,junit "$@")
}

tool_tests() {
    local test
    for test in tools/*/*_test.py; do python3 -W error "$test" || return 1; done
}

# The seeds are always the same, so that a failure is the change's and not the day's;
# ./dev sim looks at new ones.
simulated_runs() { build/"$preset"/tests/sim/sim --seconds 60 --seed 1; }

# In a shell of its own, because it builds another preset. The seed is always the same, as above;
# ./dev fuzz looks at new inputs.
fuzzed() (
    mapfile -t names < <(all_fuzz_targets)
    fuzz_corpus=build/test-fuzz-corpus
    rm -rf "$fuzz_corpus"
    fuzz_targets 30 1 "${names[@]}"
)

# Some questions drawn from a seed; ./dev croner asks all of them.
cron_against_croner() {
    node tests/croner/compare.mjs build/"$preset"/tests/croner/cron_lines "$@"
}

begin_tests() {
    rm -rf "$reports"
    mkdir -p "$reports"
    : >"$reports/failed"
}

# The closing line; fails when anything did.
end_tests() {
    local failed_parts
    mapfile -t failed_parts <"$reports/failed"
    python3 tools/dev/count_tests.py "$reports" "${failed_parts[@]}"
}

# Only where it was installed: it is large, and a fake server tests what it shows, too.
local_model_test() {
    if [[ -d $local_model/node_modules ]]; then
        part "A real local model" local-model ask_local_model
    else
        say "==> A real local model: skipped; ./dev local-model has not installed it here"
    fi
}

test_unit() {
    begin_tests
    part "C++ unit, contract, scenario and property tests" cpp-unit cpp_unit_tests "$@"
    part "Web unit tests" web-unit web_unit_tests
    end_tests
}

test_e2e() {
    begin_tests
    part "The real binary from outside" cpp-e2e cpp_e2e_tests
    part "Browser journeys" browser browser_tests "$@"
    end_tests
}

# Parts that keep the cores busy and look at no clock: they take what the others leave. In two
# rows, because what the web row does keeps one core busy at most.
background_row() {
    renice --priority 10 "$BASHPID" >/dev/null
    case $1 in
    web)
        part "Simulated runs" simulation simulated_runs
        part "Cron against npm's croner" croner cron_against_croner
        part "Tests of our own tools" tools tool_tests
        part "Web lint and types" web-checks check_web
        part "Web unit tests" web-unit web_unit_tests
        ;;
    sources)
        part "Checks of the sources" checks check_sources changed
        part "Fuzz targets" fuzz fuzzed
        ;;
    esac
}

# The parts before it talk to real servers and browsers, and mostly wait for them.
test_everything() {
    local start=$SECONDS status=0 row
    local -A rows=()
    build_all
    begin_tests
    mkdir -p "$logs"
    say "==> Simulation, fuzzing, lint and types run beside the rest; $logs/row-*.log tell of them"
    for row in web sources; do
        background_row "$row" >"$logs/row-$row.log" 2>&1 &
        rows[$row]=$!
    done
    part "C++ unit, contract, scenario and property tests" cpp-unit cpp_unit_tests
    part "The real binary from outside" cpp-e2e cpp_e2e_tests
    local_model_test
    part "Browser journeys" browser browser_tests
    for row in web sources; do
        wait "${rows[$row]}" || part_failed "The row '$row' beside the rest"
        cat "$logs/row-$row.log"
    done
    say "==> All of ./dev test took $((SECONDS - start)) s"
    end_tests || status=$?
    return "$status"
}
