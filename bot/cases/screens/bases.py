"""Show a department the earlier and ready answers it may write from, and the bare text of the one it takes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import in_twos, link
from bot.messenger import Button, Buttons, Screen
from config.russian.words import clean, excerpt, neutralise, one_line
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from workflow.basis import answer_seen, served
from workflow.case import Case
from workflow.office import Office
from workflow.ready_answer import ReadyAnswer

SHOWN = 110
"""How much of an answer a list shows, in UTF-16 units."""
READY = "r"
"""The first letter of a button's argument that takes a ready answer; without it the argument is an earlier case's id.
"""


@dataclass(frozen=True)
class Bases:
    """The answers offered as a basis for a draft. `earlier`: cases whose posted answers are offered, the likeliest
    first. `repeated`: the answered case that this one repeats, if its answer may be shown here."""

    ready: tuple[ReadyAnswer, ...] = ()
    earlier: tuple[Case, ...] = ()
    repeated: Case | None = None


NOTHING = Bases()


def offered_lines(words: CaseWords, bases: Bases) -> list[Markup]:
    """Return a line for each earlier or ready answer that may be taken as a basis, with the number that stands on its
    button; [] if there is none."""
    ready = [
        words.texts.phrase("bases.ready", number=number, words=_short(one.text))
        for number, one in enumerate(bases.ready, start=1)
    ]
    return [*ready, *(_earlier_line(words, one, number) for number, one in enumerate(bases.earlier, len(ready) + 1))]


def _earlier_line(words: CaseWords, case: Case, number: int) -> Markup:
    draft, posting = served(case), case.posting
    assert draft is not None, "only such are offered"
    assert posting is not None
    date = words.when.date(posting.at)
    return words.texts.phrase(
        "bases.earlier",
        number=number,
        date=link(posting.link, date) or date,
        department=words.department_name(draft.department) if draft.department not in _having(words.case) else "",
        place=excerpt(one_line(case.location), 40),
        words=_short(draft.text),
    )


def _having(case: Case) -> set[str | None]:
    return {part.department for part in case.active_parts}


def _short(text: str) -> str:
    return neutralise(excerpt(one_line(clean(text)), SHOWN))


def take_buttons(texts: Texts, case: Case, bases: Bases) -> Buttons:
    """Return the buttons «Взять за основу 1», one for each answer, in the order of `offered_lines`."""
    taken = [f"{READY}{ready.id}" for ready in bases.ready] + [str(other.id) for other in bases.earlier]
    return tuple(
        in_twos([
            Button(texts.plain("buttons.basis", number=number), Callback(Verb.BASIS, case.id, what).pack())
            for number, what in enumerate(taken, start=1)
        ])
    )  # fmt: skip


def repeated_line(words: CaseWords, earlier: Case | None, key: str) -> Markup:
    """Return a line with the answer given to the message that this one repeats, and the question what has been done
    since (MO-15); empty if there is no answer to show. `key`: the phrase, different for the executor and the curator.
    """
    draft = answer_seen(earlier, words.case) if earlier is not None else None
    posting = earlier.answer if earlier is not None else None
    if draft is None or posting is None:
        return Markup()
    date = words.when.date(posting.at)
    return words.texts.phrase(
        key, number=words.repeat, date=link(posting.link, date) or date, words=_short(draft.text)
    )  # fmt: skip


def offered_screen(texts: Texts, case: Case, bases: Bases, office: Office, now: datetime) -> Screen | None:
    """Return the list of answers that may be taken as a basis, as a message of its own; None if there is none."""
    words = CaseWords(texts, case, office, now)
    lines = offered_lines(words, bases)
    if not lines:
        return None
    head = texts.phrase("bases.for", c=words)
    return Screen("\n".join(map(str, (head, *lines))), take_buttons(texts, case, bases), silent=True)


def bare(text: str) -> Screen:
    """Return a message with the text alone, so that it can be copied whole or replied to; as code if the messenger
    would find a link or a mention in it."""
    shown = escape(text)
    return Screen(str(shown) if neutralise(text) == text else f"<pre>{shown}</pre>", silent=True)
