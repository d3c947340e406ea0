"""What a C++ file includes: shared by tidy.py and run_clang_tidy.py."""

import functools
import re

QUOTED = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
ANGLED = re.compile(r"^\s*#\s*include\s*<([^>]+)>", re.MULTILINE)


def quoted_includes(text):
    """Paths of `#include "..."`: files of this project, written from src/."""
    return QUOTED.findall(text)


def angled_includes(text):
    """Paths of `#include <...>`: the standard library, the system and third parties."""
    return ANGLED.findall(text)


class IncludeGraph:
    """Resolves quoted includes against src/, the repository's root and the including folder."""

    def __init__(self, root):
        self.root = root

    def resolve(self, path, included):
        for folder in (self.root / "src", self.root, path.parent):
            candidate = folder / included
            if candidate.is_file():
                return candidate
        return None

    @functools.cache
    def direct(self, path):
        found = (self.resolve(path, name) for name in quoted_includes(path.read_text()))
        return tuple(file for file in found if file)

    def closure(self, path):
        """`path` and every project file that it includes, directly or not, sorted."""
        seen, waiting = set(), [path]
        while waiting:
            file = waiting.pop()
            if file not in seen:
                seen.add(file)
                waiting.extend(self.direct(file))
        return sorted(seen)
