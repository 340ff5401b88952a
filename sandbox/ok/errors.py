"""The error answers of Одноклассники (OK): their numbers and names."""

from __future__ import annotations

NAMES = {
    1: "UNKNOWN",
    2: "SERVICE",
    3: "METHOD",
    4: "REQUEST",
    7: "ACTION_BLOCKED",
    8: "FLOOD_BLOCKED",
    9: "IP_BLOCKED",
    10: "PERMISSION_DENIED",
    11: "LIMIT_REACHED",
    24: "NOT_OWNER",
    50: "NOT_ADMIN",
    100: "PARAM",
    101: "PARAM_API_KEY",
    102: "PARAM_SESSION_EXPIRED",
    103: "PARAM_SESSION_KEY",
    104: "PARAM_SIGNATURE",
    105: "PARAM_RESIGNATURE",
    160: "PARAM_GROUP_ID",
    200: "PARAM_PERMISSION",
    300: "NOT_FOUND",
    453: "SESSION_REQUIRED",
    454: "CENSOR_MATCH",
    455: "FRIEND_RESTRICTION",
    456: "GROUP_RESTRICTION",
    458: "PRIVACY_RESTRICTION",
    700: "COMMENT_NOT_FOUND",
    705: "CHAT_NOT_FOUND",
    2001: "GRAPH_PARAM_REQUEST",
    5000: "INVALID_RESPONSE",
    9999: "SYSTEM",
}


class OkError(Exception):
    """A method of the simulated OK failed with this error code; the answer is `{"error_code": …, "error_msg": …}`."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(f"{NAMES.get(code, 'ERROR')} : {detail or 'refused'}")
        self.code = code
