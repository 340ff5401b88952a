"""`/why`: the terms of a case in words: from which event a term runs, by which clause, which time was counted and which
left out.

Shows nothing the citizen wrote, so everybody in the working group may read it. Pure: every number comes from
`workflow.terms.explain`, every word from `config.texts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from markupsafe import Markup

from bot.answering.toasts import short
from bot.cases.screens.case_words import CaseWords
from bot.cases.screens.common import in_case
from bot.messenger import Screen
from config.clauses import clause_words
from config.russian.words import GENITIVE, MONTHS, When, count
from config.texts import Texts
from workflow.case import Case
from workflow.office import Office
from workflow.regulation import PER_EXECUTOR, ClockKind, Event, Holder, Kind, Step, Unit
from workflow.terms.alarms import facts_of, running
from workflow.terms.deadlines import Grant
from workflow.terms.explain import MINUTE, Counted, Cut, Explanation, Standing, explanations
from workflow.terms.worktime import Piece, Why

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Passed as `When.shown_since` so that every moment carries its date: the text will be read on another day."""

FROM = {
    Event.DETECTED: "why.from_detected",
    Event.FORWARDED: "why.from_forwarded",
    Event.ACCEPTED: "why.from_accepted",
    Event.RETURNED: "why.from_returned",
    Event.CONTRIBUTED: "why.from_contributed",
    Event.CONTRIBUTION_PASSED: "why.from_contribution_passed",
    Event.CONTRIBUTION_SENT_BACK: "why.from_contribution_sent_back",
    Event.DRAFTED: "why.from_drafted",
    Event.SENT_BACK: "why.from_sent_back",
    Event.APPROVED: "why.from_approved",
    Event.INTERIM_POSTED: "why.from_interim_posted",
    Event.REQUEST_POSTED: "why.from_request_posted",
    Event.POSTED: "why.from_posted",
}
HEADINGS = {
    Standing.RUNNING: "why.running",
    Standing.OVERDUE: "why.overdue",
    Standing.IDLE: "why.idle",
    Standing.MET: "why.met",
    Standing.MET_LATE: "why.met_late",
    Standing.DROPPED: "why.dropped",
    Standing.DROPPED_LATE: "why.dropped_late",
    Standing.LAPSED: "why.lapsed",
}
RIGHTS = {Standing.RUNNING: "why.right_running", Standing.MET: "why.right_met"}
HOLDERS = {
    Holder.CURATOR: "why.curator",
    Holder.EXECUTOR: "why.executor",
    Holder.LEAD: "why.lead",
    Holder.CO_EXECUTOR: "why.co_executor",
}
LEFT_OUT = {
    Why.NIGHT: "why.night",
    Why.BREAK: "why.break",
    Why.WEEKEND: "why.weekend",
    Why.HOLIDAY: "why.holiday",
    Why.TRANSFERRED: "why.transferred",
    Why.SHORTENED: "why.shortened",
    Why.OWN: "why.own_day",
}
GRANTS = {grant: f"granted_{grant}" for grant in Grant}
OF_THE_CLOCK = frozenset({Why.NIGHT, Why.BREAK})
"""Reasons for not counting time that apply every day, so they are named without a date."""


# --- what is shown ---------------------------------------------------------------------------------------------------


def explained(case: Case, office: Office) -> tuple[Explanation, ...]:
    """Return an explanation of every run of every step's term, under the regulation the case was opened under."""
    return explanations(case.history, facts_of(case, office), office.regulation, office.clock)


def step_named(texts: Texts, words: str) -> Step | None:
    """Return the step that the words name: by its English name, its Russian name in either form, or a prefix only one
    step has; None if no step or several fit."""
    wanted = " ".join(words.casefold().replace("ё", "е").split())
    names = {
        step: [_plain(name) for name in (step, texts.plain(f"steps.{step}"), texts.plain(f"steps_of.{step}"))]
        for step in Step
    }
    exact = [step for step, own in names.items() if wanted in own]
    begun = [step for step, own in names.items() if wanted and any(name.startswith(wanted) for name in own)]
    found = exact or begun
    return found[0] if len(found) == 1 else None


def _plain(name: str) -> str:
    return name.casefold().replace("ё", "е")


def step_names(texts: Texts, office: Office) -> str:
    """Return the names of the regulation's steps, separated by commas, as a person may type them."""
    return ", ".join(texts.plain(f"steps.{rule.step}") for rule in office.regulation.steps)


