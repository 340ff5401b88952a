"""Refusals of the Bot API, in its own words. The wording follows tdlib/telegram-bot-api and tdlib/td (2026)."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A call answered with `{"ok": false}`. `description` is the whole line a client sees, prefix included."""

    def __init__(
        self, code: int, description: str, *, retry_after: int | None = None, migrate_to: int | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to


def bad_request(words: str) -> Refusal:
    """400. Telegram prefixes the words and starts them with a small letter, unless they are a CODE."""
    is_code = len(words) > 1 and (words[1] == "_" or words[1].isupper())
    return Refusal(400, "Bad Request: " + (words if is_code else words[:1].lower() + words[1:]))


def forbidden(words: str) -> Refusal:
    """403: the bot has no access at all."""
    return Refusal(403, "Forbidden: " + words)


def conflict(words: str) -> Refusal:
    """409: two pollers with one token."""
    return Refusal(409, "Conflict: " + words)


def too_many_requests(retry_after: int) -> Refusal:
    """429 with the whole seconds to wait."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def group_was_upgraded(new_chat_id: int) -> Refusal:
    """400 with the id of the supergroup that replaced the group."""
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(400, words, migrate_to=new_chat_id)


UNAUTHORIZED = "Unauthorized"
MALFORMED_TOKEN = "Unauthorized: invalid token specified"  # noqa: S105 - Telegram's words, not a token
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
OTHER_GET_UPDATES = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_IS_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
