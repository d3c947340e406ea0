"""clang-tidy in groups finds what it finds in single sources, once, and says where."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import groups
import run_clang_tidy

OUR_RULES = pathlib.Path(__file__).parents[2] / ".clang-tidy"

# `if (a = b)`, as one would plant it: bugprone-assignment-in-if-condition.
def slip(name, where="inline"):
    return f"{where} int {name}(int a, int b) {{\n    if ((a = b)) return 1;\n    return a;\n}}\n"


def source(text, *includes):
    lines = [f'#include "{name}"' for name in includes]
    return "\n".join(lines) + "\nnamespace {\n\n" + text + "\n}  // namespace\n"


class Runs(unittest.TestCase):
    """A small tree with the rules of the real one."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        self.write(".clang-tidy", OUR_RULES.read_text())

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def run_on(self, sources, **headers):
        """Exit code and output of a run on these sources, all of one module."""
        for name, text in headers.items():
            self.write(f"src/m/{name}.h", "#pragma once\n" + text)
        paths = [self.write(f"src/m/{name}.cpp", text) for name, text in sources.items()]
        command = f"env A=b ccache clang++-19 -I{self.root}/src -std=c++23 -Wshadow -Werror"
        command += " -Xclang -include-pch -Xclang x.pch"
        database = [
            {"file": str(path), "command": f"{command} -o {path}.o -c {path}"} for path in paths
        ]
        self.write("build/compile_commands.json", json.dumps(database))
        done = subprocess.run(
            [sys.executable, run_clang_tidy.__file__, f"--root={self.root}",
             f"--build={self.root}/build"],
            capture_output=True, text=True, check=False,
        )
        self.assertEqual("", done.stderr)
        return done.returncode, done.stdout

    def assert_found(self, output, *places):
        found = re.findall(r"^(\S+?:\d+):\d+: (?:error|warning): ", output, re.MULTILINE)
        self.assertEqual(sorted(places), sorted(found), output)

    def stamped(self):
        return sorted(json.loads((self.root / "build/.stamps/clang-tidy").read_text()))

    def test_good_sources_are_checked_once_until_they_change(self):
        sources = {name: source(f"int {name}() {{ return 1; }}") for name in "abc"}
        status, output = self.run_on(sources)
        self.assertEqual(0, status, output)
        self.assertIn("3 of 3 sources to check, in 1 groups", output)
        self.assertIn("0 of 3", self.run_on(sources)[1])
        self.assertIn("1 of 3", self.run_on({**sources, "b": source("int d();")})[1])

    def test_a_finding_is_told_once_with_its_source_and_the_others_are_green(self):
        sources = {"a": source("int a() { return 1; }"), "b": source(slip("b")), "c": "\n"}
        status, output = self.run_on(sources)
        self.assertEqual(1, status)
        self.assert_found(output, "src/m/b.cpp:5")
        self.assertIn("\n    5 |     if ((a = b)) return 1;\n", output)
        self.assertIn("bugprone-assignment-in-if-condition", output)
        self.assertEqual(["src/m/a.cpp", "src/m/c.cpp"], self.stamped())

    def test_a_finding_in_a_header_is_told_once_and_none_that_includes_it_is_green(self):
        # The same name in both: two groups, and each sees the header.
        sources = {name: source("int same();", "m/h.h") for name in "ab"}
        status, output = self.run_on({**sources, "c": "\n"}, h=slip("h"))
        self.assertEqual(1, status)
        self.assertIn("in 2 groups", output)
        self.assert_found(output, "src/m/h.h:3")
        self.assertEqual(["src/m/c.cpp"], self.stamped())

    def test_a_finding_about_the_main_file_alone_is_found_in_a_group(self):
        unused = "namespace other { int x(); }\nusing other::x;\n"
        status, output = self.run_on({"a": unused, "b": "\n"})
        self.assertEqual(1, status)
        self.assert_found(output, "src/m/a.cpp:2")
        self.assertIn("misc-unused-using-decls", output)

    def test_names_that_clash_unseen_are_taken_apart(self):
        # Outside an unnamed namespace, where nobody looks for them.
        sources = {"a": "static int same(int, int) { return 1; }\n", "b": slip("same", "static")}
        status, output = self.run_on(sources)
        self.assertEqual(1, status)
        self.assertIn("2 sources do not compile as one", output)
        self.assert_found(output, "src/m/b.cpp:2")
        self.assertEqual(["src/m/a.cpp"], self.stamped())

    def test_what_only_a_group_would_be_warned_of_is_no_finding(self):
        shadowing = "int b(int owner) {\n    return owner;\n}"
        sources = {"a": source("int owner = 1;"), "b": source(shadowing)}
        status, output = self.run_on(sources)
        self.assertEqual(0, status, output)
        self.assertIn("in 1 groups", output)

    def test_a_source_that_does_not_compile_is_told(self):
        status, output = self.run_on({"a": "int a() { return }\n", "b": source(slip("b"))})
        self.assertEqual(1, status)
        self.assert_found(output, "src/m/a.cpp:1", "src/m/b.cpp:5")
        self.assertIn("clang-diagnostic-error", output)

    def test_a_source_that_a_foreign_header_breaks_is_not_green(self):
        self.write("build/generated.h", "int broken(;\n")
        sources = {"user": "#include <../build/generated.h>\n"}
        for _ in range(2):
            code, output = self.run_on(sources)
            self.assertEqual(1, code)
            self.assertIn("1 of 1 sources", output)

    def test_a_file_that_is_not_built_is_named(self):
        self.run_on({"one": source(slip("one"))})
        done = subprocess.run(
            [sys.executable, run_clang_tidy.__file__, f"--root={self.root}",
             f"--build={self.root}/build", f"{self.root}/src/m/other.h"],
            capture_output=True, text=True, check=False,
        )
        self.assertEqual(2, done.returncode)
        self.assertIn("src/m/other.h", done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def test_a_run_that_tells_nothing_is_no_success(self):
        self.write(".clang-tidy", "Checks: '-*'\n")
        status, output = self.run_on({"a": "\n"})
        self.assertEqual(1, status)
        self.assertIn("no checks enabled", output.lower())


class Flags(unittest.TestCase):
    """Which flags may stand beside each other in a group."""

    def groups_of(self, *all_flags):
        with tempfile.TemporaryDirectory() as folder:
            flags = {}
            for index, each in enumerate(all_flags):
                path = pathlib.Path(folder) / f"{index}.cpp"
                path.write_text("")
                flags[path] = each
            return [group.flags for group in groups.grouped(flags)]

    def test_macros_and_folders_of_all_come_together(self):
        self.assertEqual(
            [("-std=c++23", "-Ia", "-DA=1", "-Ib", "-DB")],
            self.groups_of(("-std=c++23", "-Ia", "-DA=1"), ("-std=c++23", "-Ib", "-DB")),
        )

    def test_one_macro_with_two_values_makes_two_groups(self):
        self.assertEqual([("-DA=1",), ("-DA=2",)], self.groups_of(("-DA=1",), ("-DA=2",)))

    def test_other_flags_must_be_the_same(self):
        self.assertEqual([("-std=c++23",), ()], self.groups_of(("-std=c++23",), ()))

    def test_warnings_and_optimization_are_left_out(self):
        entry = {"file": "a.cpp", "command": "clang++-19 -O3 -Wall -DA -std=c++23 -c a.cpp"}
        self.assertEqual(("-DA", "-std=c++23"), groups.flags_of(entry))


class Names(unittest.TestCase):
    def test_what_unnamed_namespaces_declare_is_named(self):
        text = """namespace m {

void published();

}  // namespace m

namespace m::inner {
namespace {

using engine::RunError;
namespace json = boost::json;
constexpr const char* owner = "x";
class Later;
struct Holder final : Later {
    int member = 1;
};
template <typename T>
std::expected<int, Error> read(const std::string& text) noexcept {
    int local = 1;
}

}  // namespace

void published() {}

}  // namespace m::inner
"""
        names = {("m::inner", name) for name in ("owner", "Later", "Holder", "read")}
        self.assertEqual(names, groups.own_names(text))


if __name__ == "__main__":
    unittest.main()
