"""What a citizen's message holds besides its text, whatever the network calls it."""

from __future__ import annotations

from dataclasses import dataclass

FILES = frozenset({"photo", "doc", "video", "voice"})
"""Kinds of attachments that are files: a card counts them."""
TRIFLES = frozenset({"sticker", "gif", "gift"})
"""Kinds that say nothing by themselves."""
QUOTED = frozenset({"forward", "repost"})
"""Kinds whose title is the text of a message that the author passes on."""


@dataclass(frozen=True)
class Attachment:
    """A citizen's attachment. `kind`: one of `FILES`, or a key of the phrases `beside`; `other` for a kind we do not
    know, with the network's own name of it as the title. `url` and `title`: "" if there is none. `remote`: the file at our
    messenger, which the bot that got it can pass on."""

    kind: str
    url: str
    title: str
    remote: str = ""
