"""The files that tidy.py judges: read once, addressed by their path from the repository's root."""

import pathlib
import subprocess

BINARY = {".png", ".ico", ".woff2", ".bin", ".jpg", ".gz", ".br"}


def listed_by_git(root):
    """Tracked files and new ones that are not ignored."""
    done = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True, text=True, check=True,
    )
    return [name for name in done.stdout.split("\0") if name]


class Tree:
    def __init__(self, root, names=None):
        self.root = pathlib.Path(root)
        names = listed_by_git(self.root) if names is None else names
        self.names = sorted(name for name in names if (self.root / name).is_file())
        self.present = set(self.names)
        self._texts = {}

    def text(self, name):
        if name not in self._texts:
            self._texts[name] = (self.root / name).read_text(encoding="utf-8", errors="replace")
        return self._texts[name]

    def lines(self, name):
        return self.text(name).splitlines()

    def under(self, folder, *suffixes):
        return [
            name
            for name in self.names
            if name.startswith(folder) and (not suffixes or name.endswith(suffixes))
        ]

    def cpp(self):
        return [
            name
            for name in self.names
            if name.endswith((".h", ".cpp")) and name.startswith(("src/", "tests/", "bench/"))
        ]

    def texts(self):
        return [name for name in self.names if pathlib.PurePath(name).suffix not in BINARY]
