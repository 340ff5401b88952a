"""Turn VK's errors and missing answers into the outcomes of the port, by one table."""

from __future__ import annotations

from networks.port import Ambiguous, LookUpImpossible, NotPosted, Outcome, PollError, PostFailure, TryLater
from networks.vk.wire import Answered, Refused, Reply, Unanswered

#: Errors that pass by themselves, with how many seconds to wait.
PASSING = {1: 30.0, 6: 5.0, 9: 60.0, 10: 30.0, 29: 3600.0, 43: 300.0}
REASONS = {
    5: PostFailure.TOKEN_BAD,
    14: PostFailure.CAPTCHA,
    17: PostFailure.CAPTCHA,
    24: PostFailure.CAPTCHA,
    7: PostFailure.NO_RIGHT,
    15: PostFailure.NO_RIGHT,
    27: PostFailure.NO_RIGHT,
    28: PostFailure.NO_RIGHT,
    203: PostFailure.NO_RIGHT,
    210: PostFailure.HIDDEN,
    211: PostFailure.HIDDEN,
    212: PostFailure.HIDDEN,
    214: PostFailure.NO_RIGHT,
    219: PostFailure.REJECTED,
    224: PostFailure.REJECTED,
    213: PostFailure.COMMENTS_CLOSED,
    801: PostFailure.COMMENTS_CLOSED,
    204: PostFailure.HIDDEN,
    222: PostFailure.LINKS_FORBIDDEN,
    223: PostFailure.TOO_MANY_REPLIES,
    18: PostFailure.MESSAGES_FORBIDDEN,
    900: PostFailure.MESSAGES_FORBIDDEN,
    901: PostFailure.MESSAGES_FORBIDDEN,
    902: PostFailure.MESSAGES_FORBIDDEN,
    936: PostFailure.MESSAGES_FORBIDDEN,
    914: PostFailure.DOES_NOT_FIT,
    22: PostFailure.FILE_REFUSED,
    105: PostFailure.FILE_REFUSED,
}
#: VK's errors «this method needs another kind of token»: not the community's (27), not the service token (28).
WRONG_KIND_OF_TOKEN = frozenset((27, 28))
#: Errors that concern only one page: denied, missing, its comments hidden, the section switched off.
CLOSED = frozenset((7, 15, 19, 100, 104, 203, 204, 212, 801))
#: Statuses of a gateway that forwarded the request: it may have been carried out.
PASSED_ON = frozenset((502, 504))
SOON = 15.0


def failed(reply: Refused | Unanswered, writes: bool) -> Outcome:
    """The outcome of a failed call. `writes`: the call itself posts, so a missing answer is `Ambiguous`."""
    if isinstance(reply, Refused):
        if reply.code in PASSING:
            return TryLater(PASSING[reply.code], reply.detail)
        return NotPosted(REASONS.get(reply.code, PostFailure.REJECTED), reply.detail)
    if reply.status is not None and 400 <= reply.status < 500 and reply.status != 429:
        return NotPosted(PostFailure.REJECTED, reply.detail)
    refused = reply.status is not None and reply.status not in PASSED_ON
    if reply.sent and writes and not refused:
        return Ambiguous(reply.detail)
    return TryLater(SOON, reply.detail)


def unseen(reply: Reply) -> LookUpImpossible | TryLater:
    """The outcome of a failed look-up: `TryLater` if it may succeed later, else `LookUpImpossible`."""
    if isinstance(reply, Answered):
        return LookUpImpossible("an answer of unknown shape")
    outcome = failed(reply, writes=False)
    return outcome if isinstance(outcome, TryLater) else LookUpImpossible(reply.detail)


def poll_error(reply: Refused | Unanswered) -> PollError:
    """The PollError for a failed poll, with the seconds to wait; if waiting cannot help, it needs the operator."""
    if isinstance(reply, Refused):
        seconds = PASSING.get(reply.code)
        return PollError(reply.detail, seconds or 300.0, operator_needed=seconds is None)
    return PollError(reply.detail, SOON)
