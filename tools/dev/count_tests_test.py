"""The closing line of ./dev test must never say green when something was not."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import count_tests

PASSED = '<testcase name="a"/>'
FAILED = '<testcase name="b"><failure message="x"/></testcase>'
SKIPPED = '<testcase name="c"><skipped/></testcase>'
# What ctest writes for a test whose program was not built.
NOT_RUN = '<testcase name="d" status="notrun"/>'


def closing(reports, failed_parts=()):
    """Runs the command on these reports; returns its status and last line."""
    with tempfile.TemporaryDirectory() as folder:
        for name, cases in reports.items():
            text = f"<testsuites><testsuite>{cases}</testsuite></testsuites>"
            pathlib.Path(folder, name + ".xml").write_text(text)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = count_tests.main([folder, *failed_parts])
        return status, output.getvalue().splitlines()[-1]


class Closing(unittest.TestCase):
    def test_all_green_is_the_sum_of_all_reports(self):
        self.assertEqual((0, "3 passed, 0 failed"), closing({"x": PASSED * 2, "y": PASSED}))

    def test_a_failed_test_fails(self):
        self.assertEqual((1, "1 passed, 1 failed"), closing({"x": PASSED + FAILED}, ["X"]))

    def test_a_skipped_test_counts_as_failed(self):
        self.assertEqual((1, "1 passed, 1 failed"), closing({"x": PASSED + SKIPPED}))

    def test_a_test_that_was_not_run_counts_as_failed(self):
        self.assertEqual((1, "1 passed, 1 failed"), closing({"x": PASSED + NOT_RUN}))

    def test_a_part_that_failed_without_a_failing_test_counts_as_failed(self):
        self.assertEqual((1, "1 passed, 1 failed"), closing({"x": PASSED}, ["X"]))

    def test_nothing_at_all_is_not_green(self):
        self.assertEqual((1, "0 passed, 0 failed"), closing({}))


if __name__ == "__main__":
    unittest.main()
