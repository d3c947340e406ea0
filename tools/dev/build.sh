# Configuring and building by preset (CMakePresets.json holds the presets).

jobs=$(nproc)

# Sanitizers look for a symbolizer without a version in its name, which Debian does not install.
symbolizer=/usr/bin/llvm-symbolizer-19
export ASAN_SYMBOLIZER_PATH=$symbolizer
export TSAN_OPTIONS=${TSAN_OPTIONS:-external_symbolizer_path=$symbolizer}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-external_symbolizer_path=$symbolizer:print_stacktrace=1}

configure() {
    local hash
    hash=$(hash_of CMakePresets.json cmake/toolchain.cmake)
    stamp_is "configure-$preset" "$hash" && [[ -f build/$preset/build.ninja ]] && return 0
    step "Configure ($preset)" \
        "What is missing is named above; tools/setup/packages.txt must list its package." \
        cmake --preset "$preset"
    stamp_set "configure-$preset" "$hash"
}

build_target() {
    NINJA_STATUS='[%f/%t %es] ' loud "$2" \
        cmake --build --preset "$preset" --parallel "$jobs" --target "$1"
}
build_failed() { fail "the build failed: mend the first error above and run ./dev build again."; }

build_server() {
    configure
    build_target all "Build the server ($preset)" || build_failed
}

# Of a fresh clone, the server's modules that know nothing of the web UI are compiled beside its
# build, which keeps one core busy at most. The rest of the server packs what that has left.
build_all() {
    local log=$logs/build-web.log web status=0
    if web_is_built; then
        build_server
        return
    fi
    mkdir -p "$logs"
    configure
    (setup_web_packages && build_web) >"$log" 2>&1 &
    web=$!
    build_target swiftgrid_runtime "Build the runtime ($preset), and beside it the web UI" ||
        status=$?
    wait "$web" || { cat "$log" >&2 && exit 1; }
    cat "$log"
    ((status == 0)) || build_failed
    build_server
}

server_binary() { printf '%s' "$PWD/build/$preset/src/app/swiftgrid"; }

clean() {
    if [[ ${1:-} == --all ]]; then
        rm -rf build web/build web/.svelte-kit web/node_modules
        return
    fi
    mkdir -p build
    find build -mindepth 1 -maxdepth 1 ! -name .tools ! -name .stamps -exec rm -rf {} +
    rm -rf web/build web/.svelte-kit
    rm -f "$stamps"/configure-* "$stamps"/web-build "$stamps"/checked-*
}
