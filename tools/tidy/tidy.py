"""Checks the rules of this repository that no other tool knows: ./dev check runs it.

usage: tidy.py [ROOT]

Layering by the table of docs/architecture.md, sizes, banned words, files that must exist and files
that nobody uses. Each rule is a function from a Tree to Findings; tidy_test.py breaks each once.
"""

import pathlib
import sys

import layering
import presence
import sizes
import words
from tree import Tree

RULES = layering.RULES + sizes.RULES + words.RULES + presence.RULES


def findings(tree):
    return sorted(finding for rule in RULES for finding in rule(tree))


def main(arguments):
    root = arguments[0] if arguments else pathlib.Path(__file__).resolve().parents[2]
    found = findings(Tree(root))
    for finding in found:
        print(finding)
    errors = sum(not finding.soft for finding in found)
    print(f"tidy: {errors} errors, {len(found) - errors} notes")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
