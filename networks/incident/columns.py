"""Find a table's heading and decide which field each column holds, by the heading's words and by the cells' contents.

The best fit wins, not the first: a column of dates is not the text, a column of addresses is the link, and an
official's remark is not the citizen's text while another column fits better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from config.imports import ImportPlan, meaning_of, plain
from networks.incident.contents import Content, address_in, content_of, is_date
from networks.incident.tables import Cell, Line, Table

HEADING_WITHIN = 40
"""How many first rows are searched for the heading: exports begin with a title, a period, a legend."""
LONGEST_NAME = 120
CANDIDATES = 3
LOOKED_AT = 400
"""How many rows under a heading are examined to tell what its columns hold."""

EXACT, BY_WORD, REMARK, OTHER_REMARK, BY_CONTENT = 1.0, 0.7, 0.4, 0.31, 0.3
_COMMENT = "комментар"
_CITIZENS = ("жител", "подписчик", "гражд")
"""Beginnings of words by which «Комментарий жителя» differs from «Комментарий к заявке», an official's remark."""
SEVERAL = ("answer", "place")
"""Fields that several columns may hold together; every other field has one column."""
PLACE_PARTS = 4
ANSWERS_PARTS = ("text", "link", "written", "time", "status")
"""Fields whose column belongs to the answer, not the message, if its name mentions the answer."""
Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a table, and which column holds which field.

    `lines`: how many of the table's lines come before the first row of data; `names`: the columns' names as shown to
    people; `places`: the column numbers (from 0) of each field, the best first; `repeated`: names that stand over
    several columns; `fit`: how well it fits (higher is better); `hidden`: numbers of the hidden columns."""

    lines: int
    names: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]
    repeated: tuple[str, ...]
    fit: float
    hidden: frozenset[int] = frozenset()

    @property
    def columns(self) -> dict[str, str]:
        in_order = sorted(self.places.items(), key=lambda one: one[1])
        return {field: ", ".join(self.names[place] for place in places) for field, places in in_order}

    @property
    def unread(self) -> tuple[str, ...]:
        used = {place for places in self.places.values() for place in places}
        return tuple(name for place, name in enumerate(self.names) if name and place not in used | self.hidden)


def find_heading(table: Table, plan: ImportPlan) -> Heading | None:
    """The heading that fits best, of one row or of two; None if no column can be the citizen's text."""
    drafts: list[tuple[float, int, list[str], list[str]]] = []
    for at, line in enumerate(table.lines[:HEADING_WITHIN]):
        single = _names(line)
        drafts.append((_worth(single, plan), at + 1, single, single))
        if at + 1 < len(table.lines) and (pair := _pair(table, at, plan)) is not None:
            drafts.append((_worth(pair[0], plan) + 0.1, at + 2, *pair))
    # Of a heading repeated on every printed page keep the first.
    drafts = list({tuple(map(plain, draft[2])): draft for draft in reversed(drafts)}.values())[::-1]
    best: Heading | None = None
    for worth, lines, meant, shown in sorted(drafts, key=lambda draft: -draft[0])[:CANDIDATES]:
        found = _fitted(table, plan, lines, meant, shown) if worth > 0 else None
        if found is not None and (best is None or found.fit > best.fit):
            best = found
    return best


def _names(line: Line) -> list[str]:
    """The cells of a row as names of columns; "" in place of a cell that is too long for a name."""
    return [
        "" if len(words) > LONGEST_NAME else words for words in (" ".join(str(cell).split()) for cell in line.cells)
    ]


def _pair(table: Table, at: int, plan: ImportPlan) -> tuple[list[str], list[str]] | None:
    """The column names of a heading of two rows, as interpreted and as shown; None if these two rows are no such
    heading.

    A merged name in the upper row belongs to each name below it."""
    upper, lower = table.lines[at], table.lines[at + 1]
    below = _names(lower)
    if lower.number - upper.number > 1 or any(_is_data(cell) for cell in (*upper.cells, *lower.cells)):
        return None
    across = table.across.get(upper.number, {})
    width = max(len(upper.cells), len(lower.cells), max(across, default=-1) + 1)
    above, group = [], ""
    for column in range(width):
        own = str(upper.at(column)) or str(across.get(column, ""))
        under = below[column] if column < len(below) else ""
        if own:
            group = own
        elif across or not under:
            group = ""  # a text file has no merged cells: there a name covers the empty cells beside it too
        above.append(" ".join(group.split())[:LONGEST_NAME])
    below += [""] * (width - len(below))
    leaving = [down for up, down in zip(above, below, strict=True) if down and plain(down) != plain(up)]
    if not any(above) or not leaving or 2 * sum(bool(header_scores(name, plan)) for name in leaving) < len(leaving):
        return None
    leaves = Counter(plain(down or up) for up, down in zip(above, below, strict=True))
    meant, shown = [], []
    for up, down in zip(above, below, strict=True):
        leaf = down or up
        grouped = bool(down and up and up != down)
        meant.append(f"{down}\n{up}" if grouped else leaf)
        shown.append(f"{up}: {down}" if leaves[plain(leaf)] > 1 and grouped else leaf)
    return meant, shown


