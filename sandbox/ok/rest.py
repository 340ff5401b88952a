"""The REST methods that programs call, after the documentation of Одноклассники (OK): parameters, answers, errors.

`server.py` identifies the caller and checks the signature.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.ok.errors import OkError
from sandbox.ok.model import OkComment, OkGroup, Topic, milliseconds
from sandbox.ok.world import OkWorld

COMMENT_LIMIT = 3000
MOST = 100
ADDING = "discussions.addDiscussionComment"


@dataclass(frozen=True)
class Request:
    """One call with a valid session. `group`: the one that the session's owner administers."""

    world: OkWorld
    group: OkGroup
    params: Mapping[str, str]

    def needed(self, name: str) -> str:
        """Return the parameter; OkError 100 if it is missing."""
        value = self.params.get(name)
        if not value:
            raise OkError(100, f"Missing required parameter {name}")
        return value

    def count(self) -> int:
        value = self.params.get("count", "20")
        if not value.isdecimal() or not 0 < int(value) <= MOST:
            raise OkError(100, "count")
        return int(value)

    def topic(self, name: str, type_name: str) -> Topic:
        """Return the topic that a parameter names; OkError 300 if there is none, 10 if it is hidden."""
        number = self.needed(name)
        if self.needed(type_name) != "GROUP_TOPIC":
            raise OkError(100, type_name)
        for topic in self.world.topics:
            if str(topic.id) == number and not topic.deleted:
                if topic.hidden:
                    raise OkError(10, "discussion is not available")
                return topic
        raise OkError(300, "discussion not found")


def get_list(call: Request) -> Any:
    """Return the discussions that the session's owner takes part in, the most active first."""
    category, types = call.params.get("category"), call.params.get("types")
    if category not in (None, "GROUP", "MY"):
        raise OkError(100, "category")
    topics = [one for one in call.world.topics if not one.deleted]
    if types and "GROUP_TOPIC" not in types.split(","):
        topics = []
    topics.sort(key=lambda one: (one.activity, one.id), reverse=True)
    start = int(call.params.get("anchor") or 0)
    shown = topics[start : start + call.count()]
    return {
        "discussions": [_discussion(call.world, one) for one in shown],
        "anchor": str(start + len(shown)),
        "has_more": start + len(shown) < len(topics),
    }


def _discussion(world: OkWorld, topic: Topic) -> dict[str, Any]:
    comments = world.comments(topic)
    return {
        "object_type": "GROUP_TOPIC",
        "object_id": str(topic.id),
        "title": topic.text[:100],
        "total_comments_count": len(comments),
        "new_comments_count": len(comments),
        "last_activity_date_ms": milliseconds(topic.activity),
        "ref_objects": [{"type": "GROUP", "id": str(topic.group.id)}],
    }


def get_comments(call: Request) -> Any:
    """Return a page of a topic's comments, and the anchor of the next page."""
    topic = call.topic("discussionId", "discussionType")
    comments = call.world.comments(topic)
    anchor, backward = call.params.get("anchor", "FIRST"), call.params.get("direction") == "BACKWARD"
    if anchor == "LAST":
        end = len(comments)
    elif anchor == "FIRST":
        end = 0
    elif anchor.startswith("at") and anchor[2:].isdecimal():
        end = int(anchor[2:])
    else:
        raise OkError(100, "anchor")
    count = call.count()
    start = max(0, end - count) if backward or anchor == "LAST" else end
    page = comments[start : end if backward or anchor == "LAST" else end + count]
    following = start if backward or anchor == "LAST" else start + len(page)
    has_more = following > 0 if backward or anchor == "LAST" else following < len(comments)
    return {"comments": [_comment(one) for one in page], "anchor": f"at{following}", "has_more": has_more}


def _comment(comment: OkComment) -> dict[str, Any]:
    stamp = milliseconds(comment.date)
    shape: dict[str, Any] = {
        "id": comment.id,
        "type": "ACTIVE_MESSAGE",
        "text": comment.text,
        "date_ms": stamp,
        "author_id": str(comment.author.id),
        "author_name": comment.author.name,
        "author_ref": comment.author.ref,
        "like_count": 0,
    }
    if comment.reply_to is not None:
        shape |= {
            "reply_to_comment_id": comment.reply_to.id,
            "reply_to_id": str(comment.reply_to.author.id),
            "reply_to_name": comment.reply_to.author.name,
        }
    if comment.photos:
        shape["attachments"] = [{"type": "PHOTO", "url": url} for url in comment.photos]
    return shape


def get_comment(call: Request) -> Any:
    """Return one comment; OkError 700 if it does not exist or was deleted."""
    topic, number = call.topic("discussionId", "discussionType"), call.needed("comment_id")
    for comment in call.world.comments(topic):
        if comment.id == number:
            return {"comment": _comment(comment)}
    raise OkError(700, "comment not found")


def add_comment(call: Request) -> Any:
    """Add a comment and return its id. OK no longer documents this; it works only for an application with the grant."""
    topic, text = call.topic("entityId", "entityType"), call.needed("comment")
    if ADDING not in call.group.granted:
        raise OkError(3, f"Method {ADDING} does not exist")
    if len(text) > COMMENT_LIMIT:
        raise OkError(100, "comment is too long")
    number = call.params.get("reply_to_comment_id")
    answered = next((one for one in call.world.comments(topic) if one.id == number), None)
    if number and answered is None:
        raise OkError(700, "comment not found")
    by_group = call.params.get("as_admin") == "true"
    author = call.group if by_group else call.world.add_person("Администратор")
    return {"id": call.world.comment(author, topic, text, answered).id}


def get_by_ids(call: Request) -> Any:
    """Return the topics with these numbers; missing ones are left out."""
    wanted = call.needed("topic_ids").split(",")
    if len(wanted) > 1 and not call.params.get("media_limit"):
        raise OkError(100, "media_limit")
    topics = [one for one in call.world.topics if str(one.id) in wanted and not one.deleted and not one.hidden]
    users = {one.author.id: one.author.name for one in topics if one.author.ref.startswith("user:")}
    return {
        "media_topics": [
            {
                "id": str(one.id),
                "created_ms": milliseconds(one.date),
                "author_ref": one.author.ref,
                "owner_ref": one.group.ref,
                "media": [{"type": "text", "text": one.text}],
            }
            for one in topics
        ],
        "entities": {"users": [{"uid": str(number), "name": name} for number, name in users.items()]},
    }


#: The methods, each with the right that the application needs.
METHODS: Mapping[str, tuple[str, Callable[[Request], Any]]] = {
    "discussions.getList": ("VALUABLE_ACCESS", get_list),
    "discussions.getComments": ("VALUABLE_ACCESS", get_comments),
    "discussions.getComment": ("VALUABLE_ACCESS", get_comment),
    ADDING: ("VALUABLE_ACCESS", add_comment),
    "mediatopic.getByIds": ("VALUABLE_ACCESS", get_by_ids),
}
