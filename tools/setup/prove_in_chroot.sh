#!/usr/bin/env bash
# Proves on a bare Debian 12 that the README's commands work: makes a minimal system in FOLDER with
# nothing but git, clones the last commit into it, runs COMMAND, then runs it again without network.
#
# usage: tools/setup/prove_in_chroot.sh FOLDER [COMMAND...]     (default: ./dev test)
#
# Needs root and debootstrap. FOLDER is reused when it is there: remove it to start from nothing.
# Where packages come from is read from this machine's own settings.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
. tools/setup/common.sh
. tools/setup/apt.sh
. tools/setup/quickjs.sh

(($# >= 1)) || fail "usage: tools/setup/prove_in_chroot.sh FOLDER [COMMAND...]"
root=$(readlink -m "$1")
shift
command=("$@")
((${#command[@]})) || command=(./dev test)
release=bookworm

machine_mirror() {
    local entry
    entry=$(cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
        derive_from_deb822 "$release" "$release" - | sed -n 's/^URIs:[[:space:]]*//p')
    [[ -n $entry ]] || entry=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
        2>/dev/null | derive_from_list "$release" "$release" - | sed 's/^deb \(\[[^]]*\] \)\?//')
    printf '%s' "${entry%% *}"
}

make_bare_system() {
    local mirror
    mirror=$(machine_mirror)
    [[ -n $mirror ]] || fail "no Debian source for $release found under /etc/apt."
    step "Make a bare $release in $root" "Look at the log." \
        debootstrap --variant=minbase --include=ca-certificates,git "$release" "$root" "$mirror"
}

# The network's own settings, which any machine here has: resolver, certificates, apt, npm.
copy_machine_settings() {
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    find /etc/apt/sources.list.d -name '*.sources' ! -name "$quickjs_name*" \
        -exec cp {} "$root/etc/apt/sources.list.d/" \;
    [[ -f /etc/apt/sources.list ]] || rm -f "$root/etc/apt/sources.list"
    find /etc/apt/apt.conf.d -name '99*' -exec cp {} "$root/etc/apt/apt.conf.d/" \;
    [[ ! -f /etc/npmrc ]] || cp /etc/npmrc "$root/etc/npmrc"
    if [[ -d /usr/local/share/ca-certificates ]]; then
        cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
        chroot "$root" update-ca-certificates >/dev/null 2>&1
    fi
}

clone_last_commit() {
    local target=$root/srv/swiftgrid
    if [[ -d $target ]]; then
        git -C "$target" fetch -q "$PWD" HEAD
        git -C "$target" reset -q --hard FETCH_HEAD
    else
        git clone -q --no-hardlinks "$PWD" "$target"
    fi
}

# in_bare_system [--offline] command...: mounts vanish with the namespace, whatever happens.
in_bare_system() {
    local namespaces=(--mount --propagation private --pid --fork --kill-child)
    if [[ $1 == --offline ]]; then
        namespaces+=(--net)
        shift
    fi
    # shellcheck disable=SC2016  # expanded inside
    unshare "${namespaces[@]}" bash -c '
        root=$1; shift
        # What a root directory is elsewhere, too: tests that mount ask for that.
        mount --bind "$root" "$root"
        [[ ! -d /sys/class/net/lo ]] || ip link set lo up
        mount -t proc proc "$root/proc"
        # The device files that debootstrap made: a mistake of root in there must not reach those
        # of the machine.
        mkdir -p "$root/dev/shm" "$root/dev/pts"
        mount -t tmpfs tmpfs "$root/dev/shm"
        mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
        mount -t tmpfs tmpfs "$root/tmp"
        exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TERM=dumb \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            bash -c "cd /srv/swiftgrid && exec \"\$@\"" in_bare_system "$@"
    ' in_bare_system "$root" "$@"
}

[[ -d $root/usr/bin ]] || make_bare_system
copy_machine_settings
clone_last_commit
loud "${command[*]} on a bare $release" in_bare_system "${command[@]}" ||
    fail "${command[*]} failed on a bare $release; its output is above."
loud "${command[*]} again, without network" in_bare_system --offline "${command[@]}" ||
    fail "${command[*]} failed without network; its output is above."
