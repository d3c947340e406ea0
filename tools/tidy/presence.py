"""Rules about files that must exist, and files that nobody uses."""

import fnmatch
import json
import pathlib
import re

from finding import Finding
from includes import quoted_includes
from layering import module_of
from words import normal

# What every node type has, and what one has besides that can be carried out.
NODE_FILES = ("node.cpp", "node.h")
PERFORMING_NODE_FILES = ("perform_test.cpp", "example.json")

IMPORT = re.compile(
    r"""(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew\s+URL\(\s*)(['"])(?P<path>[^'"]+)\1"""
)
GLOB = re.compile(r"""import\.meta\.glob(?:<[^(]*>)?\(\s*(['"])(?P<path>[^'"]+)\1""")
# Files that a tool finds by their name.
WEB_ENTRIES = (
    "web/src/routes/*", "web/src/app.d.ts", "web/src/hooks*", "web/src/service-worker*",
    "web/src/test-setup.ts", "web/e2e/*", "web/*.config.*", "*.test.ts",
)


def check_module_readme(tree):
    modules = {module_of(name) for name in tree.under("src/")} - {None}
    return [
        Finding(f"src/{module}", 1, "a module has a README.md: purpose, contract, where to look")
        for module in sorted(modules)
        if f"src/{module}/README.md" not in tree.present
    ]


def check_node_folders(tree):
    """A node type is one folder, wired by the sources beside it; a web folder bears its name."""
    found = []
    wiring = [name for name in tree.under("src/nodes/", ".cpp") if name.count("/") == 2]
    wired = {included for name in wiring for included in quoted_includes(tree.text(name))}
    folders = {
        pathlib.PurePath(name).parts[2]
        for name in tree.under("src/nodes/")
        if len(pathlib.PurePath(name).parts) > 3
    }
    for folder in sorted(folders):
        performs = f"src/nodes/{folder}/perform.cpp" in tree.present
        for file in NODE_FILES + (PERFORMING_NODE_FILES if performs else ()):
            if f"src/nodes/{folder}/{file}" not in tree.present:
                found.append(Finding(f"src/nodes/{folder}", 1, f"a node type has a {file}"))
        if not any(included.startswith(f"nodes/{folder}/") for included in wired):
            message = "no source directly in src/nodes includes this node type"
            found.append(Finding(f"src/nodes/{folder}", 1, message))
    web = {
        pathlib.PurePath(name).parts[4]
        for name in tree.under("web/src/lib/nodes/")
        if name.endswith("/index.ts") and len(pathlib.PurePath(name).parts) == 6
    }
    for folder in sorted(web - folders):
        found.append(Finding(f"web/src/lib/nodes/{folder}", 1, "no node type has this name"))
    return found


def check_dead_cpp(tree):
    """A header that only its own .cpp and its own test include is used by nobody."""
    users = {}
    for name in tree.cpp():
        stem = re.sub(r"(_test)?\.(cpp|h)$", "", name)
        for included in quoted_includes(tree.text(name)):
            users.setdefault("src/" + included, set()).add(stem)
            users.setdefault(included, set()).add(stem)
            sibling = str(pathlib.PurePath(name).parent / included)
            users.setdefault(sibling, set()).add(stem)
    found = [
        Finding(name, 1, "nobody but its own .cpp and test includes this header")
        for name in tree.under("src/", ".h")
        if not users.get(name, set()) - {name.removesuffix(".h")}
    ]
    return found + unbuilt_sources(tree)


def unbuilt_sources(tree):
    """A .cpp is named in, or globbed by, a CMakeLists.txt of its folder or one above."""
    found = []
    for name in tree.cpp():
        if not name.endswith(".cpp"):
            continue
        path = pathlib.PurePath(name)
        lists = [str(parent / "CMakeLists.txt") for parent in path.parents]
        texts = [tree.text(file) for file in lists if file in tree.present]
        named = re.compile(rf"\b{path.stem}\b|GLOB|swiftgrid_module\(")
        if not any(named.search(text) for text in texts):
            found.append(Finding(name, 1, "no CMakeLists.txt builds this file"))
    return found


def web_candidates(path):
    """What an import of `path` may mean on disk."""
    yield path
    for suffix in (".ts", ".svelte.ts", ".js", ".mjs", "/index.ts"):
        yield path + suffix
    if path.endswith(".js"):
        yield path.removesuffix(".js") + ".ts"
    if path.endswith(".svelte"):
        yield path + ".ts"


def imported_by(tree, name):
    folder, text = pathlib.PurePath(name).parent, tree.text(name)
    for match in IMPORT.finditer(text):
        target = match["path"].split("?")[0]
        if target.startswith("$lib"):
            path = "web/src/lib" + target.removeprefix("$lib")
        elif target.startswith("."):
            path = normal(folder / target)
        else:
            continue
        yield from (found for found in web_candidates(path) if found in tree.present)
    for match in GLOB.finditer(text):
        pattern = match["path"].replace("$lib", "web/src/lib")
        pattern = pattern if pattern.startswith("web/") else normal(folder / pattern)
        yield from (found for found in tree.names if fnmatch.fnmatch(found, pattern))


def check_dead_web(tree):
    """Every module and component is imported by something other than its own test."""
    users = {}
    sources = tree.under("web/", ".ts", ".svelte", ".js", ".mjs")
    for name in sources:
        for target in imported_by(tree, name):
            if name.removesuffix(".test.ts") not in (target.removesuffix(".ts"), name):
                users.setdefault(target, set()).add(name)
            elif not name.endswith(".test.ts"):
                users.setdefault(target, set()).add(name)
    scripts = " ".join(package_scripts(tree)) + " ".join(
        tree.text(name) for name in tree.under("web/", ".html")
    )
    return [
        Finding(name, 1, "nobody but its own test imports this file")
        for name in sources
        if not any(fnmatch.fnmatch(name, entry) for entry in WEB_ENTRIES)
        and name not in users
        and pathlib.PurePath(name).name not in scripts
    ]


def package_scripts(tree):
    if "web/package.json" not in tree.present:
        return []
    return json.loads(tree.text("web/package.json")).get("scripts", {}).values()


RULES = [
    check_module_readme,
    check_node_folders,
    check_dead_cpp,
    check_dead_web,
]
