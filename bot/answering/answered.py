"""What a wish has come to: the one answer every subject gives. No rules, no sending."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.wishes import Ask


@dataclass(frozen=True, slots=True)
class Answered:
    """Words for the person: over a press they are its toast, else they are said; "" where letters say everything.

    `refused`: nothing was changed, for `reason` where the rules name one. `alert`: the toast stays until it is read. `close`: a
    question that is over, `ask`: one to be put. `press` and `account` say whose press it is; reception fills them in.
    """

    text: str = ""
    refused: bool = False
    reason: str = ""
    alert: bool = False
    close: int | None = None
    ask: Ask | None = None
    press: str = ""
    account: int | None = None