def _is_data(cell: Cell) -> bool:
    """Whether the cell can only be a value, not a column's name: a date, an address, a number."""
    return bool(cell) and (str(cell).isdigit() or bool(address_in(cell)) or is_date(cell))


def _worth(names: Sequence[str], plan: ImportPlan) -> float:
    """How much a row looks like a heading, by its words alone; higher is more, 0 is not at all."""
    best: dict[str, float] = {}
    for name in names:
        for field, score in header_scores(name, plan).items():
            best[field] = max(best.get(field, 0), score)
    return sum(best.values())


# --- one heading -----------------------------------------------------------------------------------------------------


def header_scores(name: str, plan: ImportPlan) -> dict[str, float]:
    """The fields that a column of this name may hold, each with a score from 0 to 1, by the words alone.

    A name with a line break («Текст», a break, «Ответ») is a column's name under the name of its group."""
    leaf, _, group = name.partition("\n")
    found = _by_name(leaf, plan)
    if not group:
        return found
    whole = _by_name(f"{leaf} {group}", plan)
    words = plain(group).split()
    heads = [meaning_of(word, plan.headings) for word in words]
    about = [word for word, head in zip(words, heads, strict=True) if head not in ("answer", "other")]
    for field in dict(found):
        (changed,) = _qualified(field, about, plan)
        if "answer" in heads and field in ANSWERS_PARTS:
            changed = "answer"
        if changed != field:
            found[changed] = min(found.pop(field), BY_WORD)
    return {**whole, **found} if found else (whole or _by_name(f"{group} {leaf}", plan))


def _by_name(name: str, plan: ImportPlan) -> dict[str, float]:
    words = plain(name)
    if not words:
        return {}
    if words in plan.columns:
        field, rank = plan.columns[words]
        return {field: EXACT - min(rank, 20) * 0.005}
    if words in plan.remarks:
        return {"text": REMARK - min(plan.remarks.index(words), 2) * 0.1}
    tokens = words.split()
    for at, token in enumerate(tokens[:4]):
        field = meaning_of(token, plan.headings) or ""
        if field:
            found = _qualified(field, tokens[at + 1 :], plan)
            is_remark = token.startswith(_COMMENT) and not any(_is_citizens(word, plan) for word in tokens)
            return {"text": OTHER_REMARK} if is_remark and "text" in found else found
    return {}


def _is_citizens(word: str, plan: ImportPlan) -> bool:
    """Whether the word says that a comment is a citizen's: «пользователя», «жителя», «текст»."""
    is_text = not word.startswith(_COMMENT) and meaning_of(word, plan.headings) == "text"
    return is_text or word.startswith(_CITIZENS) or meaning_of(word, plan.headings) == "author"


def _qualified(field: str, rest: Sequence[str], plan: ImportPlan) -> dict[str, float]:
    """The field that the first word of a column's name means, changed by the words after it («Дата ответа» belongs to
    the answer), with its score."""
    about = {meant for word in rest if (meant := meaning_of(word, plan.about)) is not None}
    if field == "other" or "other" in about:
        return {"other": BY_WORD}
    if "answer" in about and field in ANSWERS_PARTS:
        return {"answer": BY_WORD}
    if "access" in about and field in ("written", "time"):
        return {"access": BY_WORD}
    return {field: BY_WORD}


def _fitted(table: Table, plan: ImportPlan, lines: int, meant: Sequence[str], shown: Sequence[str]) -> Heading | None:
    rows = list(islice(table.lines, lines, lines + LOOKED_AT))
    width = max([len(meant), *(len(row.cells) for row in rows)])
    contents = [content_of((row.at(place) for row in rows), plan, len(rows)) for place in range(width)]
    scores: list[tuple[float, str, int]] = []
    for place in range(width):
        if place in table.hidden:
            continue
        by_words = header_scores(meant[place], plan) if place < len(meant) else {}
        scores += [(score, field, place) for field, score in _scores(by_words, contents[place]).items()]
    places = _assigned(scores, contents)
    if "text" not in places:
        return None
    names = tuple(shown[place] if place < len(shown) else "" for place in range(width))
    counted = Counter(plain(name) for place, name in enumerate(names) if name and place not in table.hidden)
    repeated = tuple(dict.fromkeys(name for name in names if counted[plain(name)] > 1))
    fit = sum(score for score, field, place in scores if places.get(field, ())[:1] == (place,))
    return Heading(lines, names, places, repeated, fit, table.hidden)


