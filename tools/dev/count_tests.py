"""Adds up the JUnit files of ./dev test and prints the closing line `N passed, N failed`.

usage: count_tests.py REPORTS_FOLDER [NAME_OF_A_FAILED_PART...]

A skipped test counts as failed: whatever a test needs, ./dev setup installs. A part that failed
without a failing test in any report (it did not even start) counts as one failure of its own.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    if case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
        return "skipped"
    return "passed"


def count(folder):
    """Returns the number of passed tests and the names of failed and skipped ones."""
    passed, failed, skipped = 0, [], []
    for report in sorted(pathlib.Path(folder).glob("*.xml")):
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            kind = outcome(case)
            name = f"{report.stem}: {case.get('name')}"
            if kind == "passed":
                passed += 1
            elif kind == "failed":
                failed.append(name)
            else:
                skipped.append(name)
    return passed, failed, skipped


def main(arguments):
    folder, failed_parts = arguments[0], arguments[1:]
    passed, failed, skipped = count(folder)
    for name in failed:
        print(f"failed:  {name}")
    for name in skipped:
        print(f"skipped: {name} (counts as failed)")
    for name in failed_parts:
        print(f"failed:  {name}, see its output above")
    broken = len(failed) + len(skipped) or len(failed_parts)
    print(f"{passed} passed, {broken} failed")
    return 1 if broken or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
