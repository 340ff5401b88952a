"""Refusals of MAX's Bot API: an HTTP status and the pair {code, message}.

Codes seen in public: verify.token, proto.payload, attachment.not.ready, chat.denied, chat.not.found, not.found,
access.denied, too.many.requests, comments.timeout_exceeded. `method.not.allowed` is the sandbox's own.
"""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A call was refused and not carried out. A status of 200 is answered with `success: false`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def bad_payload(message: str) -> Refusal:
    """Return a 400: the parameters or the body are wrong."""
    return Refusal(400, "proto.payload", message)


def not_found(message: str) -> Refusal:
    """Return a 404: the thing does not exist, or is not shown to the bot."""
    return Refusal(404, "not.found", message)


def denied(message: str) -> Refusal:
    """Return a 403: the bot does not have this right."""
    return Refusal(403, "access.denied", message)


def chat_denied(message: str) -> Refusal:
    """Return a 403: the bot cannot write in this chat at all."""
    return Refusal(403, "chat.denied", message)


BAD_TOKEN = "Invalid access_token"  # noqa: S105 - MAX's words, not a token
TOO_OLD_TO_EDIT = "error.edit.invalid.message"
SUSPENDED = "error.dialog.suspended"
NO_DIALOG = "dialog.not.found"


def unauthorized() -> Refusal:
    """Return a 401: no token in the header, or a wrong one."""
    return Refusal(401, "verify.token", BAD_TOKEN)


def too_many_requests() -> Refusal:
    """Return a 429, which does not say how long to wait."""
    return Refusal(429, "too.many.requests", "Too many requests")
