"""Turns MAX's answers and refusals into outcomes of the port. Raises and logs nothing.

MAX gives the reason in a `code`; the words beside it are for people and may change. A 200 whose `success` is false is
a refusal too. The detail in an outcome is a code or a status: never the token, nor text that MAX quotes from the
message.
"""

from __future__ import annotations

import re
from typing import Any

from bot.leaving import NeverSent, NotAnswered
from bot.max.wire import RawAnswer
from bot.messenger import Address, Gone, Later, Rejected, Sending, Sent, Unknown, Unreachable

SHORTLY = 1.0
NOT_READY_SECONDS = 2.0
UNAUTHORISED_SECONDS = 60.0
NOT_READY = "attachment.not.ready"
UNAUTHORISED = frozenset({"verify.token"})
MISSING = ("not.found", "not_found")
WRONG = "proto."
"""The prefix of codes that mean the request itself is wrong."""
NO_LONGER = "error.edit."
"""The prefix of MAX's words beside such a code if a message is too old to be edited."""
CODE = re.compile(r"[A-Za-z0-9._-]{1,60}")


def code_of(body: dict[str, Any] | None) -> str:
    """The code of a refusal, in lower case; "" if there is none fit for a log."""
    code = (body or {}).get("code")
    return code.lower() if isinstance(code, str) and CODE.fullmatch(code) else ""


def is_refusal(answer: RawAnswer) -> bool:
    return answer.status != 200 or answer.body is None or answer.body.get("success") is False


def unanswered_as(error: NotAnswered, edited: Address | None) -> Sending:
    """The outcome of a request that got no answer. `edited`: the message it was to change; None if it was to send one."""
    if isinstance(error, NeverSent):
        return Later(SHORTLY, f"never sent: {error}", left=False)
    return doubtful(str(error), edited)


def refused_as(answer: RawAnswer, edited: Address | None, wait: float) -> Sending:
    """The outcome of a refused request; `edited`: the message it was to change, None if it was to send one. `wait`:
    seconds to send nothing after «too many requests», because MAX names no time."""
    code, status = code_of(answer.body), answer.status
    detail = code or f"status {status}"
    if status == 429 or code.startswith("too.many"):
        return Later(wait, "too many requests", limited=True)
    if status == 401 or code in UNAUTHORISED:
        return Later(UNAUTHORISED_SECONDS, "unauthorised")
    if code == NOT_READY:
        return Later(NOT_READY_SECONDS, detail)
    if status >= 500 or (answer.body is None and status < 400):
        return doubtful(detail, edited)
    if status == 413:
        return Rejected("too large")
    if status == 404 or any(word in code for word in MISSING):
        return Gone() if edited is not None else Unreachable(detail)
    if status == 403 or code.startswith("chat."):
        return Unreachable(detail)
    too_old = str((answer.body or {}).get("message")).startswith(NO_LONGER)
    if edited is not None and (too_old or not code.startswith(WRONG)):
        return Gone()
    return Rejected(detail)


def doubtful(detail: str, edited: Address | None) -> Sending:
    """The outcome when nobody knows whether the request was carried out: Unknown for a send, Later for a change of
    `edited`, because a change can be repeated harmlessly."""
    return Unknown(detail) if edited is None else Later(SHORTLY, detail)


def sent_as(address: Address | None) -> Sending:
    return Sent((address,)) if address is not None else Unknown("an answer that is no answer")
