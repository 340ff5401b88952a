"""Check whether a question or an answer still exists and read its current text. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from networks.port import Gone, NotSeen, Standing, Stands
from networks.vk.addresses import MessageAddress, PageAddress, WallAddress, parse_ref
from networks.vk.comments import Comments, NoTokenError, ReadError, TooManyError, read
from networks.vk.wire import Lane, Refused

HIDDEN_WITH_ITS_PAGE = frozenset((104, 212))
"""VK's errors for comments of a deleted or hidden page: nobody sees them."""


@dataclass(frozen=True)
class Aftercare:
    """`asking` has the community's token."""

    comments: Comments
    asking: Lane

    async def look_after(self, refs: Sequence[str]) -> dict[str, Standing]:
        """See LooksAfter."""
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
        """A comment that cannot be read is gone if its post is gone; if only the comments are hidden, its state is
        unknown."""
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
