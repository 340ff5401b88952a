"""The short list «Что попробовать»: six steps of one case, one more, and three about the office's own pages, ticked off
as they happen.

It judges by what can be seen in the messenger and VK: who wrote, which button disappeared after a press, what the
community answered. It knows nothing of cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.messenger.model import Message
from sandbox.messenger.model import WorldEvent as MessengerEvent
from sandbox.page.cast import Kind, Role
from sandbox.page.stage import BOT, GROUP, Stage
from sandbox.vk.model import Community
from sandbox.vk.model import WorldEvent as VkEvent

Json = dict[str, Any]

DRAFT_LETTERS_AT_LEAST = 30


@dataclass(frozen=True)
class Step:
    """One step of the guide: the kind of role that takes it, the words of the button to that role, and the caption
    whose press ticks it off.
    """

    key: str
    title: str
    hint: str
    kind: Kind | None = None
    go: str = ""
    caption: str = ""


STEPS = (
    Step(
        "written",
        "Житель пишет жалобу",
        "На странице сообщества: своими словами или кнопкой «Написать готовую жалобу».",
        "citizen",
        "Стать жителем",
    ),
    Step(
        "forwarded",
        "Куратор направляет",
        "Бот принесёт сообщение куратору. Нажмите «Направить».",
        "curator",
        "Стать куратором",
        "Направить",
    ),
    Step(
        "accepted",
        "Начальник отдела принимает",
        "В группе появится карточка. Нажмите «Принять».",
        "executor",
        "Стать начальником отдела",
        "Принять",
    ),
    Step(
        "drafted",
        "Отдел готовит проект ответа",
        "Ответьте на карточку текстом, который увидит житель.",
        "executor",
        "К карточке",
    ),
    Step(
        "approved",
        "Куратор согласовывает",
        "Прочитайте проект и нажмите «Согласовать».",
        "curator",
        "Стать куратором",
        "Согласовать",
    ),
    Step("posted", "Ответ размещён", "Через полминуты он появится под комментарием жителя.", "citizen", "Посмотреть"),
    Step(
        "overdue",
        "А если не ответить вовремя",
        "Переведите часы вперёд на час или два: бот напомнит тому, за кем дело, потом сообщит о просрочке ему и заместителю.",
    ),
    Step(
        "page",
        "Глава согласует страницу отдела",
        "Отдел просит у бота свою страницу командой /pages. Одна просьба уже ждёт главу: нажмите «Согласовать».",
        "head",
        "Стать главой",
        "Согласовать",
    ),
    Step(
        "moderated",
        "Советник решает, что с комментарием",
        "Рекламу и грубость под записями бот приносит советнику. Нажмите «Удалить» и назовите основание.",
        "editor",
        "Стать советником",
        "Да, удалить",
    ),
    Step(
        "material",
        "Материал отдела выходит на страницах",
        "Отдел присылает материал командой /material. Советник нажимает «Одобрить…», отмечает страницы и время.",
        "editor",
        "Стать советником",
        "Сейчас",
    ),
)


class Guide:
    """Knows which steps were completed since the start or the last `restart()`."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._done: set[str] = set()
        self._pressed: list[tuple[Step, Message]] = []
        self._away = False

    @contextmanager
    def looking_away(self) -> Iterator[None]:
        """Do not count what happens inside the block as steps."""
        self._away = True
        try:
            yield
        finally:
            self._away = False

    def restart(self) -> None:
        """Forget all completed steps."""
        self._done.clear()
        self._pressed.clear()

    def on_messenger(self, event: MessengerEvent) -> None:
        """Check whether a new event in the messenger completes a step."""
        if self._away:
            return
        if event.kind == "pressed" and event.press is not None:
            self._note_press(event.press.message, event.press.data, event.press.person.id)
        if event.kind in ("message_edited", "message_deleted") and event.message is not None:
            self._settle(event.message)
        if event.kind == "message_new" and event.message is not None:
            self._note_message(event.message)

    def on_vk(self, event: VkEvent) -> None:
        """Check whether a new event in VK completes a step."""
        written = event.comment or event.message or event.post
        if self._away or written is None or event.kind not in ("comment", "message", "post"):
            return
        if not isinstance(written.author, Community):
            self._done.add("written")
        elif event.kind != "post" and self._begun("approved"):
            self._done.add("posted")

    def as_json(self) -> list[Json]:
        """Return the steps as JSON for the page, each with the role and the chat where it is taken."""
        return [self._shown(step) for step in STEPS]

    def _shown(self, step: Step) -> Json:
        role = self._role(step)
        return {
            "key": step.key,
            "title": step.title,
            "hint": step.hint,
            "done": step.key in self._done,
            "go": step.go,
            "role": role.key if role is not None else None,
            "chat": self._place(step, role) if role is not None and role.person is not None else None,
        }

    def _note_press(self, message: Message, data: str, person_id: int) -> None:
        captions = [button.text for row in message.buttons for button in row if button.data == data]
        role = next((one for one in self._stage.cast if one.person is not None and one.person.id == person_id), None)
        for step in STEPS:
            if (
                step.caption
                and role is not None
                and role.kind == step.kind
                and any(step.caption in c for c in captions)
            ):
                self._pressed.append((step, message))

    def _settle(self, message: Message) -> None:
        for step, pressed in list(self._pressed):
            if pressed is message and (message.deleted or not _offers(message, step.caption)):
                self._done.add(step.key)
                self._pressed.remove((step, pressed))

    def _begun(self, key: str) -> bool:
        """Whether the step is done or its button pressed: under a messenger's limits the button may disappear after the
        next step is taken.
        """
        return key in self._done or any(step.key == key for step, _ in self._pressed)

    def _note_message(self, message: Message) -> None:
        if message.sender.is_bot:
            if "просрочен" in message.text.lower() and "written" in self._done:
                self._done.add("overdue")
            return
        role = next((one for one in self._stage.cast if one.person is message.sender), None)
        answered = message.reply_to is not None and message.reply_to.sender.is_bot
        if role is None or role.kind != "executor" or not answered or not self._begun("forwarded"):
            return
        if len(message.text) >= DRAFT_LETTERS_AT_LEAST:
            self._done.add("drafted")

    def _role(self, step: Step) -> Role | None:
        if step.kind is None:
            return None
        candidates = [role for role in self._stage.cast if role.kind == step.kind]
        return max(candidates, key=self._last_called, default=None)

    def _last_called(self, role: Role) -> tuple[float, int]:
        """Return the sort key of a role: when the bot last wrote to it in private; on a tie, the role shown first is
        greater.
        """
        chat = self._stage.chat(role, BOT)
        history = self._stage.history(chat) if chat is not None else []
        last = next((m.date.timestamp() for m in reversed(history) if m.sender.is_bot), 0.0)
        return last, -[one.key for one in self._stage.cast].index(role.key)

    def _place(self, step: Step, role: Role) -> str:
        """Return the key of the chat with the step's button; without one, the group for an executor and the private
        chat for others.
        """
        if step.caption:
            for key in (BOT, GROUP):
                chat = self._stage.chat(role, key)
                if chat is not None and any(_offers(m, step.caption) for m in self._stage.history(chat)):
                    return key
        return GROUP if role.kind == "executor" else BOT


def _offers(message: Message, caption: str) -> bool:
    return any(caption in button.text for row in message.buttons for button in row)
