"""Check whether comments under Одноклассники topics still exist, one request each. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from networks.ok.addresses import TopicAddress, parse_ref
from networks.ok.failures import GONE
from networks.ok.wire import Answered, Refused, Rest
from networks.port import Gone, NotSeen, Standing, Stands

KIND = "GROUP_TOPIC"


def is_comment(ref: str) -> bool:
    address = parse_ref(ref)
    return isinstance(address, TopicAddress) and address.comment is not None


@dataclass(frozen=True)
class Aftercare:
    rest: Rest

    async def look_after(self, refs: Sequence[str]) -> dict[str, Standing]:
        """Check whether each comment still exists and what its text is now; `Gone` only if OK says so, `NotSeen` if the
        answer is unclear or the ref is no comment."""
        return {ref: await self._one(ref) for ref in dict.fromkeys(refs)}

    async def _one(self, ref: str) -> Standing:
        address = parse_ref(ref)
        if not isinstance(address, TopicAddress) or address.comment is None:
            return NotSeen("not a comment")
        reply = await self.rest.call(
            "discussions.getComment", discussionId=address.topic, discussionType=KIND, comment_id=address.comment
        )
        if isinstance(reply, Refused) and reply.code in GONE:
            return Gone()
        if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
            return NotSeen("OK does not say now")
        comment = reply.value.get("comment")
        return Stands(str(comment.get("text") or "")) if isinstance(comment, dict) else NotSeen("of unknown shape")
