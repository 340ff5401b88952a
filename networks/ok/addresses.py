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
    """A topic of the group, or a comment under it."""

    topic: str
    comment: str | None = None

    @property
    def ref(self) -> str:
        return f"topic/{self.topic}" + (f"/comment/{self.comment}" if self.comment else "")

    def link(self, group_id: int) -> str:
        """The link to the topic."""
        return f"https://ok.ru/group/{group_id}/topic/{self.topic}"


@dataclass(frozen=True)
class MessageAddress:
    """A message; both ids without OK's prefixes (`chat:`, `mid:`)."""

    chat: str
    message: str

    @property
    def ref(self) -> str:
        return f"chat/{self.chat}/{self.message}"

    def link(self, group_id: int) -> str:
        """The link to the group's messages, for people who answer in its name."""
        return f"https://ok.ru/group/{group_id}/messages"


def parse_ref(ref: str) -> TopicAddress | MessageAddress | None:
    """The address of a ref; None if it is not one of ours."""
    message = _MESSAGE.fullmatch(ref)
    if message:
        return MessageAddress(message["chat"], message["message"])
    topic = _TOPIC.fullmatch(ref)
    return TopicAddress(topic["topic"], topic["comment"]) if topic else None


def parse_link(link: str) -> TopicAddress | None:
    """The topic behind a link; None if there is none."""
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
