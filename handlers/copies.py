"""Recognise a message of the bot's own that was not recorded, so that a reply to it still belongs to its case.

Some are missing from the records: a send that arrived unconfirmed was repeated, and answers are never recorded."""

from __future__ import annotations

import re

from config.russian.words import clean
from handlers.callbacks import ABOUT_QUESTIONS, Callback, Verb
from handlers.incoming import Incoming
from handlers.view import View
from workflow.ports import Known, Question

SHOWN_ON = {
    Verb.ACCEPT: "card",
    Verb.RETURN: "card",
    Verb.FORWARD: "offer",
    Verb.APPROVE: "draft",
    Verb.SEND_BACK: "draft",
}
"""Buttons that tell which kind of message of a case they stand under."""
NUMBER = re.compile(r"№\s?([0-9]{1,9})(?![0-9])")


async def recognised(incoming: Incoming, view: View) -> tuple[Known | None, Question | None]:
    """Find what the message replied to is: by its buttons, by the one case number in its text, or by a draft's words.

    Returns (a message of a case, None), (None, the open question), or (None, None) if the message is not the bot's or
    is about no case."""
    if incoming.reply_author not in ("", view.bot_name):
        return None, None
    for data in incoming.reply_buttons:
        button = Callback.parse(data)
        if button is not None and button.verb in SHOWN_ON:
            return _shown(incoming, button), None
        if button is not None and button.verb in ABOUT_QUESTIONS:
            return None, await view.question(button.subject)
    if not incoming.reply_text or not incoming.reply_author:
        return None, None
    return await _by_words(incoming, view), None


def _shown(incoming: Incoming, button: Callback) -> Known:
    kind, version = SHOWN_ON[button.verb], button.argument.partition(".")[0]
    number = int(version) if kind == "draft" and version.isdecimal() else None
    return Known(incoming.chat, incoming.reply_to or 0, kind, case_id=button.subject, version=number)


async def _by_words(incoming: Incoming, view: View) -> Known | None:
    number = number_in(incoming.reply_text)
    if number is not None:
        case = await view.case_numbered(number)
        return Known(incoming.chat, incoming.reply_to or 0, "notice", case_id=case.id) if case is not None else None
    words = clean(incoming.reply_text).split()
    for case in await view.drafted():
        for draft in reversed(case.drafts):
            if clean(draft.text).split() == words:
                return Known(
                    incoming.chat, incoming.reply_to or 0, "draft_text", case_id=case.id, version=draft.version
                )
    return None


def number_in(text: str) -> int | None:
    """The case number that the text names («№ 17»); None if it names several different ones or none."""
    found = set(NUMBER.findall(text))
    return int(found.pop()) if len(found) == 1 else None
