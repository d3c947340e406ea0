"""Rules about size: a file is one concept, a function fits a screen."""

import re

from finding import Finding

FILE_LINES_SOFT = 400
FILE_LINES_HARD = 800
COMPONENT_LINES_SOFT = 150
FUNCTION_LINES = 70
COLUMNS = 100

CODE = (".h", ".cpp", ".py", ".ts", ".svelte", ".mjs", ".cmake", ".sh")
# The code that opens a function's body in formatted C++: a parameter list, then the brace.
FUNCTION_OPENS = re.compile(r"^( {0,4})(?!\s|namespace\b|#|//|\}).*\)[^;=]*\{$")


def is_generated(name):
    return ".gen." in name


def check_file_length(tree):
    found = []
    for name in tree.texts():
        if not name.endswith(CODE) or is_generated(name):
            continue
        count = len(tree.lines(name))
        if count > FILE_LINES_HARD:
            message = f"{count} lines; at most {FILE_LINES_HARD}: would two files read better?"
            found.append(Finding(name, count, message))
        elif count > FILE_LINES_SOFT:
            message = f"{count} lines; more than {FILE_LINES_SOFT} is rarely one concept"
            found.append(Finding(name, count, message, soft=True))
        elif name.endswith(".svelte") and count > COMPONENT_LINES_SOFT:
            message = f"{count} lines; a component over {COMPONENT_LINES_SOFT} hides a .ts file"
            found.append(Finding(name, count, message, soft=True))
    return found


def check_function_length(tree):
    """From the opening brace's line to the closing brace in the same column, without table rows.

    A long table of cases is data; the lines of it end in a comma or a quote.
    """
    found = []
    for name in tree.cpp():
        start, indent, count = 0, "", 0
        for number, line in enumerate(tree.lines(name), 1):
            opens = FUNCTION_OPENS.match(line)
            count += not line.endswith((",", '"'))
            if start and line.rstrip(";") == indent + "}":
                if count > FUNCTION_LINES:
                    message = f"function of {count} lines; at most {FUNCTION_LINES}"
                    found.append(Finding(name, start, message))
                start = 0
            elif opens and (not start or len(opens[1]) <= len(indent)):
                start, indent, count = number, opens[1], 1
    return found


def check_columns(tree):
    """For the languages that no formatter of ours knows."""
    found = []
    for name in tree.texts():
        if not name.endswith((".py", ".sh", ".cmake")):
            continue
        for number, line in enumerate(tree.lines(name), 1):
            if len(line) > COLUMNS and "http" not in line:
                found.append(Finding(name, number, f"{len(line)} columns; at most {COLUMNS}"))
    return found


RULES = [check_file_length, check_function_length, check_columns]
