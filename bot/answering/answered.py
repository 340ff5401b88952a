"""The result of a wish (what an update asks for): one type of answer for every subject. No rules, no sending."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.wishes import Ask


@dataclass(frozen=True, slots=True)
class Answered:
    """What to tell the person: `text` is shown as the toast after a press, sent as a message otherwise; "" if letters
    say everything.

    `refused`: nothing was changed, for `reason` if the rules name one. `alert`: the toast stays until it is dismissed.
    `close`: the question that is finished, `ask`: a question to put next. `press` and `account` identify the press;
    reception fills them in.
    """

    text: str = ""
    refused: bool = False
    reason: str = ""
    alert: bool = False
    close: int | None = None
    ask: Ask | None = None
    press: str = ""
    account: int | None = None
