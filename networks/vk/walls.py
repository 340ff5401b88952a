"""Read the message behind a link: a post, photo, video, discussion, product or comment, on any readable page.

Needs a service or user token; VK shows comments under photos, videos and products only to a user token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from networks.port import Attachment, Found, LinkProblem, LinkTrouble
from networks.vk.addresses import PageAddress, PublicAddress, WallAddress, parse_link
from networks.vk.attachments import picture
from networks.vk.comments import (
    Comments,
    NoTokenError,
    ReadError,
    TooManyError,
    kind_of_event,
    names_of,
    person_name,
    placed,
    read,
)
from networks.vk.failures import PASSING, WRONG_KIND_OF_TOKEN
from networks.vk.reading import EVENTS, Context, post
from networks.vk.wire import Answered, Lane, Refused

BY_THE_COMMUNITY = 100
"""The author's number that VK gives for pictures put into an album in the community's name."""

Json = dict[str, Any]


@dataclass(frozen=True)
class LinkReader:
    """Reads messages behind pasted links; messages of the community `group_id` itself are refused."""

    comments: Comments
    group_id: int

    async def fetch(self, link: str) -> Found | LinkProblem:
        """Read the message behind the link; a `LinkProblem` if it cannot be read or is our own."""
        address = parse_link(link)
        if address is None:
            return LinkProblem(LinkTrouble.NOT_A_LINK)
        try:
            if address.reply is not None:
                return await self._comment(address)
            if isinstance(address, WallAddress):
                return await self._post(address)
            return await self._thing(address)
        except NoTokenError:
            return LinkProblem(LinkTrouble.NO_TOKEN)
        except TooManyError:
            return LinkProblem(LinkTrouble.NOT_FOUND, "not among the newest comments")
        except ReadError as error:
            return _problem(error)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            broken = type(error).__name__
        return LinkProblem(LinkTrouble.NOT_FOUND, f"an answer of unknown shape: {broken}")

    async def _comment(self, address: PublicAddress) -> Found | LinkProblem:
        seen = await self.comments.one(address)
        if seen is None:
            return LinkProblem(LinkTrouble.NOT_FOUND)
        reader, _ = EVENTS[kind_of_event(address)]
        place = await self._place(self.comments.lane(address), address.owner)
        found = reader(placed(seen.item, address), self._context(place, seen.names))
        return LinkProblem(LinkTrouble.OWN) if found is None or found.ours else found

    async def _post(self, address: WallAddress) -> Found | LinkProblem:
        lane = self.comments.lane(address)
        page = await read(lane, "wall.getById", posts=f"{address.owner}_{address.post}", extended=1)
        if not page["items"]:
            return LinkProblem(LinkTrouble.NOT_FOUND)
        names = names_of(page)
        place = names.get(address.owner, page_link(address.owner))
        return post(page["items"][0], self._context(place, names)) or LinkProblem(LinkTrouble.OWN)

    async def _thing(self, address: PageAddress) -> Found | LinkProblem:
        """Read a photo, video or discussion itself as a message: its author is the uploader, its text the
        description."""
        method = {"photo": self._photo, "video": self._video, "topic": self._topic}.get(address.section)
        if method is None:
            return LinkProblem(LinkTrouble.NOT_A_LINK)
        got = await method(address)
        if got is None:
            return LinkProblem(LinkTrouble.NOT_FOUND)
        lane, body, attachment = got
        author = body["from_id"]
        names = {author: await self._place(lane, author)}
        found = post(
            {"owner_id": address.owner, "id": address.number, "post_type": "post"} | body,
            self._context(await self._place(lane, address.owner), names),
        )
        if found is None:
            return LinkProblem(LinkTrouble.OWN)
        shown = (attachment,) if attachment else ()
        return Found(**{**vars(found), "ref": address.ref, "link": address.link, "attachments": shown})

    async def _photo(self, address: PageAddress) -> tuple[Lane, Json, Attachment | None] | None:
        lane = self.comments.service or self.comments.user
        if lane is None:
            raise NoTokenError
        reply = await lane.call("photos.getById", photos=f"{address.owner}_{address.number}", extended=1)
        if not isinstance(reply, Answered) or not isinstance(reply.value, list):
            raise ReadError(reply)
        if not reply.value:
            return None
        item = reply.value[0]
        person = item.get("user_id")
        author = address.owner if person in (None, BY_THE_COMMUNITY) else int(person)
        return (
            lane,
            {"from_id": author, "text": item.get("text") or " ", "date": item["date"]} | _seen(item),
            picture(item),
        )

    async def _video(self, address: PageAddress) -> tuple[Lane, Json, Attachment | None] | None:
        lane = self.comments.lane(address)
        page = await read(lane, "video.get", videos=f"{address.owner}_{address.number}")
        if not page["items"]:
            return None
        item = page["items"][0]
        text = f"{item.get('title', '')}\n{item.get('description', '')}".strip()
        author = int(item.get("user_id") or address.owner)
        shown = Attachment("video", address.link, str(item.get("title", "")))
        return lane, {"from_id": author, "text": text or " ", "date": item.get("adding_date") or item["date"]}, shown

    async def _topic(self, address: PageAddress) -> tuple[Lane, Json, None] | None:
        """Read a discussion as a message: its title, then its first message."""
        lane = self.comments.lane(address)
        page = await read(
            lane, "board.getTopics", group_id=-address.owner, topic_ids=address.number, preview=1, preview_length=0
        )
        if not page["items"]:
            return None
        item = page["items"][0]
        text = f"{item['title']}\n{item.get('first_comment', '')}".strip()
        return lane, {"from_id": int(item["created_by"]), "text": text, "date": item["created"]}, None

    async def _place(self, lane: Lane, owner: int) -> str:
        """The page's name, or its link if VK does not tell the name."""
        if owner > 0:
            reply = await lane.call("users.get", user_ids=owner)
            people = reply.value if isinstance(reply, Answered) and isinstance(reply.value, list) else []
            return (person_name(people[0]) if people else "") or page_link(owner)
        reply = await lane.call("groups.getById", group_ids=-owner)
        found = reply.value.get("groups") if isinstance(reply, Answered) and isinstance(reply.value, dict) else None
        return str(found[0].get("name") or page_link(owner)) if found else page_link(owner)

    def _context(self, place: str, names: Mapping[int, str]) -> Context:
        return Context(self.group_id, place, {str(number): name for number, name in names.items()})


def page_link(owner: int) -> str:
    return f"https://vk.com/{'club' if owner < 0 else 'id'}{abs(owner)}"


def _seen(item: Json) -> Json:
    """The photo itself as the attachment of its message: a message with neither words nor attachments is not read."""
    return {"attachments": [{"type": "photo", "photo": item}]}


def _problem(error: ReadError) -> LinkProblem:
    if isinstance(error.reply, Refused):
        if error.reply.code in WRONG_KIND_OF_TOKEN:
            return LinkProblem(LinkTrouble.NO_TOKEN, error.detail)
        passing = error.reply.code in PASSING
        return LinkProblem(LinkTrouble.TRY_LATER if passing else LinkTrouble.NOT_FOUND, error.detail)
    return LinkProblem(LinkTrouble.TRY_LATER, error.detail)
