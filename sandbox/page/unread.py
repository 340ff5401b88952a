"""Remember which messages each role has read: stored here, so that a reload of the page shows the same counts."""

from collections.abc import Sequence

from sandbox.messenger.model import Message, User


class Unread:
    """Knows which messages each role has read. A person's own messages and service messages never count as unread."""

    def __init__(self) -> None:
        self._read: dict[str, set[int]] = {}

    def of(self, role_key: str, person: User, messages: Sequence[Message]) -> list[Message]:
        """Return those of the messages that the role has not read, the oldest first."""
        read = self._read.get(role_key, set())
        return [m for m in messages if m.sender is not person and not m.service and id(m) not in read]

    def read(self, role_key: str, messages: Sequence[Message]) -> bool:
        """Mark these messages as read by the role; return whether that changes anything. Messages are compared by
        identity, since the simulation keeps the objects.
        """
        known = self._read.setdefault(role_key, set())
        before = len(known)
        known.update(id(message) for message in messages)
        return len(known) > before
