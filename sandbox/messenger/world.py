"""What the page and the demo need of a simulated messenger, whichever it is: names, and what people can do and see.

People, chats and messages are those of the same world; a protocol cannot say so, hence `Any`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol

from sandbox.messenger.faults import Faults
from sandbox.messenger.model import Call, Chat, Message, Press, User


class PeoplesWorld(Protocol):
    """A simulated messenger with people in it."""

    @property
    def key(self) -> Literal["telegram", "max"]: ...

    @property
    def name(self) -> str:
        """The messenger's name, as people call it."""
        ...

    @property
    def site(self) -> str:
        """The host with which public addresses begin."""
        ...

    @property
    def text_limit(self) -> int: ...

    @property
    def caption_limit(self) -> int: ...

    @property
    def files_limit(self) -> int: ...

    @property
    def faults(self) -> Faults: ...

    @property
    def calls(self) -> Sequence[Call]: ...

    @property
    def bots(self) -> Sequence[User]: ...

    @property
    def is_asked_for_updates(self) -> bool: ...

    @property
    def chats(self) -> Mapping[int, Chat]: ...

    def add_bot(self, *, token: str, name: str, username: str) -> Any: ...

    def add_person(self, first_name: str) -> Any: ...

    def add_group(self, title: str, *, owner: Any) -> Any: ...

    def add_channel(self, title: str, *, owner: Any, username: str | None = None, id: int | None = None) -> Any: ...

    def add_bot_to_group(self, bot: Any, group: Any, *, by: Any, admin: bool = True) -> None: ...

    def add_bot_to_channel(self, bot: Any, channel: Any, *, by: Any) -> None: ...

    def join(self, person: Any, group: Any) -> None: ...

    def start(self, person: Any, bot: Any, payload: str = "") -> Any: ...

    def private(self, person: Any, bot: Any) -> Any: ...

    def private_of(self, person: Any, bot: Any) -> Chat | None: ...

    def messages(self, where: Any) -> Sequence[Message]: ...

    def write(
        self,
        person: Any,
        where: Any,
        text: str = "",
        *,
        reply_to: Any = None,
        photo: bytes | None = None,
        document: tuple[str, bytes] | None = None,
    ) -> Any: ...

    def send_album(
        self,
        person: Any,
        where: Any,
        items: Sequence[bytes | tuple[str, bytes]],
        *,
        caption: str = "",
        reply_to: Any = None,
    ) -> Sequence[Any]: ...

    def edit(self, person: Any, message: Any, text: str) -> Any: ...

    def forward(self, person: Any, message: Any, *, to: Any) -> Any: ...

    def press(self, person: Any, message: Any, caption: str) -> Press: ...

    def publish(self, owner: Any, channel: Any, text: str) -> Any: ...

    def menu(self, bot: Any, chat: Any, person: Any) -> list[dict[str, Any]]: ...

    def subscribe(self, callback: Callable[[Any], None]) -> Callable[[], None]: ...
