"""People who do what there is to be done, by dice: they read the cards and press what is shown, whatever becomes of the bot.

What somebody does next follows from the state of the case; with what, from what stands in the chats: an act for which no
button and no message is shown is never made, and the case stays open, which the oracle would say.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.demo.cast import Players
from bot.demo.picture import photo
from sandbox.telegram.model import Message, Press, User
from workflow.case import Case, State

COMPLAINTS = (
    "Третий день нет воды на Школьной, {house}. Звоним в водоканал, трубку не берут",
    "На улице Мира, {house} яма во всю дорогу, машины бьются",
    "Не вывозят мусор с Садовой, {house}, контейнеры полные",
    "Стая собак у дома {house} на Степной, детям страшно",
    "Не горит фонарь на Заречной, {house}, вечером темно",
)
ANSWER = (
    "Здравствуйте. По вашему сообщению № {number} бригада выехала, работы закончим {day} января до 18:00. Запись {n}."
)
TRIES = 9
HEADS = {"zhkh": "zhkh_head", "roads": "roads_head", "improvement": "improvement_head"}


@dataclass
class Hands:
    """`pressed`: every press made. `drafts`: every text sent as a draft."""

    players: Players
    dice: random.Random
    pressed: list[Press] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    comments: int = 0
    _times: Counter[object] = field(default_factory=Counter)

    def complain(self) -> None:
        """A resident of his own writes under the post."""
        self.comments += 1
        vk = self.players.town.vk
        text = self.dice.choice(COMPLAINTS).format(house=self.comments)
        vk.comment(vk.add_person(f"Житель {self.comments}"), self.players.post, text)

    def act(self, cases: Sequence[Case], eagerness: float = 1.0) -> int:
        """Each person does the next thing to each case, or leaves it for now; how many things were done."""
        return sum(self._one(case) or self._ask(case) for case in cases if self.dice.random() < eagerness)

    def _ask(self, case: Case) -> int:
        """Nothing is shown to be pressed or answered: the curator asks for the case."""
        if case.state is State.APPROVED or self._times["asked", case.id, case.state] > 1:
            return 0
        self._times["asked", case.id, case.state] += 1
        self.players.town.telegram.write(self._user("curator"), self.players.bot, f"/case {case.number}")
        return 1

    def _one(self, case: Case) -> int:
        lead = HEADS.get(case.lead.department) if case.lead is not None else None
        match case.state:
            case State.NEW:
                return self._press("curator", f"fw:{case.id}")
            case State.FORWARDED if lead is not None and self.dice.random() < 0.8:
                return self._press(lead, f"ac:{case.id}") or self._draft(lead, case)
            case State.FORWARDED | State.IN_WORK | State.REWORK if lead is not None:
                return self._draft(lead, case)
            case State.ON_APPROVAL if len(case.drafts) < 3 and self.dice.random() < 0.25:
                return self._send_back(case)
            case State.ON_APPROVAL:
                return self._press("curator", f"ap:{case.id}:{case.drafts[-1].version}")
            case State.NOT_POSTED:
                return self._press("curator", f"ry:{case.id}") or self._press("curator", f"pt:{case.id}")
        return 0

    def _press(self, person: str, start: str) -> int:
        """Press the button, now and then twice, and again while nothing comes of it: the messenger forgets a press after
        two minutes of silence."""
        shown = [
            (message, button)
            for message in self._chats(person)
            for row in message.buttons
            for button in row
            if button.data and (button.data == start or button.data.startswith((f"{start}:", f"{start}.")))
        ]
        shown = [one for one in shown if self._times[person, one[0].id, one[1].data] < TRIES]
        if not shown:
            return 0
        message, button = self.dice.choice(shown[-3:])
        self._times[person, message.id, button.data] += 1
        for _ in range(2 if self.dice.random() < 0.15 else 1):
            self.pressed.append(self.players.town.telegram.press(self._user(person), message, button.text))
        return 1

    def _draft(self, person: str, case: Case) -> int:
        """Reply to a card of the case, with pictures now and then; the next text only when the last was not taken."""
        about = [
            m for m in self.players.in_group() if m.sender.id == self.players.bot.id and f"№ {case.number} ·" in m.text
        ]
        key = ("draft", case.id, len(case.drafts))
        if not about or self._times[key] > 3:
            return 0
        self._times[key] += 1
        self.drafts.append(ANSWER.format(number=case.number, day=20 + len(case.drafts), n=len(self.drafts)))
        telegram, card = self.players.town.telegram, self.dice.choice(about[-3:])
        if self.dice.random() < 0.2:
            photos = [photo(len(self.drafts) % 200), photo(len(self.drafts) % 200 + 1)]
            telegram.send_album(self._user(person), card.chat, photos, caption=self.drafts[-1], reply_to=card)
        else:
            telegram.write(self._user(person), card.chat, self.drafts[-1], reply_to=card)
        return 1

    def _send_back(self, case: Case) -> int:
        """Answer the question for the remark, or have it asked."""
        asked = [m for m in self.players.private("curator") if "исправить" in m.text and f"№ {case.number}" in m.text]
        if not asked or self._times["remark", case.id, len(case.drafts)] > 1:
            return self._press("curator", f"sb:{case.id}:{case.drafts[-1].version}")
        self._times["remark", case.id, len(case.drafts)] += 1
        curator, words = self._user("curator"), f"Назовите срок по № {case.number}, пожалуйста"
        self.players.town.telegram.write(curator, self.players.bot, words, reply_to=asked[-1])
        return 1

    def _chats(self, person: str) -> list[Message]:
        return [*self.players.in_group(), *self.players.private(person)]

    def _user(self, person: str) -> User:
        return self.players.people[person]
