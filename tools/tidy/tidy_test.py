"""Every rule of tidy.py stays silent on a small good tree and speaks when the tree breaks it."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import tidy
from includes import IncludeGraph
from layering import read_table
from tree import Tree

TABLE = """# Architecture

| layer | module | what it is | may include | may use Asio | threads |
|---|---|---|---|---|---|
| 0 | `base` | words | – | no | no |
| 1 | `net` | sockets | base | yes | no |
| 2 | `nodes` | node types | base, net (types) | only `*/perform.cpp` | no |
"""

HEADER = "#pragma once\n\n// What this is.\n\n"

# A tree in which nothing is wrong.
GOOD = {
    "docs/architecture.md": TABLE,
    "src/base/README.md": "[the table](../../docs/architecture.md)\n",
    "src/base/CMakeLists.txt": "swiftgrid_module(base)\n",
    "src/base/ids.h": HEADER + "#include <string>\n",
    "src/base/ids.cpp": '#include "base/ids.h"\n',
    "src/base/ids_test.cpp": '#include "base/ids.h"\n',
    "src/net/README.md": "net\n",
    "src/net/CMakeLists.txt": "swiftgrid_module(net)\n",
    "src/net/client.h": HEADER + '#include <boost/asio/awaitable.hpp>\n#include "base/ids.h"\n',
    "src/net/client.cpp": '#include "net/client.h"\n#include <curl/curl.h>\n',
    "src/nodes/README.md": "nodes\n",
    "src/nodes/CMakeLists.txt": "swiftgrid_module(nodes)\n",
    "src/nodes/registry.cpp": '#include "nodes/http_request/node.h"\n',
    "src/nodes/http_request/node.h": HEADER,
    "src/nodes/http_request/node.cpp": '#include "net/client.h"\n',
    "src/nodes/http_request/perform.cpp": "#include <boost/asio/post.hpp>\n",
    "src/nodes/http_request/perform_test.cpp": "",
    "src/nodes/http_request/example.json": "{}\n",
    "web/package.json": '{"scripts": {"size": "node scripts/size.mjs"}}\n',
    "web/scripts/size.mjs": "\n",
    "web/src/routes/+page.svelte": "<script>import A from '$lib/ui/A.svelte';</script>\n",
    "web/src/lib/ui/A.svelte": "<script>import { b } from './b.svelte';</script>\n",
    "web/src/lib/ui/b.svelte.ts": "export const b = 1;\n",
    "web/src/lib/ui/b.svelte.test.ts": "import { b } from './b.svelte';\n",
    "web/src/lib/nodes/registry.ts": "const all = import.meta.glob('./*/index.ts');\n",
    "web/src/routes/+layout.ts": "import '$lib/nodes/registry';\n",
    "web/src/lib/nodes/http_request/index.ts": "export default 1;\n",
}


def findings_of(files):
    """What tidy says about a tree of these files; a value of None leaves the file out."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            if text is not None:
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        names = [name for name, text in files.items() if text is not None]
        return tidy.findings(Tree(folder, names))


class RuleTest(unittest.TestCase):
    def assert_found(self, changes, file, message, soft=False):
        found = [
            finding
            for finding in findings_of({**GOOD, **changes})
            if finding.file == file and message in finding.message and finding.soft == soft
        ]
        self.assertTrue(found, f"expected '{message}' in {file}")

    def assert_silent(self, changes):
        self.assertEqual([], [str(finding) for finding in findings_of({**GOOD, **changes})])


class GoodTree(RuleTest):
    def test_a_good_tree_has_no_findings(self):
        self.assert_silent({})


