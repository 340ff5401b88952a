"""Photos, videos, discussions and goods of communities in the simulated VK, with their comments: what people do with
them and the events VK makes of it.

`VkWorld.pages` is an instance. As in `world.py`, every call changes the state at once and wakes waiting long polls;
none is a coroutine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sandbox.vk import shapes
from sandbox.vk.model import Author, Community, File, Written

Section = Literal["photo", "video", "topic", "product"]
Json = dict[str, Any]
EVENT = {"photo": "photo_comment", "video": "video_comment", "product": "market_comment", "topic": "board_post"}
NUMBER = {"photo": "photo_id", "video": "video_id", "product": "item_id", "topic": "topic_id"}
OWNER = {
    "photo": "photo_owner_id",
    "video": "video_owner_id",
    "product": "market_owner_id",
    "topic": "topic_owner_id",
}


@dataclass(eq=False)
class Page(Written):
    """A photo, video, discussion or product of a community, on which people can comment; `author` added it."""

    section: Section = "photo"
    community: Community = None  # type: ignore[assignment]
    title: str = ""
    comments_open: bool = True

    @property
    def url(self) -> str:
        return f"https://vk.com/{self.section}{self.community.owner_id}_{self.id}"


@dataclass(eq=False)
class PageComment(Written):
    """A comment under a photo, video or product, or a message in a discussion."""

    page: Page = None  # type: ignore[assignment]
    reply_to: PageComment | None = None
    guid: str | None = None
    deleted: bool = False

    @property
    def url(self) -> str:
        return f"{self.page.url}?{'post' if self.page.section == 'topic' else 'reply'}={self.id}"


class Host(Protocol):
    """The parts of VkWorld that `Pages` needs."""

    base_url: str

    def next_id(self) -> int: ...

    def now(self) -> Any: ...

    def keep_photo(self, owner: Author, data: bytes) -> File: ...

    def put(self, kind: str, community: Community, body: Json) -> None: ...


class Pages:
    """All photos, videos, discussions and goods of all communities, with the comments under them."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.all: list[Page] = []
        self.comments: list[PageComment] = []

    # --- what people do

    def add(
        self, section: Section, community: Community, text: str = "", title: str = "", by: Author | None = None
    ) -> Page:
        """Add a photo, video, discussion or product and return it; `text` is its description (for a discussion, its
        first message).
        """
        author = by or community
        files = [self._host.keep_photo(author, b"jpeg")] if section == "photo" else []
        made = Page(
            self._host.next_id(),
            author,
            text,
            self._host.now(),
            files,
            section=section,
            community=community,
            title=title,
        )
        self.all.append(made)
        return made

    def comment(
        self,
        author: Author,
        page: Page,
        text: str,
        reply_to: PageComment | None = None,
        attachments: Sequence[File] = (),
        guid: str | None = None,
    ) -> PageComment:
        """Write a comment and return it. A reply in a discussion begins with the name of the person it answers, as on
        the site. ValueError if comments are closed.
        """
        if not page.comments_open:
            raise ValueError("comments are closed here")
        if reply_to is not None and page.section == "topic":
            whom = reply_to.author
            called = f"{'id' if whom.owner_id > 0 else 'club'}{abs(whom.owner_id)}"
            text = f"[{called}:bp{page.community.owner_id}_{reply_to.id}|{whom.name}], {text}"
        made = PageComment(
            self._host.next_id(),
            author,
            text,
            self._host.now(),
            list(attachments),
            page=page,
            reply_to=reply_to,
            guid=guid,
        )
        self.comments.append(made)
        self._tell("new", made)
        return made

    def edit(self, comment: PageComment, text: str) -> None:
        """Change the comment's text; the community gets VK's event."""
        comment.text = text
        self._tell("edit", comment)

    def delete(self, comment: PageComment) -> None:
        """Mark the comment as deleted; the community gets VK's event."""
        comment.deleted = True
        self._host.put(f"{EVENT[comment.page.section]}_delete", comment.page.community, deleted(comment))

    def restore(self, comment: PageComment) -> None:
        """Restore the deleted comment; the community gets VK's event."""
        comment.deleted = False
        self._tell("restore", comment)

    # --- what there is to see

    def find(self, section: str, owner: int, number: int) -> Page | None:
        """Return the page of this section by its owner_id and number; None if there is none."""
        return next((p for p in self.all if (p.section, p.community.owner_id, p.id) == (section, owner, number)), None)

    def under(self, page: Page) -> list[PageComment]:
        """Return the comments under this page that were not deleted, oldest first."""
        return [c for c in self.comments if c.page is page and not c.deleted]

    def numbered(self, section: str, owner: int, number: int) -> PageComment | None:
        """Return the comment of this section by its owner_id and number, even if deleted; None if there is none."""
        return self._first(lambda c: (c.page.section, c.page.community.owner_id, c.id) == (section, owner, number))

    def _first(self, fits: Callable[[PageComment], bool]) -> PageComment | None:
        return next((c for c in self.comments if fits(c)), None)

    def _tell(self, what: str, comment: PageComment) -> None:
        page = comment.page
        body = shape(comment, self._host.base_url) | {NUMBER[page.section]: page.id}
        body[OWNER[page.section]] = page.community.owner_id
        self._host.put(f"{EVENT[page.section]}_{what}", page.community, body)


def shape(comment: PageComment, base_url: str) -> Json:
    """Return the comment as VK's JSON object, as lists show it."""
    made: Json = {
        "id": comment.id,
        "from_id": comment.author.owner_id,
        "date": shapes.unix(comment),
        "text": comment.text,
    }
    if comment.attachments:
        made["attachments"] = [shapes.file(a, base_url) for a in comment.attachments]
    if comment.reply_to is not None and comment.page.section != "topic":
        made["reply_to_user"] = comment.reply_to.author.owner_id
        made["reply_to_comment"] = comment.reply_to.id
    return made


def deleted(comment: PageComment) -> Json:
    """Return the JSON object of the event that reports a deleted comment."""
    page = comment.page
    owner = "topic_owner_id" if page.section == "topic" else "owner_id"
    return {
        owner: page.community.owner_id,
        NUMBER[page.section]: page.id,
        "id": comment.id,
        "deleter_id": comment.author.owner_id,
    }
