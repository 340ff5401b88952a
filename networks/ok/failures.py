"""Turn errors and missing answers of Одноклассники into the outcomes of the port, by one table."""

from __future__ import annotations

from networks.ok.wire import Answered, Refused, Reply, Unanswered
from networks.port import Ambiguous, LookUpImpossible, NotPosted, Outcome, PollError, PostFailure, TryLater

#: Errors that pass by themselves, with how many seconds to wait.
PASSING = {
    2: 30.0,  # SERVICE: temporarily unavailable
    7: 300.0,  # ACTION_BLOCKED: for a while
    8: 600.0,  # FLOOD_BLOCKED
    9: 3600.0,  # IP_BLOCKED
    11: 600.0,  # LIMIT_REACHED
    26: 3600.0,  # TOTAL_LIMIT_REACHED
    31: 15.0,  # NETWORK_TIMEOUT: the request did not arrive whole
}
#: Errors that do not say whether the call was carried out (UNKNOWN, INVALID_RESPONSE, SYSTEM): seconds to wait.
UNCLEAR = {1: 30.0, 5000: 60.0, 9999: 60.0}
#: The session, the keys or the application are invalid: nothing works until somebody changes them.
KEYS = frozenset((101, 102, 103, 104, 105, 210, 401, 451, 453))
REASONS = {
    **dict.fromkeys(KEYS, PostFailure.TOKEN_BAD),
    402: PostFailure.CAPTCHA,
    403: PostFailure.CAPTCHA,
    514: PostFailure.CAPTCHA,
    3: PostFailure.NO_RIGHT,
    10: PostFailure.NO_RIGHT,
    22: PostFailure.NO_RIGHT,
    23: PostFailure.NO_RIGHT,
    24: PostFailure.NO_RIGHT,
    50: PostFailure.NO_RIGHT,
    200: PostFailure.NO_RIGHT,
    457: PostFailure.NO_RIGHT,
    160: PostFailure.HIDDEN,
    300: PostFailure.HIDDEN,
    700: PostFailure.HIDDEN,
    702: PostFailure.HIDDEN,
    705: PostFailure.HIDDEN,
    706: PostFailure.HIDDEN,
    456: PostFailure.COMMENTS_CLOSED,
    455: PostFailure.MESSAGES_FORBIDDEN,
    458: PostFailure.MESSAGES_FORBIDDEN,
    607: PostFailure.LINKS_FORBIDDEN,
    30: PostFailure.DOES_NOT_FIT,
    600: PostFailure.DOES_NOT_FIT,
    601: PostFailure.DOES_NOT_FIT,
}
#: Errors of one topic, comment or chat that is gone or hidden; the others may exist.
GONE = frozenset((300, 700, 702))
CLOSED_TO_US = GONE | frozenset((10, 24, 50, 160, 200, 455, 456, 457, 458, 705))
#: Statuses of a gateway that forwarded the request: it may have been carried out.
PASSED_ON = frozenset((502, 504))
SOON = 15.0
OFTEN_ENOUGH = 300.0


def failed(reply: Refused | Unanswered, writes: bool) -> Outcome:
    """The outcome of a failed call. `writes`: the call itself posts, so an unclear or missing answer is `Ambiguous`."""
    if isinstance(reply, Refused):
        if reply.code in PASSING:
            return TryLater(PASSING[reply.code], reply.detail)
        if reply.code in UNCLEAR:
            return Ambiguous(reply.detail) if writes else TryLater(UNCLEAR[reply.code], reply.detail)
        return NotPosted(REASONS.get(reply.code, PostFailure.REJECTED), reply.detail)
    if reply.status == 401:
        return NotPosted(PostFailure.TOKEN_BAD, reply.detail)
    if reply.status is not None and 300 <= reply.status < 500 and reply.status != 429:
        return NotPosted(PostFailure.REJECTED, reply.detail)
    refused = reply.status is not None and reply.status >= 300 and reply.status not in PASSED_ON
    if reply.sent and writes and not refused:
        return Ambiguous(reply.detail)
    return TryLater(SOON, reply.detail)


def unseen(reply: Reply) -> LookUpImpossible | TryLater:
    """The outcome of a failed look-up: `TryLater` if it may succeed later, else `LookUpImpossible`."""
    if isinstance(reply, Answered):
        return LookUpImpossible("an answer of unknown shape")
    outcome = failed(reply, writes=False)
    return outcome if isinstance(outcome, TryLater) else LookUpImpossible(reply.detail)


def poll_error(reply: Reply) -> PollError:
    """The PollError for a failed reading, with the seconds to wait; if waiting cannot help, it needs the operator."""
    if isinstance(reply, Refused):
        seconds = PASSING.get(reply.code) or UNCLEAR.get(reply.code)
        return PollError(reply.detail, seconds or OFTEN_ENOUGH, operator_needed=seconds is None)
    if isinstance(reply, Unanswered):
        return PollError(reply.detail, SOON, operator_needed=reply.status in (401, 403))
    return PollError("an answer of unknown shape", SOON)