class Layering(RuleTest):
    def test_the_table_is_read_with_its_notes_and_patterns(self):
        nodes = read_table(TABLE)["nodes"]
        self.assertEqual({"base", "net"}, nodes.may_include)
        self.assertEqual(["*/perform.cpp"], nodes.asio_patterns)
        self.assertFalse(nodes.asio_everywhere)

    def test_an_include_against_the_direction_fails(self):
        self.assert_found(
            {"src/base/ids.cpp": '#include "base/ids.h"\n#include "net/client.h"\n'},
            "src/base/ids.cpp", "`base` may not include `net`",
        )

    def test_an_include_that_is_not_a_full_path_fails(self):
        self.assert_found(
            {"src/net/client.cpp": '#include "client.h"\n'},
            "src/net/client.cpp", "is not a path from src/",
        )

    def test_a_missing_table_fails(self):
        self.assert_found({"docs/architecture.md": None}, "docs/architecture.md", "is missing")
        self.assert_found({"docs/architecture.md": "# A\n"}, "docs/architecture.md", "has no table")

    def test_a_module_that_the_table_does_not_know_fails(self):
        self.assert_found(
            {"src/extra/README.md": "x\n"},
            "docs/architecture.md", "`extra` is missing in the table",
        )

    def test_a_module_without_a_folder_fails(self):
        row = "| 1 | `expr` | templates | base | no | no |\n"
        self.assert_found(
            {"docs/architecture.md": TABLE + row}, "docs/architecture.md", "`expr` has no folder"
        )

    def test_a_table_that_allows_an_include_upwards_fails(self):
        broken = TABLE.replace("| words | – |", "| words | net |")
        self.assert_found(
            {"docs/architecture.md": broken},
            "docs/architecture.md", "`base` may include `net` above",
        )
        self.assert_found({"docs/architecture.md": broken}, "docs/architecture.md", "cycle")

    def test_asio_outside_the_allowed_modules_fails(self):
        self.assert_found(
            {"src/base/ids.cpp": '#include "base/ids.h"\n#include <boost/asio/post.hpp>\n'},
            "src/base/ids.cpp", "`base` may not use Asio",
        )

    def test_asio_outside_the_allowed_pattern_fails(self):
        self.assert_found(
            {"src/nodes/http_request/node.cpp": "#include <boost/beast/http.hpp>\n"},
            "src/nodes/http_request/node.cpp", "`nodes` may not use Asio",
        )

    def test_a_test_may_use_asio(self):
        self.assert_silent({"src/base/ids_test.cpp": "#include <boost/asio/post.hpp>\n"})

    def test_a_header_that_shows_a_heavy_library_to_others_fails(self):
        for included in ("boost/beast/http.hpp", "sqlite3.h", "curl/curl.h", "quickjs/quickjs.h"):
            with self.subTest(included):
                self.assert_found(
                    {"src/net/client.h": HEADER + f"#include <{included}>\n"},
                    "src/net/client.h", "to other modules",
                )

    def test_a_heavy_library_behind_another_header_is_found(self):
        self.assert_found(
            {
                "src/net/client.h": HEADER + '#include "net/inner.h"\n',
                "src/net/inner.h": HEADER + "#include <sqlite3.h>\n",
            },
            "src/net/inner.h", "shows SQLite",
        )

    def test_a_private_header_may_show_what_its_module_uses(self):
        self.assert_silent(
            {
                "src/net/transfer.h": HEADER + "#include <curl/curl.h>\n",
                "src/net/client.cpp": '#include "net/client.h"\n#include "net/transfer.h"\n',
            }
        )


class Sizes(RuleTest):
    def test_a_file_over_800_lines_fails_and_over_400_is_noted(self):
        self.assert_found({"src/base/ids.cpp": "\n" * 801}, "src/base/ids.cpp", "801 lines")
        self.assert_found(
            {"src/base/ids.cpp": "\n" * 401}, "src/base/ids.cpp", "401 lines", soft=True
        )

    def test_a_component_over_150_lines_is_noted(self):
        text = GOOD["web/src/lib/ui/A.svelte"] + "\n" * 150
        self.assert_found(
            {"web/src/lib/ui/A.svelte": text}, "web/src/lib/ui/A.svelte", "151 lines", soft=True
        )

    def test_a_function_over_70_lines_fails(self):
        body = "    if (x) {\n        y();\n    }\n" * 23
        for opening in ("int f(int a) {", "TEST(A, B) {", "void A::b() const {"):
            with self.subTest(opening):
                self.assert_found(
                    {"src/base/ids.cpp": f"{opening}\n{body}}}\n"},
                    "src/base/ids.cpp", "function of 71 lines",
                )

    def test_a_long_function_inside_a_class_fails(self):
        body = "        y();\n" * 69
        self.assert_found(
            {"src/base/ids.cpp": f"class A {{\n    void b() {{\n{body}    }}\n}};\n"},
            "src/base/ids.cpp", "function of 71 lines",
        )

    def test_a_long_table_of_cases_is_no_long_function(self):
        rows = '        {"a", 1},\n' * 99
        text = f"Cases cases() {{\n    return {{\n{rows}    }};\n}}\n"
        self.assert_silent({"src/base/ids.cpp": text})

    def test_many_short_functions_are_no_long_one(self):
        self.assert_silent({"src/base/ids.cpp": "int f(int a) {\n    y();\n}\n" * 60})

    def test_a_long_line_of_a_script_fails(self):
        self.assert_found({"tools/a.sh": "#" * 101 + "\n"}, "tools/a.sh", "101 columns")


