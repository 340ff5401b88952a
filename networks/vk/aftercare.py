"""Check whether a citizen's message or our answer in VK still exists, and read its current text. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from networks.port import Gone, NotSeen, Standing, Stands
from networks.vk.addresses import MessageAddress, PageAddress, WallAddress, parse_ref
from networks.vk.comments import Comments, NoTokenError, ReadError, TooManyError, read
from networks.vk.wire import Lane, Refused

HIDDEN_WITH_ITS_PAGE = frozenset((104, 212))
"""VK's errors for comments of a deleted or hidden page: nobody can see them."""


@dataclass(frozen=True)
class Aftercare:
    """Checks messages in VK. `asking`: requests with the community's token, for private messages."""

    comments: Comments
    asking: Lane

    async def look_after(self, refs: Sequence[str]) -> dict[str, Standing]:
        """Check whether the message of each ref exists and what its text is now; `NotSeen` if VK does not say. Never
        raises."""
        return {ref: await self._one(ref) for ref in dict.fromkeys(refs)}

    async def _one(self, ref: str) -> Standing:
        address = parse_ref(ref)
        try:
            if isinstance(address, MessageAddress):
                return await self._message(address)
            if isinstance(address, WallAddress) and address.reply is None:
                return await self._post(address)
            if address is None or address.reply is None:
                return NotSeen("not an address that is looked after")
            return await self._comment(address)
        except NoTokenError:
            return NotSeen("none of the tokens may read there")
        except TooManyError:
            return NotSeen("not among the newest comments")
        except ReadError as error:
            return NotSeen(error.detail)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            broken = type(error).__name__
        return NotSeen(f"an answer of unknown shape: {broken}")

    async def _comment(self, address: WallAddress | PageAddress) -> Standing:
        try:
            seen = await self.comments.one(address)
        except ReadError as error:
            if isinstance(error.reply, Refused) and error.reply.code in HIDDEN_WITH_ITS_PAGE:
                return await self._hidden(address, error)
            raise
        return Gone() if seen is None else Stands(str(seen.item.get("text", "")))

    async def _hidden(self, address: WallAddress | PageAddress, error: ReadError) -> Standing:
        """The state of a comment that VK does not show: `Gone` if its post is gone, else `NotSeen` (only the comments
        may be hidden)."""
        if isinstance(address, WallAddress) and isinstance(await self._post(address), Gone):
            return Gone()
        return NotSeen(error.detail)

    async def _post(self, address: WallAddress) -> Standing:
        page = await read(self.comments.lane(address), "wall.getById", posts=f"{address.owner}_{address.post}")
        shown = [item for item in page["items"] if not item.get("is_deleted") and not item.get("deleted")]
        return Stands(str(shown[0].get("text", ""))) if shown else Gone()

    async def _message(self, address: MessageAddress) -> Standing:
        page = await read(self.asking, "messages.getById", message_ids=address.message)
        found = [item for item in page["items"] if item["id"] == address.message and not item.get("deleted")]
        return Stands(str(found[0].get("text", ""))) if found else Gone()
