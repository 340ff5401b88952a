"""Screens: what the program shows, made of a case, an office and a moment. Pure rendering; every word is in `config.texts`.

Nothing here reads, sends or decides. The same input gives the same screen, so that an unchanged one can be told by its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import escape

from bot.messenger import Screen
from bot.screens import absences, afterwards, cards, digests, drafts, found, imports, notices, questions, sayings
from bot.screens import why as terms
from bot.screens.help import commands
from bot.screens.notices import Mentions, News, mention
from config.texts import Texts, safe
from config.words import sentence
from networks.incident import Imported, Unreadable
from workflow.case import Case
from workflow.commands import Action
from workflow.effects import Notice
from workflow.office import Office
from workflow.outcomes import Facts, Reason
from workflow.ports import Question
from workflow.regulation import Step


@dataclass(frozen=True)
class Screens:
    """`now` is aware everywhere; moments are shown in the office's zone."""

    texts: Texts

    # --- the case ----------------------------------------------------------------------------------------------------

    def card(self, case: Case, office: Office, now: datetime) -> Screen:
        """The card in the working group."""
        return cards.card(self.texts, case, office, now)

    def offer(
        self,
        case: Case,
        office: Office,
        now: datetime,
        menu: str | None = None,
        earlier: Sequence[Case] = (),
        private: bool = True,
    ) -> Screen:
        """The offer to a curator. `menu`: None or "" the main one, `departments`, `topics`, `close`, with `.2` a page;
        `earlier`: the cases it may repeat; `private`: nobody but the curator reads it."""
        return cards.offer(self.texts, case, office, now, menu, earlier, private)

    def draft_head(
        self,
        case: Case,
        version: int,
        office: Office,
        now: datetime,
        menu: str | None = None,
        problems: Sequence[str] = (),
    ) -> Screen:
        """What stands over a draft. `problems`: what the network would not take, in words. LookupError: no such version."""
        return drafts.head(self.texts, case, version, office, now, menu, problems)

    def draft_text(self, case: Case, version: int) -> str:
        """The draft as the citizen will see it: plain, to be escaped where it becomes a screen. LookupError as above."""
        return drafts.bare(case, version)

    def draft_screen(self, case: Case, version: int, in_group: bool = False) -> Screen:
        """The same as a message of its own, so that it can be copied whole.

        In private letter for letter: an address copied from it must work. In the group it calls nobody.
        """
        bare = drafts.bare(case, version)
        return Screen(str(safe(bare) if in_group else escape(bare)), silent=True)

    # --- notices -----------------------------------------------------------------------------------------------------

    def notice(
        self,
        notice: Notice,
        case: Case,
        office: Office,
        now: datetime,
        department: str | None = None,
        step: Step | None = None,
        text: str = "",
        in_group: bool = False,
        mention: Mentions = (),
        menu: str | None = None,
        nobody: bool = False,
    ) -> Screen:
        """One thing told about one case; in the group it begins with whom it means (`mention`: accounts and names). `nobody`:
        everybody it is meant for is away."""
        news = News(notice, case, department, step, text)
        return notices.notice(self.texts, news, office, now, in_group, mention, menu, nobody)

    def together(
        self,
        notice: Notice,
        items: Sequence[tuple[Case, Step | None, str | None]],
        office: Office,
        now: datetime,
        in_group: bool = False,
        mention: Mentions = (),
        more: Mapping[str, int] | None = None,
    ) -> Screen:
        """Several notices of one kind (case, step, department) as one message; one as `notice` shows it. Never none. `more`:
        how many there are besides, by «department|step»."""
        news = [News(notice, case, department, step) for case, step, department in items]
        return notices.together(self.texts, news, office, now, in_group, mention, more or {})

    # --- questions and words -----------------------------------------------------------------------------------------

    def question(self, question: Question, case: Case | None, office: Office, now: datetime) -> Screen:
        """What is asked, with its buttons; `case` is the one it is about."""
        return questions.question(self.texts, question, case, office, now)

    def refusal(self, reason: Reason, facts: Facts, case: Case | None, office: Office, now: datetime) -> str:
        """Plain, at most 200 units. `facts["action"]`, where given, names what is refused."""
        return sayings.refusal(self.texts, reason, facts, case, office, now)

    def confirmation(self, action: Action, case: Case, office: Office, now: datetime) -> str:
        """Plain, at most 200 units; `case` as it is after the action."""
        return sayings.confirmation(self.texts, action, case, office, now)

    def ready(self, key: str) -> str:
        """A text the program proposes to send, plain."""
        return self.texts.plain(key)

    def toast(self, key: str, facts: Mapping[str, Any] | None = None) -> str:
        return sayings.toast(self.texts.plain(f"toasts.{key}", **(facts or {})))

    def say(self, key: str, facts: Mapping[str, Any], office: Office, now: datetime) -> Screen:
        """Words that are no notice and no question; the keys are `sayings.SAYINGS` and plain, help, welcome_bound, gap.

        `facts["roles"]` are those of whoever is spoken to.
        """
        if key in digests.SAYINGS:
            return digests.say(self.texts, key, facts, office, now)
        if key in absences.SAYINGS:
            return absences.say(self.texts, key, facts, office, now)
        if key in afterwards.SAYINGS:
            return afterwards.say(self.texts, key, facts)
        return sayings.say(self.texts, key, facts, office, now)

    def commands(self, roles: Sequence[str]) -> list[tuple[str, str]]:
        """Commands and captions for the menu of somebody with these roles."""
        return commands(self.texts, roles)

    def again(self) -> str:
        """What stands above a message that may have come before."""
        return str(self.texts.phrase("delivery.again"))

    def case_list(self, which: str, cases: Sequence[Case], office: Office, now: datetime) -> Screen:
        """`which`: open, mine or overdue."""
        return sayings.case_list(self.texts, which, cases, office, now)

    def absences(self, found: Sequence[absences.Listed], office: Office, now: datetime) -> Screen:
        """Who is away now and who will be, with «Отменить» where the reader may end it."""
        return absences.listed(self.texts, found, office, now)

    def handed_over(
        self, person: str, reader: str, in_work: Sequence[Case], fresh: int, drafts: int, office: Office, now: datetime
    ) -> Screen:
        """What waits for the person `reader` acts for from now on: cases in work, messages to forward, drafts to decide."""
        lines = sayings.case_lines(self.texts, in_work, office, now)
        return absences.handed_over(self.texts, person, reader, absences.Waits(lines, fresh, drafts), office, now)

    def unprocessed(
        self, decided: Sequence[tuple[Case, Mapping[str, Any] | None]], total: int, office: Office, now: datetime
    ) -> Screen:
        """The register of messages not processed, each with its line of the journal; `total` of them there are."""
        return sayings.unprocessed(self.texts, decided, total, office, now)

    def seen(self, left: Sequence[found.Left], page: int, total: int, office: Office, now: datetime) -> Screen:
        """A page of what was seen and left alone; `total` messages there are."""
        return found.seen(self.texts, left, page, total, office, now)

    def crowd(self, cases: Sequence[Case], page: int, office: Office, now: datetime) -> Screen:
        """What is new and was not offered by itself, as one list."""
        return found.crowd(self.texts, cases, page, office, now)

    def wave(
        self, tide: found.Tide, office: Office, now: datetime, menu: str | None = None, for_curator: bool = True
    ) -> Screen:
        """Like messages of several people as one. `menu`: None the main one, `departments`, `each`, with `.2` a page."""
        return found.wave(self.texts, tide, office, now, menu, for_curator)

    def case_history(
        self, case: Case, entries: Iterable[Mapping[str, Any]], office: Office, now: datetime, whole: bool = True
    ) -> Screen:
        """The journal of a case; `entries` as `storage.page.Page.history` gives them. `whole`: with the citizen's text."""
        return sayings.case_history(self.texts, case, entries, office, now, whole)

    def why(self, case: Case, office: Office, now: datetime, step: str = "") -> Screen:
        """Where the terms of a case come from; `step` as somebody named it, empty for all of them. No citizen's word."""
        return terms.why(self.texts, case, office, now, step)

    def import_report(self, imported: Imported, days: int) -> list[str]:
        """What became of an export, line by line; `days`: how old a row may be."""
        return imports.report(self.texts, imported, days)

    def broken_import(self, unreadable: Unreadable) -> str:
        """Why an export cannot be read."""
        return f"{sentence(imports.broken(self.texts, unreadable))}."

    def terms_toast(self, case: Case, office: Office, now: datetime) -> str:
        """The running terms in a line: plain, at most 200 units."""
        return terms.terms_toast(self.texts, case, office, now)


__all__ = ["News", "Screens", "mention"]
