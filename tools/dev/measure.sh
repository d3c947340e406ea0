# Benchmarks, fuzzing and long simulation: on demand, never part of ./dev test.

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

fuzz() {
    local seconds=${1:-30} program name found=0 seeds
    preset=fuzz
    configure
    loud "Build the fuzz targets" cmake --build --preset fuzz --target fuzz_targets ||
        fail "the build failed: mend the first error above and run ./dev fuzz again."
    while IFS= read -r program; do
        found=1
        name=${program##*/}
        mkdir -p "build/fuzz-corpus/$name"
        seeds=()
        [[ ! -d tests/fuzz/corpus/$name ]] || seeds=("tests/fuzz/corpus/$name")
        # The first folder takes what the run finds; the committed seeds stay as they are.
        loud "$name for $seconds s" "$program" -max_total_time="$seconds" -print_final_stats=1 \
            -artifact_prefix=build/fuzz-corpus/ "build/fuzz-corpus/$name" \
            "${seeds[@]}" ||
            fail "$name found an input that breaks us: build/fuzz-corpus/crash-*; make it a test."
    done < <(find build/fuzz/tests/fuzz -maxdepth 1 -type f -name 'fuzz_*' -executable | sort)
    ((found)) || fail "no fuzz target was built: tests/fuzz has none."
}
