"""How much everybody hears on a day of 40 cases under `kursky`, against the estimates of CLOCK §4.

Two days of 40 complaints each are played through the sandbox, minute by minute, by people who do most things in time;
the second day is counted, with what the first one left. Messages of the bot only: an edit makes no sound.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.telegram.model import Chat, Message, User
from tests.stories.building import a_town, everybody_in
from tests.stories.town import MOSCOW, Town

TROUBLES = (
    "Третий день нет воды, {place}. В водоканале трубку не берут, сделайте что-нибудь",
    "Батареи еле тёплые, {place}, в квартире пятнадцать градусов, спим в куртках",
    "С площадки у дома {place} вторую неделю не вывозят мусор, баки переполнены",
    "Огромная яма напротив дома {place}, вчера пробил колесо",
    "Автобус по утрам не останавливается, {place}, опаздываем на работу",
    "Во дворе {place} сломаны качели, железо торчит, убрали бы",
    "Стая собак бегает около дома {place}, страшно отпускать ребёнка в школу",
    "Не горит ни один фонарь, {place}, вечером идём с телефонами",
    "После дождя двор {place} стоит в воде по колено, ливнёвка забита",
    "Крыша течёт, {place}, управляющая компания обещает с августа",
    "Из крана идёт ржавая вода, {place}, бельё стирать невозможно",
    "Упало дерево и перегородило проезд у дома {place}",
    "Тротуар {place} не чищен, пожилые люди падают",
    "В подъезде {place} второй месяц не моют полы и лестницу",
    "Пропадает свет по вечерам, {place}, холодильник сгорел",
    "Люк открыт прямо на дорожке к садику, {place}",
    "Канализация течёт по улице, {place}, запах ужасный",
    "Светофор мигает жёлтым третий день, {place}, перейти невозможно",
    "Пешеходный переход у школы стёрся, {place}, водители не видят",
    "Не косят траву вдоль дороги, {place}, амброзия по пояс",
    "Лифт не работает с понедельника, {place}, мама на девятом этаже",
    "Свалка шин за гаражами, {place}, кто её уберёт",
    "На кладбище повалило забор, вход со стороны {place}",
    "Газ отключили без предупреждения, {place}, готовить не на чем",
    "Остановка разбита, {place}, стоим под дождём",
    "Лёд на крыльце поликлиники, {place}, вчера упала женщина",
    "Рядом с домом {place} жгут листья, дышать нечем",
    "Стройка гремит до полуночи, {place}, дети не спят",
    "Грейдер прошёл и завалил въезд снегом, {place}",
    "Горячая вода еле течёт на верхних этажах, {place}",
    "Скамейки вырвали в сквере, {place}, присесть негде",
    "Дорожный знак упал и лежит на обочине, {place}",
    "Урны не опустошают, ветер разносит бумагу, {place}",
    "Маршрутка ходит раз в два часа, {place}, когда добавят рейсы",
    "Бродячие коты живут в подвале, {place}, блохи по всему подъезду",
    "Провод висит над самой дорожкой, {place}, дотянуться можно рукой",
    "Обочину размыло, {place}, машины съезжают в кювет",
    "Фонтан не включали всё лето, {place}, почему",
    "Детская горка ржавая, {place}, ребёнок порезался",
    "Домофон не работает, {place}, заходят посторонние",
)
"""Forty complaints, each of something else, so that few are taken for repeats of one another; invented."""
CASES = len(TROUBLES)
STREETS = ("Школьная", "Мира", "Степная", "Садовая", "Лесная", "Новая", "Советская", "Зелёная", "Южная", "Полевая")
ANSWER = "По адресу {place} бригада выполнит работы до {hour}:00 завтрашнего дня, ответственный мастер назначен."
HEADS = ("zhkh_head", "roads_head", "improvement_head")
BEGIN, END = 9 * 60, 18 * 60
LUNCH = range(13 * 60, 14 * 60)

Act = Callable[[], Awaitable[None]]


@dataclass
class Day:
    """The office at work: what is yet to be done, by the minute, and the dice."""

    town: Town
    dice: random.Random = field(default_factory=lambda: random.Random(40))
    plan: list[tuple[datetime, int, Act]] = field(default_factory=list)
    order: itertools.count[int] = field(default_factory=itertools.count)
    missed: int = 0

    def later(self, minutes: float, act: Act) -> None:
        """In so many minutes of somebody who has lunch and goes home."""
        at = self.town.clock.now().astimezone(MOSCOW) + timedelta(minutes=minutes)
        if at.hour * 60 + at.minute in LUNCH:
            at += timedelta(hours=1)
        if at.hour * 60 + at.minute >= END:
            at += timedelta(hours=15)
        heapq.heappush(self.plan, (at, next(self.order), act))

    async def until(self, end: datetime) -> None:
        while self.town.clock.now() < end:
            while self.plan and self.plan[0][0] <= self.town.clock.now():
                await heapq.heappop(self.plan)[2]()
            await self.town.waits(minutes=1)

    def arrivals(self, day: datetime) -> None:
        """The complaints of one day, spread over its working time."""
        for number in range(CASES):
            minute = self.dice.randint(0, END - BEGIN - 20)
            place = f"{STREETS[number % len(STREETS)]}, {day.day * 5 + number}"
            text = TROUBLES[number].format(place=place)
            at = day + timedelta(minutes=minute)
            heapq.heappush(self.plan, (at, next(self.order), self._complains(text, place)))

    def _complains(self, text: str, place: str) -> Act:
        async def act() -> None:
            players = self.town.players
            author = players.town.vk.add_person("Житель")
            players.town.vk.comment(author, players.post, text)
            await self.town.settles()
            self.later(self.dice.uniform(2, 12), self._forwards(place))

        return act

    def _forwards(self, place: str) -> Act:
        async def act() -> None:
            if await self._presses("curator", place, "Направить в", "Отдел благоустройства"):
                self._accepts_or_not(place)

        return act

    def _accepts_or_not(self, place: str) -> None:
        head = next((key for key in HEADS if self._said(key, place)), None)
        if head is None:
            self.missed += 1
            return
        luck = self.dice.random()
        if luck < 0.9:
            self.later(
                self.dice.uniform(3, 18) if luck < 0.75 else self.dice.uniform(21, 28), self._accepts(head, place)
            )
        self.later(self.dice.uniform(40, 200) if self.dice.random() < 0.9 else 260, self._drafts(head, place))

    def _accepts(self, head: str, place: str) -> Act:
        async def act() -> None:
            await self._presses(head, place, "Принять")

        return act

    def _drafts(self, head: str, place: str) -> Act:
        async def act() -> None:
            to = self._said(head, place)[-1]
            self._write(head, to, ANSWER.format(place=place, hour=self.dice.randint(10, 19)))
            await self.town.settles()
            again = self.dice.random() < 0.15
            act_on = self._sends_back(head, place) if again else self._approves(place)
            self.later(self.dice.uniform(3, 20), act_on)

        return act

    def _sends_back(self, head: str, place: str) -> Act:
        async def act() -> None:
            if await self._presses("curator", place, "На доработку"):
                question = self.town.players.private("curator")[-1]
                self._write("curator", question, "Назовите, пожалуйста, кто отвечает за работы и где уточнить.")
                await self.town.settles()
                self.later(self.dice.uniform(10, 25), self._drafts(head, place))

        return act

    def _approves(self, place: str) -> Act:
        async def act() -> None:
            await self._presses("curator", place, "Согласовать")

        return act

    def _said(self, key: str, place: str) -> list[Message]:
        """What the bot told this person of the case, lists aside."""
        told = (m for m in self.town.players.private(key) if m.sender.id == self.town.players.bot.id)
        return [m for m in told if place in m.text and not m.text.startswith(("Доброе утро", "К концу дня"))]

    def _write(self, key: str, to: Message, text: str) -> None:
        self.town.players.town.telegram.write(self._user(key), to.chat, text, reply_to=to)

    def _user(self, key: str) -> User:
        return self.town.players.people[key]

    async def _presses(self, key: str, place: str, *captions: str) -> bool:
        """Press the first of these buttons under what the bot told of the case; whether there was one."""
        for message in reversed(self._said(key, place)):
            shown = [b.text for row in message.buttons for b in row]
            words = next((text for caption in captions for text in shown if caption in text), None)
            if words is not None:
                self.town.players.town.telegram.press(self._user(key), message, words)
                await self.town.settles()
                return True
        self.missed += 1
        return False


def heard(messages: list[Message], bot: User, since: datetime) -> tuple[int, int]:
    """How many messages of the bot there are since then, and how many of them made a sound."""
    said = [m for m in messages if m.sender.id == bot.id and m.date >= since]
    return len(said), sum(1 for m in said if not m.silent)


async def measure(folder: Path) -> dict[str, float]:
    monday = datetime(2026, 1, 12, 9, tzinfo=MOSCOW)
    tuesday = monday + timedelta(days=1)
    async with a_town(folder, "kursky", at="2026-01-12 08:55", settings="reminders: {digests: true}\n") as town:
        await everybody_in(town)
        day = Day(town)
        day.arrivals(monday)
        day.arrivals(tuesday)
        await day.until(tuesday - timedelta(minutes=2))
        before = _writes(town, town.players.group)
        await day.until(tuesday + timedelta(hours=9))
        found: dict[str, float] = {"missed_acts": day.missed}
        for key in ("curator", *HEADS, "first_deputy"):
            total, loud = heard(town.players.private(key), town.players.bot, tuesday - timedelta(minutes=2))
            found |= {f"{key}_messages": total, f"{key}_with_sound": loud}
        total, loud = heard(town.players.in_group(), town.players.bot, tuesday - timedelta(minutes=2))
        found |= {"group_messages": total, "group_with_sound": loud}
        found["group_writes"] = _writes(town, town.players.group) - before
        found["cases"] = CASES
    return found


def _writes(town: Town, group: Chat) -> int:
    calls = town.players.town.telegram.calls
    return sum(1 for c in calls if c.ok and c.chat_id == group.id and c.method.startswith(("send", "edit")))
