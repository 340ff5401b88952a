"""A working Monday at nine that is played once and begun again for every story.

Binding everybody, opening the bot and bringing it into the group takes longer than most stories do. It happens once a process
for each town there is (`building.everybody_in`); what came of it, the books and the memory of the pretended networks, is kept
as bytes. Each story begins from a copy of its own, with a bot that has just been started.
"""

from __future__ import annotations

import io
import pickle
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from bot.demo.cast import Players
from sandbox.town import Town as SandboxTown
from tests.shelf import FOLDER
from tests.stories.building import a_town, everybody_in
from tests.stories.town import Town


@dataclass(frozen=True)
class Morning:
    """What stands in the books, what the sandbox remembers."""

    books: Path
    memory: bytes

    def recall(self, sandbox: SandboxTown) -> Players:
        """A sandbox in which nothing has happened remembers the morning."""
        memories, players = _Recalled(self.memory, sandbox).load()
        address = sandbox.vk_url
        for name, memory in memories.items():
            vars(getattr(sandbox, name)).update(memory)
        sandbox.vk.base_url = address
        return players


_mornings: dict[str, Morning] = {}
REMEMBERS = ("telegram", "vk", "cast", "clock")
"""The parts of a sandbox that remember something; its servers remember nothing between two calls."""


@asynccontextmanager
async def a_morning(
    folder: Path, regulation: str, newcomers: Mapping[str, str] | None = None, **more: Any
) -> AsyncIterator[Town]:
    """Everybody is bound, has opened the bot, and the group is the working group; as on an ordinary morning. `newcomers` are
    people the bot does not know who are in the group."""
    if more.get("messenger", "telegram") != "telegram":
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
    folder = Path(mkdtemp(dir=FOLDER))
    async with a_town(folder, regulation, **more) as town:
        for key, name in newcomers.items():
            town.newcomer(key, name, in_group=True)
        await everybody_in(town)
        await town.books.close()
        books = shutil.copyfile(folder / "dezhurny.db", folder / "morning.db")
        sandbox = town.players.town
        memories = {name: vars(getattr(sandbox, name)) for name in REMEMBERS}
        return Morning(books, _Kept.of((memories, town.players), sandbox))


def _parts(sandbox: SandboxTown) -> dict[str, object]:
    """What is not copied but is there in every sandbox."""
    return {"town": sandbox, **{name: getattr(sandbox, name) for name in REMEMBERS}}


class _Kept(pickle.Pickler):
    """Writes what stands in a sandbox; its parts are named."""

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
    """Reads it into another sandbox."""

    def __init__(self, memory: bytes, sandbox: SandboxTown) -> None:
        super().__init__(io.BytesIO(memory))
        self.parts = _parts(sandbox)

    def persistent_load(self, name: str) -> object:
        return self.parts[name]
