"""Handle a message after the bot asked its sender what it is: process it as the choice says, as if it had just come."""

from __future__ import annotations

from typing import Any

from handlers import asked
from handlers.callbacks import NUMBER
from handlers.handing_in import handed_in
from handlers.incoming import Attached, Incoming, Kind, Origin
from handlers.replies import answered
from handlers.view import View
from handlers.waiting import draft_of, files_in, missing_in
from handlers.wishes import Carry, Close, PassBy, Toast, Wish
from workflow.commands import Correct
from workflow.ports import Question


async def chosen(question: Question, argument: str, view: View) -> list[Wish]:
    """Handle a button under the question «Это замечание по № 3 или новое сообщение жителя?».

    Depending on the choice the kept message becomes the answer to the earlier question, a new case, a new wording of a
    draft or the draft of a case."""
    body, incoming = question.body, as_it_came(question)
    of = int(body["of"])
    there = view.with_files({file.key: file for file in files_in(question)}, missing_in(question))
    if argument == str(of):
        asked_then = await view.question(of)
        if asked_then is None:
            return [Close(question.id), Toast("question_is_over")]
        return [Close(question.id), *await answered(asked_then, incoming, there)]
    aside = PassBy(of, aside=True)
    if argument == asked.NEW:
        return [Close(question.id), aside, *handed_in(incoming, there, incoming.text)]
    if argument == asked.WORDING and question.case_id is not None:
        wording = Correct(view.actor, question.case_id, int(body["wording"]), incoming.text)
        return [aside, Carry(wording, became="correction", answers=question.id, written=_written(body))]
    if argument.startswith(asked.CASE) and NUMBER.fullmatch(argument[1:]):
        return [aside, draft_of(question, view, int(argument[1:]))]
    return [Toast("unknown_button")]


def left(question: Question) -> list[Wish]:
    """Handle «Ничего из этого»: drop the kept message. The earlier question stays open, but only a Reply answers it
    now."""
    return [Close(question.id), PassBy(int(question.body["of"]), aside=True), Toast("never_mind")]


def as_it_came(question: Question) -> Incoming:
    """Rebuild the incoming message from what the question kept, with its stored files."""
    body = question.body
    chat, message, *items = (int(number) for number in body["written"])
    origin: Any = body.get("origin")
    return Incoming(
        kind=Kind.MESSAGE,
        chat=chat,
        private=True,
        message=message,
        items=tuple(items),
        text=str(body["text"]),
        files=tuple(Attached(file.kind, file.key, file.name, file.size) for file in files_in(question)),
        origin=Origin(**origin) if origin else None,
        links=tuple(str(link) for link in body["links"]),
        date=int(body["date"]),
    )


def _written(body: Any) -> tuple[int, ...]:
    return tuple(int(number) for number in body["written"])
