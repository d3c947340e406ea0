# Format, layering, lint and types. `check` looks at what changed since its last green run,
# `lint_everything` at everything.

# our_files PATTERN...: tracked and new files that exist, ended by NUL.
our_files() {
    git ls-files -co --exclude-standard -- "$@" | while IFS= read -r file; do
        if [[ -f $file ]]; then printf '%s\0' "$file"; fi
    done
}

check_format() {
    our_files '*.cpp' '*.h' | xargs -0 -r clang-format-19 --dry-run --Werror --ferror-limit=3
}

# The web UI's lint and types take half a minute; they are skipped when web/ and the API document
# are as they were when they were last green.
check_web() {
    local hash
    hash=$(our_files web src/api/openapi.yaml | xargs -0 sha256sum | sha256sum)
    if [[ ${1:-} != all ]] && stamp_is checked-web "$hash"; then
        echo "web/ is unchanged since its last green check."
        return 0
    fi
    (cd web && npm run --silent lint && npm run --silent check && npm run --silent gen:check) ||
        return 1
    stamp_set checked-web "$hash"
}

# Of a build that is only configured: the others compile several sources as one, and do not say
# how each of them is compiled.
check_clang_tidy() {
    cmake --preset release -B build/tidy -DCMAKE_UNITY_BUILD=OFF >"$logs/configure-tidy.log" ||
        return 1
    python3 tools/tidy/run_clang_tidy.py --build build/tidy "$@"
}
check_tidy() { python3 tools/tidy/tidy.py; }

# Both run all parts even when one fails, so that one run shows everything there is to mend.
check_sources() {
    local scope=$1 failed=0
    mkdir -p "$logs"
    if ! loud "Format" check_format; then
        failed=1
        say "    ./dev fmt formats every file."
    fi
    loud "Layering, sizes, words (tools/tidy)" check_tidy || failed=1
    local everything=()
    [[ $scope != all ]] || everything=(--all)
    loud "clang-tidy" check_clang_tidy "${everything[@]}" || failed=1
    return "$failed"
}

run_checks() {
    local scope=$1 failed=0
    check_sources "$scope" || failed=1
    loud "Web lint and types" check_web "$scope" || failed=1
    return "$failed"
}

check() {
    if [[ ${1:-} == --staged ]]; then
        check_staged
        return
    fi
    run_checks changed || fail "./dev check found what is listed above; mend it and run it again."
    say "./dev check: all green"
}

# For the pre-commit hook: the two checks that take no time.
check_staged() {
    git diff --cached --name-only --diff-filter=d -z -- '*.cpp' '*.h' |
        xargs -0 -r clang-format-19 --dry-run --Werror --ferror-limit=3 ||
        fail "staged files are not formatted: run ./dev fmt and stage them again."
    check_tidy || fail "tools/tidy found what is listed above."
}

lint_everything() {
    run_checks all || fail "./dev lint found what is listed above; mend it and run it again."
    say "./dev lint: all green"
}

format_everything() {
    our_files '*.cpp' '*.h' | xargs -0 -r clang-format-19 -i
    (cd web && npm run --silent format)
}