def why(texts: Texts, case: Case, office: Office, now: datetime, step: str = "") -> Screen:
    """Return the answer to `/why` and to «Сроки». Without `step`, running terms are explained in full and the others in
    one line each; with it, only that step's terms, all in full."""
    named = step_named(texts, step) if step else None
    if step and (named is None or office.regulation.rule(named) is None):
        return Screen(str(texts.phrase("why.no_such_step", number=case.number, names=step_names(texts, office))))
    return Screen(str(_page(_Teller(texts, case, office, now), named, in_full=False)))


def printed(texts: Texts, case: Case, office: Office, now: datetime, step: Step | None = None) -> str:
    """Return the explanation of the case's terms for the terminal: plain text, every run of a term in full, every
    moment with its date."""
    return _page(_Teller(texts, case, office, now, dated=True), step, in_full=True).unescape()


def terms_toast(texts: Texts, case: Case, office: Office, now: datetime) -> str:
    """Return the running terms in one line of at most 200 UTF-16 units, for a person the bot cannot write to."""
    words = CaseWords(texts, case, office, now)
    parts = [*words.overdue_lines(), *filter(None, [words.terms_line()])]
    text = f"{words.number}: {' · '.join(parts)}" if parts else texts.plain("why.nothing_runs", c=words)
    return short(text)


def _page(teller: _Teller, step: Step | None, *, in_full: bool) -> Markup:
    texts, case, office = teller.texts, teller.case, teller.office
    words = CaseWords(texts, case, office, teller.now)
    found = [one for one in explained(case, office) if step is None or one.step is step]
    blocks = [teller.block(one, found, whole=in_full or step is not None) for one in found]
    if step is not None:
        nothing = texts.phrase("why.not_begun", step=texts.plain(f"steps.{step}"))
    else:
        nothing = texts.phrase("why.no_terms")
    return texts.html(
        "why",
        c=words,
        regulation=teller.regulation() if in_full else "",
        blocks=blocks,
        nothing="" if blocks else nothing,
        hint=texts.phrase("why.hint", number=case.number) if blocks and not in_full and step is None else "",
    )


@dataclass(frozen=True)
class Block:
    """One run of a step's term in words: a heading and lines."""

    heading: Markup
    lines: tuple[Markup, ...]


