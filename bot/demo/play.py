"""`demo --headless`: plays one case from a resident's comment to the posted answer, by the means people use.

Each step is printed in words after it has happened; the last line is the address of the posted answer.
"""

from __future__ import annotations

from datetime import timedelta

from bot.demo.cast import Players
from bot.demo.hands import Hands, indented, saying, with_button
from bot.demo.own_pages import IMPROVEMENT, NEWS, OwnPages, Tell
from bot.demo.picture import photo as photo
from bot.demo.stage import wait_for
from sandbox.messenger.model import Message
from sandbox.vk.model import Comment

COMPLAINT = "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут"
FIRST = "Здравствуйте. Авария на водопроводе по улице Школьной, бригада работает. Воду подадут в ближайшее время."
REMARK = "Назовите срок: когда подадут воду?"
SECOND = "Здравствуйте. Авария на водопроводе по улице Школьной, бригада работает. Воду подадут сегодня до 20:00."
BETTER = "Здравствуйте! Авария на водопроводе по улице Школьной, бригада работает. Воду подадут сегодня до 20:00."


class Play(Hands):
    """Plays the case step by step; `tell` is called with the words for each step after it has happened."""

    def __init__(self, players: Players, tell: Tell) -> None:
        super().__init__(players)
        self.tell = tell
        self._number = 0

    def step(self, words: str) -> None:
        self._number += 1
        self.tell(f"{self._number:2}. {words}")

    async def run(self) -> str:
        """Play the case, then the office's own pages; return the link to the answer. Raises NothingHappened if the bot
        is late with a step."""
        comment = self.vk.comment(self.players.resident, self.players.post, COMPLAINT)
        self.step(f"Житель пишет под записью администрации во ВКонтакте: «{COMPLAINT}»")
        card = await self._forwarded()
        await self._accepted(card)
        await self._drafted(card)
        await self._sent_back()
        await self._approved()
        link = await self._posted(comment, card)
        await self._own_pages()
        return link

    async def _own_pages(self) -> None:
        """Play the office's own pages: a page, comments, a material, the plan."""
        pages = OwnPages(self.players, self.step)
        plan = await pages.plan_opened()
        await pages.page_in_force(IMPROVEMENT)
        post = pages.publishes(NEWS)
        self.step(f"Пресс-служба публикует новость на стене и в канале: «{NEWS}»")
        await pages.moderated(post)
        await pages.material_published()
        await pages.plan_is_true(plan)

    async def _forwarded(self) -> Message:
        offer = await wait_for(
            "предложение куратору",
            lambda: with_button(self.players.private("curator"), "ЖКХ"),
        )
        self.step("Бот предлагает сообщение куратору: " + _first_lines(offer))
        caption = next(b.text for row in offer.buttons for b in row if "ЖКХ" in b.text)
        toast = await self.press("curator", offer, caption)
        self.step(f"Куратор нажимает «{caption}»: {toast}")
        card = await wait_for("карточка в группе", lambda: with_button(self.players.in_group(), "Принять"))
        self.step("Карточка в рабочей группе:\n" + indented(card.text))
        return card

    async def _accepted(self, card: Message) -> None:
        toast = await self.press("roads_head", card, "Принять")
        self.step(f"Начальник отдела дорог по ошибке нажимает «Принять»: {toast}")
        toast = await self.press("zhkh_head", card, "Принять")
        self.step(f"Начальник отдела ЖКХ нажимает «Принять»: {toast}")
        await wait_for("карточка изменилась на месте", lambda: card.edited)

    async def _drafted(self, card: Message) -> None:
        self.answers_the_card("zhkh_head", card, FIRST, (photo(80), photo(200)))
        self.step("Начальник отдела ЖКХ отвечает на карточку текстом с двумя фото")
        head = await wait_for("проект у куратора", lambda: with_button(self.players.private("curator"), "Согласовать"))
        self.step("Проект, версия 1, у куратора:\n" + indented(head.text))

    async def _sent_back(self) -> None:
        head = with_button(self.players.private("curator"), "На доработку")
        assert head is not None
        await self.press("curator", head, "На доработку")
        question = await wait_for(
            "вопрос о замечании", lambda: saying(self.players.private("curator"), "что исправить")
        )
        self.writes_to_the_bot("curator", REMARK, question)
        self.step(f"Куратор отправляет на доработку: «{REMARK}»")
        await wait_for("кнопка «Отменить»", lambda: with_button(self.players.private("curator"), "Отменить"))
        self.players.town.clock.advance(timedelta(seconds=31))
        remark = await wait_for("замечание у исполнителя", lambda: saying(self.players.private("zhkh_head"), REMARK))
        self.writes_to_the_bot("zhkh_head", SECOND, remark, (photo(200),))
        self.step("Начальник отдела ЖКХ присылает версию 2 с фото ответом на замечание")

    async def _approved(self) -> None:
        second = await wait_for("версия 2 у куратора", lambda: self._head_of("версия 2"))
        self.step("Версия 2 у куратора, видно, что изменилось:\n" + indented(second.text))
        self.writes_to_the_bot("curator", BETTER, second)
        third = await wait_for("правка куратора", lambda: self._head_of("версия 3"))
        self.step("Куратор поправил формулировку ответом на проект; его правка хранится рядом с исходным текстом")
        toast = await self.press("curator", third, "Согласовать")
        self.step(f"Куратор нажимает «Согласовать»: {toast}")
        await wait_for("кнопка «Отменить»", lambda: with_button(self.players.private("curator"), "Отменить"))
        self.players.town.clock.advance(timedelta(seconds=31))
        self.step("Полминуты на «Отменить» прошли")

    def _head_of(self, words: str) -> Message | None:
        found = with_button(self.players.private("curator"), "Согласовать")
        return found if found is not None and words in found.text else None

    async def _posted(self, comment: Comment, card: Message) -> str:
        answer = await wait_for(
            "ответ во ВКонтакте",
            lambda: next((c for c in self.vk.comments(self.players.post) if c.reply_to is comment), None),
        )
        self.step(f"Ответ стоит под комментарием, от имени сообщества «{self.players.community.name}»: «{answer.text}»")
        await wait_for("закрытая карточка", lambda: True if "Отвечено" in card.text and not card.buttons else None)
        self.step("Карточка закрыта:\n" + indented(card.text))
        return answer.url


def _first_lines(message: Message) -> str:
    return "\n" + indented("\n".join(message.text.splitlines()))
