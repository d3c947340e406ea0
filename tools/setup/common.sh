# Shared by ./dev and the scripts of tools/setup: steps with elapsed time, stamps, root.
# Sourced with the repository's root as the working directory.

logs=build/logs
stamps=build/.stamps
tools_dir=build/.tools

say() { printf '%s\n' "$*"; }

# fail "what failed and what to do": ends ./dev.
fail() {
    printf '\n./dev: %s\n' "$*" >&2
    exit 1
}

# step "Name" "what to do when it fails" command...: runs quietly, shows the log's end on failure.
step() {
    local name=$1 advice=$2 start=$SECONDS log
    shift 2
    mkdir -p "$logs"
    log=$logs/$(tr -c 'a-zA-Z0-9\n' '-' <<<"$name").log
    printf '==> %s ... ' "$name"
    if "$@" >"$log" 2>&1 </dev/null; then
        printf 'done (%s s)\n' $((SECONDS - start))
    else
        printf 'FAILED (%s s)\n' $((SECONDS - start))
        tail -n 40 "$log" >&2
        fail "$name failed. $advice (whole log: $log)"
    fi
}

# loud "Name" command...: runs with its output visible; returns the command's status.
loud() {
    local name=$1 start=$SECONDS status=0
    shift
    printf '==> %s\n' "$name"
    "$@" </dev/null || status=$?
    if ((status == 0)); then
        printf '==> %s: done (%s s)\n' "$name" $((SECONDS - start))
    else
        printf '==> %s: FAILED (%s s)\n' "$name" $((SECONDS - start))
    fi
    return "$status"
}

# A stamp says that a step was done for exactly these inputs.
stamp_is() { [[ -f $stamps/$1 && $(<"$stamps/$1") == "$2" ]]; }
stamp_set() {
    mkdir -p "$stamps"
    printf '%s\n' "$2" >"$stamps/$1"
}
hash_of() { cat "$@" | sha256sum | cut -d' ' -f1; }

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "This needs root: run it as root, or install sudo." >&2
        return 1
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q "$@"
}