class _Teller:
    """Puts the explanations of one case's terms into words. `dated`: every moment carries its date."""

    def __init__(self, texts: Texts, case: Case, office: Office, now: datetime, *, dated: bool = False) -> None:
        self.texts = texts
        self.case = case
        self.office = office
        self.now = now
        self.when = When(now, office.zone, LONG_AGO if dated else None)
        self.running = running(case, office)

    def regulation(self) -> Markup:
        rules = self.office.regulation
        on = f"{rules.date.day} {MONTHS[rules.date.month - 1]} {rules.date.year} года"
        return self.texts.phrase("why.regulation", title=rules.title, number=rules.number, on=on)

    def block(self, one: Explanation, found: Sequence[Explanation], *, whole: bool) -> Block:
        """Explain a run in full if its term runs or `whole` is asked for; otherwise in one line with the clause."""
        standing = self._standing(one)
        heading = self._heading(one, standing, self._turn(one, found))
        if whole or standing in (Standing.RUNNING, Standing.OVERDUE):
            return Block(heading, tuple(self._lines(one, standing)))
        return Block(self.texts.phrase("why.with_clause", words=heading, clause=clause_words(one.deadline.clause)), ())

    def _standing(self, one: Explanation) -> Standing:
        held = one.deadline.name in self.running
        return one.standing(self.now, self.office.clock, held=held)

    def _turn(self, one: Explanation, found: Sequence[Explanation]) -> tuple[int, int]:
        """Return this run's number and how many there are: of the step, or per executor where each has the step."""
        own = one.step in PER_EXECUTOR
        alike = [x for x in found if x.step is one.step and (not own or x.deadline.who == one.deadline.who)]
        return alike.index(one) + 1, len(alike)

    def _heading(self, one: Explanation, standing: Standing, turn: tuple[int, int]) -> Markup:
        deadline = one.deadline
        key = HEADINGS[standing]
        if deadline.kind is Kind.RIGHT:
            key = RIGHTS.get(standing, key)
        return self.texts.phrase(
            key,
            step=self._name(one, turn),
            until=self.when.until(deadline.due_at),
            past=self.when.past(deadline.due_at),
            done=self.when.past(deadline.ended_at) if deadline.ended_at else "",
            late=hours_and_minutes(one.late(self.now, self.office.clock)),
        )

    def _name(self, one: Explanation, turn: tuple[int, int]) -> Markup:
        name = self.texts.plain(f"steps.{one.step}")
        who = self._department(one.deadline.who) if one.step in PER_EXECUTOR else ""
        step, (number, of) = name[:1].upper() + name[1:], turn
        return self.texts.phrase("why.step", step=step, who=who, number=number, of=of)

    def _department(self, key: str | None) -> str:
        departments = self.office.departments
        return (departments[key].name if key in departments else key) if key else ""

    # --- the lines of a run ------------------------------------------------------------------------------------------

    def _lines(self, one: Explanation, standing: Standing) -> Iterator[Markup]:
        yield self._term(one)
        if one.deadline.term.unit is Unit.WORKING_DAYS:
            yield self.texts.phrase("why.days", dates=dates_words(one.days))
        elif one.deadline.term.clock is ClockKind.WORKING and one.counted:
            yield self._counted(one.counted)
        if left_out := self._left_out(one):
            yield self.texts.phrase("why.left_out", pieces=Markup("; ").join(left_out))
        if one.cut is not None:
            yield self._cut(one, one.cut)
        if one.hint is not None:
            at, clause = self.when.until(one.hint.at), clause_words(one.hint.clause)
            yield self.texts.phrase("why.draft_hint", at=at, clause=clause)
        yield from self._granted(one)
        yield self._holder(one, standing)
        if one.deadline.reading:
            yield self.texts.phrase("why.reading", words=one.deadline.reading)
        if one.deadline.provisional:
            yield self.texts.phrase("why.provisional")

    def _granted(self, one: Explanation) -> Iterator[Markup]:
        """A line if people got more time than the regulation gives: until when, since when, and why (CLOCK §1)."""
        deadline = one.deadline
        if deadline.grant is not None and deadline.granted_at is not None:
            until, at = self.when.until(deadline.until), self.when.at(deadline.granted_at)
            yield self.texts.phrase(f"why.{GRANTS[deadline.grant]}", until=until, at=at)

    def _term(self, one: Explanation) -> Markup:
        """A line: how long the term is, from which event (or back from which step), by which clause."""
        deadline, term = one.deadline, one.deadline.term
        if term.unit is Unit.NAMED:
            key = "why.term_named"
        elif term.unit is Unit.WORKING_DAYS:
            key = "why.term_days"
        else:
            key = "why.term_back" if deadline.counted_back_from is not None else "why.term_from"
        back, step = deadline.counted_back_from, one.counted_back_step
        return self.texts.phrase(
            key,
            term=term.words or hours_and_minutes(term.amount * MINUTE),
            hours=0 if term.amount % 60 else term.amount // 60,
            around_the_clock=term.clock is ClockKind.CALENDAR,
            event=self.texts.plain(FROM[deadline.ran_from]) if deadline.ran_from in FROM else "",
            at=self.when.at(deadline.started_at),
            step_of=self.texts.plain(f"steps_of.{step}") if step else "",
            back=self.when.at(back) if back is not None else "",
            clause=clause_words(deadline.clause),
        )

    def _counted(self, stretches: Sequence[Counted]) -> Markup:
        """The working time counted: «сегодня 14:02–18:00 (3 ч 58 мин), завтра 9:00–10:02 (1 ч 2 мин), всего 5 ч»."""
        shown: list[str] = []
        before = ""
        for stretch in stretches:
            day = self.when.day(stretch.start)
            hours = f"{self.when.clock(stretch.start)}–{self._end(stretch.end)} ({brief(stretch.minutes)})"
            shown.append(hours if day == before else f"{day} {hours}")
            before = day
        total = brief(sum(stretch.minutes for stretch in stretches)) if len(stretches) > 1 else ""
        return self.texts.phrase("why.counted", stretches=", ".join(shown), total=total)

    def _end(self, moment: datetime) -> str:
        """The clock time at which a stretch of a day ends: midnight reads 24:00."""
        clock = self.when.clock(moment)
        return "24:00" if clock == "0:00" else clock

    def _left_out(self, one: Explanation) -> list[Markup]:
        """The time not counted: a piece of text for each gap; for a term in working days only the days off."""
        pieces: Iterable[Piece] = one.left_out
        if one.deadline.term.unit is Unit.WORKING_DAYS:
            off = [piece for piece in pieces if piece.why not in (*OF_THE_CLOCK, Why.SHORTENED)]
            return [self._reason(piece) for piece in off]
        return [self._gap(gap) for gap in _gaps(pieces)]

    def _gap(self, gap: Sequence[Piece]) -> Markup:
        """A gap in working time with its reasons: «сегодня 18:00 – завтра 9:00: ночь»."""
        start, end = gap[0].start, gap[-1].end
        first, last = self.when.day(start), self.when.day(end)
        to = self.when.clock(end) if first == last else f"{last} {self.when.clock(end)}"
        dash = "–" if first == last else " – "
        reasons = list(dict.fromkeys(self._reason(piece) for piece in gap))
        return self.texts.phrase(
            "why.gap", span=f"{first} {self.when.clock(start)}{dash}{to}", reasons=Markup(", ").join(reasons)
        )

    def _reason(self, piece: Piece) -> Markup:
        """Why the time of this piece is not counted: «ночь», «12 июня День России», «13–14 июня выходные»."""
        assert piece.why is not None
        dates = list(self._dates(piece))
        return self.texts.phrase(LEFT_OUT[piece.why], dates=dates_words(dates), n=len(dates), note=piece.note)

    def _dates(self, piece: Piece) -> Iterator[date]:
        on = piece.start.astimezone(self.office.zone).date()
        last = (piece.end - timedelta(microseconds=1)).astimezone(self.office.zone).date()
        while on <= last:
            yield on
            on += timedelta(days=1)

    def _cut(self, one: Explanation, cut: Cut) -> Markup:
        """A line that says why the due moment differs from the one the regulation's text gives."""
        text, deadline, own = self.when.until(one.text_due), one.deadline, one.own
        match cut:
            case Cut.CAP:
                step = self.texts.plain(f"steps_of.{deadline.capped_by}") if deadline.capped_by else ""
                clause = clause_words(one.capped_by_clause) if one.capped_by_clause else ""
                return self.texts.phrase("why.cut_cap", text=text, step_of=step, clause=clause)
            case Cut.OWN:
                return self.texts.phrase(
                    "why.cut_own",
                    text=text,
                    clause=clause_words(own.clause) if own else "",
                )
            case Cut.START:
                return self.texts.phrase("why.cut_start", text=text)

    def _holder(self, one: Explanation, standing: Standing) -> Markup:
        """A line: whose duty the step is and who had the case if it was missed (DESIGN rule 12)."""
        deadline = one.deadline
        charged_to_him = deadline.charged_to is deadline.holder
        if deadline.kind is Kind.RIGHT:
            return self.texts.phrase("why.right", holder=self._who(deadline.holder, deadline.who))
        holder = self._who(deadline.holder, deadline.who if charged_to_him else None)
        missed = standing in (Standing.OVERDUE, Standing.MET_LATE, Standing.DROPPED_LATE)
        told = missed and deadline.holder is not Holder.CURATOR
        whom = self._whom(deadline.charged_to, deadline.who) if told else ""
        return self.texts.phrase("why.holder", holder=holder, whom=whom)

    def _who(self, holder: Holder, key: str | None) -> str:
        return self._department(key) if key and holder is not Holder.CURATOR else self.texts.plain(HOLDERS[holder])

    def _whom(self, holder: Holder, key: str | None) -> str:
        """The holder's name as in «сообщение было у …»: a department's in the genitive."""
        if key and holder is not Holder.CURATOR:
            return in_case(self.office, self._department(key), GENITIVE)
        return self.texts.plain("why.at_curator" if holder is Holder.CURATOR else "why.at_executor")


