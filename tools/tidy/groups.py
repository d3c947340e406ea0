"""Which sources clang-tidy can read as one, and how they are put together.

Nearly all of its time goes into the headers, and a group reads them once.
"""

import bisect
import re
import shlex
from dataclasses import dataclass, field

# A group of this many takes about 2 GB.
MOST_SOURCES = 72

NAMESPACE = re.compile(r"^namespace ([\w:]+) \{$", re.MULTILINE)
UNNAMED = re.compile(r"^namespace \{$(.*?)(?:^\}  // namespace$|\Z)", re.MULTILINE | re.DOTALL)
# clang-format does not indent what is in a namespace: its declarations begin in the first column.
# An alias, or a `using` of another's name, may be repeated.
DECLARATION = re.compile(r"^(?!namespace |using [\w:]+;)[A-Za-z].*$", re.MULTILINE)
TYPE = re.compile(r"^(?:struct|class|enum(?: class)?|union|concept) (\w+)")
MAIN = re.compile(r"^int main\(|^BENCHMARK_MAIN\(", re.MULTILINE)
NAME = re.compile(r"([A-Za-z_]\w*)\s*[({=;\[]")
NOT_NAMES = {"bool", "const", "decltype", "int", "noexcept", "operator", "return", "void"}

FLAGS_WITH_VALUE = {"-o", "-Xclang"}
# Of the compilation itself, and of its precompiled headers: reading those saves clang-tidy nothing.
FLAGS_LEFT_OUT = {"-c", "-fpch-instantiate-templates"}


def own_names(text):
    """What two sources of one group may not both have: what their unnamed namespaces declare, each
    with the namespace around it, and a program's beginning.

    A name too many makes one group more; a name too few makes a group that does not compile, and
    is then taken apart.
    """
    names = set()
    for unnamed in UNNAMED.finditer(text):
        outer = NAMESPACE.findall(text, 0, unnamed.start())[-1:]
        for declaration in DECLARATION.findall(unnamed[1]):
            found = TYPE.findall(declaration) + NAME.findall(declaration)
            names.update((*outer, name) for name in found if name not in NOT_NAMES)
    if MAIN.search(text):
        names.add("main")
    return names


def flags_of(entry):
    """The flags of an entry of compile_commands.json that say how its source is read.

    Warnings are the compiler's business, and of sources put together it would have more; so is
    optimization.
    """
    words = iter(shlex.split(entry["command"]))
    flags = []
    for word in words:
        if word in FLAGS_WITH_VALUE:
            next(words)
        elif word in FLAGS_LEFT_OUT or word.startswith(("-W", "-O")) or word == entry["file"]:
            continue
        elif flags or word.startswith("-"):
            flags.append(word)
    return tuple(flags)


def additions(flags):
    """The flags that other sources can have, too: where headers are, and macros by their names."""
    folders = tuple(word for word in flags if word.startswith("-I"))
    macros = dict(word[2:].partition("=")[::2] for word in flags if word.startswith("-D"))
    return folders, macros


def without_additions(flags):
    return tuple(word for word in flags if not word.startswith(("-D", "-I")))


@dataclass
class Group:
    flags: tuple
    sources: list = field(default_factory=list)
    names: set = field(default_factory=set)

    def takes(self, names, flags):
        if len(self.sources) >= MOST_SOURCES or not self.names.isdisjoint(names):
            return False
        ours, theirs = additions(self.flags)[1], additions(flags)[1]
        return all(ours.get(name, value) == value for name, value in theirs.items())

    def add(self, source, names, flags):
        self.sources.append(source)
        self.names |= names
        self.flags += tuple(word for word in flags if word not in self.flags)

    def halves(self):
        middle = len(self.sources) // 2
        return [Group(self.flags, part) for part in (self.sources[:middle], self.sources[middle:])]


def grouped(flags):
    """`flags` maps sources to their flags; those get together whose flags do not contradict.

    In the order of their folders: neighbours include the same headers. The largest groups come
    first, so that the last ones to run are short.
    """
    kinds = {}
    for source in sorted(flags):
        names = own_names(source.read_text())
        groups = kinds.setdefault(without_additions(flags[source]), [])
        group = next((group for group in groups if group.takes(names, flags[source])), None)
        if group is None:
            group = Group(flags[source])
            groups.append(group)
        group.add(source, names, flags[source])
    every = [group for groups in kinds.values() for group in groups]
    return sorted(every, key=lambda group: len(group.sources), reverse=True)


class Joined:
    """The text of several sources, and the way back from its lines to theirs.

    Not a list of #include: some checks look at the main file alone.
    """

    SOURCE_LINE = re.compile(r"^ *(\d+)(?= \|)")
    PLACE = re.compile(r"^(/.+?):\d+:\d+: ")

    def __init__(self, sources, path):
        self.sources = sources
        self.path = path
        self.starts = []
        lines = []
        for source in sources:
            self.starts.append(len(lines) + 1)
            lines += source.read_text().splitlines()
        self.text = "\n".join(lines) + "\n"

    def place(self, line):
        index = bisect.bisect_right(self.starts, line) - 1
        return self.sources[index], line - self.starts[index] + 1

    def translated(self, output):
        """What clang-tidy says about the text, as if it had read the sources."""
        place = re.compile(re.escape(self.path) + r":(\d+)")
        inside = False
        lines = []
        for line in output.splitlines():
            other = self.PLACE.match(line)
            if other:
                inside = other[1] == self.path
            elif inside:
                line = self.SOURCE_LINE.sub(lambda at: f"{self.place(int(at[1]))[1]:5}", line)
            lines.append(place.sub(lambda at: "{}:{}".format(*self.place(int(at[1]))), line))
        return "".join(line + "\n" for line in lines)
