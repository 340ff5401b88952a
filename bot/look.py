"""What a door may look at: the port `handlers.view.View` over an open page. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.taking import Taking
from handlers.callbacks import Callback, Verb
from handlers.public import Citizens
from handlers.updates import Incoming, Kind
from networks.incident import Unreadable
from networks.port import Found, LinkProblem
from storage.page import Page
from workflow.case import ENDED, Case, FileRef, MissingFile, State
from workflow.office import Actor, Office
from workflow.ports import Binding, Known, Question

OPEN_STATES = [state.value for state in State if state not in ENDED]
ABOUT_QUESTIONS = frozenset(
    {Verb.RETURN_REASON, Verb.YES, Verb.NO, Verb.BIND_YES, Verb.BIND_NO, Verb.GROUP_YES, Verb.NEW_CASE_YES}
)
"""Buttons whose subject is a question, not a case."""
ABOUT_NO_CASE = frozenset({
    Verb.HEAR, Verb.LEAF, Verb.END_ABSENCE, Verb.TAKE_UP, Verb.FORWARD_WAVE, Verb.GATHER_WAVE,
    Verb.OFFICIAL_PAGE, Verb.PAGE_ITEM, Verb.PAGE_ACT, Verb.PAGE_NEW, Verb.COMMENT, Verb.MODERATE,
    Verb.MATERIAL, Verb.MATERIAL_ACT, Verb.MATERIAL_NEW, Verb.MATERIAL_PAGE, Verb.PLAN,
})  # fmt: skip
"""Buttons whose subject is something else altogether."""


@dataclass(frozen=True)
class Look:
    page: Page
    office: Office
    now: datetime
    actor: Actor
    group: int | None
    bot_name: str
    kept: Mapping[str, FileRef]
    is_admin_here: bool
    linked: Found | LinkProblem | None
    bindings: tuple[Binding, ...]
    citizens: Citizens
    sheet: Taking | Unreadable | None = None
    missing: tuple[MissingFile, ...] = ()

    @classmethod
    async def at(
        cls,
        page: Page,
        incoming: Incoming,
        office: Office,
        now: datetime,
        *,
        bot_name: str,
        kept: Mapping[str, FileRef],
        missing: tuple[MissingFile, ...] = (),
        is_admin_here: bool,
        linked: Found | LinkProblem | None = None,
        citizens: Citizens = Citizens(),  # noqa: B008 - a frozen value
        sheet: Taking | Unreadable | None = None,
    ) -> Look:
        bindings = tuple(await page.people.all())
        group = await page.people.working_group()
        actor = actor_of(incoming, bindings)
        return cls(
            page=page,
            office=office,
            now=now,
            actor=actor,
            group=group[0] if group else None,
            bot_name=bot_name,
            kept=kept,
            missing=missing,
            is_admin_here=is_admin_here,
            linked=linked,
            bindings=bindings,
            citizens=citizens,
            sheet=sheet,
        )

    @property
    def has_sheet(self) -> bool:
        return self.sheet is not None

    def reachable(self, account: int) -> bool:
        return any(b.account == account and b.reachable for b in self.bindings)

    async def case(self, case_id: int) -> Case | None:
        return await self.page.case(case_id)

    async def case_numbered(self, number: int) -> Case | None:
        return await self.page.case_by_number(number)

    async def known(self, chat: int, message: int) -> Known | None:
        return await self.page.messages.at(chat, message)

    async def question(self, question_id: int) -> Question | None:
        return await self.page.questions.get(question_id)

    async def question_at(self, chat: int, message: int) -> Question | None:
        return await self.page.questions.open_at(chat, message)

    async def open_questions(self) -> list[Question]:
        account = self.actor.account
        return await self.page.questions.open_of(account) if account is not None else []

    async def cases_of(self, department: str) -> list[Case]:
        return await self.page.cases_in(OPEN_STATES, department)


async def case_of(page: Page, incoming: Incoming) -> int | None:
    """The case an update is about, as far as its address tells: what is about one case keeps its order."""
    if incoming.kind is Kind.PRESS:
        callback = Callback.parse(incoming.data)
        if callback is None or callback.verb in ABOUT_NO_CASE:
            return None
        if callback.verb in ABOUT_QUESTIONS:
            question = await page.questions.get(callback.subject)
            return question.case_id if question else None
        return callback.subject
    message = incoming.message if incoming.kind is Kind.EDIT else incoming.reply_to
    if message is None:
        return None
    known = await page.messages.at(incoming.chat, message)
    if known is not None:
        return known.case_id
    asked = await page.questions.open_at(incoming.chat, message)
    return asked.case_id if asked else None


def actor_of(incoming: Incoming, bindings: tuple[Binding, ...]) -> Actor:
    """Whoever sent it, by the account's bindings. Who has left the working group has no rights until he is back."""
    if incoming.sender is None:
        return Actor(standing="stranger")
    if incoming.sender.anonymous:
        return Actor(standing="anonymous")
    account = incoming.sender.account
    return _known_as([b for b in bindings if b.account == account], account)


async def reader_of(page: Page, account: int | None) -> Actor:
    """Whoever a message to the account is shown to, as if he had sent something."""
    return _known_as(await page.people.of_account(account) if account is not None else (), account)


def _known_as(own: Sequence[Binding], account: int | None) -> Actor:
    if not own:
        return Actor(account=account, standing="stranger")
    standing = "ok" if all(b.in_group for b in own) else "left"
    return Actor(tuple(b.person for b in own), account, standing)


def accounts_of(people: Collection[str], bindings: Iterable[Binding]) -> set[int]:
    """The accounts of those of the people the bot can write to."""
    return {b.account for b in bindings if b.person in people and b.reachable}
