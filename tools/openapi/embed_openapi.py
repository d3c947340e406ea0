#!/usr/bin/env python3
"""Turns api/openapi.yaml into a C++ source that holds it as JSON.

Usage: embed_openapi.py OPENAPI.yaml OUTPUT.cpp VERSION
"""

import json
import sys

import yaml


def main():
    source, output, version = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    document["info"]["version"] = version
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # Short pieces: compilers limit the length of one literal.
    pieces = [text[i:i + 8000] for i in range(0, len(text), 8000)]
    literal = "\n".join(f'R"openapi({piece})openapi"' for piece in pieces)
    with open(output, "w", encoding="utf-8") as file:
        file.write('#include "api/openapi.h"\n\nnamespace swiftgrid::api {\n\n'
                   f"std::string_view openapi_json() {{ return\n{literal}; }}\n\n"
                   "}  // namespace swiftgrid::api\n")


if __name__ == "__main__":
    main()
