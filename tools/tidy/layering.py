"""Rules about who may include what. The law is the table in docs/architecture.md."""

import dataclasses
import fnmatch
import pathlib
import re

from finding import Finding, line_of
from includes import angled_includes, quoted_includes

ARCHITECTURE = "docs/architecture.md"
HEADING = ["layer", "module", "what it is", "may include", "may use Asio", "threads"]

# Libraries that cost every includer seconds, or that only one module may know.
HEAVY = {
    "Asio": "boost/asio",
    "Beast": "boost/beast",
    "SQLite": "sqlite3",
    "libpq": "libpq",
    "QuickJS": "quickjs/",
    "libcurl": "curl/",
}


@dataclasses.dataclass
class Module:
    layer: int
    may_include: set
    asio_everywhere: bool
    asio_patterns: list


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def asio_permission(cell):
    """`yes`, `no`, or `only` with file patterns in backticks."""
    if cell.startswith("yes"):
        return True, []
    return False, re.findall(r"`([^`]+)`", cell)


def included_modules(cell):
    words = re.sub(r"\([^)]*\)", "", cell)
    return {word for word in re.split(r"[,\s]+", words) if word and word != "–"}


def read_table(text):
    """Returns {module: Module}; empty when the document has no such table."""
    modules, inside = {}, False
    for line in text.splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        row = cells(line)
        if row == HEADING:
            inside = True
        elif inside and not set(line) <= set("|-: "):
            everywhere, patterns = asio_permission(row[4])
            modules[row[1].strip("`")] = Module(
                int(row[0]), included_modules(row[3]), everywhere, patterns
            )
    return modules


def module_of(name):
    """`src/engine/apply.cpp` belongs to `engine`; files directly in src/ to none."""
    parts = pathlib.PurePath(name).parts
    return parts[1] if len(parts) > 2 and parts[0] == "src" else None


def check_table(tree):
    if ARCHITECTURE not in tree.present:
        return [Finding(ARCHITECTURE, 1, "is missing: it holds the table of modules")]
    modules = read_table(tree.text(ARCHITECTURE))
    if not modules:
        return [Finding(ARCHITECTURE, 1, f"has no table with the columns {' | '.join(HEADING)}")]
    found = []
    present = {module_of(name) for name in tree.under("src/")} - {None}
    for name in sorted(present ^ set(modules)):
        where = "has no folder in src/" if name in modules else "is missing in the table"
        found.append(Finding(ARCHITECTURE, 1, f"module `{name}` {where}"))
    for name, module in modules.items():
        for other in sorted(module.may_include):
            if other not in modules:
                found.append(Finding(ARCHITECTURE, 1, f"`{name}` may include unknown `{other}`"))
            elif modules[other].layer > module.layer:
                found.append(Finding(ARCHITECTURE, 1, f"`{name}` may include `{other}` above it"))
    return found + cycles(modules)


def cycles(modules):
    """Modules that reach themselves by what they may include."""
    found = []
    for name in modules:
        seen, waiting = set(), list(modules[name].may_include)
        while waiting:
            other = waiting.pop()
            if other in seen or other not in modules:
                continue
            seen.add(other)
            waiting.extend(modules[other].may_include)
        if name in seen:
            message = f"the table has a cycle: `{name}` reaches itself"
            found.append(Finding(ARCHITECTURE, 1, message))
    return found


def check_directions(tree):
    """A module includes itself and what the table allows, by full paths from src/."""
    modules = read_table(tree.text(ARCHITECTURE)) if ARCHITECTURE in tree.present else {}
    found = []
    for name in tree.under("src/", ".h", ".cpp"):
        own = module_of(name)
        if own not in modules:
            continue
        allowed = modules[own].may_include | {own}
        for included in quoted_includes(tree.text(name)):
            other = included.split("/")[0]
            where = line_of(tree.text(name), f'"{included}"')
            if "src/" + included not in tree.present:
                message = f'"{included}" is not a path from src/ of a file that exists'
                found.append(Finding(name, where, message))
            elif other not in allowed:
                message = f"`{own}` may not include `{other}` ({ARCHITECTURE})"
                found.append(Finding(name, where, message))
    return found


def check_asio(tree):
    """Only modules that the table names use Asio and Beast; a test may need a server to talk to."""
    modules = read_table(tree.text(ARCHITECTURE)) if ARCHITECTURE in tree.present else {}
    found = []
    for name in tree.under("src/", ".h", ".cpp"):
        module = modules.get(module_of(name))
        if module is None or module.asio_everywhere or name.endswith("_test.cpp"):
            continue
        inside = "/".join(pathlib.PurePath(name).parts[2:])
        if any(fnmatch.fnmatch(inside, pattern) for pattern in module.asio_patterns):
            continue
        for included in angled_includes(tree.text(name)):
            if included.startswith((HEAVY["Asio"], HEAVY["Beast"])):
                where = line_of(tree.text(name), f"<{included}>")
                found.append(Finding(name, where, f"`{module_of(name)}` may not use Asio"))
    return found


def check_heavy_headers(tree):
    """A header that other modules include, directly or not, shows no heavy library to them.

    Asio itself may stand in headers of the modules that the table lets use it: an awaitable is
    part of their interface.
    """
    modules = read_table(tree.text(ARCHITECTURE)) if ARCHITECTURE in tree.present else {}
    found = []
    public = public_headers(tree)
    for name in tree.under("src/", ".h"):
        module = modules.get(module_of(name))
        for included in angled_includes(tree.text(name)):
            library = next((n for n, path in HEAVY.items() if included.startswith(path)), None)
            if library is None or name not in public:
                continue
            if library == "Asio" and module is not None and module.asio_everywhere:
                continue
            where = line_of(tree.text(name), f"<{included}>")
            message = f"shows {library} to other modules; keep it in a .cpp or a private header"
            found.append(Finding(name, where, message))
    return found


def public_headers(tree):
    """Headers that a file of another module includes, directly or through other headers."""
    direct = {
        name: {"src/" + included for included in quoted_includes(tree.text(name))} & tree.present
        for name in tree.cpp()
    }
    public, waiting = set(), []
    for name, included in direct.items():
        waiting.extend(other for other in included if module_of(other) != module_of(name))
    while waiting:
        header = waiting.pop()
        if header not in public:
            public.add(header)
            waiting.extend(direct.get(header, ()))
    return public


RULES = [check_table, check_directions, check_asio, check_heavy_headers]
