"""Post answers to Одноклассники: one message to the person's chat with the group.

OK documents no method for comments. Until OK grants one and the setting names it, a person publishes a comment's
answer; then it is posted as the group's official answer, with the parameters of OK's documentation of 2017. OK has no
idempotency key, so an ambiguous outcome is looked up by text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from networks.ok.addresses import MessageAddress, TopicAddress, parse_ref
from networks.ok.failures import failed, unseen
from networks.ok.reading import bare, is_ours, message_id, written_ms
from networks.ok.topics import KIND, Topics
from networks.ok.wire import Answered, Graph, Rest, Unanswered
from networks.port import Answer, Kind, LookUpImpossible, NotPosted, Outcome, OutFile, Posted, PostFailure, TryLater

COMMENT_LIMIT = 3000
MESSAGE_LIMIT = 3900
PAGE = 100
CLOCKS_DIFFER = timedelta(minutes=2)
BY_HAND = NotPosted(PostFailure.NO_RIGHT, "OK gives programs no method to comment: post_comments is not set")
NO_GROUP_TOKEN = NotPosted(PostFailure.TOKEN_BAD, "there is no token of the group's messages")


def shown(text: str) -> str:
    """The text exactly as it is sent to OK: plain line breaks, no space around it."""
    return text.replace("\r\n", "\n").strip()


def too_long(text: str, kind: Kind) -> str:
    """By how many characters the text exceeds OK's limit for this kind of message, in words for the curator; "" if it
    fits."""
    size, most = len(shown(text)), MESSAGE_LIMIT if kind == "message" else COMMENT_LIMIT
    return f"Одноклассники берут до {most} знаков, здесь {size}: сократите на {size - most}." if size > most else ""


def limits(text: str, kind: Kind, files: Sequence[OutFile] = ()) -> list[str]:
    """The reasons, worded for the curator, why OK would reject the answer; empty if it is fine."""
    problems = [over] if (over := too_long(text, kind)) else []
    if not shown(text):
        problems.append("Ответ пустой: нужен текст.")
    if files:
        problems.append(
            "К ответу в Одноклассниках бот файлы не прикладывает: уберите их или опубликуйте ответ вручную."
        )
    return problems


@dataclass(frozen=True)
class Poster:
    """Posts answers in the name of one group. `method`: the REST method that OK granted for comments, if any."""

    group_id: int
    graph: Graph | None
    rest: Rest | None
    topics: Topics | None
    method: str | None

    async def post(self, answer: Answer) -> Outcome:
        """Post the answer as a reply to the message; `NotPosted` if OK's limits or our keys do not allow it."""
        address = parse_ref(answer.in_reply_to)
        if address is None:
            return NotPosted(PostFailure.REJECTED, "the message's address is not one of OK")
        if isinstance(address, TopicAddress) and (self.method is None or self.rest is None):
            return BY_HAND
        private = isinstance(address, MessageAddress)
        problems = limits(answer.text, "message" if private else "comment", answer.files)
        if problems:
            reason = PostFailure.FILE_REFUSED if answer.files else PostFailure.DOES_NOT_FIT
            return NotPosted(reason, f"{len(problems)} of OK's limits are exceeded")
        if isinstance(address, MessageAddress):
            return await self._send(answer, address)
        return await self._comment(answer, address)

    async def look_up(self, answer: Answer) -> Posted | LookUpImpossible | TryLater | None:
        """Find the posted answer among the newest messages or comments; None if it certainly was not posted."""
        address = parse_ref(answer.in_reply_to)
        if isinstance(address, MessageAddress):
            return await self._look_for_message(answer, address)
        if address is None:
            return None
        return await self._look_for_comment(answer, address)

    async def _send(self, answer: Answer, address: MessageAddress) -> Outcome:
        if self.graph is None:
            return NO_GROUP_TOKEN
        chat = f"chat:{address.chat}"
        body = {"recipient": {"chat_id": chat}, "message": {"text": shown(answer.text)}}
        reply = await self.graph.post(f"{chat}/messages", body)
        if not isinstance(reply, Answered):
            return failed(reply, writes=True)
        if isinstance(reply.value, dict) and reply.value.get("success") is False:
            return NotPosted(PostFailure.MESSAGES_FORBIDDEN, "OK did not deliver the message")
        made = _made(reply, "message_id", "mid")
        if made is None:
            return failed(Unanswered("no message id in the answer", sent=True), writes=True)
        posted = MessageAddress(address.chat, bare(made))
        return Posted(posted.ref, posted.link(self.group_id))

    async def _comment(self, answer: Answer, address: TopicAddress) -> Outcome:
        if self.rest is None or self.method is None:
            return BY_HAND
        reply = await self.rest.call(
            self.method,
            entityId=address.topic,
            entityType=KIND,
            comment=shown(answer.text),
            reply_to_comment_id=address.comment,
            as_admin=True,
        )
        if not isinstance(reply, Answered):
            return failed(reply, writes=True)
        made = _made(reply, "id", "comment_id")
        if made is None:
            return failed(Unanswered("no comment id in the answer", sent=True), writes=True)
        posted = TopicAddress(address.topic, made)
        return Posted(posted.ref, posted.link(self.group_id))

    async def _look_for_comment(
        self, answer: Answer, address: TopicAddress
    ) -> Posted | LookUpImpossible | TryLater | None:
        if self.topics is None:
            return LookUpImpossible("there is no REST session to read comments with")
        comments = await self.topics.newest(address.topic)
        if isinstance(comments, LookUpImpossible | TryLater):
            return comments
        for comment in comments:
            answers = comment.get("reply_to_comment_id") in (None, address.comment)
            if is_ours(comment, self.group_id) and answers and _is_it(comment, comment.get("text"), answer):
                found = TopicAddress(address.topic, str(comment["id"]))
                return Posted(found.ref, found.link(self.group_id))
        return _not_there(comments, answer)

    async def _look_for_message(
        self, answer: Answer, address: MessageAddress
    ) -> Posted | LookUpImpossible | TryLater | None:
        if self.graph is None:
            return LookUpImpossible(NO_GROUP_TOKEN.detail)
        reply = await self.graph.get(f"chat:{address.chat}/messages", count=PAGE)
        if not isinstance(reply, Answered) or not isinstance(reply.value, dict):
            return unseen(reply)
        bodies = [one for one in reply.value.get("messages") or [] if isinstance(one, dict)]
        for body in bodies:
            number = message_id(body)
            sender = str((body.get("sender") or {}).get("user_id") or "")
            by_group = not sender.startswith("user:") or bare(sender) == str(self.group_id)
            if number and by_group and _is_it(body, body["message"].get("text"), answer):
                found = MessageAddress(address.chat, number)
                return Posted(found.ref, found.link(self.group_id))
        return _not_there(bodies, answer)


