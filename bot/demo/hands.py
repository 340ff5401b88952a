"""What the play in the terminal and the morning on the page have in common: people press, write and look for an answer.

Everything goes through the doors people use; nothing of the bot is touched.
"""

from __future__ import annotations

from bot.demo.cast import Players
from bot.demo.stage import wait_for
from sandbox.telegram.model import Chat, Message

Photos = tuple[bytes, ...]


class Hands:
    """The hands and the eyes of everybody in the cast."""

    def __init__(self, players: Players) -> None:
        self.players = players
        self.telegram = players.town.telegram
        self.vk = players.town.vk

    async def press(self, person: str, message: Message, caption: str) -> str:
        """The toast of the press. LookupError: the button is not there any more."""
        with self.players.town.rehearses(person):
            press = self.telegram.press(self.players.people[person], message, caption)
        await wait_for(f"ответ на «{caption}»", lambda: True if press.answered else None)
        return press.toast or ""

    def writes_to_the_bot(self, person: str, text: str, reply_to: Message | None = None, photos: Photos = ()) -> None:
        """In private."""
        private = self.telegram.private(self.players.people[person], self.players.bot)
        self._writes(person, private, text, reply_to, photos)

    def answers_the_card(self, person: str, card: Message, text: str, photos: Photos = ()) -> None:
        """In the group, as a reply to the card."""
        self._writes(person, self.players.group, text, card, photos)

    def _writes(self, person: str, chat: Chat, text: str, reply_to: Message | None, photos: Photos) -> None:
        """Two photos and more go as an album."""
        user = self.players.people[person]
        with self.players.town.rehearses(person):
            if len(photos) > 1:
                self.telegram.send_album(user, chat, list(photos), caption=text, reply_to=reply_to)
            else:
                self.telegram.write(user, chat, text, photo=photos[0] if photos else None, reply_to=reply_to)


def with_button(messages: list[Message], caption: str, words: str = "") -> Message | None:
    """The newest message with these words and a button whose caption has these."""
    return next(
        (m for m in reversed(messages) if words in m.text and any(caption in b.text for row in m.buttons for b in row)),
        None,
    )


def saying(messages: list[Message], words: str) -> Message | None:
    """The newest message with these words."""
    return next((message for message in reversed(messages) if words in message.text), None)


def indented(text: str) -> str:
    """A message as the terminal shows it."""
    return "\n".join(f"      │ {line}" for line in text.splitlines())
