"""Citizens' messages: comments in the channel's discussion group, and private messages if the office accepts them.

A citizen cannot use the office's commands or buttons or reach another citizen's case. An account bound to a person of
the office is never a citizen. The code that carries out the wish chooses the reply (IZ-1, KU-4).
"""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.channels import published
from handlers.incoming import Incoming, Kind
from handlers.view import View
from handlers.waiting import beside_of, kept_files
from handlers.wishes import ChannelPost, CitizenWrote, Say, Wish
from workflow.case import Appeal, Beside

POST = "channel_post"
THREADED = frozenset({POST, "citizen"})
"""Kinds of recorded messages whose replies are comments: channel posts and citizens' messages."""

# --- comments --------------------------------------------------------------------------------------------------------


async def commented(incoming: Incoming, view: View) -> list[Wish]:
    """Handle a message of the discussion group: record a channel post, receive a citizen's comment (new or edited). []
    for everything else."""
    if incoming.kind is Kind.EDIT:
        return await changed(incoming, view)
    if incoming.kind is not Kind.MESSAGE:
        return []
    if incoming.post is not None:
        return [ChannelPost(incoming.chat, incoming.message, incoming.post), *published(incoming, view.citizens.links)]
    if not _is_citizen(incoming, view) or incoming.command or _is_empty(incoming):
        return []
    post = await _post_above(incoming, view)
    if post is None:
        return []
    thread = incoming.thread or incoming.reply_to
    link = view.citizens.link_to(incoming.chat, incoming.message, post, thread)
    above = incoming.reply_to
    if incoming.under_post is None or (incoming.channel and above != incoming.under_post):
        return [CitizenWrote(_appeal(incoming, view, "comment", link), _ref(incoming, above))]
    if incoming.channel:
        return [CitizenWrote(_appeal(incoming, view, "comment", link))]
    known = await view.known(incoming.chat, above) if above is not None else None
    seen = [] if known is not None or above is None else [ChannelPost(incoming.chat, above, post)]
    return [*seen, CitizenWrote(_appeal(incoming, view, "comment", link))]


def _is_citizen(incoming: Incoming, view: View) -> bool:
    """Whether a citizen wrote it (also in a channel's name): not the office, the group itself, the messenger or a
    bot."""
    sender = incoming.sender
    if sender is None or sender.anonymous or sender.service or view.actor.people:
        return False
    if incoming.voice is not None:
        return incoming.voice.chat != incoming.chat
    return not sender.is_bot


async def _post_above(incoming: Incoming, view: View) -> int | None:
    """The number of the post that the comment belongs to, 0 if the number is unknown; None if this is not a comment."""
    if incoming.under_post is not None:
        return incoming.under_post
    for message in (incoming.thread, incoming.reply_to):
        known = await view.known(incoming.chat, message) if message is not None else None
        if known is not None and known.kind in THREADED:
            return known.version or 0
    return None


# --- private messages ------------------------------------------------------------------------------------------------


def in_private(incoming: Incoming, view: View) -> list[Wish]:
    """Handle a citizen's private message: a text or file is received, a command gets the welcome, an empty message a
    hint.

    Called only if the office accepts private messages."""
    if incoming.command:
        return [Say("citizen_welcome", once=True)]
    if _is_empty(incoming):
        return [Say("citizen_in_words", once=True)]
    if not incoming.text.strip() and not kept_files(incoming, view) and view.missing:
        return [Say("citizen_files_missing")]
    appeal = _appeal(incoming, view, "message", view.citizens.bot_link)
    wrote = CitizenWrote(appeal, _ref(incoming, incoming.reply_to))
    return [wrote] if incoming.text.strip() or appeal.files else [wrote, Say("citizen_in_words", once=True)]


async def changed(incoming: Incoming, view: View) -> list[Wish]:
    """Receive the edit of a citizen's message; [] if the message was not recorded, is now empty or is not a
    citizen's."""
    known = await view.known(incoming.chat, incoming.message)
    if known is None or known.kind != "citizen" or not _is_citizen(incoming, view) or not incoming.text.strip():
        return []
    kind = "message" if incoming.private else "comment"
    return [CitizenWrote(_appeal(incoming, view, kind, ""), edited=True)]


def _origin(incoming: Incoming) -> tuple[Beside, ...]:
    """From whom a forwarded message was forwarded, as a tuple of one note; () if it was not forwarded."""
    origin = incoming.origin
    return () if origin is None else (Beside("forwarded_from", origin.name, origin.link),)


def _is_empty(incoming: Incoming) -> bool:
    return not (incoming.text.strip() or incoming.files or incoming.beside)


def _ref(incoming: Incoming, message: int | None) -> str | None:
    """The address by which the network finds the message again, «chat:message»; None if `message` is None.

    A comment written in the channel itself also carries its post: «chat:message/post»."""
    post = f"/{incoming.under_post}" if incoming.channel and incoming.under_post is not None else ""
    return f"{incoming.chat}:{message}{post}" if message is not None else None


def _appeal(incoming: Incoming, view: View, kind: str, link: str) -> Appeal:
    assert incoming.sender is not None
    voice = incoming.voice
    return Appeal(
        source=view.citizens.source,
        text=incoming.text.strip(),
        author=voice.title if voice is not None else incoming.sender.name,
        written_at=datetime.fromtimestamp(incoming.date, UTC),
        place="" if incoming.private else view.citizens.place,
        link=link,
        network=view.citizens.source.value,
        ref=_ref(incoming, incoming.message),
        kind=kind,
        files=kept_files(incoming, view),
        missing=view.missing,
        beside=(*beside_of(incoming, view), *_origin(incoming)),
        author_ref=str(voice.chat if voice is not None else incoming.sender.account),
    )
