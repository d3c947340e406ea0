# Installs tools/setup/packages.txt. Needs no network, no root and no apt when all is there.

package_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) == 'ii ' ]]
}

package_available() {
    [[ -n $(apt-cache madison "$1" 2>/dev/null) ]]
}

# Prints the packages of the list that are not installed, alternatives unresolved.
missing_packages() {
    local line name
    while read -r line; do
        for name in ${line//|/ }; do
            package_installed "$name" && continue 2
        done
        printf '%s\n' "$line"
    done < <(sed 's/#.*//; /^[[:space:]]*$/d' tools/setup/packages.txt)
}

# Of each `a|b` the first that this machine's sources have; fails naming what none of them has.
resolve_packages() {
    local line name status=0
    for line in "$@"; do
        for name in ${line//|/ }; do
            if package_available "$name"; then
                printf '%s\n' "$name"
                continue 2
            fi
        done
        echo "No package source of this machine has: ${line//|/ or }" >&2
        status=1
    done
    return "$status"
}

install_missing_packages() {
    local missing packages
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]})) || return 0
    # A foreign source that does not answer must not stop us: what counts is whether the packages
    # can be installed from those that did.
    apt_get update || echo "apt-get update complained; going on with the lists it has."
    packages=$(resolve_packages "${missing[@]}") || return 1
    # shellcheck disable=SC2086  # one word per package
    apt_get install -y --no-install-recommends $packages
}

setup_packages() {
    local missing
    missing=$(missing_packages | tr '\n' ' ')
    [[ -z $missing ]] && return 0
    say "    missing: $missing"
    step "Install Debian packages" \
        "Check the network and /etc/apt/sources.list*, then run ./dev setup again." \
        install_missing_packages
}
