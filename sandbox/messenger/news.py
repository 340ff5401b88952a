"""What every simulated messenger has: numbers in sequence, the time, and events for subscribers."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from sandbox.clock import SandboxClock
from sandbox.messenger.faults import Faults
from sandbox.messenger.model import Button, Call, Chat, Message, Press, User, WorldEvent

Event = TypeVar("Event", bound=WorldEvent)


class News(Generic[Event]):
    """Gives out the time and running numbers, and reports every change to subscribers. `calls` (the API calls so far)
    and `faults` (the ordered ones) are for the tests.
    """

    event_type: type[Event]

    def __init__(self, clock: SandboxClock, faults: Faults) -> None:
        self.clock = clock
        self.faults = faults
        self.calls: list[Call] = []
        self._counters: dict[str, int] = {}
        self._watchers: list[Callable[[Event], None]] = []

    def now(self) -> datetime:
        """Return the calendar time, aware, in UTC."""
        return self.clock.now()

    def next_number(self, name: str, first: int = 1, step: int = 1) -> int:
        """Return the next number of the sequence with this name."""
        self._counters[name] = self._counters.get(name, first - step) + step
        return self._counters[name]

    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Call `callback` with every event from now on; return a function that ends the subscription."""
        self._watchers.append(callback)
        return lambda: self._watchers.remove(callback)

    def tell(
        self,
        kind: str,
        *,
        chat: Chat | None = None,
        message: Message | None = None,
        press: Press | None = None,
        person: User | None = None,
    ) -> None:
        """Report an event to the subscribers."""
        chat = chat if chat is not None else (message.chat if message is not None else None)
        event = self.event_type(self.next_number("event"), kind, self.clock.now(), chat, message, press, person)
        for callback in list(self._watchers):
            callback(event)


def button_named(message: Message, caption: str) -> Button:
    """Return the button whose caption is this or ends so. LookupError if there is none, or several."""
    buttons = [button for row in message.buttons for button in row]
    exact = [button for button in buttons if button.text == caption]
    found = exact or [button for button in buttons if button.text.endswith(caption)]
    there = ", ".join(f"«{button.text}»" for button in buttons) or "no buttons"
    if not found:
        raise LookupError(f"no button «{caption}»: there are {there}")
    if len(found) > 1:
        raise LookupError(f"«{caption}» fits more than one of {there}")
    return found[0]
