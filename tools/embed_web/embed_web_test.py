"""What ends up in the binary is what stands in the folder."""

import pathlib
import re
import tempfile
import unittest

import embed_web


def pack(files):
    """Packs these files; returns the generated table's text and the blob."""
    with tempfile.TemporaryDirectory() as folder:
        source, output = pathlib.Path(folder, "build"), pathlib.Path(folder, "out")
        for name, data in files.items():
            path = source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        fallback = pathlib.Path(folder, "fallback.html")
        fallback.write_bytes(b"not built")
        embed_web.main([source, fallback, output])
        table = (output / "web_assets_table.cpp").read_text()
        return table, (output / "web_assets.bin").read_bytes()


def part(blob, field, table):
    offset, size = map(int, re.search(rf"\.{field} = part\((\d+), (\d+)\)", table).groups())
    return blob[offset : offset + size]


class Packing(unittest.TestCase):
    def test_a_file_is_packed_with_its_compressed_forms(self):
        table, blob = pack(
            {"index.html": b"<html>" * 9, "index.html.br": b"brotli", "index.html.gz": b"gzip"}
        )
        self.assertEqual(b"<html>" * 9, part(blob, "identity", table))
        self.assertEqual(b"brotli", part(blob, "brotli", table))
        self.assertEqual(b"gzip", part(blob, "gzip", table))
        self.assertEqual(["/index.html"], re.findall(r'\.path = "([^"]+)"', table))

    def test_a_compressed_form_that_saves_nothing_is_left_out(self):
        table, _ = pack({"index.html": b"x", "index.html.br": b"longer"})
        self.assertIn(".brotli = {}", table)

    def test_paths_are_sorted_as_bytes(self):
        table, _ = pack({"index.html": b"", "_app/b.js": b"", "_app/B.js": b"", "a.css": b""})
        paths = re.findall(r'\.path = "([^"]+)"', table)
        self.assertEqual(["/_app/B.js", "/_app/b.js", "/a.css", "/index.html"], paths)

    def test_without_a_build_the_fallback_page_is_packed(self):
        table, blob = pack({})
        self.assertEqual(b"not built", part(blob, "identity", table))

    def test_a_file_of_unknown_type_stops_the_build(self):
        with self.assertRaises(SystemExit):
            pack({"index.html": b"", "a.unknown": b""})


if __name__ == "__main__":
    unittest.main()
