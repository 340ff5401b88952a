"""What a door (`handlers`) may read: the port `handlers.view.View` over an open transaction. Only reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answering.accounts import OPEN_STATES, actor_of
from bot.answering.sheet import Taking
from handlers.callbacks import ABOUT_QUESTIONS, Callback, Verb
from handlers.incoming import Incoming, Kind
from handlers.public import Citizens
from networks.incident import Unreadable
from networks.port import Found, LinkProblem
from storage.transaction import Transaction
from workflow.case import Case, FileRef, MissingFile
from workflow.office import Actor, Office
from workflow.ports import Binding, Known, Question

ABOUT_NO_CASE = frozenset({
    Verb.HEAR, Verb.LEAF, Verb.REPORT, Verb.END_ABSENCE, Verb.TAKE_UP, Verb.FORWARD_WAVE, Verb.GATHER_WAVE, Verb.FORWARD_GUESSED,
    Verb.OFFICIAL_PAGE, Verb.PAGE_ITEM, Verb.PAGE_ACT, Verb.PAGE_NEW, Verb.COMMENT, Verb.MODERATE,
    Verb.STRIKE, Verb.MATERIAL, Verb.MATERIAL_ACT, Verb.MATERIAL_NEW, Verb.MATERIAL_PAGE, Verb.PLAN,
    Verb.READY,
})  # fmt: skip
"""Buttons whose subject is neither a case nor a question."""


@dataclass(frozen=True)
class Look:
    tx: Transaction
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
    judge: Callable[[str, Office], bool] | None = None

    @classmethod
    async def at(
        cls,
        tx: Transaction,
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
        judge: Callable[[str, Office], bool] | None = None,
    ) -> Look:
        """Return what the doors may read about this update. `judge`: says whether a text is an appeal of a citizen."""
        bindings = tuple(await tx.people.all())
        group = await tx.people.working_group()
        actor = actor_of(incoming, bindings)
        return cls(
            tx=tx,
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
            judge=judge,
        )

    @property
    def has_sheet(self) -> bool:
        return self.sheet is not None

    def reachable(self, account: int) -> bool:
        return any(b.account == account and b.reachable for b in self.bindings)

    async def case(self, case_id: int) -> Case | None:
        return await self.tx.case(case_id)

    async def case_numbered(self, number: int) -> Case | None:
        return await self.tx.case_by_number(number)

    async def known(self, chat: int, message: int) -> Known | None:
        return await self.tx.messages.at(chat, message)

    async def question(self, question_id: int) -> Question | None:
        return await self.tx.questions.get(question_id)

    async def question_at(self, chat: int, message: int) -> Question | None:
        return await self.tx.questions.open_at(chat, message)

    async def open_questions(self) -> list[Question]:
        account = self.actor.account
        return await self.tx.questions.open_of(account) if account is not None else []

    async def passed_by(self) -> tuple[int, int]:
        account = self.actor.account
        passed, aside = [await self.tx.mark(f"{name}:{account}") for name in ("passed", "aside")]
        return int(passed or 0), int(aside or 0)

    def is_appeal(self, text: str) -> bool:
        return self.judge is not None and self.judge(text, self.office)

    def with_files(self, kept: Mapping[str, FileRef], missing: tuple[MissingFile, ...]) -> Look:
        return replace(self, kept=kept, missing=missing)

    async def cases_of(self, department: str) -> list[Case]:
        return await self.tx.cases_in(OPEN_STATES, department)

    async def drafted(self) -> list[Case]:
        return [case for case in await self.tx.cases_in(OPEN_STATES) if case.drafts]


async def case_of(tx: Transaction, incoming: Incoming) -> int | None:
    """Return the id of the case that the update is about, as far as its button or the message it answers tells, so that
    updates about one case stay in order; None if that is not known."""
    if incoming.kind is Kind.PRESS:
        callback = Callback.parse(incoming.data)
        if callback is None or callback.verb in ABOUT_NO_CASE:
            return None
        if callback.verb in ABOUT_QUESTIONS:
            question = await tx.questions.get(callback.subject)
            return question.case_id if question else None
        return callback.subject or None
    message = incoming.message if incoming.kind is Kind.EDIT else incoming.reply_to
    if message is None:
        return None
    known = await tx.messages.at(incoming.chat, message)
    if known is not None:
        return known.case_id
    asked = await tx.questions.open_at(incoming.chat, message)
    return asked.case_id if asked else None
