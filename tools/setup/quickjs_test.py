"""Deriving the next suite's source from a machine's own, in all the forms apt reads."""

import pathlib
import subprocess
import unittest

SCRIPT = pathlib.Path(__file__).with_name("quickjs.sh")


def derive(form, text, release="bookworm"):
    command = f'. "{SCRIPT}"; derive_from_{form} {release} trixie -'
    done = subprocess.run(
        ["bash", "-c", command], input=text, capture_output=True, text=True, check=True
    )
    return done.stdout


class Deb822(unittest.TestCase):
    def test_the_stanza_of_the_release_is_taken_with_its_key(self):
        text = (
            "Types: deb\nURIs: http://m/security\nSuites: bookworm-security\nComponents: main\n"
            "\n"
            "# ours\nTypes: deb deb-src\nURIs: http://m/debian\nSuites: bookworm bookworm-updates\n"
            "Components: main contrib\nSigned-By: /keys/a.gpg\n"
        )
        self.assertEqual(
            "Types: deb\nURIs: http://m/debian\nSuites: trixie\nComponents: main\n"
            "Signed-By: /keys/a.gpg\n",
            derive("deb822", text),
        )

    def test_a_key_inside_the_stanza_is_kept_line_by_line(self):
        key = "Signed-By:\n -----BEGIN PGP-----\n .\n abc\n -----END PGP-----\n"
        text = f"Types: deb\nURIs: http://m/debian\nSuites: bookworm\nComponents: main\n{key}"
        self.assertTrue(derive("deb822", text).endswith(key))

    def test_suites_on_lines_of_their_own_are_read(self):
        text = "Types: deb\nURIs: http://m/debian\nSuites: bookworm-updates\n bookworm\n"
        self.assertIn("Suites: trixie\n", derive("deb822", text))
        self.assertNotIn("bookworm", derive("deb822", text))

    def test_only_the_first_fitting_stanza_is_taken(self):
        stanza = "Types: deb\nURIs: http://{}/debian\nSuites: bookworm\nComponents: main\n\n"
        derived = derive("deb822", stanza.format("m") + stanza.format("n"))
        self.assertEqual(1, derived.count("URIs:"))

    def test_source_only_disabled_and_foreign_stanzas_are_left(self):
        self.assertEqual("", derive("deb822", "Types: deb-src\nURIs: u\nSuites: bookworm\n"))
        self.assertEqual(
            "", derive("deb822", "Enabled: no\nTypes: deb\nURIs: u\nSuites: bookworm\n")
        )
        self.assertEqual("", derive("deb822", "Types: deb\nURIs: u\nSuites: nodistro\n"))


class OneLine(unittest.TestCase):
    def test_options_are_kept(self):
        text = "deb [arch=amd64 signed-by=/k.gpg] http://m/debian bookworm main contrib\n"
        self.assertEqual(
            "deb [arch=amd64 signed-by=/k.gpg] http://m/debian trixie main\n", derive("list", text)
        )

    def test_a_plain_line_is_read(self):
        text = "# x\ndeb-src http://m/debian bookworm main\ndeb  http://m/debian bookworm main\n"
        self.assertEqual("deb http://m/debian trixie main\n", derive("list", text))

    def test_other_suites_are_left(self):
        self.assertEqual("", derive("list", "deb http://m/debian bookworm-updates main\n"))
        self.assertEqual("", derive("list", "#deb http://m/debian bookworm main\n"))


if __name__ == "__main__":
    unittest.main()
