"""A case as words: the values for the templates of every screen about a case. Pure; decides nothing.

Everything here is plain text, which the templates (`config.texts`) still have to escape, except `Markup`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property

from markupsafe import Markup

from bot.cases.screens.common import (
    beside_kinds,
    beside_words,
    files_words,
    ground_words,
    in_case,
    is_rude,
    link,
    missing_words,
    now_written,
)
from config.clauses import clause_words
from config.russian.naming import accusative
from config.russian.outcome import outcome_of
from config.russian.words import (
    GENITIVE,
    When,
    as_post,
    clean,
    excerpt,
    minutes_and_hours,
    neutralise,
    one_line,
    shown_name,
    span,
)
from config.texts import Texts, safe, words_of
from workflow.case import Beside, Case, Draft, Move, Part, PartState, Reply, State, Wait
from workflow.erasure import GONE
from workflow.office import Office
from workflow.photos import photos_of, wants_photo
from workflow.regulation import PER_EXECUTOR, DraftKind, Holder, Importance, Kind, Source, Step
from workflow.terms.alarms import running, running_terms, terms_of
from workflow.terms.deadlines import Deadline
from workflow.waiting import CURATOR, waits_on
from workflow.writing import writer

MOST_REPLIES = 5
"""How many of the author's replies a card shows: the newest ones."""
WITHOUT_SOURCE = 2800
"""How much of a text is shown, in UTF-16 units, if it can be read nowhere else."""


OTHER_MOVES = (Move.NAME_FINAL, Move.DECIDE_DELETED, Move.PASS_CONTRIBUTION, Move.CONTRIBUTION)
"""What a case may wait for that its state alone does not tell."""


