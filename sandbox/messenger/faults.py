"""Faults prepared for the next calls: missing answers, broken connections, a messenger's errors.

The server asks for the fault of each call before carrying it out; a fault is used up when it has struck.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sandbox.messenger.model import Chat

Kind = Literal[
    "timeout_before",
    "timeout_after",
    "reset_before",
    "reset_after",
    "too_many",
    "server_error",
    "bad_gateway_html",
    "forget_message",
    "conflict",
    "refuses",
    "not_found",
    "forbidden",
    "truncated",
    "not_ready",
]
ANY = "*"


@dataclass
class Fault:
    """One prepared fault: strikes `times` times, after `after` matching calls have passed."""

    kind: Kind
    method: str
    chat_id: int | None
    times: int
    after: int
    how: dict[str, Any] = field(default_factory=dict)
    struck: int = 0

    def matches(self, method: str, chat_id: int | None, values: Mapping[str, str]) -> bool:
        """Whether the fault is meant for this call; upper and lower case of `method` do not matter."""
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        having = self.how.get("having", "")
        if having and not any(having in name or having in value for name, value in values.items()):
            return False
        wanted = self.method.lower()
        if wanted == ANY:
            return True
        if wanted.endswith("*"):
            return method.lower().startswith(wanted[:-1])
        return method.lower() == wanted


class Faults:
    """The prepared faults that are not used up. `sending`: the method that faults strike if none is named; `others`:
    another such method for some kinds.
    """

    def __init__(self, sending: str, others: Mapping[str, str]) -> None:
        self.laid: list[Fault] = []
        self._sending = sending
        self._others = others

    def add(
        self,
        kind: Kind,
        method: str | None = None,
        chat: Chat | int | None = None,
        times: int = 1,
        after: int = 0,
        **how: Any,
    ) -> Fault:
        """Prepare a fault for `method` («*»: any, «edit*»: by prefix), in one chat or in all, and return it.

        Without `method`: a new message; a poll for `conflict`; any edit for `forget_message`. `too_many` takes
        `retry_after` (whole seconds, 5 by default; None: the answer does not say it; MAX never does); `forbidden` is
        403; with `truncated` the call is carried out and half of its answer arrives; `refuses` (400) takes
        `description`, in MAX `code` too. `not_ready` (MAX only): an uploaded file is not yet processed. `having`:
        strikes only calls with this word in a parameter, as a server refuses a field it does not know. Each fault
        counts its own times; several strike in the order in which they were prepared.
        """
        if kind not in get_args(Kind):
            raise ValueError(f"no such fault: {kind}")
        chat_id = _number(chat) if isinstance(chat, Chat) else chat
        method = method if method is not None else self._others.get(kind, self._sending)
        fault = Fault(kind, method, chat_id, times, after, how)
        self.laid.append(fault)
        return fault

    @property
    def silence_ordered(self) -> bool:
        """Whether some future call will get no answer."""
        return any(fault.kind.startswith("timeout_") for fault in self.laid)

    def clear(self) -> None:
        """Drop all faults."""
        self.laid.clear()

    def take(self, method: str, chat_id: int | None, values: Mapping[str, str] | None = None) -> Fault | None:
        """Return the fault that strikes this call, counted as struck; None if the call succeeds."""
        for fault in list(self.laid):
            if not fault.matches(method, chat_id, values or {}):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.struck += 1
            if fault.struck >= fault.times:
                self.laid.remove(fault)
            return fault
        return None


def _number(chat: Chat) -> int:
    """Return the number by which calls name the chat: a private chat's person, or the chat's own."""
    return chat.person.id if chat.person is not None else chat.id
