"""Recognise a message of the bot's own that nobody recorded: a send can arrive without a confirmation and be made again,
and answers are not recorded at all. A reply to it belongs to its case all the same."""

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
"""Buttons that identify the kind of a case's message."""
NUMBER = re.compile(r"№\s?([0-9]{1,9})(?![0-9])")


async def recognised(incoming: Incoming, view: View) -> tuple[Known | None, Question | None]:
    """What the message replied to is: by its buttons, by the one number in its text, or by a draft's words. (None, None)
    if it is not the bot's, or is about no case."""
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
    """The number of the one case that the text names; None if it names several or none."""
    found = set(NUMBER.findall(text))
    return int(found.pop()) if len(found) == 1 else None
