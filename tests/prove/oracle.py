"""The one oracle of the proofs: what must be true of the books and of the world once a bot has come to rest.

Every update that was accepted has ended once, in one transition, a refusal or an answer, or parked; the outbox is empty; each
card shows its case; no resident is answered twice. Every part asks it at its end; `Allowed` says what a part has brought
about itself.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.cases.undelivered import undelivered
from bot.clock import Clock, WallClock
from bot.delivery import Show
from bot.demo.cast import Players
from bot.process.app import Municipal
from storage.transaction import Transaction
from tests.prove.messengers import MARK, Seen, seen_in
from workflow.effects import Priority
from workflow.ports import GROUP_LANE, Letter

WITNESS = """
CREATE TABLE proof_ends (id INTEGER PRIMARY KEY, arrival INTEGER, state TEXT, line INTEGER);
CREATE TRIGGER proof_end AFTER UPDATE OF state ON inbox WHEN NEW.state IN ('done', 'parked', 'dropped')
    AND NEW.state IS NOT OLD.state BEGIN INSERT INTO proof_ends (arrival, state) VALUES (NEW.id, NEW.state); END;
CREATE TRIGGER proof_line AFTER INSERT ON journal WHEN NEW.who IS NOT NULL
    BEGIN INSERT INTO proof_ends (line) VALUES (NEW.id); END;
"""
"""Kept by the database itself, in the transactions of the bot: in which order updates ended and lines were written."""


class _Earlier(WallClock):
    """A minute behind another clock."""

    def __init__(self, other: Clock) -> None:
        self.other = other

    def now(self) -> datetime:
        return self.other.now() - timedelta(minutes=1)


@dataclass(frozen=True)
class Allowed:
    """`parked`: updates that cannot be read came. `given_up`: the messenger refused letters for good. `open_cases`:
    people have not done all there was to do. `unsent`: the bot was stopped before its letters were sent."""

    parked: bool = False
    given_up: bool = False
    open_cases: bool = False
    unsent: bool = False


def witness(file: Path) -> None:
    """Let the database itself write down, from now on, how each update ends."""
    with closing(sqlite3.connect(file)) as books:
        books.executescript(WITNESS)


async def findings(
    file: Path, bot: Municipal, tx: Transaction, players: Players, allowed: Allowed = Allowed()
) -> list[str]:
    """Return a sentence for each thing that is wrong, and [] if nothing is. `file`: the SQLite database; `bot` renders the
    cards for comparison."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as books:
        books.row_factory = sqlite3.Row
        found = [
            *_whole(books),
            *_updates(books, players, allowed),
            *_lines(books, allowed),
            *_letters(books, allowed),
            *_answers(books, players),
            *seen_in(players).said_twice(
                {tuple(row) for row in books.execute("SELECT chat_id, message_id FROM messages")}
            ),
        ]
    return [*found, *[one async for one in _cards(bot, tx, players, allowed)]]


def _whole(books: sqlite3.Connection) -> Iterator[str]:
    (said,) = books.execute("PRAGMA integrity_check").fetchone()
    if said != "ok":
        yield f"the file is damaged: {said}"
    yield from (f"a row without its other: {tuple(row)}" for row in books.execute("PRAGMA foreign_key_check"))


def _updates(books: sqlite3.Connection, players: Players, allowed: Allowed) -> Iterator[str]:
    """Each update of the messenger is in the inbox and has ended once; each comment of VK is one case or one seen."""
    messenger = seen_in(players)
    yield from (f"not acknowledged: update {one}" for one in messenger.waiting())
    kept = {key for (key,) in books.execute("SELECT key FROM inbox WHERE source = 'messenger'")}
    given = messenger.given()
    began = next((number for number, key in enumerate(given) if key in kept), len(given))
    if not allowed.parked:
        yield from (f"never kept: update {key}" for key in given[began:] if key not in kept)
    ends = Counter(row["arrival"] for row in books.execute("SELECT arrival FROM proof_ends WHERE arrival IS NOT NULL"))
    yield from (
        f"ended {times} times: arrival {row}" for row, times in ends.items() if times > 1 and not allowed.parked
    )
    for row in books.execute("SELECT id, source, state, error FROM inbox"):
        if row["state"] not in ("done", "dropped") and not (row["state"] == "parked" and allowed.parked):
            yield f"{row['source']} {row['id']} is left {row['state']}: {row['error']}"
    known = Counter(ref for (ref,) in books.execute("SELECT ref FROM cases UNION ALL SELECT ref FROM seen"))
    for comment in players.town.vk.comments(players.post):
        if comment.author is not players.community and not comment.deleted:
            refs = [ref for ref in known if ref and ref.endswith(f"={comment.id}")]
            if sum(known[ref] for ref in refs) != 1:
                yield f"known {len(refs)} times: «{comment.text}»"


