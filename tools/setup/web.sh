# The web UI's packages and its build, each skipped when its inputs have not changed.

# Tests and what tools leave behind do not change the build.
web_sources_hash() {
    find web \( -name node_modules -o -name build -o -name .svelte-kit -o -name e2e \
        -o -name test-results -o -name playwright-report \) -prune \
        -o -type f ! -name '*.test.ts' -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

web_install() { (cd web && npm ci --prefer-offline --no-audit --no-fund); }
web_build() { (cd web && npm run build); }

web_packages_hash() { hash_of web/package.json web/package-lock.json; }

setup_web_packages() {
    local hash
    [[ -f web/package-lock.json ]] || fail "web/package-lock.json is missing: is the clone whole?"
    hash=$(web_packages_hash)
    stamp_is web-packages "$hash" && [[ -d web/node_modules ]] && return 0
    step "Install the web UI's packages" \
        "Check the network and npm's registry setting, then run ./dev setup again." \
        web_install
    stamp_set web-packages "$hash"
}

web_is_built() {
    stamp_is web-packages "$(web_packages_hash)" && [[ -d web/node_modules ]] &&
        stamp_is web-build "$(web_sources_hash)" && [[ -f web/build/index.html ]]
}

build_web() {
    local hash
    web_is_built && return 0
    hash=$(web_sources_hash)
    step "Build the web UI" "Run ./dev check to see its types and lint." web_build
    stamp_set web-build "$hash"
}
