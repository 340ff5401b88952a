"""A working Monday at nine, played once and copied for every story.

Binding everybody, opening the bot and bringing it into the group takes longer than most stories. It happens once in
each process for each town (`building.everybody_in`); the books and the memory of the simulated networks are then stored
as bytes. Each story begins from its own copy, with a freshly started bot.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from bot.demo.cast import Players
from sandbox.town import Town as SandboxTown
from tests import shelf
from tests.stories.building import a_town, everybody_in
from tests.stories.town import Town


@dataclass(frozen=True)
class Morning:
    """The content of the books and the memory of the sandbox."""

    books: shelf.Kept
    memory: bytes

    def recall(self, sandbox: SandboxTown) -> Players:
        """Restore the morning in a fresh sandbox."""
        memories: dict[str, Any]
        players: Players
        memories, players = _Recalled(self.memory, sandbox).load()
        address = sandbox.vk_url
        for name, memory in memories.items():
            vars(getattr(sandbox, name)).update(memory)
        sandbox.vk.base_url = address
        return players


_mornings: dict[str, Morning] = {}
SERVED = frozenset({"server", "base"})
"""A world's own server, and the address of it."""
REMEMBERS = ("telegram", "vk", "cast", "clock")
"""The parts of a sandbox that remember something; its servers remember nothing between two calls."""


@asynccontextmanager
async def a_morning(
    folder: Path, regulation: str, newcomers: Mapping[str, str] | None = None, **more: Any
) -> AsyncIterator[Town]:
    """A town where everybody is bound, has opened the bot, and the working group is set, as on an ordinary morning.
    `newcomers` are people in the group whom the bot does not know.
    """
    if more.get("messenger") == "tiny":
        # Only the sandbox can be remembered.
        async with a_town(folder, regulation, **more) as town:
            await everybody_in(town)
            yield town
        return
    wanted = repr((regulation, newcomers, sorted(more.items())))
    if wanted not in _mornings:
        _mornings[wanted] = await _played(regulation, newcomers or {}, more)
    async with a_town(folder, regulation, morning=_mornings[wanted], **more) as town:
        town.forget_what_was_said()
        yield town


async def _played(regulation: str, newcomers: Mapping[str, str], more: Mapping[str, Any]) -> Morning:
    folder = Path(mkdtemp(dir=shelf.folder()))
    async with a_town(folder, regulation, **more) as town:
        for key, name in newcomers.items():
            town.newcomer(key, name, in_group=True)
        await everybody_in(town)
        books = await shelf.put_by(town.books, folder)
        sandbox = town.players.town
        memories = {name: _remembered(getattr(sandbox, name)) for name in REMEMBERS}
        return Morning(books, _Kept.of((memories, town.players), sandbox))


def _remembered(part: object) -> dict[str, Any]:
    """What it holds, without the server it stands behind."""
    return {name: value for name, value in vars(part).items() if name not in SERVED}


def _parts(sandbox: SandboxTown) -> dict[str, object]:
    """The objects that every sandbox has and that are not copied."""
    return {"town": sandbox, **{name: getattr(sandbox, name) for name in REMEMBERS}}


class _Kept(pickle.Pickler):
    """Pickles the content of a sandbox; its parts are stored by name."""

    @classmethod
    def of(cls, thing: object, sandbox: SandboxTown) -> bytes:
        written = io.BytesIO()
        kept = cls(written)
        kept.names = {id(part): name for name, part in _parts(sandbox).items()}
        kept.dump(thing)
        return written.getvalue()

    names: Mapping[int, str]

    def persistent_id(self, thing: object) -> str | None:
        return self.names.get(id(thing))


class _Recalled(pickle.Unpickler):
    """Unpickles it into another sandbox."""

    def __init__(self, memory: bytes, sandbox: SandboxTown) -> None:
        super().__init__(io.BytesIO(memory))
        self.parts = _parts(sandbox)

    def persistent_load(self, name: str) -> object:
        return self.parts[name]
