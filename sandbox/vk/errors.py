"""The error answers of VK's API: their numbers and words."""

from __future__ import annotations

WORDS = {
    1: "Unknown error occurred",
    3: "Unknown method passed",
    5: "User authorization failed: invalid access_token (4).",
    6: "Too many requests per second",
    8: "Invalid request",
    9: "Flood control",
    10: "Internal server error",
    14: "Captcha needed",
    15: "Access denied",
    18: "User was deleted or banned",
    27: "Group authorization failed: method is unavailable with group auth.",
    28: "Application authorization failed: method is unavailable with service token.",
    29: "Rate limit reached",
    100: "One of the parameters specified was missing or invalid",
    103: "Out of limits",
    104: "Not found",
    105: "Couldn't save file",
    125: "Invalid group id",
    211: "Access to wall's comment denied",
    801: "Comments for this video are closed",
    212: "Access to post comments denied",
    214: "Access to adding post denied",
    213: "Access to status replies denied",
    222: "Hyperlinks are forbidden",
    223: "Too many replies",
    901: "Can't send messages for users without permission",
    911: "Keyboard format is invalid",
    912: "This is a chat bot feature, change this status in settings",
    914: "Message is too long",
}


class VkError(Exception):
    """An API method refuses with this error code; the server answers `{"error": {…}}`."""

    def __init__(self, code: int, detail: str = "") -> None:
        words = WORDS.get(code, "Error")
        super().__init__(f"{words}: {detail}" if detail else words)
        self.code = code
