"""Runs clang-tidy on the sources that changed since they were last green.

usage: run_clang_tidy.py --build BUILD_FOLDER [--all] [FILE...]

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
import subprocess
import sys

from includes import IncludeGraph

ROOT = pathlib.Path(__file__).resolve().parents[2]
STAMPS = ROOT / "build/.stamps/clang-tidy"
CLANG_TIDY = "clang-tidy-19"


def sources_of(build):
    """Our own sources of the compilation database; generated ones live outside src and tests."""
    database = json.loads((build / "compile_commands.json").read_text())
    files = {pathlib.Path(entry["file"]) for entry in database}
    return sorted(
        file
        for file in files
        if file.suffix == ".cpp"
        and file.exists()
        and not file.name.endswith("_test.cpp")
        and any(file.is_relative_to(ROOT / folder) for folder in ("src", "tests", "bench"))
    )


def fingerprint(graph, file):
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for part in graph.closure(file):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def load_stamps():
    try:
        return json.loads(STAMPS.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def save_stamps(stamps):
    STAMPS.parent.mkdir(parents=True, exist_ok=True)
    temporary = STAMPS.with_suffix(".new")
    temporary.write_text(json.dumps(stamps, indent=0, sort_keys=True))
    temporary.replace(STAMPS)


def check(build, file):
    command = [CLANG_TIDY, "-p", str(build), "--quiet", "--use-color=false", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # clang-tidy counts on stderr what it suppressed in system headers; nobody needs to know.
    return done.returncode == 0, done.stdout if done.stdout.strip() else done.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    build = arguments.build.resolve()

    graph = IncludeGraph(ROOT)
    stamps = load_stamps()
    files = [file.resolve() for file in arguments.files] or sources_of(build)
    prints = {file: fingerprint(graph, file) for file in files}
    name = {file: file.relative_to(ROOT).as_posix() for file in files}
    due = [f for f in files if arguments.all or stamps.get(name[f]) != prints[f]]
    print(f"{len(due)} of {len(files)} sources to check", flush=True)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        pending = {pool.submit(check, build, file): file for file in due}
        for done in concurrent.futures.as_completed(pending):
            file = pending[done]
            green, output = done.result()
            if green:
                stamps[name[file]] = prints[file]
                # At once: an interrupted run must not be repeated from the start.
                save_stamps(stamps)
            else:
                failed += 1
                print(output.replace(f"{ROOT}/", ""), flush=True)
    if failed:
        print(f"clang-tidy found something in {failed} of {len(due)} sources")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
