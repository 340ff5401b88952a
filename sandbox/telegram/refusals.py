"""Error answers of the simulated Bot API in Telegram's own words, after tdlib/telegram-bot-api and tdlib/td (2026)."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The Bot API refuses the call: the answer is `{"ok": false}`. `description` is the whole line a client gets,
    prefix included; `code` is the HTTP status.
    """

    def __init__(
        self, code: int, description: str, *, retry_after: int | None = None, migrate_to: int | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to


def bad_request(words: str) -> Refusal:
    """Return the refusal with status 400 and these words after "Bad Request: ", starting with a small letter unless
    they are a CODE_IN_CAPITALS.
    """
    is_code = len(words) > 1 and (words[1] == "_" or words[1].isupper())
    return Refusal(400, "Bad Request: " + (words if is_code else words[:1].lower() + words[1:]))


def forbidden(words: str) -> Refusal:
    """Return the refusal with status 403 and these words: the bot has no access to the chat."""
    return Refusal(403, "Forbidden: " + words)


def conflict(words: str) -> Refusal:
    """Return the refusal with status 409 and these words: two programs fetch updates with one token, or a webhook is
    set.
    """
    return Refusal(409, "Conflict: " + words)


def too_many_requests(retry_after: int) -> Refusal:
    """Return the refusal with status 429 that asks the bot to wait `retry_after` whole seconds."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def group_was_upgraded(new_chat_id: int) -> Refusal:
    """Return the refusal with status 400 that names the supergroup which replaced this group."""
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
