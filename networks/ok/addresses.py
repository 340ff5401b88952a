"""Addresses in Одноклассники: refs as we store them, links as people paste them.

A ref is `topic/155` (a topic of the group), `topic/155/comment/MTY…=` (a comment under it), `chat/C3ec…/C3ec….15ce…` (a
message in a person's chat with the group). OK has no link to a single comment: a comment's link opens its topic. Pure
functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_TOPIC = re.compile(r"topic/(?P<topic>\d{1,20})(?:/comment/(?P<comment>[^\s]{1,300}))?")
_MESSAGE = re.compile(r"chat/(?P<chat>[0-9A-Za-z]{1,40})/(?P<message>[0-9A-Za-z.]{1,80})")
_LINK = re.compile(r"/(?:group/\d{1,20}|[0-9A-Za-z._-]{1,80})/(?:topic|statuses)/(?P<topic>\d{1,20})/?")
_HOSTS = frozenset(("ok.ru", "m.ok.ru", "www.ok.ru", "odnoklassniki.ru", "m.odnoklassniki.ru", "www.odnoklassniki.ru"))


@dataclass(frozen=True)
class TopicAddress:
    """The address of a topic of the group, or of a comment under it."""

    topic: str
    comment: str | None = None

    @property
    def ref(self) -> str:
        return f"topic/{self.topic}" + (f"/comment/{self.comment}" if self.comment else "")

    def link(self, group_id: int) -> str:
        """The link to the topic, also for a comment: OK has no links to single comments."""
        return f"https://ok.ru/group/{group_id}/topic/{self.topic}"


@dataclass(frozen=True)
class MessageAddress:
    """The address of a message in a person's chat with the group; both ids are without OK's prefixes (`chat:`,
    `mid:`)."""

    chat: str
    message: str

    @property
    def ref(self) -> str:
        return f"chat/{self.chat}/{self.message}"

    def link(self, group_id: int) -> str:
        """The link to the group's messages (OK has none to a single one), for people who answer in its name."""
        return f"https://ok.ru/group/{group_id}/messages"


def parse_ref(ref: str) -> TopicAddress | MessageAddress | None:
    """Parse a stored ref into an address; None if it has none of our forms."""
    message = _MESSAGE.fullmatch(ref)
    if message:
        return MessageAddress(message["chat"], message["message"])
    topic = _TOPIC.fullmatch(ref)
    return TopicAddress(topic["topic"], topic["comment"]) if topic else None


def parse_link(link: str) -> TopicAddress | None:
    """The address of the topic to which the link leads; None if it does not lead to a topic of Одноклассники."""
    link = link.strip()
    try:
        parts = urlsplit(link if "//" in link else f"https://{link}")
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or host not in _HOSTS:
        return None
    found = _LINK.fullmatch(parts.path)
    return TopicAddress(found["topic"]) if found else None
