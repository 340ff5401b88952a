"""The import graph in figures: `python -m tests.house.rooms`.

Rooms are the direct children of a top folder, arrows the pairs of rooms with an import between them, floors the layers
of that graph (rooms that import each other in a cycle share a floor), circles the groups of files that import each
other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from tests.house.source import imports, module, python_files

Graph = Mapping[str, frozenset[str]]


@cache
def files() -> Graph:
    """Module → the modules of ours it imports."""
    paths = {module(path): path for path in python_files()}
    return {
        name: frozenset(found for whole in imports(path) if (found := _module(whole, paths)) and found != name)
        for name, path in paths.items()
    }


def _module(whole: str, known: Iterable[str]) -> str | None:
    """Our module behind an import's full name."""
    if whole in known:
        return whole
    parent = whole.rpartition(".")[0]
    return parent if parent in known else None


def rooms(top: str) -> Graph:
    found: dict[str, set[str]] = {}
    for name, used in files().items():
        if name.startswith(f"{top}."):
            room = found.setdefault(_room(name), set())
            room |= {_room(other) for other in used if other.startswith(f"{top}.")} - {_room(name)}
    return {name: frozenset(used & found.keys()) for name, used in found.items()}


def _room(name: str) -> str:
    return ".".join(name.split(".")[:2])


def circles(graph: Graph) -> list[list[str]]:
    """Groups of modules that import each other."""
    return sorted(group for group in _groups(graph) if len(group) > 1)


def floors(graph: Graph) -> int:
    group_of = {name: tuple(group) for group in _groups(graph) for name in group}

    @cache
    def height(group: tuple[str, ...]) -> int:
        below = {group_of[used] for name in group for used in graph[name]} - {group}
        return 1 + max(map(height, below), default=0)

    return max(map(height, group_of.values()), default=0)


def _groups(graph: Graph) -> list[list[str]]:
    reached = {name: _reached(graph, name) for name in graph}
    groups = {tuple(sorted({name, *(o for o in far if name in reached[o])})) for name, far in reached.items()}
    return [list(group) for group in groups]


def _reached(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    left = [start]
    while left:
        new = graph[left.pop()] - found
        found |= new
        left += new
    return found


def main() -> None:
    for top in ("bot", "workflow", "storage", "config", "handlers"):
        graph = rooms(top)
        arrows = sum(map(len, graph.values()))
        print(f"{top}: {len(graph)} rooms, {arrows} arrows, {floors(graph)} floors")
    print(f"circles of files: {circles(files()) or 0}")


if __name__ == "__main__":
    main()