def _made(reply: Answered, *names: str) -> str | None:
    """The id of the object just created; OK returns either the id or an object that holds it. None if there is none."""
    value: Any = reply.value
    if isinstance(value, dict):
        value = next((value[name] for name in names if value.get(name)), None)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and str(value) else None


def _is_it(written: dict[str, Any], text: object, answer: Answer) -> bool:
    stamp = _stamp(written)
    early = answer.since is not None and stamp is not None and stamp < _start(answer)
    return not early and " ".join(str(text or "").split()) == " ".join(shown(answer.text).split())


def _not_there(written: list[dict[str, Any]], answer: Answer) -> LookUpImpossible | None:
    """None if the answer certainly was not posted; LookUpImpossible if OK's list does not reach back to the first
    attempt."""
    if len(written) < PAGE:
        return None
    stamps = [stamp for one in written if (stamp := _stamp(one)) is not None]
    if answer.since is not None and stamps and min(stamps) < _start(answer):
        return None
    return LookUpImpossible(f"not among the {len(written)} newest")


def _start(answer: Answer) -> float:
    return (answer.since - CLOCKS_DIFFER).timestamp() * 1000 if answer.since is not None else 0.0


def _stamp(written: dict[str, Any]) -> int | None:
    try:
        return written_ms(written)
    except (ValueError, TypeError, KeyError):
        return None
