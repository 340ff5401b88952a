"""Moderation on the summary sheet and on its own sheet: lines of cells whose formulas count the rows of decisions.
Knows no file format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from config.clauses import clause_words
from reports.cells import Cell, Formula, Line, Sheet, quoted
from reports.moderation import BY_GROUND, Fate, GroundFigures, ModeratedPage, ModeratedRow, ModerationSection
from reports.wording import Wording

MODERATION = (
    "comment", "page_number", "page", "page_network", "decided_at", "ground", "clause", "decided_by", *Fate,
)  # fmt: skip
NAMED = ("number", "page", "page_network")


def moderation_lines(
    now: ModerationSection, then: ModerationSection, say: Wording, rows: Sheet, above: int
) -> list[Line]:
    """The lines about moderation for the summary, with the previous period's figures (`then`) beside. `rows`: the
    sheet whose rows the formulas count; `above`: the number of lines above these."""
    heads = ("figure", "value", "before", "change", "meaning")
    lines = [Line(()), Line((say.say("sections", "moderation"),), "title")]
    lines.append(Line(tuple(say.say("heads", key) for key in heads), "head"))
    for fate in Fate:
        lines.append(Line(_sum(fate, now, then, say, rows, above + len(lines) + 1)))
    lines += [
        Line(()),
        Line((say.say("sections", "moderated_pages"), "", "", say.figure("moderation_page")[1]), "title"),
    ]
    lines.append(Line((*(say.say("heads", key) for key in NAMED), *(_label(fate, say) for fate in Fate)), "head"))
    for page in now.pages:
        lines.append(Line((*_named(page, say), *_page(page, say, rows, above + len(lines) + 1))))
    lines += [
        Line(()),
        Line((say.say("sections", "moderated_grounds"), "", "", say.figure("moderation_ground")[1]), "title"),
    ]
    grounded = (
        *(say.say("heads", key) for key in (*NAMED, "ground", "clause")),
        *(_label(fate, say) for fate in BY_GROUND),
    )
    lines.append(Line(grounded, "head"))
    for page in now.pages:
        for one in page.grounds:
            lines.append(Line((*_named(page, say), *_ground(one, say, rows, above + len(lines) + 1))))
    return lines


def _label(fate: Fate, say: Wording) -> str:
    return say.figure(f"moderation_{fate}")[0]


def _sum(
    fate: Fate, now: ModerationSection, then: ModerationSection, say: Wording, rows: Sheet, at: int
) -> tuple[Cell, ...]:
    label, meaning = say.figure(f"moderation_{fate}")
    before = then.count(fate)
    counted = Formula(f"=SUMPRODUCT(--{_is(fate, say, rows)})", now.count(fate))
    change = Formula(f"=B{at}-C{at}", now.count(fate) - before)
    return label, counted, Formula(f"={before}", before), change, meaning


def _named(page: ModeratedPage, say: Wording) -> tuple[Cell, ...]:
    return page.number or "", say.page(page.name), say.network(page.network)


def _page(page: ModeratedPage, say: Wording, rows: Sheet, at: int) -> list[Cell]:
    own = _own(rows, at)
    return [Formula(f"=SUMPRODUCT({own}*{_is(fate, say, rows)})", count) for fate, count in page.counts]


def _ground(one: GroundFigures, say: Wording, rows: Sheet, at: int) -> list[Cell]:
    named = f"EXACT({rows.range('ground')},$D{at})*EXACT({rows.range('clause')},$E{at})"
    counts = {Fate.DELETED: one.deleted, Fate.BANNED: one.banned}
    return [
        say.offence(one.ground),
        _clause(one.clause),
        *(Formula(f"=SUMPRODUCT({_own(rows, at)}*{named}*{_is(fate, say, rows)})", counts[fate]) for fate in BY_GROUND),
    ]


def _own(rows: Sheet, at: int) -> str:
    """The part of a formula that selects the rows of the line's page; a page unknown to the registry is identified by
    its network."""
    return f"EXACT({rows.range('page_number')},$A{at})*EXACT({rows.range('page_network')},$C{at})"


def _is(fate: Fate, say: Wording, rows: Sheet) -> str:
    return f"EXACT({rows.range(fate)},{quoted(say.word('yes'))})"


def _clause(clause: str) -> str:
    return clause_words(clause) if clause else ""


def moderation_cells(
    row: ModeratedRow, say: Wording, decided: datetime | None
) -> Sequence[str | int | datetime | None]:
    """One row of the sheet of decisions; `decided`: the moment of the decision in the form the sheet writes."""
    return (
        row.comment,
        row.page or "",
        say.page(row.name),
        say.network(row.network),
        decided,
        say.offence(row.ground),
        _clause(row.clause),
        row.who,
        *(say.word("yes") if fate in row.fates else "" for fate in Fate),
    )
