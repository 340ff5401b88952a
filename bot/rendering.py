"""What a letter shows, made at the moment of sending from the newest case (DESIGN: «delivery … renders at the moment of
sending»), and what the end of a posting means for the case. Awaits nothing of the network.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot import moderation_rendering as moderation
from bot.absences import list_screen
from bot.clock import Clock
from bot.delivery import Act, Carried, Failed, Post, Rendered, Show
from bot.digests import digest_screen, promises_screen
from bot.files import FileStore
from bot.fitting import kind_of, too_long
from bot.found_rendering import GATHERED, gathered, letter_gathered, seen_list
from bot.leadership import DOCUMENTS, LISTS, Leadership
from bot.material import MaterialReporting
from bot.material_shown import KIND as MATERIAL
from bot.material_shown import PLAN, MaterialShown
from bot.messenger import Address, OutFile, Screen
from bot.moderation import answered_by_network
from bot.offices import Offices
from bot.page.session import HERE, Entrance
from bot.pages import KIND, list_pages, show_letter, show_page
from bot.pages import LISTS as PAGE_LISTS
from bot.screens import Screens
from bot.screens.moderation import Appeals
from bot.screens.notices import mentions
from bot.screens.people import people_screen
from bot.screens.registers import case_buttons
from bot.screens.sayings import REGISTERED
from config.words import neutralise
from networks.port import Answer, Network, Posted
from networks.port import OutFile as NetworkFile
from storage.page import Page
from workflow import commands
from workflow.alarms import running_terms
from workflow.case import Case, FileRef, Loss, State
from workflow.commands import Action
from workflow.desk import Desk
from workflow.effects import Notice
from workflow.office import NETWORK, Actor, Office, Role
from workflow.ports import GROUP_LANE, Known, Letter, Question
from workflow.regulation import Importance, Step
from workflow.visibility import cases_of, may_read

CALLING = frozenset({"offer", "draft", "ask"})
"""Kinds that belong into a private chat: in the group they begin with whom they mean. Notices say it themselves."""
LIVE = {Notice.RETURNED: "offer", Notice.REOPENED: "offer", Notice.NOT_POSTED: "draft", Notice.AUTHOR_DELETED: "offer"}
"""Notices with buttons about the case: kept true like the offer or the head of the draft they stand for."""


@dataclass(frozen=True)
class Rendering:
    """Satisfies `bot.delivery.Renderer`."""

    offices: Offices
    screens: Screens
    files: FileStore
    networks: Mapping[str, Network]
    clock: Clock
    leadership: Leadership
    materials: MaterialShown
    entrance: Entrance = Entrance(HERE)  # noqa: RUF009 - a frozen value
    appeals: Appeals = Appeals()  # noqa: RUF009 - a frozen value

    async def render(self, page: Page, letter: Letter, known: Known | None) -> Rendered | None:
        now = self.clock.now()
        case = await page.case(letter.case_id) if letter.case_id is not None else None
        office = self.offices.at(page.municipality, case.regulation if case else None)
        rendered = await self._rendered(page, letter, known, case, office, now)
        if isinstance(rendered, Show) and letter.body.get("softly") and office.is_quiet(now):
            rendered = replace(rendered, screen=replace(rendered.screen, silent=True))
        if isinstance(rendered, Show) and letter.lane == GROUP_LANE and letter.kind in CALLING:
            called = await self._called(page, letter, office, now)
            text = f"{mentions(called)}\n{rendered.screen.text}" if called else rendered.screen.text
            return replace(rendered, screen=replace(rendered.screen, text=text))
        return rendered

    async def _rendered(
        self, page: Page, letter: Letter, known: Known | None, case: Case | None, office: Office, now: datetime
    ) -> Rendered | None:
        match letter.kind:
            case "card" if case is not None:
                return self._card(case, office, now)
            case "offer" if case is not None:
                menu = known.menu if known else None
                private = letter.lane != GROUP_LANE
                return Show(self.screens.offer(case, office, now, menu, await _alike(page, case), private), "offer")
            case "draft" if case is not None:
                return await self._draft(page, case, int(letter.body["version"]), office, now)
            case "edit" if known is not None:
                return await self._known(page, known, case, office, now)
            case "notice":
                return await self._notice(page, letter, office, now)
            case "say":
                return await self._say(page, letter, office, now)
            case "digest":
                shown = await digest_screen(page, letter.body, self.screens, self.offices, now)
                return Show(shown) if shown is not None else None
            case "list":
                return await self._list(page, letter, office, now)
            case "ask":
                return await self._ask(page, letter, case, office, now)
            case "post" if case is not None:
                return self._post(case, letter)
            case "publish":
                return await self.materials.publishing(page, letter, now)
            case kind if kind == MATERIAL:
                return await self.materials.letter(page, letter, office, now)
            case kind if kind == PLAN:
                return await self.materials.plan(page, letter.account, str(letter.body["menu"]), office, now)
            case kind if kind == KIND:
                return await show_letter(page, self.screens, letter, office, now)
            case kind if kind in moderation.KINDS:
                return await moderation.render(page, self.screens, letter, known, self.appeals, office, now)
            case "wave" | "crowd":
                menu = known.menu if known else None
                return await letter_gathered(page, self.screens, letter, menu, known is None, office, now)
            case _:
                return None

    # --- messages of a case ------------------------------------------------------------------

    def _card(self, case: Case, office: Office, now: datetime) -> Show:
        return Show(self.screens.card(case, office, now), "card", files=self._out(case.appeal.files))

    async def _draft(
        self, page: Page, case: Case, version: int, office: Office, now: datetime, menu: str | None = None
    ) -> Show | None:
        draft = case.draft_of(version)
        if draft is None:
            return None
        network = self.networks.get(case.appeal.network or "")
        sent = [NetworkFile(f.name, _mime(f.name), self.files.path(f.key)) for f in draft.files]
        problems = network.limits(draft.text, kind_of(case), tuple(sent)) if network is not None else []
        over = await too_long(page, self.networks, case, draft.text)
        problems = [*problems, *([over] if over and over not in problems else [])]
        screen = self.screens.draft_head(case, version, office, now, menu, problems)
        bare = _as_written(self.screens.draft_screen(case, version).text, draft.text)
        before = case.draft_of(version - 1)
        seen_before = before is not None and before.files == draft.files
        return Show(screen, "draft", version, bare=bare, files=() if seen_before else self._out(draft.files))

    async def _known(self, page: Page, known: Known, case: Case | None, office: Office, now: datetime) -> Show | None:
        """A message that is there already, as it should look now."""
        match known.kind:
            case "card" if case is not None:
                return Show(self.screens.card(case, office, now), "card")
            case "offer" if case is not None:
                screen = self.screens.offer(case, office, now, known.menu, await _alike(page, case), known.chat_id > 0)
                if await self._is_past(page, known, case):
                    screen = replace(screen, buttons=())
                return Show(screen, "offer", menu=known.menu)
            case "draft" if case is not None and known.version is not None:
                return await self._draft(page, case, known.version, office, now, known.menu)
            case "question":
                asked = await page.questions.asked_at(known.chat_id, known.message_id)
                if asked is None:
                    return None
                over = replace(self.screens.question(asked, case, office, now), buttons=(), asks=False)
                return Show(over, "question")
            case kind if kind in LISTS:
                return await self.leadership.known(page, known, office, now)
            case kind if kind == KIND and known.version is not None:
                return await show_page(page, self.screens, known.version, known.account, known.menu, office, now)
            case kind if kind in moderation.KINDS:
                return await moderation.known_again(page, self.screens, known, self.appeals, office, now)
            case kind if kind == MATERIAL:
                return await self.materials.known(page, known, office, now)
            case kind if kind == PLAN:
                return await self.materials.plan(page, known.account, known.menu or "", office, now)
            case kind if kind in GATHERED:
                return await gathered(page, self.screens, kind, known.account, known.version, known.menu, office, now)
            case _:
                return None

    async def _is_past(self, page: Page, known: Known, case: Case) -> bool:
        """The person has been shown the case again since: one set of buttons is enough."""
        shown = await page.messages.of_case(case.id, "offer")
        return any(k.chat_id == known.chat_id and k.message_id > known.message_id for k in shown)

    def _out(self, files: Sequence[FileRef]) -> tuple[OutFile, ...]:
        return tuple(OutFile(f.kind, f.name, self.files.path(f.key)) for f in files)

    # --- notices -----------------------------------------------------------------------------

    async def _notice(self, page: Page, letter: Letter, office: Office, now: datetime) -> Show | None:
        """One case, or several at once in one message. In the group the people meant are mentioned."""
        in_group = letter.lane == GROUP_LANE
        mention = await self._mention(page, letter) if in_group else ()
        told: list[tuple[Case, Mapping[str, Any]]] = []
        for item in letter.body["items"]:
            case = await page.case(int(item["case"]))
            if case is not None and self._still_holds(case, item, now):
                told.append((case, item))
        if not told:
            return None
        notice = Notice(told[0][1]["notice"])
        more = letter.body.get("more", {})
        if len(told) > 1 or more:
            items = [(case, _step(item), item["department"]) for case, item in told]
            loud = any(case.importance is Importance.HIGH for case, _ in told)
            together = self.screens.together(notice, items, office, now, in_group, mention, more)
            return Show(replace(together, silent=office.is_quiet(now) and not loud), "notice")
        case, item = told[0]
        own = self.offices.at(page.municipality, case.regulation)
        instead = bool(item.get("instead"))
        screen = self.screens.notice(
            notice,
            case,
            own,
            now,
            item["department"],
            _step(item),
            item["text"],
            in_group=in_group or instead,
            mention=mention,
            nobody=instead,
        )
        quiet = office.is_quiet(now) and case.importance is not Importance.HIGH
        screen = replace(screen, silent=screen.silent or quiet)
        version = case.approved or len(case.drafts) if notice is Notice.NOT_POSTED else None
        return Show(screen, LIVE.get(notice, "notice"), version)

    def _still_holds(self, case: Case, item: Mapping[str, Any], now: datetime) -> bool:
        """A reminder of what has been done meanwhile is not sent; what is late stays told."""
        if item["notice"] != Notice.REMINDER:
            return True
        office = self.offices.at(case.municipality, case.regulation)
        return item["step"] in running_terms(case, office)

    async def _mention(self, page: Page, letter: Letter) -> tuple[tuple[int, str], ...]:
        people = set(letter.body.get("people", ()))
        return tuple((b.account, b.shown_name) for b in await page.people.all() if b.person in people)

    async def _called(self, page: Page, letter: Letter, office: Office, now: datetime) -> tuple[tuple[int, str], ...]:
        """Whom a message in the group means that would stand in private if he could be reached there."""
        account = letter.body.get("mention")
        if letter.kind == "ask":
            question = await page.questions.get(int(letter.body["question"]))
            account = question.account if question is not None else account
        meant = set(office.holders(Role.CURATOR, now)) if account is None else set()
        found = {b.account: b.shown_name for b in await page.people.all() if b.account == account or b.person in meant}
        return tuple(found.items())

    # --- words and questions -----------------------------------------------------------------

    async def _say(self, page: Page, letter: Letter, office: Office, now: datetime) -> Show:
        facts = {**letter.body.get("facts", {}), "roles": letter.body.get("roles", ())}
        screen = self.screens.say(letter.body["key"], facts, office, now)
        return Show(screen, reply_to=await self._reply_to(page, letter))

    async def _reply_to(self, page: Page, letter: Letter) -> Address | None:
        message = letter.body.get("reply_to")
        if message is None:
            return None
        if letter.lane == GROUP_LANE:
            group = await page.people.working_group()
            return Address(group[0], int(message)) if group else None
        return Address(int(letter.lane.partition(":")[2]), int(message))

    async def _ask(self, page: Page, letter: Letter, case: Case | None, office: Office, now: datetime) -> Show | None:
        question: Question | None = await page.questions.get(int(letter.body["question"]))
        if question is None:
            return None
        screen = self.screens.question(question, case, office, now)
        return Show(screen, "question", question=question.id, reply_to=await self._reply_to(page, letter))

    async def _list(self, page: Page, letter: Letter, office: Office, now: datetime) -> Show | None:
        """/open, /mine, /overdue, /case and /why; each shows only what the person may see."""
        which, body = letter.body["which"], letter.body
        if which in LISTS:
            shown = await self.leadership.first_leaf(page, body, office, now)
            return replace(shown, reply_to=await self._reply_to(page, letter))
        if which in DOCUMENTS:
            return await self.leadership.show(page, letter, office, now, await self._reply_to(page, letter))
        if which == "case":
            case = await page.case_by_number(int(body["number"]))
            if case is None:
                screen = self.screens.say("no_such_case", {"number": body["number"]}, office, now)
            else:
                history = await page.history(case.id)
                people = office.acting(Actor(tuple(body["people"])), now)
                whole = bool(body["private"]) and may_read(cases_of(people), case)
                screen = self.screens.case_history(case, history, office, now, whole=whole)
                if body["private"]:
                    screen = replace(screen, buttons=case_buttons(self.screens.texts, case, office, whole))
        elif which == "board":
            url = await self.entrance.link(page, letter.account or 0, now)
            facts = {"url": url, "as_button": self.entrance.fits_a_button}
            screen = self.screens.say("page_link", facts, office, now)
        elif which == "people":
            screen = people_screen(self.screens.texts, office)
        elif which in ("absences", "handed_over"):
            screen = await list_screen(page, body, self.screens, office, now)
        elif which in PAGE_LISTS:
            shown_pages = await list_pages(page, self.screens, letter, office, now)
            if shown_pages is None:
                return None
            screen = shown_pages
        elif which == moderation.LIST:
            shown = await moderation.show_list(page, self.screens, letter.account, None, office, now)
            return replace(shown, reply_to=await self._reply_to(page, letter))
        elif which == "seen":
            shown = await seen_list(page, self.screens, None, office, now)
            return replace(shown, reply_to=await self._reply_to(page, letter))
        elif which == "promises":
            screen = await promises_screen(page, self.screens, self.offices, now)
        elif which == "unprocessed":
            screen = await self._unprocessed(page, office, now)
        elif which == "why":
            screen = await self._why(page, body, office, now)
        else:
            raise ValueError(f"no such list: {which}")
        return Show(screen, reply_to=await self._reply_to(page, letter))

    async def _unprocessed(self, page: Page, office: Office, now: datetime) -> Screen:
        cases = await page.cases_in([State.NOT_PROCESSED.value], limit=10_000)
        decided: list[tuple[Case, Mapping[str, Any] | None]] = []
        for case in reversed(cases[-REGISTERED:]):
            entries = [line for line in await page.history(case.id) if line["action"] == Action.NOT_PROCESS]
            decided.append((case, entries[-1] if entries else None))
        return self.screens.unprocessed(decided, len(cases), office, now)

    async def _why(self, page: Page, body: Mapping[str, Any], office: Office, now: datetime) -> Screen:
        """By the edition of the regulation the case was opened under."""
        case = await page.case_by_number(int(body["number"]))
        if case is None:
            return self.screens.say("no_such_case", {"number": body["number"]}, office, now)
        return self.screens.why(case, self.offices.at(case.municipality, case.regulation), now, body.get("step", ""))

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


async def _alike(page: Page, case: Case) -> tuple[Case, ...]:
    """The earlier cases a new one may repeat, as they stand now."""
    found = [await page.case(other.id) for other in case.alike]
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

    async def outcome(self, page: Page, letter: Letter, outcome: Posted | Failed) -> None:
        if letter.kind == "publish":
            await self.materials.outcome(page, letter, outcome, self.clock.now())
            return
        if letter.case_id is None:
            return
        command: commands.AnyCommand
        match outcome:
            case Posted():
                command = commands.Posted(NETWORK, letter.case_id, outcome.link, outcome.ref)
            case Failed():
                command = commands.PostFailed(NETWORK, letter.case_id, outcome.reason)
        await self.desk.carry_out(page, command, self.clock.now(), page.municipality)

    async def moderated(self, page: Page, letter: Letter, act: Act, outcome: Carried | Failed) -> None:
        office = self.desk.office_of(page.municipality, None)
        await answered_by_network(page, letter, act, outcome, office, self.clock.now())
