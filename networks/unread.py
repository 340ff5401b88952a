"""What a network could not read back after a gap."""

from __future__ import annotations

from enum import StrEnum


class Unread(StrEnum):
    """What a network could not read back after a gap in its events, or why."""

    OLD_POSTS = "old_posts"
    PHOTOS = "photos"
    MEDIA = "media"
    TOO_LONG_AGO = "too_long_ago"
    TOO_MANY = "too_many"
    REFUSED = "refused"
    NO_KEY = "no_key"
    NOT_NOW = "not_now"
