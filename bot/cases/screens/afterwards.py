"""Word the notice to the curator that a posted answer is no longer there. Pure; facts come as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.cases.screens.buttons import COPY_LIMIT
from bot.cases.screens.common import is_web
from bot.messenger import Button, Screen
from config.russian.words import units
from config.texts import Texts, words_of
from handlers.callbacks import Callback, Verb
from workflow.office import Office

SAYINGS = ("answer_gone", "answer_gone_with_question")


def say(texts: Texts, key: str, facts: Mapping[str, Any], office: Office, now: datetime) -> Screen:
    """Return the notice and what to do about it, with buttons: post again, open the place, copy the text, open the
    case."""
    number, link, text = str(facts["number"]), str(facts["link"]), str(facts["text"])
    source = texts.plain(f"sources_in.{words_of(str(facts['source']))}")
    fits = bool(text.strip()) and units(text) <= COPY_LIMIT
    row = [Button(texts.plain("buttons.open"), url=link)] if is_web(link) else []
    if fits:
        row.append(Button(texts.plain("buttons.copy"), copy=text))
    subject, again = int(facts["case"]), bool(facts.get("again"))
    case = Button(texts.plain("buttons.case_number", number=number), Callback(Verb.CASE, subject).pack())
    by_machine = bool(facts.get("by_machine"))
    acts = [Button(texts.plain("buttons.posted"), Callback(Verb.POSTED, subject).pack())]
    if by_machine:
        once_more = Callback(Verb.POST_AGAIN, subject).pack()
        acts.insert(0, Button(texts.plain("buttons.post_again"), once_more, style="success"))
    words = texts.phrase(f"say.{key}", number=number, source=source, to_copy=fits, again=again, by_machine=by_machine)
    return Screen(str(words), tuple(r for r in (tuple(acts) if again else (), tuple(row), (case,)) if r))
