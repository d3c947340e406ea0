# Benchmarks, fuzzing and simulation on demand; ./dev test has 30 s of each fuzz target and a
# minute of the simulation.

# The journal's own figures first (the disk is what everything else is compared with), then the
# server's. Arguments go to bench/server_bench.py.
bench() {
    local program
    for program in build/"$preset"/bench/*_bench; do
        [[ -x $program ]] || continue
        loud "${program##*/}" "$program" || fail "${program##*/} failed; its output is above."
    done
    loud "Server benchmark" python3 bench/server_bench.py "$(server_binary)" "$@" ||
        fail "the server benchmark failed; its output is above."
    loud "Waiting and calling" python3 bench/waiting_server_bench.py "$(server_binary)" ||
        fail "the benchmark of waiting and calling failed; its output is above."
}

# Without a seed: seeds that nobody has tried before.
simulate() {
    configure
    loud "Build the simulator ($preset)" cmake --build --preset "$preset" --parallel "$jobs" \
        --target sim || fail "the build failed: mend the first error above and run ./dev sim again."
    loud "Simulated runs" build/"$preset"/tests/sim/sim "$@" ||
        fail "commit $(git rev-parse --short HEAD) breaks a rule: the seed above repeats it."
}

compare_with_croner() {
    configure
    loud "Build our side ($preset)" cmake --build --preset "$preset" --parallel "$jobs" \
        --target cron_lines || fail "the build failed: mend the first error above and try again."
    loud "Cron against npm's croner" cron_against_croner --all ||
        fail "the differences are above; tests/croner/compare.mjs says which are meant to be."
}

# What the targets find.
fuzz_corpus=build/fuzz-corpus

# What a target said about the input that breaks us; without the search before it.
fuzz_finding() { sed -n '/assertion failed\|terminate called\|ERROR: /,$p' "$1" | head -n 60; }

# fuzz_target PROGRAM SECONDS SEED: the first folder takes what the run finds; the committed inputs
# stay as they are.
fuzz_target() {
    local program=$1 seconds=$2 seed=$3 name=${1##*/}
    local seeds=tests/fuzz/corpus/$name found=$fuzz_corpus/$name
    mkdir -p "$found" build/logs
    if "$program" -max_total_time="$seconds" -seed="$seed" -print_final_stats=1 \
        -rss_limit_mb=1024 -timeout=20 -artifact_prefix="$found-" "$found" "$seeds" \
        >"build/logs/$name.log" 2>&1; then
        say "    $name: $(grep -oP 'number_of_executed_units: \K.*' "build/logs/$name.log") inputs"
    else
        fuzz_finding "build/logs/$name.log" >&2
        say "    $name found an input that breaks us: $found-*; mend it, and"
        say "    keep the input in $seeds."
        return 1
    fi
}

# fuzz_targets SECONDS SEED NAME...: as many at once as there are cores. Seed 0: one that nobody has
# tried before.
fuzz_targets() {
    local seconds=$1 seed=$2 name status=0
    shift 2
    preset=fuzz
    configure
    cmake --build --preset fuzz --parallel "$jobs" --target "$@" || return 1
    for name in "$@"; do
        while (($(jobs -rp | wc -l) >= jobs)); do wait -n || status=1; done
        fuzz_target "build/fuzz/tests/fuzz/$name" "$seconds" "$seed" &
    done
    while (($(jobs -p | wc -l) > 0)); do
        wait -n || status=1
    done
    return "$status"
}

all_fuzz_targets() { basename -s .cpp tests/fuzz/fuzz_*.cpp; }

# fuzz [TARGET...] [--seconds N]
fuzz() {
    local seconds=30 names=()
    while (($#)); do
        case $1 in
        --seconds)
            [[ ${2:-} =~ ^[0-9]+$ ]] || fail "--seconds needs a number."
            seconds=$2
            shift
            ;;
        *)
            [[ -f tests/fuzz/fuzz_${1#fuzz_}.cpp ]] ||
                fail "there is no fuzz target '$1': $(all_fuzz_targets | tr '\n' ' ')"
            names+=("fuzz_${1#fuzz_}")
            ;;
        esac
        shift
    done
    ((${#names[@]})) || mapfile -t names < <(all_fuzz_targets)
    loud "${#names[@]} fuzz targets for $seconds s each" fuzz_targets "$seconds" 0 "${names[@]}" ||
        fail "a fuzz target failed; its output is above."
}
