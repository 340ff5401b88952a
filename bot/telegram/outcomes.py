"""Turns Telegram's refusals and connection errors into outcomes of the port. Raises and logs nothing.

Telegram has no codes for most refusals, only words, which are all in this file. The detail in an outcome never carries
the token, nor text that Telegram quotes from the message.
"""

from __future__ import annotations

from typing import Any

from bot.leaving import NeverSent
from bot.messenger import Address, Gone, Later, Moved, Rejected, Sending, Sent, Unknown, Unreachable
from bot.telegram.library import exceptions

SHORTLY = 1.0
UNAUTHORISED_SECONDS = 60.0

NOT_MODIFIED = "message is not modified"
CANNOT_BE_EDITED = (
    "message to edit not found",
    "message to pin not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in",
)
NOBODY_THERE = (
    "chat not found",
    "peer_id_invalid",
    "chat_write_forbidden",
    "not enough rights to send",
    "have no rights to send",
    "user_is_deactivated",
    "chat_restricted",
)
QUOTE_SIGNS = "\"'«`"


def words_of(error: exceptions.AiogramError) -> str:
    """Telegram's words for the error, up to the first thing they quote, at most 120 characters: fit for a log."""
    words = str(getattr(error, "message", ""))
    if "Original description: " in words:
        words = words.rpartition("Original description: ")[2]
    for sign in QUOTE_SIGNS:
        at = words.find(sign)
        # An apostrophe inside a word («can't») is not a quotation mark.
        while sign == "'" and 0 < at < len(words) - 1 and words[at - 1].isalpha() and words[at + 1].isalpha():
            at = words.find(sign, at + 1)
        if at >= 0:
            words = words[:at]
    return words.strip()[:120]


def outcome_of(error: Exception, edited: Address | None) -> Sending:
    """The outcome that the exception means. `edited`: the message that the request was to change; None if it was to
    send one."""
    match error:
        case NeverSent():
            return Later(SHORTLY, f"never sent: {error}", left=False)
        case exceptions.TelegramRetryAfter():
            return Later(float(error.retry_after), "too many requests", limited=True)
        case exceptions.TelegramMigrateToChat():
            return Moved(error.migrate_to_chat_id)
        case exceptions.TelegramForbiddenError():
            return Unreachable(words_of(error))
        case exceptions.TelegramBadRequest():
            return _refused(error, edited)
        case exceptions.TelegramUnauthorizedError():
            return Later(UNAUTHORISED_SECONDS, "unauthorised")
        case exceptions.TelegramNotFound():
            return Later(UNAUTHORISED_SECONDS, "not found")
        case exceptions.TelegramEntityTooLarge():
            return Rejected("too large")
        case exceptions.TelegramConflictError():
            return Later(SHORTLY, "conflict")
        case exceptions.TelegramServerError() | exceptions.TelegramNetworkError():
            return _doubtful(words_of(error) or type(error).__name__, edited)
        case exceptions.ClientDecodeError():
            return _unreadable(error.data, edited)
        case exceptions.AiogramError():
            return Rejected(words_of(error))
        case _:
            return _doubtful(type(error).__name__, edited)


def _refused(error: exceptions.TelegramBadRequest, edited: Address | None) -> Sending:
    words = error.message.lower()
    if edited is not None:
        if NOT_MODIFIED in words:
            return Sent((edited,))
        if any(phrase in words for phrase in CANNOT_BE_EDITED):
            return Gone()
    if any(phrase in words for phrase in NOBODY_THERE):
        return Unreachable(words_of(error))
    return Rejected(words_of(error))


def _unreadable(data: Any, edited: Address | None) -> Sending:
    """The outcome of an answer that aiogram could not parse: Sent if it says «ok», otherwise doubtful."""
    if isinstance(data, dict) and data.get("ok") is True:
        if edited is not None:
            return Sent((edited,))
        result = data.get("result")
        addresses = tuple(_address(one) for one in (result if isinstance(result, list) else [result]))
        if addresses and all(address is not None for address in addresses):
            return Sent(tuple(address for address in addresses if address is not None))
    return _doubtful("an answer that is no answer", edited)


def _address(message: Any) -> Address | None:
    try:
        return Address(int(message["chat"]["id"]), int(message["message_id"]))
    except (KeyError, TypeError, ValueError):
        return None


def _doubtful(detail: str, edited: Address | None) -> Sending:
    """The outcome when nobody knows whether the request was carried out: Unknown for a send, Later for a change of
    `edited`, because a change can be repeated harmlessly."""
    return Unknown(detail) if edited is None else Later(SHORTLY, detail)
