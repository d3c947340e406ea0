"""Runs clang-tidy on the sources that changed since they were last green.

usage: run_clang_tidy.py --build BUILD_FOLDER [--root ROOT] [--all] [FILE...]

A source is unchanged when itself, all project headers it includes and .clang-tidy hash as they did
when it was green; the hashes are kept in build/.stamps/clang-tidy. Test files are left out: what
clang-tidy says about them is mostly about GoogleTest's macros.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from groups import Joined, flags_of, grouped
from includes import IncludeGraph

CLANG_TIDY = "clang-tidy-19"
FOLDERS = ("src", "tests", "bench")
# The first line of a finding; its notes and the source text follow.
FINDING = re.compile(r"^(/.+?):\d+:\d+: (?:error|warning): .*\[(\S+?)(?:,-warnings-as-errors)?\]$")


def sources_of(build, root):
    """Our own sources of the compilation database, with their flags; not the generated ones."""
    flags = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["file"])
        ours = any(file.is_relative_to(root / folder) for folder in FOLDERS)
        if ours and file.suffix == ".cpp" and file.exists():
            flags.setdefault(file, flags_of(entry))
    return flags


class Stamps:
    """Which sources were green, and how they read then."""

    def __init__(self, root):
        self.root = root
        self.path = root / "build/.stamps/clang-tidy"
        self.graph = IncludeGraph(root)
        self.rules = (root / ".clang-tidy").read_bytes()
        self.fingerprints = {}
        try:
            self.green = json.loads(self.path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            self.green = {}

    def fingerprint(self, file):
        """As the source was when it was first asked for: before it is checked."""
        if file not in self.fingerprints:
            digest = hashlib.sha256(self.rules)
            for part in self.graph.closure(file):
                digest.update(part.read_bytes())
            self.fingerprints[file] = digest.hexdigest()
        return self.fingerprints[file]

    def name(self, file):
        return file.relative_to(self.root).as_posix()

    def is_green(self, file):
        return self.green.get(self.name(file)) == self.fingerprint(file)

    def add(self, files):
        for file in files:
            self.green[self.name(file)] = self.fingerprint(file)
        # At once: an interrupted run must not be repeated from the start.
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".new")
        temporary.write_text(json.dumps(self.green, indent=0, sort_keys=True))
        temporary.replace(self.path)


class Findings:
    """Text by the first line of each finding, and the files they are in."""

    def __init__(self, output=""):
        self.texts = {}
        self.files = set()
        self.unreadable = False
        first = None
        for line in output.splitlines():
            found = FINDING.match(line)
            if found:
                first = line
                self.files.add(pathlib.Path(found[1]))
                self.unreadable |= found[2] == "clang-diagnostic-error"
            if first:
                self.texts[first] = self.texts.get(first, "") + line + "\n"

    def add(self, other):
        self.texts |= other.texts
        self.files |= other.files


def clang_tidy(root, group):
    """Runs it on the sources of a group, put together: all of them are the main file to it."""
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as file:
        joined = Joined(group.sources, file.name)
        file.write(joined.text)
        file.flush()
        command = [CLANG_TIDY, "--quiet", "--use-color=false", f"--config-file={root}/.clang-tidy"]
        command += [file.name, "--", *group.flags]
        for folder in {source.parent for source in group.sources}:
            command += ["-iquote", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, joined.translated(done.stdout), done.stderr


def check(root, group):
    """What clang-tidy finds in the sources of a group."""
    status, output, messages = clang_tidy(root, group)
    findings = Findings(output)
    if status == 0 or (findings.texts and not findings.unreadable):
        return findings
    if len(group.sources) > 1:
        # Each may be right alone: two have a name in common that own_names did not see.
        why = next(iter(findings.texts), messages.strip()).replace(f"{root}/", "")
        print(f"{len(group.sources)} sources do not compile as one: {why}", flush=True)
        findings = Findings()
        for half in group.halves():
            findings.add(check(root, half))
    else:
        # Wherever it breaks, maybe in a header that is not ours, this source is not green.
        findings.files.add(group.sources[0])
        if not findings.texts:
            findings.texts[str(group.sources[0])] = output + messages
    return findings


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).parents[2])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    build, root = arguments.build.resolve(), arguments.root.resolve()

    flags = sources_of(build, root)
    if not flags:
        parser.error(f"{build}/compile_commands.json has none of our sources: a unity build?")
    files = [file.resolve() for file in arguments.files]
    if unknown := [str(file) for file in files if file not in flags]:
        parser.error(f"not in {build}/compile_commands.json: {', '.join(unknown)}")
    files = files or [file for file in flags if not file.name.endswith("_test.cpp")]
    stamps = Stamps(root)
    due = [file for file in files if not stamps.is_green(file) or arguments.all]
    groups = grouped({file: flags[file] for file in due})
    print(f"{len(due)} of {len(files)} sources to check, in {len(groups)} groups", flush=True)

    found = Findings()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        pending = {pool.submit(check, root, group): group for group in groups}
        for done in concurrent.futures.as_completed(pending):
            findings = done.result()
            for first, text in findings.texts.items():
                # A header's findings come with every group that includes it.
                if first not in found.texts:
                    print(text.replace(f"{root}/", ""), flush=True)
            found.add(findings)
            stamps.add(
                file
                for file in pending[done].sources
                if findings.files.isdisjoint(stamps.graph.closure(file))
            )
    if found.texts:
        print(f"clang-tidy found {len(found.texts)} things in {len(found.files)} files")
    return 1 if found.texts else 0


if __name__ == "__main__":
    sys.exit(main())
