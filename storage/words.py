"""Lists every column that may hold people's words or tell who wrote them, and how each is erased (0028) by `storage.erasing`.

`tests/house/test_words.py` fails for a column of text that is in none of the lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Erasing(StrEnum):
    REWRITTEN = "rewritten"
    """The JSON document in the column stays, people's words in it are replaced. Only a case erased itself gets a new version."""
    EMPTIED = "emptied"
    """The column becomes null, "" or an empty document; the row stays, because its key marks something as known already."""
    DELETED = "deleted"
    """The whole row is deleted: without the words it is of no use."""
    KEPT = "kept"
    """The column is not erased, for the reason given in `Words.why`."""


@dataclass(frozen=True, slots=True)
class Words:
    """How a column is erased. `found_by`: the columns by which its rows are found from a case, an author or an address.
    `why`: the reason why a KEPT column is not erased."""

    erasing: Erasing
    found_by: tuple[str, ...] = ()
    why: str = ""


def _rewritten(*found_by: str) -> Words:
    return Words(Erasing.REWRITTEN, found_by)


def _emptied(*found_by: str) -> Words:
    return Words(Erasing.EMPTIED, found_by)


def _deleted(*found_by: str) -> Words:
    return Words(Erasing.DELETED, found_by)


def _kept(why: str) -> Words:
    return Words(Erasing.KEPT, why=why)


OFFICE = "the office's own words about its own work, and its record of it"
REF = "an address in the network, by which a repeat is known"
REASON = "a reason in the program's or the messenger's words"

WORDS: Mapping[str, Words] = {
    # --- a case and what follows from it ---
    "cases.body": _rewritten("id", "author"),
    "cases.author": _emptied("id", "author"),
    "cases.place": _emptied("id", "author"),
    "cases.ref": _kept(REF),
    "cases.answer_ref": _kept(REF),
    "journal.details": _rewritten("case_id"),
    "violations.body": _kept(OFFICE),
    "violations.executor": _kept(OFFICE),
    "calendars.text": _kept("working hours and days"),
    "sent_reports.body": _kept(
        "figures, rows of the register and names of officials; texts and places stay with the cases"
    ),
    "case_words.lemma": _deleted("case_id"),
    "answers.place": _deleted("case_id"),
    "ready_answers.body": _kept(OFFICE),
    "ready_journal.details": _kept(OFFICE),
    "lessons.word": _deleted("case_id"),
    "lately.author": _deleted("case_id", "author"),
    "lately.place": _deleted("case_id", "author"),
    "lately.topics": _deleted("case_id", "author"),
    "lately.words": _deleted("case_id", "author"),
    "waves.place": _kept("a place several people wrote about, and nobody's in particular"),
    "afterwards.ref": _kept(REF),
    # --- what came in and what goes out ---
    "inbox.raw": _emptied("case_id", "connection"),
    "inbox.author": _emptied("case_id", "connection"),
    "inbox.error": _kept(REASON),
    "outbox.body": _deleted("case_id", "account"),
    "outbox.error": _kept(REASON),
    "questions.body": _emptied("case_id", "account"),
    "files.name": _deleted("remote"),
    "marks.value": _kept("dates, counts, addresses and numbers of cases; settings of the municipality"),
    "audit.details": _kept("numbers of rows and reasons in the program's words"),
    # --- what was found in the networks ---
    "seen.author": _emptied("network", "ref"),
    "seen.text": _emptied("network", "ref"),
    "seen.place": _emptied("network", "ref"),
    "seen.link": _emptied("network", "ref"),
    "seen.words": _emptied("network", "ref"),
    "seen.body": _emptied("network", "ref"),
    "seen.ref": _kept(REF),
    "ahead.ref": _kept(REF),
    "moderation.body": _rewritten("network", "ref"),
    "moderation.ref": _kept(REF),
    "moderation_journal.words": _emptied("number"),
    "moderation_journal.detail": _kept(REASON),
    "erasures.body": _kept("numbers of rows, and counts of what was erased"),
    # --- officials ---
    "bindings.shown_name": _deleted("person", "account"),
    "chats.title": _kept("the name of the office's own group"),
    "editions.text": _kept("the text of a regulation"),
    "official_pages.body": _kept(OFFICE),
    "official_pages.address": _kept(OFFICE),
    "page_journal.details": _kept(OFFICE),
    "publications.link": _kept(OFFICE),
    "publications.ref": _kept(OFFICE),
    "materials.body": _kept(OFFICE),
    "material_journal.details": _kept(OFFICE),
}
"""How each column that may hold people's words is erased, by `table.column`."""

WITHOUT_WORDS = frozenset({
    "action", "album", "answer_network", "book", "clause", "code_hash", "connection", "department", "entered_by",
    "fold", "formats", "from_state", "ground", "hash", "hears", "holder", "key", "kind", "lane", "link_hash", "menu",
    "messenger", "municipality", "network", "on_behalf", "owner", "person", "purpose", "quiet", "regulation",
    "remote", "said", "salt", "session_hash", "shown", "source", "state", "step", "substitute", "to_state", "topic",
    "verdict", "who", "why",
})  # fmt: skip
"""Names of columns that in every table hold keys, states, hashes or the program's own words, so nothing is erased there.
Officials are named by their key in the municipality's file."""

KEYS = frozenset({"chain.link", "counters.name", "marks.name", "sent_reports.month"})
"""Columns, as `table.column`, that hold no words of people although a column of that name in another table does."""
