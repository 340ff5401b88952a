"""What the play in the terminal and the morning on the page share: people press buttons, write and wait for an answer.

Everything is done in the messenger and the network, as people do it; nothing inside the bot is touched.
"""

from __future__ import annotations

from bot.demo.cast import Players
from bot.demo.stage import wait_for
from sandbox.messenger.model import Chat, Message

Photos = tuple[bytes, ...]


class Hands:
    """The actions of the demo's people (press, write, reply); a person is named by their key in the cast."""

    def __init__(self, players: Players) -> None:
        self.players = players
        self.messenger = players.town.messenger
        self.vk = players.town.vk

    async def press(self, person: str, message: Message, caption: str) -> str:
        """Press the button and return its toast. Raises LookupError if the button is no longer there; raises
        NothingHappened if the bot does not answer."""
        with self.players.town.rehearses(person):
            press = self.messenger.press(self.players.people[person], message, caption)
        await wait_for(f"ответ на «{caption}»", lambda: press.settled or None)
        return press.toast or ""

    def writes_to_the_bot(self, person: str, text: str, reply_to: Message | None = None, photos: Photos = ()) -> None:
        """Write to the bot in private, as this person."""
        private = self.messenger.private(self.players.people[person], self.players.bot)
        self._writes(person, private, text, reply_to, photos)

    def answers_the_card(self, person: str, card: Message, text: str, photos: Photos = ()) -> None:
        """Reply to the case's card in the group, as this person."""
        self._writes(person, self.players.group, text, card, photos)

    def _writes(self, person: str, chat: Chat, text: str, reply_to: Message | None, photos: Photos) -> None:
        """Write a message; two or more photos are sent as an album."""
        user = self.players.people[person]
        with self.players.town.rehearses(person):
            if len(photos) > 1:
                self.messenger.send_album(user, chat, list(photos), caption=text, reply_to=reply_to)
            else:
                self.messenger.write(user, chat, text, photo=photos[0] if photos else None, reply_to=reply_to)


def with_button(messages: list[Message], caption: str, words: str = "") -> Message | None:
    """The newest message that contains `words` and has a button whose caption contains `caption`; None if there is
    none."""
    return next(
        (m for m in reversed(messages) if words in m.text and any(caption in b.text for row in m.buttons for b in row)),
        None,
    )


def saying(messages: list[Message], words: str) -> Message | None:
    """The newest message that contains these words; None if there is none."""
    return next((message for message in reversed(messages) if words in message.text), None)


def indented(text: str) -> str:
    """The message's text with each line indented, for the terminal."""
    return "\n".join(f"      │ {line}" for line in text.splitlines())
