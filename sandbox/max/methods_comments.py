"""API methods about comments under a channel's posts. The bot must be an administrator there; a comment is text only."""

from __future__ import annotations

from datetime import timedelta

from sandbox.max.bodies import Draft, read_body
from sandbox.max.call import DONE, ApiCall
from sandbox.max.methods_messages import _page
from sandbox.max.model import Message
from sandbox.max.refusals import Refusal, bad_payload, denied, not_found
from sandbox.max.wire import Json

EDIT_WITHIN = timedelta(hours=26)


def get_comments(call: ApiCall) -> Json:
    """GET /messages/{post}/comments: return the comments with these ids, or the newest first."""
    post = _post(call, "read_all_messages")
    ids = call.listed("comment_ids")
    found = call.memory.comments(post)
    chosen = [c for c in found if c.mid in ids] if ids is not None else _page(call, found)
    return {"messages": [call.show(comment) for comment in chosen]}


def get_comment(call: ApiCall) -> Json:
    """GET /messages/{post}/comments/{comment}: return one comment."""
    return call.show(_comment(call, _post(call, "read_all_messages"), call.path["comment"]))


def send_comment(call: ApiCall) -> Json:
    """POST /messages/{post}/comments: write a comment as the bot, which gets no update of it."""
    post = _post(call, "write")
    draft = _text_only(call)
    if not post.comments_open:
        raise Refusal(200, "comments.disabled", "Comments are disabled")
    reply = draft.link
    if reply is not None and (draft.forwards or reply.post is not post):
        raise bad_payload("link: a reply to a comment of this post expected")
    made = call.memory.new_message(
        post.chat, call.bot, text=draft.text or "", entities=draft.entities, post=post, reply_to=reply
    )
    return {"message": call.show(call.memory.post(made))}


def edit_comment(call: ApiCall) -> Json:
    """PUT /messages/{post}/comments: edit the bot's own comment, within 26 hours."""
    post = _post(call, "write")
    comment = _comment(call, post, call.required("comment_id"))
    if comment.sender is not call.bot:
        raise denied("Comment of another author")
    draft = _text_only(call)
    if call.memory.now() - comment.date > EDIT_WITHIN:
        raise Refusal(422, "comments.timeout_exceeded", "Comment is too old")
    comment.text, comment.entities = draft.text or "", draft.entities
    call.memory.changed(comment)
    return DONE


def delete_comment(call: ApiCall) -> Json:
    """DELETE /messages/{post}/comments: delete the bot's own comment, or anybody's with the right `delete`. It cannot
    be restored.
    """
    post = _post(call)
    comment = _comment(call, post, call.required("comment_id"))
    if comment.sender is not call.bot:
        call.must_have(post.chat, "delete")
    call.memory.remove(comment, call.bot)
    return DONE


def _post(call: ApiCall, *rights: str) -> Message:
    post = call.message(call.path["message"])
    if post.chat.type != "channel":
        raise not_found(f"Post {post.mid} not found")
    call.must_have(post.chat, *rights)
    return post


def _comment(call: ApiCall, post: Message, mid: str) -> Message:
    found = call.memory.find(mid)
    if found is None or found.post is not post or found.forgotten:
        raise not_found(f"Comment {mid} not found")
    return found


def _text_only(call: ApiCall) -> Draft:
    draft = read_body(call.memory, call.account, call.body, comment=True)
    if not (draft.text or "").strip():
        raise bad_payload("Comment is empty")
    if draft.links_in_text and not call.memory.comments_take_links:
        raise bad_payload("Links and mentions are not allowed in comments")
    return draft
