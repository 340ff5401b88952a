"""Read the Одноклассники topic behind a pasted link. OK has no links to single comments."""

from __future__ import annotations

from typing import Any

from networks.ok.addresses import TopicAddress
from networks.ok.failures import PASSING, UNCLEAR
from networks.ok.reading import CITIZEN, NETWORK, attached, author_ref, bare, moment
from networks.ok.wire import Answered, Refused, Reply, Rest
from networks.port import Found, LinkProblem, LinkTrouble

Json = dict[str, Any]


async def fetch_topic(rest: Rest, address: TopicAddress, group_id: int, place: str) -> Found | LinkProblem:
    """Read the topic as a citizen's message; a `LinkProblem` if it cannot be read or the group wrote it itself
    (`OWN`)."""
    reply = await rest.call("mediatopic.getByIds", topic_ids=address.topic, media_limit=3)
    if not isinstance(reply, Answered):
        return _problem(reply)
    try:
        return _found(reply.value, address, group_id, place)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        broken = type(error).__name__
    return LinkProblem(LinkTrouble.NOT_FOUND, f"an answer of unknown shape: {broken}")


def _problem(reply: Reply) -> LinkProblem:
    if isinstance(reply, Answered):
        return LinkProblem(LinkTrouble.NOT_FOUND)
    passing = not isinstance(reply, Refused) or reply.code in PASSING or reply.code in UNCLEAR
    return LinkProblem(LinkTrouble.TRY_LATER if passing else LinkTrouble.NOT_FOUND, reply.detail)


def _found(value: Json, address: TopicAddress, group_id: int, place: str) -> Found | LinkProblem:
    topics = value.get("media_topics") or []
    if not topics:
        return LinkProblem(LinkTrouble.NOT_FOUND)
    topic: Json = topics[0]
    author = author_ref(topic)
    if bare(author) == str(group_id):
        return LinkProblem(LinkTrouble.OWN)
    media = [one for one in topic.get("media") or [] if isinstance(one, dict)]
    users = (value.get("entities") or {}).get("users") or []
    names = [str(user.get("name") or "") for user in users if str(user.get("uid")) == bare(author)]
    text = "\n".join(str(one.get("text") or "") for one in media if one.get("type") == "text").strip()
    return Found(
        network=NETWORK,
        ref=address.ref,
        kind="post",
        text=text,
        author_name=next((name for name in names if name), CITIZEN),
        author_ref=author,
        written_at=moment(topic),
        link=address.link(group_id),
        place=place,
        attachments=attached(media),
    )