def _scores(by_words: Scores, content: Content) -> dict[str, float]:
    """The fields that the column may hold, with scores from its name and its contents together; a field that the
    contents contradict is left out."""
    found: dict[str, float] = {}
    for named, score in by_words.items():
        field = _by_kind(named, content)
        fits = _fits(field, content)
        if field != "other" and fits > 0:
            found[field] = score * 0.7 + fits * 0.3
    if not by_words or (content.addresses >= 0.8 and by_words.keys() <= {"source", "text", "place"}):
        for field in ("link", "written", "text"):
            if field not in found and _is_plainly(field, content):
                found[field] = BY_CONTENT
    return found


def _by_kind(field: str, content: Content) -> str:
    """Correct a field by the column's contents: «Время» may hold whole dates («written»), and «Дата» only hours
    («time»)."""
    if field == "time" and content.dates > 0.5:
        return "written"
    return "time" if field == "written" and content.times > 0.8 else field


def _fits(field: str, content: Content) -> float:
    """How well a column's cells fit the field, from 0 to 1; 0 excludes it. An empty column gets 0.05: a bad fit, not
    excluded."""
    if not content.filled:
        return 0.05
    held = max(content.dates, content.addresses)
    match field:
        case "text":
            held = content.dates if content.is_linked_prose else held
            good = min(content.words / 6, 1) * (0.5 + content.varied / 2)
            return 0 if max(held, content.numbers, content.times) > 0.6 else 0.05 + 0.95 * good * content.filled
        case "link":
            return content.addresses and 0.3 + 0.7 * content.addresses
        case "written" | "access":
            wrong = content.addresses > 0.5 or content.words > 10 or content.times > 0.8 > content.dates
            return 0 if wrong else 0.1 + 0.9 * content.dates
        case "time":
            return content.times and 0.2 + 0.8 * content.times
        case "source":
            return 0 if max(content.dates, content.addresses) > 0.5 else 0.4 + 0.6 * content.networks
        case "status":
            return 0 if held > 0.5 or content.words > 12 else 0.3 + 0.7 * content.statuses
        case "id":
            return 0 if held > 0.5 or content.words > 3 else 0.2 + 0.8 * content.varied * content.filled
        case "answer":
            return 0.5
        case _:
            return 0 if held > 0.5 or content.words > 25 else 0.5


def _is_plainly(field: str, content: Content) -> bool:
    """Whether the contents alone show that a column without a known name holds this field."""
    if field == "link":
        return content.addresses >= 0.8
    if field == "written":
        return content.dates >= 0.8
    return content.is_prose and content.filled >= 0.5 and content.varied >= 0.5


def _assigned(scores: Sequence[tuple[float, str, int]], contents: Sequence[Content]) -> dict[str, tuple[int, ...]]:
    """Give each field its best column, the best pairs of field and column first.

    A field guessed from contents alone counts only if one column fits it (a link always counts); the citizen's text
    also only if names identify at least two other columns."""
    found: dict[str, tuple[int, ...]] = {}
    used: set[int] = set()
    for score, field, place in sorted(
        scores, key=lambda one: (-one[0], one[1] == "text" and one[0] <= BY_CONTENT, one[2])
    ):
        alone = field not in SEVERAL
        if place in used or (alone and field in found) or len(found.get(field, ())) >= PLACE_PARTS:
            continue
        if score <= BY_CONTENT and not _may_be_by_content(field, found, scores):
            continue
        found[field] = (*found.get(field, ()), place)
        used.add(place)
    if "place" in found:
        found["place"] = tuple(sorted(found["place"]))
    return found


def _may_be_by_content(
    field: str, found: Mapping[str, tuple[int, ...]], scores: Sequence[tuple[float, str, int]]
) -> bool:
    only = sum(1 for score, other, _ in scores if other == field and score <= BY_CONTENT) == 1
    known = sum(1 for name in ("id", "link", "written", "author", "source", "status") if name in found)
    return field == "link" or (only and (field != "text" or known >= 2))


def cell_of(line: Line, heading: Heading, field: str) -> Cell:
    """The row's cell in the field's best column; "" if the field has no column."""
    places = heading.places.get(field)
    return line.at(places[0]) if places else ""