# --- numbers and dates -----------------------------------------------------------------------------------------------


def _gaps(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Group the pieces of uncounted time that follow one another with no working time in between."""
    gap: list[Piece] = []
    for piece in pieces:
        if gap and gap[-1].end != piece.start:
            yield gap
            gap = []
        gap.append(piece)
    if gap:
        yield gap


def brief(minutes: int) -> str:
    """Return a length in words: «3 ч 58 мин»; never in days, because a working day is not 24 hours."""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} ч"] * (hours > 0) + [f"{rest} мин"] * (rest > 0 or not hours))


def hours_and_minutes(length: timedelta) -> str:
    """Return a length in the accusative, rounded up to minutes: «1 минуту», «30 часов 15 минут»; "" for zero."""
    hours, minutes = divmod(-(-length // MINUTE), 60)
    parts = [count(hours, "час|часа|часов")] if hours else []
    parts += [count(minutes, "минуту|минуты|минут")] if minutes else []
    return " ".join(parts)


def dates_words(dates: Sequence[date]) -> str:
    """Return the dates in words, runs of days joined: «13–16 января, 19–21 января», «30 января – 2 февраля»."""
    numbered = enumerate(sorted(dates))
    runs = [[on for _, on in run] for _, run in groupby(numbered, key=lambda pair: pair[1].toordinal() - pair[0])]
    return ", ".join(_range(run[0], run[-1]) for run in runs)


def _range(first: date, last: date) -> str:
    if first == last:
        return f"{first.day} {MONTHS[first.month - 1]}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {MONTHS[first.month - 1]}"
    return f"{first.day} {MONTHS[first.month - 1]} – {last.day} {MONTHS[last.month - 1]}"
