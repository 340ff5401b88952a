"""Letters (queued messages) that answer an update or refresh a message, and the conversion of a network's message into
an appeal. No rules, no sending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.answering.accounts import OPEN_STATES
from bot.answering.view import Look
from handlers.incoming import Incoming, Kind
from networks.attachment import FILES
from networks.port import Attachment, Found, LinkProblem, LinkTrouble
from storage.transaction import Transaction
from workflow.case import Appeal, Beside
from workflow.effects import Priority
from workflow.ports import GROUP_LANE, Known, Letter, account_lane
from workflow.regulation import Source

TOLD = {
    LinkTrouble.NOT_FOUND: "link_gone",
    LinkTrouble.UNREADABLE: "link_unreadable",
    LinkTrouble.OWN: "link_is_ours",
    LinkTrouble.TRY_LATER: "link_later",
}
"""The keys of the replies to a message with only a link that could not be read, by the trouble with the link."""
MOST_QUOTED = 2000
"""How many characters of a forwarded or attached message are stored."""
OWN_WORDS = 25
"""From this many characters on, the text beside a link is the message itself; a shorter one is a remark about it."""

GATHERING = timedelta(seconds=70)
"""How long the pinned list waits for further changes. It is more than the minute that notices due at one moment wait,
since what waits for exactly that long is sent with them."""


def reply(kind: str, body: Mapping[str, Any], incoming: Incoming, look: Look) -> Letter:
    """Return a letter (queued message) without sound that replies to the update in its chat: its reader has just acted
    (DESIGN rule 17)."""
    account = incoming.sender.account if incoming.private and incoming.sender else None
    if account is not None:
        lane = account_lane(account)
    else:
        lane = GROUP_LANE if incoming.chat == look.group else f"chat:{incoming.chat}"
    answered = incoming.message if incoming.kind in (Kind.MESSAGE, Kind.EDIT) and not incoming.private else None
    return Letter(kind, lane, Priority.TAP, account=account, body={**body, "reply_to": answered, "quietly": True})


def written(incoming: Incoming) -> tuple[int, ...]:
    """Return the chat and the ids of the messages that the person wrote (an album has several); () for a press."""
    return () if incoming.kind is Kind.PRESS else (incoming.chat, incoming.message, *incoming.items)


def made_true(known: Known) -> Letter:
    """Return a letter (queued edit) that refreshes this sent message."""
    return Letter(
        "edit",
        account_lane(known.account) if known.account else GROUP_LANE,
        Priority.TAP,
        known.case_id,
        known.account,
        fold=f"edit:{known.chat_id}:{known.message_id}",
        body={"chat": known.chat_id, "message": known.message_id},
    )


def pinned_letter(now: datetime) -> Letter:
    """Return a letter (queued edit) that refreshes the pinned list: `GATHERING` after `now`, together with further
    changes until then."""
    return Letter("pinned", GROUP_LANE, Priority.REDRAW, fold="pinned", not_before=now + GATHERING)


async def open_cards(tx: Transaction) -> list[Letter]:
    """Return a letter (queued message) with a new card for every open case that was forwarded, for a group that has no
    cards yet."""
    cases = [case for case in await tx.cases_in(OPEN_STATES) if case.parts]
    return [Letter("card", GROUP_LANE, Priority.OFFER, case.id, fold=f"card:{case.id}") for case in cases]


def appeal_of(found: Found) -> Appeal:
    """Return a network's message as the citizen's appeal; files stay in the network and are only listed, anything else
    is named."""
    return Appeal(
        source=Source(found.network),
        text=found.text,
        author=found.author_name,
        written_at=found.written_at,
        place=found.place,
        link=found.link,
        network=found.network,
        ref=found.ref,
        kind=found.kind,
        attached=tuple((item.kind, item.url) for item in found.attachments if _is_file(item)),
        author_ref=found.author_ref,
        cut=found.cut,
        beside=named(item for item in found.attachments if not _is_file(item)),
    )


def _is_file(item: Attachment) -> bool:
    """Whether the attachment is a file that can be opened at its address; a file without an address is only named."""
    return item.kind in FILES and bool(item.url)


def named(items: Iterable[Attachment]) -> tuple[Beside, ...]:
    """Return the attachments as things to be named beside the message's text."""
    return tuple(Beside(item.kind, item.title[:MOST_QUOTED], item.url, item.remote) for item in items)


def is_link_alone(appeal: Appeal) -> bool:
    """Whether the message is only a link: nothing came with it that could be a citizen's message."""
    bare = appeal.text
    for address in (appeal.link, appeal.link.partition("://")[2]):
        bare = bare.replace(address, "") if address else bare
    return not appeal.files and not appeal.place and len(bare.strip()) < OWN_WORDS


def saying_of(problem: LinkProblem) -> str:
    """Return the key of the words that describe the problem with the link."""
    return TOLD[problem.reason]


def with_linked(appeal: Appeal, linked: Found) -> Appeal:
    """Return the appeal made from what the link leads to. A web site has no network to post to, so it is answered by
    hand; a long enough text of the curator's own replaces the page's text."""
    found = replace(appeal_of(linked), handed_in_by=appeal.handed_in_by, files=appeal.files)
    if linked.network != Source.WEB:
        return found
    own = appeal.text.replace(linked.link, "").strip()
    found = replace(found, network=None, ref=None, kind="manual")
    return replace(found, text=appeal.text, cut=False) if len(own) >= OWN_WORDS else found


async def pressed(tx: Transaction, incoming: Incoming) -> Known | None:
    """Return the message that carried the pressed button, if the bot remembers it; None also if nothing was pressed."""
    return await tx.messages.at(incoming.chat, incoming.message) if incoming.kind is Kind.PRESS else None


async def turn(tx: Transaction, incoming: Incoming, kind: str, number: int | None, menu: str, now: datetime) -> bool:
    """Switch the message whose button was pressed to `menu`. Return False, without changing it, if it is of another
    kind or shows another number."""
    known = await pressed(tx, incoming)
    if known is None or known.kind != kind or known.version != number:
        return False
    turned = replace(known, menu=menu or None, shown=None)
    await tx.messages.remember(turned, now)
    await tx.outbox.put([made_true(turned)], now)
    return True


def others_made_true(shown: Sequence[Known], incoming: Incoming | None) -> list[Letter]:
    """Return letters (queued edits) that refresh these messages, except the one whose button was pressed, which is
    refreshed separately."""
    itself = (incoming.chat, incoming.message) if incoming is not None else None
    return [made_true(known) for known in shown if (known.chat_id, known.message_id) != itself]
