"""The oracle is silent about a day on which all went well, and says each thing that is made wrong in its books or its world."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.prove.hands import Hands
from tests.prove.lives import Lives, a_killable_town
from tests.prove.oracle import Allowed
from tests.prove.play import all_is_well, finished, some_work


def on_the_card(lives: Lives) -> None:
    players = lives.town.players
    card = next(m for m in reversed(players.in_group()) if m.sender.id == players.bot.id and "№" in m.text)
    card.text = card.text.replace("№", "№№")


def answered_twice(lives: Lives) -> None:
    players = lives.town.players
    comments = [c for c in players.town.vk.comments(players.post) if c.author is not players.community]
    for comment in comments[:1]:
        players.town.vk.comment(players.community, players.post, "ещё раз", reply_to=comment)


WRONG: dict[str, str | Callable[[Lives], None]] = {
    "ended 2 times": "INSERT INTO proof_ends (arrival) SELECT arrival FROM proof_ends WHERE arrival IS NOT NULL LIMIT 1",
    "is left waiting": "UPDATE inbox SET state = 'waiting' WHERE id = (SELECT max(id) FROM inbox)",
    "never kept": "DELETE FROM inbox WHERE id = (SELECT max(id) FROM inbox WHERE source = 'messenger')",
    "its journal says": "UPDATE cases SET state = 'new' WHERE number = 1",
    " after ": "DELETE FROM journal WHERE action = 'draft' AND case_id = 1",
    "known 0 times": "DELETE FROM seen; UPDATE cases SET ref = NULL WHERE number = 1",
    "letter": "UPDATE outbox SET state = 'sending' WHERE id = (SELECT max(id) FROM outbox)",
    "twice": "INSERT INTO proof_ends (line) SELECT id FROM journal WHERE case_id = 1 AND action IN ('forward', 'draft');"
    "INSERT INTO proof_ends (arrival) VALUES (1000000)",
    "the card of case": on_the_card,
    "is answered 2 times": answered_twice,
}


@pytest.mark.prove
@pytest.mark.timeout(600)
async def test_whatever_is_made_wrong_is_said(tmp_path: Path) -> None:
    async with a_killable_town(tmp_path) as lives:
        hands = Hands(lives.town.players, random.Random(7))
        for _ in range(4):
            await some_work(lives, hands)
            await lives.waits(31)
        await finished(lives, hands)
        whole = Allowed()
        assert await all_is_well(lives, whole) == ""
        await lives.town.books.close()
        kept = lives.file.read_bytes()
        for said, wrong in WRONG.items():
            if isinstance(wrong, str):
                with closing(sqlite3.connect(lives.file)) as books:
                    books.executescript(wrong)
            else:
                wrong(lives)
            assert said in await all_is_well(lives, whole), said
            await lives.town.books.close()
            put_back(lives.file, kept)


def put_back(file: Path, kept: bytes) -> None:
    for part in ("-wal", "-shm"):
        Path(f"{file}{part}").unlink(missing_ok=True)
    file.write_bytes(kept)
