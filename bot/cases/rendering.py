"""What a letter shows, made at the moment of sending from the newest case (DESIGN: «delivery … renders at the moment of
sending»), and what the end of a posting means for the case. Awaits nothing of the network.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.cases.fitting import kind_of, too_long
from bot.cases.screens import cards, drafts, sayings
from bot.cases.screens import why as terms
from bot.cases.screens.sayings import REGISTERED
from bot.clock import Clock
from bot.delivery import Act, Carried, Failed, Post, Rendered, Show
from bot.files import FileStore
from bot.found.rendering import GATHERED, gathered, letter_gathered, seen_list
from bot.leadership.rendering import DOCUMENTS, LISTS, Leadership
from bot.leadership.screens import case_buttons
from bot.messenger import Address, OutFile, Screen
from bot.notices.digest_rendering import digest_screen, promises_screen
from bot.notices.screens import News, mentions, notice, together
from bot.offices import Offices
from bot.official.material.desk import MaterialReporting
from bot.official.material.rendering import KIND as MATERIAL
from bot.official.material.rendering import PLAN, MaterialShown
from bot.official.moderation import rendering as moderation
from bot.official.moderation.granting import answered_by_network
from bot.official.moderation.screens import Appeals
from bot.official.pages.rendering import KIND, list_pages, show_letter, show_page
from bot.official.pages.rendering import LISTS as PAGE_LISTS
from bot.people.duty_screens import people_screen
from bot.people.entrance import HERE, Entrance
from bot.people.rendering import list_screen
from bot.process import questions, saying
from config.russian.words import neutralise
from config.texts import Texts
from networks.port import Answer, Network, Posted
from networks.port import OutFile as NetworkFile
from storage.transaction import Transaction
from workflow import commands
from workflow.case import Case, FileRef, Loss, State
from workflow.commands import Action
from workflow.desk import Desk
from workflow.effects import Notice
from workflow.office import NETWORK, Actor, Office, Role
from workflow.ports import GROUP_LANE, Known, Letter, Question
from workflow.regulation import Importance, Step
from workflow.terms.alarms import running_terms
from workflow.visibility import cases_of, may_read

CALLING = frozenset({"offer", "draft", "ask"})
"""Kinds that belong into a private chat: in the group they begin with whom they mean. Notices say it themselves."""
LIVE = {Notice.RETURNED: "offer", Notice.REOPENED: "offer", Notice.NOT_POSTED: "draft", Notice.AUTHOR_DELETED: "offer"}
"""Notices with buttons about the case: kept true like the offer or the head of the draft they stand for."""


@dataclass(frozen=True)
class Rendering:
    """Satisfies `bot.delivery.Renderer`."""

    offices: Offices
    texts: Texts
    files: FileStore
    networks: Mapping[str, Network]
    clock: Clock
    leadership: Leadership
    materials: MaterialShown
    entrance: Entrance = Entrance(HERE)  # noqa: RUF009 - a frozen value
    appeals: Appeals = Appeals()  # noqa: RUF009 - a frozen value

    async def render(self, tx: Transaction, letter: Letter, known: Known | None) -> Rendered | None:
        now = self.clock.now()
        case = await tx.case(letter.case_id) if letter.case_id is not None else None
        office = self.offices.at(tx.municipality, case.regulation if case else None)
        rendered = await self._rendered(tx, letter, known, case, office, now)
        if isinstance(rendered, Show) and letter.body.get("softly") and office.is_quiet(now):
            rendered = replace(rendered, screen=replace(rendered.screen, silent=True))
        if isinstance(rendered, Show) and letter.lane == GROUP_LANE and letter.kind in CALLING:
            called = await self._called(tx, letter, office, now)
            text = f"{mentions(called)}\n{rendered.screen.text}" if called else rendered.screen.text
            return replace(rendered, screen=replace(rendered.screen, text=text))
        return rendered

    async def _rendered(
        self, tx: Transaction, letter: Letter, known: Known | None, case: Case | None, office: Office, now: datetime
    ) -> Rendered | None:
        match letter.kind:
            case "card" if case is not None:
                return self._card(case, office, now)
            case "offer" if case is not None:
                menu = known.menu if known else None
                private = letter.lane != GROUP_LANE
                return Show(cards.offer(self.texts, case, office, now, menu, await _alike(tx, case), private), "offer")
            case "draft" if case is not None:
                return await self._draft(tx, case, int(letter.body["version"]), office, now)
            case "edit" if known is not None:
                return await self._known(tx, known, case, office, now)
            case "notice":
                return await self._notice(tx, letter, office, now)
            case "say":
                return await self._say(tx, letter, office, now)
            case "digest":
                shown = await digest_screen(tx, letter.body, self.texts, self.offices, now)
                return Show(shown) if shown is not None else None
            case "list":
                return await self._list(tx, letter, office, now)
            case "ask":
                return await self._ask(tx, letter, case, office, now)
            case "post" if case is not None:
                return self._post(case, letter)
            case "publish":
                return await self.materials.publishing(tx, letter, now)
            case kind if kind == MATERIAL:
                return await self.materials.letter(tx, letter, office, now)
            case kind if kind == PLAN:
                return await self.materials.plan(tx, letter.account, str(letter.body["menu"]), office, now)
            case kind if kind == KIND:
                return await show_letter(tx, self.texts, letter, office, now)
            case kind if kind in moderation.KINDS:
                return await moderation.render(tx, self.texts, letter, known, self.appeals, office, now)
            case "wave" | "crowd":
                menu = known.menu if known else None
                return await letter_gathered(tx, self.texts, letter, menu, known is None, office, now)
            case _:
                return None

    # --- messages of a case ------------------------------------------------------------------

    def _card(self, case: Case, office: Office, now: datetime) -> Show:
        return Show(cards.card(self.texts, case, office, now), "card", files=self._out(case.appeal.files))

    async def _draft(
        self, tx: Transaction, case: Case, version: int, office: Office, now: datetime, menu: str | None = None
    ) -> Show | None:
        draft = case.draft_of(version)
        if draft is None:
            return None
        network = self.networks.get(case.appeal.network or "")
        sent = [NetworkFile(f.name, _mime(f.name), self.files.path(f.key)) for f in draft.files]
        problems = network.limits(draft.text, kind_of(case), tuple(sent)) if network is not None else []
        over = await too_long(tx, self.networks, case, draft.text)
        problems = [*problems, *([over] if over and over not in problems else [])]
        screen = drafts.head(self.texts, case, version, office, now, menu, problems)
        bare = _as_written(drafts.whole(case, version).text, draft.text)
        before = case.draft_of(version - 1)
        seen_before = before is not None and before.files == draft.files
        return Show(screen, "draft", version, bare=bare, files=() if seen_before else self._out(draft.files))

    async def _known(
        self, tx: Transaction, known: Known, case: Case | None, office: Office, now: datetime
    ) -> Show | None:
        """A message that is there already, as it should look now."""
        match known.kind:
            case "card" if case is not None:
                return Show(cards.card(self.texts, case, office, now), "card")
            case "offer" if case is not None:
                screen = cards.offer(
                    self.texts, case, office, now, known.menu, await _alike(tx, case), known.chat_id > 0
                )
                if await self._is_past(tx, known, case):
                    screen = replace(screen, buttons=())
                return Show(screen, "offer", menu=known.menu)
            case "draft" if case is not None and known.version is not None:
                return await self._draft(tx, case, known.version, office, now, known.menu)
            case "question":
                asked = await tx.questions.asked_at(known.chat_id, known.message_id)
                if asked is None:
                    return None
                over = replace(questions.question(self.texts, asked, case, office, now), buttons=(), asks=False)
                return Show(over, "question")
            case kind if kind in LISTS:
                return await self.leadership.known(tx, known, office, now)
            case kind if kind == KIND and known.version is not None:
                return await show_page(tx, self.texts, known.version, known.account, known.menu, office, now)
            case kind if kind in moderation.KINDS:
                return await moderation.known_again(tx, self.texts, known, self.appeals, office, now)
            case kind if kind == MATERIAL:
                return await self.materials.known(tx, known, office, now)
            case kind if kind == PLAN:
                return await self.materials.plan(tx, known.account, known.menu or "", office, now)
            case kind if kind in GATHERED:
                return await gathered(tx, self.texts, kind, known.account, known.version, known.menu, office, now)
            case _:
                return None

    async def _is_past(self, tx: Transaction, known: Known, case: Case) -> bool:
        """The person has been shown the case again since: one set of buttons is enough."""
        shown = await tx.messages.of_case(case.id, "offer")
        return any(k.chat_id == known.chat_id and k.message_id > known.message_id for k in shown)

    def _out(self, files: Sequence[FileRef]) -> tuple[OutFile, ...]:
        return tuple(OutFile(f.kind, f.name, self.files.path(f.key)) for f in files)

    # --- notices -----------------------------------------------------------------------------

    async def _notice(self, tx: Transaction, letter: Letter, office: Office, now: datetime) -> Show | None:
        """One case, or several at once in one message. In the group the people meant are mentioned."""
        in_group = letter.lane == GROUP_LANE
        mention = await self._mention(tx, letter) if in_group else ()
        told: list[tuple[Case, Mapping[str, Any]]] = []
        for item in letter.body["items"]:
            case = await tx.case(int(item["case"]))
            if case is not None and self._still_holds(case, item, now):
                told.append((case, item))
        if not told:
            return None
        kind = Notice(told[0][1]["notice"])
        more = letter.body.get("more", {})
        if len(told) > 1 or more:
            news = [News(kind, case, item["department"], _step(item)) for case, item in told]
            loud = any(case.importance is Importance.HIGH for case, _ in told)
            gathered_up = together(self.texts, news, office, now, in_group, mention, more)
            return Show(replace(gathered_up, silent=office.is_quiet(now) and not loud), "notice")
        case, item = told[0]
        own = self.offices.at(tx.municipality, case.regulation)
        instead = bool(item.get("instead"))
        news_of_one = News(kind, case, item["department"], _step(item), item["text"])
        screen = notice(self.texts, news_of_one, own, now, in_group or instead, mention, nobody=instead)
        quiet = office.is_quiet(now) and case.importance is not Importance.HIGH
        screen = replace(screen, silent=screen.silent or quiet)
        version = case.approved or len(case.drafts) if kind is Notice.NOT_POSTED else None
        return Show(screen, LIVE.get(kind, "notice"), version)

    def _still_holds(self, case: Case, item: Mapping[str, Any], now: datetime) -> bool:
        """A reminder of what has been done meanwhile is not sent; what is late stays told."""
        if item["notice"] != Notice.REMINDER:
            return True
        office = self.offices.at(case.municipality, case.regulation)
        return item["step"] in running_terms(case, office)

    async def _mention(self, tx: Transaction, letter: Letter) -> tuple[tuple[int, str], ...]:
        people = set(letter.body.get("people", ()))
        return tuple((b.account, b.shown_name) for b in await tx.people.all() if b.person in people)

    async def _called(
        self, tx: Transaction, letter: Letter, office: Office, now: datetime
    ) -> tuple[tuple[int, str], ...]:
        """Whom a message in the group means that would stand in private if he could be reached there."""
        account = letter.body.get("mention")
        if letter.kind == "ask":
            question = await tx.questions.get(int(letter.body["question"]))
            account = question.account if question is not None else account
        meant = set(office.holders(Role.CURATOR, now)) if account is None else set()
        found = {b.account: b.shown_name for b in await tx.people.all() if b.account == account or b.person in meant}
        return tuple(found.items())

    # --- words and questions -----------------------------------------------------------------

    async def _say(self, tx: Transaction, letter: Letter, office: Office, now: datetime) -> Show:
        facts = {**letter.body.get("facts", {}), "roles": letter.body.get("roles", ())}
        screen = saying.say(self.texts, letter.body["key"], facts, office, now)
        return Show(screen, reply_to=await self._reply_to(tx, letter))

    async def _reply_to(self, tx: Transaction, letter: Letter) -> Address | None:
        message = letter.body.get("reply_to")
        if message is None:
            return None
        if letter.lane == GROUP_LANE:
            group = await tx.people.working_group()
            return Address(group[0], int(message)) if group else None
        return Address(int(letter.lane.partition(":")[2]), int(message))

    async def _ask(
        self, tx: Transaction, letter: Letter, case: Case | None, office: Office, now: datetime
    ) -> Show | None:
        question: Question | None = await tx.questions.get(int(letter.body["question"]))
        if question is None:
            return None
        screen = questions.question(self.texts, question, case, office, now)
        return Show(screen, "question", question=question.id, reply_to=await self._reply_to(tx, letter))

    async def _list(self, tx: Transaction, letter: Letter, office: Office, now: datetime) -> Show | None:
        """/open, /mine, /overdue, /case and /why; each shows only what the person may see."""
        which, body = letter.body["which"], letter.body
        if which in LISTS:
            shown = await self.leadership.first_leaf(tx, body, office, now)
            return replace(shown, reply_to=await self._reply_to(tx, letter))
        if which in DOCUMENTS:
            return await self.leadership.show(tx, letter, office, now, await self._reply_to(tx, letter))
        if which == "case":
            case = await tx.case_by_number(int(body["number"]))
            if case is None:
                screen = sayings.say(self.texts, "no_such_case", {"number": body["number"]}, office, now)
            else:
                history = await tx.history(case.id)
                people = office.acting(Actor(tuple(body["people"])), now)
                whole = bool(body["private"]) and may_read(cases_of(people), case)
                screen = sayings.case_history(self.texts, case, history, office, now, whole=whole)
                if body["private"]:
                    screen = replace(screen, buttons=case_buttons(self.texts, case, office, whole))
        elif which == "board":
            url = await self.entrance.link(tx, letter.account or 0, now)
            facts = {"url": url, "as_button": self.entrance.fits_a_button}
            screen = sayings.say(self.texts, "page_link", facts, office, now)
        elif which == "people":
            screen = people_screen(self.texts, office)
        elif which in ("absences", "handed_over"):
            screen = await list_screen(tx, body, self.texts, office, now)
        elif which in PAGE_LISTS:
            shown_pages = await list_pages(tx, self.texts, letter, office, now)
            if shown_pages is None:
                return None
            screen = shown_pages
        elif which == moderation.LIST:
            shown = await moderation.show_list(tx, self.texts, letter.account, None, office, now)
            return replace(shown, reply_to=await self._reply_to(tx, letter))
        elif which == "seen":
            shown = await seen_list(tx, self.texts, None, office, now)
            return replace(shown, reply_to=await self._reply_to(tx, letter))
        elif which == "promises":
            screen = await promises_screen(tx, self.texts, self.offices, now)
        elif which == "unprocessed":
            screen = await self._unprocessed(tx, office, now)
        elif which == "why":
            screen = await self._why(tx, body, office, now)
        else:
            raise ValueError(f"no such list: {which}")
        return Show(screen, reply_to=await self._reply_to(tx, letter))

    async def _unprocessed(self, tx: Transaction, office: Office, now: datetime) -> Screen:
        cases = await tx.cases_in([State.NOT_PROCESSED.value], limit=10_000)
        decided: list[tuple[Case, Mapping[str, Any] | None]] = []
        for case in reversed(cases[-REGISTERED:]):
            entries = [line for line in await tx.history(case.id) if line["action"] == Action.NOT_PROCESS]
            decided.append((case, entries[-1] if entries else None))
        return sayings.unprocessed(self.texts, decided, len(cases), office, now)

    async def _why(self, tx: Transaction, body: Mapping[str, Any], office: Office, now: datetime) -> Screen:
        """By the edition of the regulation the case was opened under."""
        case = await tx.case_by_number(int(body["number"]))
        if case is None:
            return sayings.say(self.texts, "no_such_case", {"number": body["number"]}, office, now)
        return terms.why(
            self.texts, case, self.offices.at(case.municipality, case.regulation), now, body.get("step", "")
        )

    # --- posting -----------------------------------------------------------------------------

    def _post(self, case: Case, letter: Letter) -> Post | None:
        """The approved wording on its way to its network; None if the approval is gone meanwhile."""
        draft = case.draft_of(int(letter.body["version"]))
        again = case.loss is Loss.ON_ITS_WAY
        if draft is None or (not again and (case.state is not State.APPROVED or case.approved != draft.version)):
            return None
        files = tuple(NetworkFile(f.name, _mime(f.name), self.files.path(f.key)) for f in draft.files)
        attempt = f"{case.municipality}-{case.id}-{draft.version}"
        if again:
            attempt += f"-{len(case.postings)}"
        network, ref = case.appeal.network, case.appeal.ref
        if network is None or ref is None:
            return None
        return Post(network, Answer(ref, kind_of(case), draft.text, files, attempt))


async def _alike(tx: Transaction, case: Case) -> tuple[Case, ...]:
    """The earlier cases a new one may repeat, as they stand now."""
    found = [await tx.case(other.id) for other in case.alike]
    return tuple(other for other in found if other is not None)


def _as_written(text: str, plain: str) -> str:
    """The bare text, to be copied letter by letter. Where the messenger would find a mention, a command or an address in
    it, it stands as code: there nothing is found, and nothing need be put between the letters."""
    return text if neutralise(plain) == plain else f"<pre>{text}</pre>"


def _mime(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _step(item: Mapping[str, Any]) -> Step | None:
    return Step(item["step"]) if item["step"] else None


@dataclass(frozen=True)
class Reporting:
    """Satisfies `bot.delivery.Report`: the end of a posting goes to the desk as a command, like everything else."""

    desk: Desk
    clock: Clock
    materials: MaterialReporting

    async def outcome(self, tx: Transaction, letter: Letter, outcome: Posted | Failed) -> None:
        if letter.kind == "publish":
            await self.materials.outcome(tx, letter, outcome, self.clock.now())
            return
        if letter.case_id is None:
            return
        command: commands.AnyCommand
        match outcome:
            case Posted():
                command = commands.Posted(NETWORK, letter.case_id, outcome.link, outcome.ref)
            case Failed():
                command = commands.PostFailed(NETWORK, letter.case_id, outcome.reason)
        await self.desk.carry_out(tx, command, self.clock.now(), tx.municipality)

    async def moderated(self, tx: Transaction, letter: Letter, act: Act, outcome: Carried | Failed) -> None:
        await answered_by_network(tx, letter, act, outcome, self.clock.now())