class CaseWords:
    """The words for one case at `now`. `shown_since`, `stays`: as in `config.russian.words.When`."""

    def __init__(
        self,
        texts: Texts,
        case: Case,
        office: Office,
        now: datetime,
        shown_since: datetime | None = None,
        stays: bool = False,
    ) -> None:
        self.texts = texts
        self.case = case
        self.office = office
        self.now = now
        self.when = When(now, office.zone, shown_since, stays)

    # --- what it is --------------------------------------------------------------------------------------------------

    @property
    def number(self) -> str:
        return f"№ {self.case.number}"

    @property
    def is_high(self) -> bool:
        return self.case.importance is Importance.HIGH

    @property
    def importance_words(self) -> str:
        return self.texts.plain(f"importance.{self.case.importance}")

    @property
    def state_words(self) -> str:
        return self.texts.plain(f"states.{self.case.state}")

    @cached_property
    def topic(self) -> str:
        """The topics in words: «вода», «вода, дорога»; "" if there is none."""
        topics = self.office.topics
        return excerpt(", ".join(topics[code].label if code in topics else code for code in self.case.topics), 100)

    @cached_property
    def location(self) -> str:
        erased = self.case.location.startswith(GONE[:-1])
        return "" if erased else excerpt(one_line(self.case.location), 80)

    @property
    def about(self) -> str:
        """What the case is about: «вода, Школьная, 5»; without a topic and a place, the first words of the text."""
        parts = [part for part in (self.topic, self.location) if part]
        return ", ".join(parts) if parts else self.first_words

    @cached_property
    def first_words(self) -> str:
        """The beginning of the text as the case's name in a list; if that is rude, the topic instead."""
        words = excerpt(one_line(self.case.appeal.words), 40)
        if is_rude(words):
            on = accusative(self.topic) if self.topic else None
            return self.texts.plain("list_line.nameless", topic=self.topic, on=on)
        return f"«{words}»" if words else self.texts.plain(f"sources.{words_of(self.case.appeal.source)}")

    @property
    def title(self) -> Markup:
        """The case's title: «№ 147 · вода · Школьная, 5», the number in bold, a leading 🔴 for high importance."""
        return self._titled(Markup("<b>{}</b>").format(self.number))

    @property
    def printed_title(self) -> Markup:
        """The title for the terminal: as `title`, without bold."""
        return self._titled(Markup("{}").format(self.number))

    def _titled(self, number: Markup) -> Markup:
        rest = (safe(part) for part in (self.topic, self.location) if part)
        mark = Markup("🔴 ") if self.is_high else Markup()
        return mark + Markup(" · ").join([number, *rest])

    # --- what the citizen wrote --------------------------------------------------------------------------------------

    def quote(self, limit: int, lines: int) -> Markup:
        """The citizen's text, cut to `limit` units and `lines` lines; a cut text links to its source."""
        if self.case.erased_at is not None:
            return Markup("<i>{}</i>").format(self.now_written)
        text = neutralise(clean(self.case.appeal.text))
        if not text:
            return self.texts.phrase("beside_line.no_text", kinds=beside_kinds(self.texts, self._kinds))
        if self.more:
            shown = excerpt(text, limit, lines)
            return safe(shown) if shown == text else safe(shown) + " " + self.more
        return safe(excerpt(text, WITHOUT_SOURCE, 60))

    @property
    def more(self) -> Markup:
        return link(self.case.appeal.link, "ещё в источнике")

    @property
    def open(self) -> Markup:
        return link(self.case.appeal.link, "открыть")

    @property
    def answer_link(self) -> Markup:
        posting = self.case.posting
        words = self.texts.plain("offer.question") if posting and posting.kind is DraftKind.REQUEST else "ответ"
        return link(posting.link, words) if posting else Markup()

    @cached_property
    def source(self) -> str:
        """The message's source in words: «ВКонтакте», «ВКонтакте, личное сообщение»."""
        appeal = self.case.appeal
        name = self.texts.plain(f"sources.{words_of(appeal.source)}")
        kind = f"kinds.{appeal.kind}"
        return f"{name}, {self.texts.plain(kind)}" if self.texts.has(kind) else name

    def of_source(self, section: str) -> str:
        """The source's name in the grammatical form of the section `sources_to` or `sources_in`."""
        return self.texts.plain(f"{section}.{words_of(self.case.appeal.source)}")

    @property
    def place(self) -> str:
        return shown_name(self.case.appeal.place) if self.case.appeal.place.strip() else ""

    @property
    def author(self) -> str:
        return shown_name(self.case.appeal.author) if self.case.appeal.author.strip() else ""

    @property
    def written(self) -> str:
        return self.when.short(self.case.appeal.written_at)

    @cached_property
    def files(self) -> str:
        """The message's files, counted: «2 фото, 1 документ»; attached in the network or handed in with it."""
        kinds = [file.kind for file in self.case.appeal.files]
        return files_words(self.texts, kinds + [kind for kind, _ in self.case.appeal.attached])

    @property
    def wants_photo(self) -> bool:
        """Whether the author sent a photo but the answer has no photo of the result."""
        return wants_photo(self.case)

    @property
    def photos(self) -> str:
        """How many photos show before and after: «было 2, стало 1»; "" unless both are there."""
        photos = photos_of(self.case)
        both = photos.were and photos.after
        return self.texts.plain("photos.both", before=photos.were, after=len(photos.after)) if both else ""

    @property
    def context(self) -> Markup:
        """What the message replies to: «В ответ на № 1: «Нет воды…»»; if its author writes after our answer, «Автор о №
        1, отвечено пн 30.11, 14:08: «…»» and whether it helped."""
        above = self.case.context
        if above is None:
            return Markup()
        at = f"{self.when.dated(above.answered_at)}, {self.when.clock(above.answered_at)}" if above.answered_at else ""
        return self.texts.phrase(
            "offer.author_on" if above.own else "offer.in_reply",
            number=f"№ {above.case.number}",
            words=neutralise(above.words),
            at=at,
            answer=neutralise(above.answer),
            outcome=outcome_of(self.case.appeal.words) if above.own and above.answer else None,
        )

    @property
    def _kinds(self) -> list[str]:
        """The kinds of everything that came with the message: files, attachments, things beside the text."""
        appeal = self.case.appeal
        return [
            *(f.kind for f in appeal.files),
            *(kind for kind, _ in appeal.attached),
            *(b.kind for b in appeal.beside),
        ]

    @property
    def beside(self) -> list[Markup]:
        """A line for each thing in the message besides text and files (a place, a poll, something forwarded)."""
        return beside_words(self.texts, self.case.appeal.beside)

    @cached_property
    def missing(self) -> str:
        """«1 фото»: files that came with the message and could not be fetched; "" if none."""
        return missing_words(self.texts, self.case.appeal.missing)

    @property
    def cut(self) -> bool:
        return self.case.appeal.cut

    @property
    def handed_in_by(self) -> str:
        """The title of the person who handed the message in; "" if nobody did or the source says so already."""
        appeal = self.case.appeal
        said = appeal.handed_in_by is None or appeal.source is Source.BY_HAND
        return "" if said else self.person(appeal.handed_in_by)

    # --- who has it --------------------------------------------------------------------------------------------------

    def person(self, key: str | None) -> str:
        """The person's title within a sentence; "" if they are no longer in the municipality's file."""
        return as_post(self.office.people[key].name) if key and key in self.office.people else ""

    def department_name(self, key: str | None) -> str:
        if key is None:
            return ""
        return self.office.departments[key].name if key in self.office.departments else key

    @cached_property
    def last_lead(self) -> Part | None:
        """The part of the lead executor; if there is none now, that of the last one; None before the first."""
        return self.case.lead or next((part for part in reversed(self.case.parts) if part.lead), None)

    @property
    def department(self) -> str:
        return self.department_name(self.last_lead.department) if self.last_lead else ""

    @property
    def department_of(self) -> str:
        return in_case(self.office, self.department, GENITIVE) if self.department else ""

    @property
    def co_executors(self) -> str:
        """«Отдел дорог (сведения есть), Отдел школ (ждём до 12:00)»: who else is on the case, for everyone (MO-14)."""
        named = [f"{self.department_name(p.department)} ({self._share(p)})" for p in self.case.co_executors]
        queue = self.texts.plain("contributions.queue")
        return ", ".join([*named, *(f"{self.department_name(key)} ({queue})" for key in self.case.queue)])

    def _share(self, part: Part) -> str:
        """The state of the co-executor's contribution in words: asked for, awaited until when, late, or given."""
        if part.state in (PartState.CONTRIBUTED, PartState.PASSED):
            given = next((c for c in self.case.contributions if c.department == part.department), None)
            return self.texts.plain("contributions.in" if given is None or given.passed_at else "contributions.checked")
        run = self._running_by_name.get(f"{Step.CONTRIBUTION}@{part.department}")
        if run is None and part.state is PartState.ASKED:
            return self.texts.plain("contributions.asked")
        if run is not None and run.until < self.now:
            return self.texts.plain("contributions.late", past=self.when.past(run.until))
        return self.texts.plain("contributions.waiting", until=self.by(run) if run is not None else "")

    @property
    def said(self) -> str:
        """The author's latest replies, each cut, with quotation marks between: «Школьная, 5», «и фото»."""
        said = [self._said(reply) for reply in self.case.replies[-MOST_REPLIES:]]
        return "», «".join(words for words in said if words)

    @property
    def replied_beside(self) -> list[Markup]:
        """A line for each file or other thing in the author's newest reply."""
        last = self.case.replies[-1] if self.case.replies else None
        held = [*(Beside(file.kind) for file in last.files), *last.beside] if last is not None else []
        return beside_words(self.texts, held)

    def _said(self, reply: Reply) -> str:
        held = beside_kinds(self.texts, [*(file.kind for file in reply.files), *(one.kind for one in reply.beside)])
        return " + ".join(part for part in (excerpt(one_line(clean(reply.text)), 200), held) if part)

    @property
    def rewritten(self) -> str:
        """The text with which the author last replaced the message, cut to 400 units; "" if it was never edited."""
        return excerpt(one_line(clean(self.case.rewritten[-1].text)), 400) if self.case.rewritten else ""

    @property
    def now_written(self) -> str:
        """The author's full text as it now stands in the network; if it was erased, a note of that with the date."""
        if self.case.erased_at is not None:
            return self.texts.plain("list_line.erased", date=self.when.date(self.case.erased_at))
        return now_written(self.case)

    @property
    def deleted_at(self) -> str:
        """«в 12:01»: when the author deleted the message; "" if it was not deleted."""
        return self.when.happened(self.case.deleted_at) if self.case.deleted_at else ""

    @property
    def repeat(self) -> str:
        """The number of the case that this one repeats: «№ 12»; "" if it repeats none."""
        return f"№ {self.case.repeat_of.number}" if self.case.repeat_of else ""

    @property
    def merged(self) -> str:
        """The numbers of the cases answered together with this one: «№ 18, № 19»; "" if none."""
        return ", ".join(f"№ {other.number}" for other in self.case.merged)

    @property
    def merged_into(self) -> str:
        return f"№ {self.case.merged_into.number}" if self.case.merged_into else ""

    @property
    def returned(self) -> Part | None:
        """The lead's part if that department returned the case and nobody else has it yet; else None."""
        last = self.last_lead
        return last if last is not None and last.state is PartState.RETURNED and self.case.lead is None else None

    @property
    def accepted_since(self) -> str:
        lead = self.last_lead
        return self.when.since(lead.accepted_at) if lead and lead.accepted_at else ""

    @property
    def writing_since(self) -> str:
        """«с 10:05»: since when somebody of the lead's department has been writing the draft; "" if nobody has."""
        writing = writer(self.case)
        return self.when.since(writing[1]) if writing is not None else ""

    @property
    def forwarded_at(self) -> str:
        return self.when.short(self.last_lead.asked_at) if self.last_lead else ""

    @cached_property
    def waits(self) -> tuple[Wait, ...]:
        return waits_on(self.case, self.office)

    @property
    def whose(self) -> str:
        """Whose move it is: «куратор», «Отдел ЖКХ»; while an answer is on its way, the department that wrote it."""
        who = self.waits[0].who if self.waits else ""
        if who == CURATOR:
            return self.texts.plain("roles.curator")
        return self.department_name(who) if who in self.office.departments else self.department

    @property
    def other_move(self) -> str:
        """«куратор, назвать срок окончательного ответа»: whose move it is and which, if the state does not tell; else
        ""."""
        wait = self.waits[0] if self.waits else None
        if wait is None or wait.move not in OTHER_MOVES:
            return ""
        if wait.move is Move.CONTRIBUTION and self.case.state is not State.IN_WORK:
            return ""
        return f"{self.whose}, {self.texts.plain(f'waits.{wait.move}')}"

    def since(self, at: datetime) -> str:
        """«с пн 30.11, 14:08»: since when the case waits (`at`), in words with the date."""
        return f"с {self.when.dated(at)}, {self.when.clock(at)}"

    @property
    def because(self) -> str:
        """Why the case ended without an answer: the words of the closing reason or ground, with a small first letter."""
        words = ground_words(self.texts, self.office, self.case.ended_because or "")
        return words[:1].lower() + words[1:]

    # --- drafts ------------------------------------------------------------------------------------------------------

    @property
    def newest(self) -> Draft | None:
        return self.case.draft

    @property
    def newest_is_final(self) -> bool:
        return self.newest is None or self.newest.kind is DraftKind.FINAL

    @property
    def drafted_by(self) -> str:
        """The department that wrote the newest draft; the person's title if a curator wrote it."""
        draft = self.case.draft
        return (self.department_name(draft.department) or self.person(draft.by)) if draft else self.department

    @property
    def version(self) -> int:
        return self.case.draft.version if self.case.draft else 0

    @property
    def kind_words(self) -> str:
        """The kind of the newest draft: «проект промежуточного ответа»; "" without a draft."""
        draft = self.case.draft
        return self.texts.plain(f"drafts.{draft.kind}") if draft else ""

    @property
    def remark(self) -> str:
        """The remark with which the newest draft was sent back, cut; "" if there is none."""
        draft = self.case.draft
        return excerpt(clean(draft.remark), 300, 6) if draft and draft.remark else ""

    @property
    def took(self) -> str:
        """How long it took from detection to the answer, in working time: «2 ч 43 мин»; "" without an answer."""
        answer = self.case.answer
        return span(max(self.office.clock.between(self.case.detected, answer.at), timedelta(0))) if answer else ""

    @property
    def ended_at(self) -> datetime:
        return self.case.answer.at if self.case.answer else self.case.history[-1].at

    # --- terms -------------------------------------------------------------------------------------------------------

    @cached_property
    def running(self) -> Mapping[Step, Deadline]:
        return running_terms(self.case, self.office)

    @cached_property
    def _running_by_name(self) -> Mapping[str, Deadline]:
        return running(self.case, self.office)

    @cached_property
    def all_terms(self) -> Mapping[Step, Deadline]:
        return terms_of(self.case, self.office)

    def due(self, step: Step) -> datetime | None:
        """The moment the step is due, while its term runs; None otherwise."""
        deadline = self.running.get(step)
        return deadline.until if deadline else None

    def due_words(self, step: Step) -> str:
        """Until when the step is due: «сегодня до 13:00»; "" if its term does not run or is overdue."""
        deadline = self.running.get(step)
        return self.until(deadline) if deadline and deadline.until >= self.now else ""

    def contribution_due(self, department: str) -> str:
        """«сегодня до 11:38»: until when the department owes its contribution; "" if it owes none or is overdue."""
        run = self._running_by_name.get(f"{Step.CONTRIBUTION}@{department}")
        return self.until(run) if run is not None and run.until >= self.now else ""

    def running_until(self, step: Step) -> str:
        """Until when the step is (or was) due: «сегодня до 13:00»; "" if its term does not run."""
        deadline = self.running.get(step)
        return self.until(deadline) if deadline else ""

    def until(self, deadline: Deadline) -> str:
        return self.when.until(deadline.until) + self._notes(deadline)

    def by(self, deadline: Deadline) -> str:
        return self.when.by(deadline.until) + self._notes(deadline)

    def _notes(self, deadline: Deadline) -> str:
        """Notes on a deadline: « (пункт 9: было пн 30.11 до 15:00)» if it was moved, « (предварительно)» if
        provisional."""
        moved = deadline.until != deadline.due_at
        words = (
            f" ({clause_words(deadline.clause)}: было {self.when.dated(deadline.due_at)} до {self.when.clock(deadline.due_at)})"
            if moved
            else ""
        )
        return words + (" (предварительно)" if deadline.provisional else "")

    def waiting_until(self, step: Step) -> Markup:
        """The tail of «Ждёт: принять или вернуть»: « до 9:50», or the past deadline; empty if the step's term does not
        run. A lapsed right is not mentioned: it was no duty (DESIGN rule 12)."""
        deadline = self.running.get(step)
        if deadline is None or (deadline.kind is Kind.RIGHT and deadline.until < self.now):
            return Markup()
        if deadline.until < self.now:
            return Markup(" (срок был <b>{}</b>)").format(self.when.past(deadline.until))
        return Markup(" <b>{}</b>{}").format(self.when.by(deadline.until), self._notes(deadline))

    @property
    def lapsed(self) -> Deadline | None:
        """The lead's right to return, if its time ran out and the case is neither accepted nor returned; else None."""
        right = self.running.get(Step.RETURN)
        return right if right is not None and right.kind is Kind.RIGHT and right.until < self.now else None

    def terms_line(self, but: Step | None = None) -> str:
        """«проект ответа сегодня до 13:00 · ответ завтра до 10:00»: the running terms that are not overdue, without
        step `but`. A co-executor's right to return is shown beside that co-executor, not among the terms of the case.
        """
        return " · ".join(
            f"{self.texts.plain(f'steps.{step}')} {self.until(deadline)}" for step, deadline in self._ahead(but)
        )

    def terms_shown(self, but: Step | None = None) -> Markup:
        """The case's running terms that are not overdue, without step `but`, with the moments in bold, for the card."""
        one = Markup("{} <b>{}</b>{}")
        return Markup(" · ").join(
            one.format(self.texts.plain(f"steps.{step}"), self.when.until(deadline.until), self._notes(deadline))
            for step, deadline in self._ahead(but)
        )

    def _ahead(self, but: Step | None) -> list[tuple[Step, Deadline]]:
        skipped = {but} if self.case.state is State.FORWARDED else {but, Step.RETURN}
        terms = self.running.items()
        return [(step, run) for step, run in terms if step not in skipped and run.until >= self.now]

    def overdue_lines(self, but: Step | None = None) -> list[str]:
        """A line for each overdue duty but `but`: «проект ответа просрочен, срок был в 13:00»."""
        return [
            f"{self.texts.plain(f'overdue.{step}')}, срок был {self.when.past(deadline.until)}{self.charged(deadline)}"
            for step, deadline in self.running.items()
            if step is not but and deadline.until < self.now and deadline.kind is Kind.DUTY
        ]

    def charged(self, deadline: Deadline) -> str:
        """«, пока сообщение было у куратора»: who held the case when the term passed (DESIGN rule 12); "" if its own
        holder."""
        lead = self.case.lead
        if deadline.holder is Holder.CURATOR or lead is None:
            return ""
        if deadline.charged_to is Holder.CURATOR:
            return f", {self.texts.plain('charged.curator')}"
        if deadline.who in (None, lead.department) or deadline.step in PER_EXECUTOR:
            return ""
        name = in_case(self.office, self.department_name(deadline.who), GENITIVE)
        return f", {self.texts.plain('charged.department', department_of=name)}"

    def late(self, step: Step) -> str:
        """How late the step is, by its own clock: «15 минут»; "" for less than a minute, or if it is not late."""
        deadline = self.all_terms.get(step)
        if deadline is None or deadline.until >= self.now:
            return ""
        return minutes_and_hours(deadline.clock(self.office.clock).between(deadline.until, self.now))

    def ahead(self, step: Step) -> str:
        """The time left until the step is due: «30 минут»; "" from four hours on, on another day, or if it has passed
        (the reminder came late)."""
        deadline = self.all_terms.get(step)
        if deadline is None or self.when.day(deadline.until) != "сегодня":
            return ""
        left = deadline.until - self.now
        soon = timedelta(0) < left < timedelta(hours=4)
        return minutes_and_hours(left + timedelta(seconds=30)) if soon else ""
