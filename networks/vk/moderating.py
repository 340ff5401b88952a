"""Delete, restore and ban with a user token; VK gives a community's token no such right.

Called only after a person pressed a button and confirmed; the program never calls it by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from networks.port import Ambiguous, Done, Moderation, NotDone, NotPosted, PostFailure, TryLater
from networks.vk.addresses import MessageAddress, PageAddress, WallAddress, author_number, parse_ref
from networks.vk.failures import failed
from networks.vk.wire import Answered, Lane, Refused

METHODS = {"photo": "photos", "video": "video", "product": "market"}
LONGEST_REASON = 250
NOT_LISTED = 104
"""VK's error «not found», returned when someone who is not on the black list is removed from it."""
NO_USER_TOKEN = NotDone(PostFailure.NO_RIGHT, "a user token is needed to moderate")
NOT_OURS = NotDone(PostFailure.NO_RIGHT, "it does not stand on a page of ours")


@dataclass(frozen=True)
class Moderator:
    """Moderates the pages of one community. `user`: requests with an administrator's token; without it nothing is
    done."""

    user: Lane | None
    group_id: int

    async def delete(self, ref: str) -> Moderation:
        """Delete the post or comment with this ref on a page of the community."""
        return await self._act("delete", ref)

    async def restore(self, ref: str) -> Moderation:
        """Restore the deleted post or comment with this ref."""
        return await self._act("restore", ref)

    async def ban(self, author_ref: str, reason: str = "") -> Moderation:
        """Ban the author from the community, permanently; VK shows them the reason (its first 250 characters)."""
        number = author_number(author_ref)
        if number is None:
            return NotDone(PostFailure.REJECTED, "not an author of VK")
        if number == -self.group_id:
            return NotDone(PostFailure.REJECTED, "the community is not banned from itself")
        shown = {"comment": reason[:LONGEST_REASON], "comment_visible": 1} if reason else {}
        return await self._call("groups.ban", group_id=self.group_id, owner_id=number, **shown)

    async def unban(self, author_ref: str) -> Moderation:
        """Lift the author's ban; `Done` also if they were not banned."""
        number = author_number(author_ref)
        if number is None:
            return NotDone(PostFailure.REJECTED, "not an author of VK")
        return await self._call("groups.unban", NOT_LISTED, group_id=self.group_id, owner_id=number)

    async def _act(self, verb: str, ref: str) -> Moderation:
        address = parse_ref(ref)
        if isinstance(address, WallAddress | PageAddress) and address.owner != -self.group_id:
            return NOT_OURS
        match address:
            case WallAddress(owner, post, None):
                return await self._call(f"wall.{verb}", owner_id=owner, post_id=post)
            case WallAddress(owner, _, reply):
                return await self._call(f"wall.{verb}Comment", owner_id=owner, comment_id=reply)
            case PageAddress("topic", _, topic, int(reply)):
                where = {"group_id": self.group_id, "topic_id": topic, "comment_id": reply}
                return await self._call(f"board.{verb}Comment", **where)
            case PageAddress(section, owner, _, int(reply)):
                return await self._call(f"{METHODS[section]}.{verb}Comment", owner_id=owner, comment_id=reply)
            case MessageAddress():
                return NotDone(PostFailure.REJECTED, "what a person wrote in private is his")
        return NotDone(PostFailure.REJECTED, "not a message that can be moderated")

    async def _call(self, method: str, fine: int | None = None, /, **params: Any) -> Moderation:
        """Call a method and return the outcome; the error with the number `fine` means that the goal is already
        reached."""
        if self.user is None:
            return NO_USER_TOKEN
        reply = await self.user.call(method, **params)
        if isinstance(reply, Refused) and reply.code == fine:
            return Done()
        if isinstance(reply, Answered):
            return Done() if reply.value in (1, True) else NotDone(PostFailure.REJECTED, "VK did not do it")
        match failed(reply, writes=True):
            case NotPosted(reason, detail):
                return NotDone(reason, detail)
            case Ambiguous() | TryLater() as outcome:
                return outcome
            case _:
                return NotDone(PostFailure.REJECTED, "VK did not do it")