class Words(RuleTest):
    def test_a_reminder_without_an_issue_fails(self):
        self.assert_found({"src/base/README.md": "TODO: more\n"}, "src/base/README.md", "issue")
        self.assert_silent({"src/base/README.md": "TODO (#12): more\n"})

    def test_a_path_of_a_machine_fails(self):
        for path in ("/work/main", "/home/someone/x"):
            with self.subTest(path):
                self.assert_found(
                    {"docs/a.md": f"see {path}\n"}, "docs/a.md", "path of somebody's machine"
                )
        self.assert_silent({"docs/a.md": "see docs/work/main\n"})

    def test_a_registry_host_fails(self):
        for host in ("https://registry.npmjs.org/", "http://deb.debian.org/debian"):
            with self.subTest(host):
                self.assert_found({"docs/a.md": f"{host}\n"}, "docs/a.md", "package registry")

    def test_a_resolved_address_in_a_lock_file_fails(self):
        lock = '{\n  "resolved": "somewhere"\n}\n'
        self.assert_found({"web/package-lock.json": lock}, "web/package-lock.json", "lock file")

    def test_a_merge_conflict_fails(self):
        self.assert_found({"docs/a.md": "<<<<<<< HEAD\n"}, "docs/a.md", "merge conflict")

    def test_a_header_without_pragma_once_fails(self):
        self.assert_found({"src/base/ids.h": "// Ids.\n"}, "src/base/ids.h", "#pragma once")

    def test_a_header_without_an_opening_comment_fails(self):
        self.assert_found(
            {"src/base/ids.h": "#pragma once\n\n#include <string>\n"},
            "src/base/ids.h", "what it is",
        )

    def test_a_dead_link_fails(self):
        self.assert_found({"docs/a.md": "[x](gone.md)\n"}, "docs/a.md", "leads nowhere")
        self.assert_silent({"docs/a.md": "[x](../src/base) [y](architecture.md#part)\n"})


class Presence(RuleTest):
    def test_a_module_without_a_readme_fails(self):
        self.assert_found({"src/net/README.md": None}, "src/net", "README.md")

    def test_an_incomplete_node_folder_fails(self):
        for file in ("node.cpp", "node.h", "example.json", "perform_test.cpp"):
            with self.subTest(file):
                self.assert_found(
                    {f"src/nodes/http_request/{file}": None}, "src/nodes/http_request", file
                )

    def test_a_node_type_that_cannot_run_yet_needs_no_example(self):
        self.assert_silent(
            {
                "src/nodes/delay/node.h": HEADER,
                "src/nodes/delay/node.cpp": "",
                "src/nodes/list.cpp": '#include "nodes/delay/node.h"\n',
            }
        )

    def test_a_node_type_that_is_not_wired_fails(self):
        self.assert_found(
            {"src/nodes/registry.cpp": "\n"}, "src/nodes/http_request", "includes this node type"
        )

    def test_a_web_node_folder_without_a_node_type_fails(self):
        self.assert_found(
            {"web/src/lib/nodes/http/index.ts": "\n"}, "web/src/lib/nodes/http", "no node type"
        )

    def test_a_header_that_nobody_uses_fails(self):
        self.assert_found(
            {"src/net/old.h": HEADER, "src/net/old.cpp": '#include "net/old.h"\n'},
            "src/net/old.h", "nobody",
        )

    def test_a_source_that_nothing_builds_fails(self):
        self.assert_found({"tests/lost.cpp": "\n"}, "tests/lost.cpp", "no CMakeLists.txt")

    def test_a_web_module_that_only_its_test_imports_fails(self):
        self.assert_found(
            {
                "web/src/lib/ui/old.ts": "export const old = 1;\n",
                "web/src/lib/ui/old.test.ts": "import { old } from './old';\n",
            },
            "web/src/lib/ui/old.ts", "nobody",
        )


class Changed(unittest.TestCase):
    def test_the_closure_of_includes_holds_what_headers_include(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "src/a")
            source.mkdir(parents=True)
            (source / "one.h").write_text('#include "a/two.h"\n')
            (source / "two.h").write_text("")
            (source / "main.cpp").write_text('#include "a/one.h"\n#include <string>\n')
            closure = IncludeGraph(pathlib.Path(folder)).closure(source / "main.cpp")
            self.assertEqual(["main.cpp", "one.h", "two.h"], [path.name for path in closure])


class CommandLine(unittest.TestCase):
    def test_a_finding_makes_the_command_fail(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["git", "init", "-q", folder], check=True)
            pathlib.Path(folder, "a.md").write_text("[x](gone.md)\n")
            command = [sys.executable, tidy.__file__, folder]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(1, done.returncode)
            self.assertIn("a.md:1: error: the link gone.md leads nowhere", done.stdout)


if __name__ == "__main__":
    unittest.main()
