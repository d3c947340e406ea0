# Installs Debian's libquickjs. Debian 12 has no such package, so it comes from the next suite: the
# machine's own Debian source is repeated with that suite, pinned so low that nothing else of it is
# ever installed. See docs/decisions/0001-libquickjs-from-the-next-suite.md.

quickjs_suite=trixie
quickjs_name=swiftgrid-quickjs

# Prints deb822 stanzas whose Suites name this machine's release, rewritten to the next suite.
derive_from_deb822() {
    awk -v release="$1" -v next_suite="$2" '
        function flush_stanza() {
            if (ours && binary && enabled && !printed) {
                printf "%s", stanza
                printed = 1
            }
            stanza = ""; ours = 0; binary = 0; enabled = 1; key = ""
        }
        BEGIN { enabled = 1 }
        /^[[:space:]]*$/ { flush_stanza(); next }
        /^#/ { next }
        /^[^[:space:]]/ { key = tolower(substr($0, 1, index($0, ":") - 1)) }
        key == "types" { if ($0 ~ /(^|[[:space:]])deb([[:space:]]|$)/) binary = 1
                         stanza = stanza "Types: deb\n"; key = "skip"; next }
        key == "suites" { for (i = 1; i <= NF; i++) if ($i == release) ours = 1
                          if ($0 ~ /^[^[:space:]]/) stanza = stanza "Suites: " next_suite "\n"
                          next }
        key == "components" { if ($0 ~ /^[^[:space:]]/) stanza = stanza "Components: main\n"; next }
        key == "enabled" { if (tolower($2) == "no") enabled = 0; next }
        key == "skip" { next }
        { stanza = stanza $0 "\n" }
        END { flush_stanza() }
    ' "${@:3}"
}

# The same for one-line entries: `deb [options] URI suite components`.
derive_from_list() {
    awk -v release="$1" -v next_suite="$2" '
        $1 != "deb" { next }
        {
            line = $0
            options = ""
            sub(/^[[:space:]]*deb[[:space:]]+/, "", line)
            if (line ~ /^\[/) {
                options = substr(line, 1, index(line, "]")) " "
                line = substr(line, index(line, "]") + 1)
            }
            if (split(line, word, /[[:space:]]+/) < 2) next
            first = (word[1] == "") ? 2 : 1
            if (word[first + 1] != release) next
            print "deb " options word[first] " " next_suite " main"
            exit
        }
    ' "${@:3}"
}

# Leaves the derived source in $1.sources or $1.list; fails when the machine has no usable source.
write_next_suite_source() {
    local target=$1 release=$2 text name
    shopt -s nullglob
    local sources=(/etc/apt/sources.list.d/*.sources)
    local lists=(/etc/apt/sources.list.d/*.list)
    shopt -u nullglob
    [[ -f /etc/apt/sources.list ]] && lists=(/etc/apt/sources.list "${lists[@]}")
    for name in "$release" stable oldstable; do
        if ((${#sources[@]})); then
            # A blank line between files, so that two stanzas never run together.
            text=$(for file in "${sources[@]}"; do cat "$file"; echo; done |
                derive_from_deb822 "$name" "$quickjs_suite" -)
            if [[ -n $text ]]; then
                as_root tee "$target.sources" >/dev/null <<<"$text"
                return 0
            fi
        fi
        if ((${#lists[@]})); then
            text=$(derive_from_list "$name" "$quickjs_suite" "${lists[@]}")
            if [[ -n $text ]]; then
                as_root tee "$target.list" >/dev/null <<<"$text"
                return 0
            fi
        fi
    done
    echo "No Debian source for '$release' found under /etc/apt." >&2
    return 1
}

install_quickjs() {
    if package_available libquickjs; then
        apt_get install -y --no-install-recommends libquickjs
        return
    fi
    local release target=/etc/apt/sources.list.d/$quickjs_name file
    # shellcheck disable=SC1091
    release=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
    as_root rm -f "$target.sources" "$target.list"
    # The pin goes first: the suite must never be visible without it.
    as_root tee /etc/apt/preferences.d/$quickjs_name >/dev/null <<PIN
Package: *
Pin: release n=$quickjs_suite
Pin-Priority: 1

Package: libquickjs
Pin: release n=$quickjs_suite
Pin-Priority: 500
PIN
    write_next_suite_source "$target" "$release" || return 1
    file=$(ls "$target".sources "$target".list 2>/dev/null | head -n 1)
    # Only this source is fetched; the lists of the others stay as they are.
    apt_get update -o Dir::Etc::sourcelist="$file" -o Dir::Etc::sourceparts=- \
        -o APT::Get::List-Cleanup=0 || return 1
    apt_get install -y --no-install-recommends libquickjs
}

setup_quickjs() {
    package_installed libquickjs && return 0
    step "Install libquickjs" \
        "Check that the machine's Debian mirror also serves the suite $quickjs_suite." \
        install_quickjs
}
