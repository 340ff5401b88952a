"""The form in which every network reports what a citizen's message contains besides its text."""

from __future__ import annotations

from dataclasses import dataclass

FILES = frozenset({"photo", "doc", "video", "voice"})
"""Kinds of attachments that are files; a case's card counts them."""
TRIFLES = frozenset({"sticker", "gif", "gift"})
"""Kinds of attachments that mean nothing without words."""
QUOTED = frozenset({"forward", "repost"})
"""Kinds of attachments whose title is the text of someone else's message, passed on by the author."""


@dataclass(frozen=True)
class Attachment:
    """A citizen's attachment. `kind`: one of `FILES`, a key of the phrases `beside`, or `other` for an unknown kind
    (the title is then the network's own name for it). `url` and `title`: "" if there is none. `remote`: the file's id
    in our messenger, so that the bot which received the file can pass it on."""

    kind: str
    url: str
    title: str
    remote: str = ""
