"""The office's own pages in the demo: a department's page with the head's consent, moderation of comments, a
department's material on its way to the wall and the channel, the week's plan.

Each part is a journey of its own by the means people use; `tell` is called with words for each step after it has
happened. The play in the terminal and the page's morning use the same journeys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.demo.cast import Players
from bot.demo.hands import Hands, indented, saying, with_button
from bot.demo.picture import photo
from bot.demo.stage import NothingHappened, wait_for
from sandbox.messenger.model import Message
from sandbox.vk.model import Comment, Post, VkUser

Tell = Callable[[str], None]

PATIENCE_SECONDS = 120.0
EDITOR = "adviser"
DECISION, ORDER = "Решение о создании", "Приказ от 12 января 2026 года № 3"
DELAY = timedelta(seconds=31)
"""Longer than the half minute for which an approval waits for «Отменить»."""


@dataclass(frozen=True)
class Unit:
    """A department that wants a page of its own: the key and the title of its head, who asks for it, the department's
    name in the file, and the page's address, in which `{site}` stands for the messenger's site."""

    head: str
    title: str
    name: str
    address: str


IMPROVEMENT = Unit(
    "improvement_head", "Начальник отдела благоустройства", "Отдел благоустройства", "{site}/okrug_blago"
)
ROADS = Unit("roads_head", "Начальник отдела дорог", "Отдел дорожного хозяйства", "vk.com/okrug_dorogi")


@dataclass(frozen=True)
class OwnChannel:
    """The names of the office's channel: `page` in the registry of pages, `where` in the play's sentences."""

    page: str
    where: str


CHANNEL = {
    "telegram": OwnChannel("Телеграм · Канал администрации", "в телеграм-канале"),
    "max": OwnChannel("MAX · Канал администрации", "в канале MAX"),
}

NEWS = (
    "В парке на Садовой открыли новую детскую площадку: горка, качели и дорожки для колясок. Вечером там светло, "
    "фонари горят до полуночи."
)
CRITICISM = "Площадку открыли, а тротуара к ней нет: с коляской идём по дороге. Всё для отчёта!"
ADVERTISING = "Натяжные потолки от 400 рублей, замер бесплатно! Звоните 8 900 000-00-00, пишите в личку"
JOKE = "Продам ямы на Полевой, недорого, самовывоз. Звоните в администрацию"
"""A complaint that looks like an advertisement."""
OBSCENE = "Ни х*ра себе горка, поздравляю"

STIFF = (
    "В рамках подготовки к отопительному сезону на улице Школьной осуществляется промывка тепловых сетей. "
    "Возможны перебои."
)
REMARKS = "Напишите, в какой день и час не будет воды\nДобавьте фото"
PLAIN = (
    "Завтра с 9 до 12 промываем трубы на Школьной, готовимся к теплу. В домах 3–15 не будет горячей воды: "
    "наберите её с вечера. Что-то не так после 12? Звоните в диспетчерскую, там ждут."
)
WAITING = "Завтра с утра латаем ямы на Полевой, от почты до школы. Объезд по Степной, автобус ходит как обычно."


class OwnPages(Hands):
    """Plays the office's work with its own pages."""

    def __init__(self, players: Players, tell: Tell) -> None:
        super().__init__(players)
        self.tell = tell

    # --- a page of a unit's own

    async def page_asked_for(self, unit: Unit) -> Message:
        """Let the department's head request the page; return the question for consent that the head of the district
        gets."""
        self.writes_to_the_bot(unit.head, "/pages")
        await self._press_where(unit.head, "", "Внести страницу")
        question = await self._told(unit.head, "Какую страницу внести?")
        address = unit.address.format(site=self.messenger.site)
        self.writes_to_the_bot(unit.head, address, question)
        await self._press_where(unit.head, "чья это страница?", "Подразделение")
        await self._press_where(unit.head, "какого подразделения?", unit.name)
        asked = await self._told("head", "Нужно ваше согласие", "Согласовать")
        self.tell(f"{unit.title} просит свою страницу, {address}. Глава видит:\n{indented(asked.text)}")
        return asked

    async def page_in_force(self, unit: Unit) -> None:
        """Bring the page into the registry: request, consent, agreement, decision, entry into force."""
        asked = await self.page_asked_for(unit)
        toast = await self.press("head", asked, "Согласовать")
        self.tell(f"Глава нажимает «Согласовать»: {toast}")
        toast = await self._press_where(EDITOR, unit.name, "Согласовать (советник)")
        self.tell(f"Советник главы нажимает «Согласовать (советник)»: {toast}")
        await self._decided(unit)
        toast = await self._press_where(EDITOR, unit.name, "Ввести в действие")
        await self._told(unit.head, "Страница введена в действие")
        self.writes_to_the_bot(EDITOR, "/pages")
        listed = await self._told(EDITOR, "официальн", "Внести страницу", since=f"{unit.name}")
        self.tell(f"Советник вводит её в действие: {toast} Реестр:\n{indented(listed.text)}")

    async def _decided(self, unit: Unit) -> None:
        """Let the department's head name the decision by which the page is created (MO-A2.4)."""
        await self._press_where(unit.head, "Страница согласована", "Заполнить…")
        await self._press_where(unit.head, unit.name, DECISION)
        question = await self._told(unit.head, "каким решением создана")
        self.writes_to_the_bot(unit.head, ORDER, question)
        await self._told(unit.head, f"Записано: {DECISION.lower()}")
        self.tell(f"{unit.title} называет решение, которым страница создана: «{ORDER}».")

    # --- comments

    def publishes(self, text: str) -> Post:
        """Post the text on the wall, and in the channel if there is one; the bot counts it for both pages. Return the
        post in VK."""
        players = self.players
        with players.town.rehearses("press"):
            post = self.vk.post(players.community, text)
            if (channel := players.town.stage.channel) is not None:
                self.messenger.publish(players.people["curator"], channel, text)
        return post

    def comments(self, author: VkUser, post: Post, text: str) -> Comment:
        with self.players.town.rehearses("resident"):
            return self.vk.comment(author, post, text)

    async def proposed(self, text: str) -> Message:
        """Wait for and return the message that proposes the comment with this text to the adviser, who moderates."""
        return await self._told(EDITOR, "Комментарий №", "Оставить", since=text)

    async def moderated(self, post: Post) -> None:
        """Play comments under the post: criticism stays, an advertisement is deleted, a joke that is a complaint
        becomes a case."""
        players = self.players
        self.comments(players.resident, post, CRITICISM)
        advertisement = self.comments(players.passer_by, post, ADVERTISING)
        shown = await self.proposed("Натяжные потолки")
        await self._told("curator", "тротуара к ней нет")
        self._is_proposed_to_nobody("тротуара к ней нет")
        self.tell(f"Критика под записью, «{CRITICISM}», пришла куратору сообщением; удалять её не предлагают никому")
        self.tell(f"Рекламу бот предлагает решить советнику:\n{indented(shown.text)}")
        await self._deleted(advertisement, shown)
        self.comments(players.neighbour, post, JOKE)
        toast = await self.press(EDITOR, await self.proposed("Продам ямы"), "Это обращение")
        self.tell(f"«{JOKE}» бот принял за рекламу. Советник нажимает «Это обращение»: {toast}")
        await self._told("curator", "Продам ямы", "Направить")
        self.tell("Сообщение у куратора, дальше как любое другое")

    async def _deleted(self, comment: Comment, shown: Message) -> None:
        await self.press(EDITOR, shown, "Удалить")
        toast = await self._press_where(EDITOR, "Натяжные потолки", "Да, удалить: спам")
        await wait_for("комментарий удалён во ВКонтакте", lambda: comment.deleted or None)
        self.tell(
            f"Советник нажимает «Удалить», потом «Да, удалить: спам»: {toast} Во ВКонтакте комментария больше нет"
        )
        await self._press_where(EDITOR, "Удалён: спам", "История")
        journal = await self._told(EDITOR, "удалить, спам (прил. 2, пункт 15)")
        self.tell(f"В журнале основание и пункт:\n{indented(journal.text)}")
        await self.press(EDITOR, journal, "Назад")

    def _is_proposed_to_nobody(self, words: str) -> None:
        for person in self.players.people:
            if any("Комментарий №" in m.text and words in m.text for m in self.players.private(person)):
                raise NothingHappened(f"критика не предложена на удаление: {person}")

    # --- material

    async def material_sent(self, person: str, text: str) -> Message:
        """Send a material to the bot as this person; return the message with it that the adviser gets."""
        self.writes_to_the_bot(person, "/material")
        question = await self._told(person, "Пришлите материал одним сообщением")
        self.writes_to_the_bot(person, text, question)
        await self._told(person, "", "Отменить", since="Материал")
        self.players.town.clock.advance(DELAY)
        return await self._told(EDITOR, "Материал для публикации", "Одобрить")

    async def material_published(self) -> str:
        """Play one material from sending through a return with remarks to publication on the wall and in the channel;
        return the post's address in VK."""
        head = await self.material_sent("zhkh_head", STIFF)
        self.tell(f"Отдел ЖКХ присылает материал для публикации: «{STIFF}» Советник видит:\n{indented(head.text)}")
        await self.press(EDITOR, head, "Вернуть с замечаниями")
        question = await self._told(EDITOR, "какие замечания?")
        self.writes_to_the_bot(EDITOR, REMARKS, question)
        returned = await self._told("zhkh_head", "возвращён с замечаниями")
        self.tell(f"Советник возвращает материал с замечаниями. Отдел видит:\n{indented(returned.text)}")
        self.writes_to_the_bot("zhkh_head", PLAIN, returned, (photo(160),))
        second = await self._told(EDITOR, "Новая версия материала", "Одобрить")
        self.tell(f"Отдел присылает версию 2 с фото:\n{indented(second.text)}")
        toast = await self._approved(second)
        self.tell(f"Советник одобряет для стены и канала, «Сейчас»: {toast}")
        self.players.town.clock.advance(DELAY)
        post = await wait_for("запись на стене", lambda: self._on_the_wall(PLAIN), PATIENCE_SECONDS)
        await wait_for("запись в канале", lambda: self._in_the_channel(PLAIN), PATIENCE_SECONDS)
        await self._told("zhkh_head", "Материал опубликован")
        self.tell(f"Запись с фото стоит на стене ({post.url}) и {CHANNEL[self.messenger.key].where}")
        return post.url

    async def _approved(self, head: Message) -> str:
        await self.press(EDITOR, head, "Одобрить…")
        for page in ("ВКонтакте · Администрация округа", CHANNEL[self.messenger.key].page):
            await self._press_where(EDITOR, "", page)
            await self._sees_button(EDITOR, f"✓ {page}")
        return await self._press_where(EDITOR, "", "Сейчас")

    async def plan_opened(self) -> Message:
        self.writes_to_the_bot(EDITOR, "/plan")
        return await self._told(EDITOR, "План публикаций")

    async def plan_is_true(self, plan: Message) -> None:
        """Wait until the plan opened earlier shows what has been published since. Raises NothingHappened if it does
        not."""
        await wait_for("план обновился сам", lambda: True if "✅" in plan.text else None, PATIENCE_SECONDS)
        self.tell(f"План недели, открытый советником раньше, обновился сам:\n{indented(plan.text)}")

    # --- what they see

    def _on_the_wall(self, text: str) -> Post | None:
        return next((post for post in self.vk.posts if post.text == text and not post.deleted), None)

    def _in_the_channel(self, text: str) -> Message | None:
        channel = self.players.town.stage.channel
        return saying(list(self.messenger.messages(channel)), text) if channel is not None else None

    async def _told(self, person: str, words: str, caption: str = "", since: str = "") -> Message:
        """Wait for and return the newest private message from the bot that contains `words` (and `since`), with this
        button if one is named."""

        def found() -> Message | None:
            told = [m for m in self.players.private(person) if since in m.text and m.sender.is_bot]
            return with_button(told, caption, words) if caption else saying(told, words)

        return await wait_for(f"{person}: {words} {caption}", found, PATIENCE_SECONDS)

    async def _sees_button(self, person: str, caption: str) -> Message:
        return await self._told(person, "", caption)

    async def _press_where(self, person: str, words: str, caption: str) -> str:
        """Press this button of the newest private message that has it and contains `words`; return the toast."""
        return await self.press(person, await self._told(person, words, caption), caption)
