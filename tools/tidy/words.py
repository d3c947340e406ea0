"""Rules about what may stand in a committed file."""

import pathlib
import re

from finding import Finding, line_of

BANNED = [
    (
        re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d+)"),
        "a reminder needs the number of its issue (#12)",
    ),
    (
        re.compile(r"(?<![\w.:/$}])/(work|home|root|Users)/\w"),
        "an absolute path of somebody's machine",
    ),
    (
        re.compile(
            r"\b(registry\.[\w-]+\.(org|com|io|dev)|(deb|ftp|security|snapshot)\.debian\.[a-z]+"
            r"|[\w.-]+\.pkg\.dev|pypi\.[a-z]+|crates\.i[o]|proxy\.golang\.[a-z]+)\b"
        ),
        "the host name of a package registry; the machine's own settings say where packages are",
    ),
    (re.compile(r'^\s*"resolved":'), "a lock file must not name where a package came from"),
    (re.compile(r"^(<<<<<<<|>>>>>>>) "), "a merge conflict"),
]

# These speak about the banned words.
EXEMPT = {"tools/tidy/words.py", "tools/tidy/tidy_test.py", "LICENSE"}
# Licence and funding addresses of packages; only the rules about hosts apply to them.
MARKDOWN_LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")


def check_banned(tree):
    found = []
    for name in tree.texts():
        if name in EXEMPT:
            continue
        for number, line in enumerate(tree.lines(name), 1):
            for pattern, message in BANNED:
                match = pattern.search(line)
                if match:
                    found.append(Finding(name, number, f"'{match[0].strip()}': {message}"))
    return found


def check_pragma_once(tree):
    return [
        Finding(name, 1, "a header begins with #pragma once")
        for name in tree.cpp()
        if name.endswith(".h") and not tree.text(name).startswith("#pragma once\n")
    ]


def check_header_contract(tree):
    """A header opens with a comment that says what it is (style D59)."""
    found = []
    for name in tree.under("src/", ".h"):
        head = [line for line in tree.lines(name)[1:8] if line]
        if not any(line.startswith("//") for line in head[:1]):
            found.append(Finding(name, 2, "a header says first, in a comment, what it is"))
    return found


def check_links(tree):
    """Relative links of Markdown files lead to files or folders that exist."""
    found = []
    folders = {str(parent) for name in tree.names for parent in pathlib.PurePath(name).parents}
    for name in tree.under("", ".md"):
        for target in MARKDOWN_LINK.findall(tree.text(name)):
            if re.match(r"[a-z]+:", target):
                continue
            path = normal(pathlib.PurePath(name).parent / target)
            if path not in tree.present and path not in folders:
                where = line_of(tree.text(name), target)
                found.append(Finding(name, where, f"the link {target} leads nowhere"))
    return found


def normal(path):
    parts = []
    for part in pathlib.PurePath(path).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts) or "."


RULES = [check_banned, check_pragma_once, check_header_contract, check_links]