def _lines(books: sqlite3.Connection, allowed: Allowed) -> Iterator[str]:
    """The journal of a case is a chain from its first line to its state, each command of it once; one update makes one
    transition of a case at most."""
    now: dict[int, tuple[int, str]] = {}
    for row in books.execute("SELECT case_id, version, from_state, to_state, action FROM journal ORDER BY case_id, id"):
        version, state = now.get(row["case_id"], (0, None))  # type: ignore[arg-type]
        if row["version"] == version:
            continue  # a note: nothing changes
        if (row["version"], row["from_state"]) != (version + 1, state):
            yield f"case {row['case_id']}: {row['action']} from {row['from_state']} at {row['version']} after {version}, {state}"
        now[row["case_id"]] = row["version"], row["to_state"]
    for row in books.execute("SELECT id, version, state, number FROM cases"):
        if now.get(row["id"]) != (row["version"], row["state"]):
            yield f"№ {row['number']} is {row['state']} at {row['version']}, its journal says {now.get(row['id'])}"
    yield from _one_transition_an_update(books)


def _one_transition_an_update(books: sqlite3.Connection) -> Iterator[str]:
    lines: list[sqlite3.Row] = []
    query = (
        "SELECT e.arrival, j.case_id, j.action, j.version FROM proof_ends e LEFT JOIN journal j ON j.id = e.line"
        " WHERE e.line IS NULL OR j.who NOT IN ('clock', 'network', 'detector') ORDER BY e.id"
    )
    for row in books.execute(query):
        if row["arrival"] is None:
            lines.append(row)
            continue
        twice = [case for case, times in Counter(line["case_id"] for line in lines).items() if times > 1]
        yield from (f"arrival {row['arrival']} changed case {c} twice: {[x['action'] for x in lines]}" for c in twice)
        lines = []


def _letters(books: sqlite3.Connection, allowed: Allowed) -> Iterator[str]:
    query = "SELECT id, kind, lane, case_id, state, error, not_before FROM outbox WHERE state != 'sent'"
    for row in books.execute(query):
        is_over = row["state"] in ("given_up", "failed")
        told = row["kind"] == "post" and str(row["error"]).startswith("not_posted")  # to the curator, who posts again
        if told or (is_over and allowed.given_up) or (not is_over and allowed.unsent):
            continue
        state = f"{row['state']} ({row['not_before']}), {row['error']}"
        yield f"letter {row['id']}, {row['kind']} to {row['lane']} of {row['case_id']}: {state}"


def _answers(books: sqlite3.Connection, players: Players) -> Iterator[str]:
    """One answer at most to a comment, and to each that is said to be answered one."""
    answers = [one for one in players.town.vk.comments(players.post) if one.author is players.community]
    given = Counter(one.reply_to.id for one in answers if one.reply_to is not None and not one.deleted)
    yield from (f"comment {comment} is answered {times} times" for comment, times in given.items() if times > 1)
    query = "SELECT number, ref FROM cases WHERE state = 'closed' AND ref LIKE '%reply=%'"
    for row in books.execute(query):
        if int(str(row["ref"]).rpartition("=")[2]) not in given:
            yield f"№ {row['number']} is said to be answered and is not"


async def _cards(bot: Municipal, tx: Transaction, players: Players, allowed: Allowed) -> AsyncIterator[str]:
    """The newest card of each case reads as it would be written now, or in the minute before: a term that passes is no
    miss until a minute later, and then its card is written anew. Where the messenger refuses for good, a card may be
    stale if the curators find it among what was not delivered."""
    listed = await undelivered(tx, bot.clock.now()) if allowed.given_up else []
    told = {lost.number for lost in listed if lost.kind == "card"}
    now = bot.delivery._carrier.render
    earlier = copy(now)
    earlier.clock = _Earlier(now.clock)
    group = await tx.people.working_group()
    assert group is not None
    messenger: Seen = seen_in(players)
    shown = {message.id: message for message in players.in_group()}
    rows = await tx.connection.exec_driver_sql("SELECT DISTINCT case_id FROM messages WHERE kind = 'card'")
    for case_id in [row[0] for row in rows]:
        case = await tx.case(case_id)
        cards = [known for known in await tx.messages.of_case(case_id, "card") if known.chat_id == group[0]]
        newest = max(cards, key=lambda known: known.message_id)
        letter = Letter("card", GROUP_LANE, Priority.OFFER, case_id)
        made = [await one.render(tx, letter, newest, group[0]) for one in (now, earlier)]
        wanted = [messenger.shown(one.screen.text) for one in made if isinstance(one, Show)]
        stands = shown.get(newest.message_id)
        if stands is None:
            yield f"the card of case {case_id} is gone"
        elif wanted:
            says = messenger.bare(stands.text.removeprefix(MARK).strip())
            if says not in wanted and (case is None or case.number not in told):
                yield f"the card of case {case_id} says\n{says}\nand not\n{wanted[0]}"
