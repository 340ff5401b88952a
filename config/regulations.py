"""Reads a regulation's file into `workflow.regulation.Regulation`, and refuses one that contradicts itself.

The packaged files are in `config/regulations/`; a file of the same name in an installation's folder wins. Every refusal
names the file, the line and the reason, in Russian: clerks edit these files. The files say what a clause means; this
module never does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from config import yamlfile
from config.reminding import IdleEntry, RemindersEntry, ShortcomingsEntry, policy_of
from config.russian.judging.lacks import Lack
from config.yamlfile import BrokenConfiguration, Lines, Problem, Where, suggestion
from workflow.feasible import infeasible
from workflow.official.page_items import Item, PageAsk, Whose
from workflow.regulation import (
    Approval,
    ClockKind,
    CuratorTerm,
    DraftKind,
    Ear,
    Event,
    Ground,
    Hearing,
    Holder,
    Importance,
    Kind,
    Moderation,
    Policy,
    PublicationNorm,
    Regulation,
    Report,
    Source,
    Step,
    StepRule,
    StyleRule,
    Term,
    Unit,
    Within,
)

PACKAGED = Path(__file__).with_name("regulations")

_TERM = re.compile(r"(\d+(?:[.,]\d+)?)\s+(?:(рабоч\w+|календарн\w+)\s+)?(минут\w*|час\w*|день|дня|дней)")
_NAMED = "назначает куратор"
_WORKING_DAY = 8 * 60

_STARTS = frozenset({
    Event.DETECTED, Event.FORWARDED, Event.ACCEPTED, Event.CONTRIBUTED, Event.CONTRIBUTION_PASSED, Event.DRAFTED,
    Event.SENT_BACK, Event.APPROVED, Event.INTERIM_POSTED,
})  # fmt: skip
"""Events from which a step's term can be counted."""

_MEETS = frozenset({
    Event.FORWARDED, Event.ACCEPTED, Event.RETURNED, Event.CONTRIBUTED, Event.CONTRIBUTION_PASSED,
    Event.CONTRIBUTION_SENT_BACK, Event.DRAFTED, Event.SENT_BACK, Event.APPROVED, Event.INTERIM_POSTED,
    Event.REQUEST_POSTED, Event.POSTED,
})  # fmt: skip
"""Events that can end a step."""

Text = Annotated[str, Field(min_length=1)]
Clause = Annotated[str, Field(min_length=1)]


# --- the file, as it is written -------------------------------------------------------------------


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class _Within(_Part):
    within: Text
    clause: Clause | None = None


class _Step(_Part):
    clause: Clause
    kind: Kind = Kind.DUTY
    holder: Holder
    runs_from: Event | None = None
    before: Step | None = None
    within: Text
    high: _Within | None = None
    from_source: dict[Source, _Within] = {}
    not_after: Step | None = None
    cap_after_interim: bool = True
    met_by: list[Event]
    shelter: Literal["duty"] | None = None
    reading: str = ""


class _Answers(_Part):
    kinds: list[DraftKind]
    approval: Approval
    request_meets_draft: bool = False


class _Return(_Part):
    reason_required: bool
    reasons: list[Text]


class _Ground(_Part):
    code: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    words: Text
    clause: str = ""
    answered_before: Annotated[int, Field(ge=0, le=10)] = 0


class _NotProcessed(_Part):
    executors_may_name: bool
    grounds: list[_Ground]


class _Hearing(_Part):
    who: list[Ear]
    clause: Clause
    reading: str = ""


class _Hears(_Part):
    of_missed: _Hearing | None = None
    of_significant: _Hearing | None = None


class _CuratorTerm(_Part):
    clause: Clause
    # Older stored editions have it as `draft_not_after`, from when it was not yet a hint.
    draft_hint: Annotated[int, Field(ge=1, le=99)] | None = Field(
        None, validation_alias=AliasChoices("draft_hint", "draft_not_after")
    )
    reading: str = ""


class _Report(_Part):
    day: Annotated[int, Field(ge=1, le=28)]
    to: list[Ear]
    clause: Clause


class _Publications(_Part):
    pages: Literal["administration", "units"]
    per: Literal["day", "week"]
    at_least: Annotated[int, Field(ge=1)]
    norm: int | None = None
    recommended: bool = False
    clause: Clause
    reading: str = ""


class _Moderation(_Part):
    delete: list[Literal["unlawful", "spam", "advertising", "insult", "obscene"]]
    black_list: bool
    clause: Clause
    by: Literal["editor", "curator"] = "editor"


class _Style(_Part):
    clause: Clause
    answers: bool = False
    reading: str = ""


OFF = (False, "off")
Off = Literal[False, "off"]
"""A switch that is off; to some readers of YAML the word `off` is a boolean."""


class _PageAsk(_Part):
    item: Item
    of: Annotated[list[Whose], Field(min_length=1)] = list(Whose)
    clause: Clause
    reading: str = ""


class _Pages(_Part):
    asks: list[_PageAsk] = []
    published: Clause | None = None


Measure = Literal["on_time", "promises", "repeats", "helped", "marks"]
"""Measures whose formula a regulation's file may put into words; the report's figure for each:
`reports.wording.MEASURED`."""


class _File(_Part):
    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Text
    number: Text
    date: date
    revision: Text
    clock: ClockKind
    minutes: ClockKind | None = None
    steps: dict[Step, _Step]
    curator_term: _CuratorTerm | None = None
    answers: _Answers
    contributions_to: Literal[Holder.LEAD, Holder.CURATOR]
    return_: Annotated[_Return, Field(alias="return")]
    not_processed: _NotProcessed
    hears: _Hears = _Hears()
    reminders: RemindersEntry | None = None
    idle: IdleEntry | None = None
    shortcomings: ShortcomingsEntry | None = None
    report: _Report | None = None
    publications: list[_Publications] = []
    moderation: _Moderation | None = None
    style: _Style | None = None
    hints: Off | dict[Lack, Off | Clause] = {}
    measures: dict[Measure, Text] = {}
    pages: _Pages = _Pages()
    determines: Clause | None = None
    appoints: Clause | None = None
    notes: list[Text] = []


# --- reading --------------------------------------------------------------------------------------


LONGEST_NAME = 64
NAME = rf"[a-z0-9][a-z0-9-]{{0,{LONGEST_NAME - 1}}}"
"""Allowed names of a regulation's file; files with other names are ignored."""


def packaged() -> tuple[str, ...]:
    """The keys of the packaged regulations, sorted."""
    return tuple(sorted(path.stem for path in PACKAGED.glob("*.yaml")))


def find(name: str, *folders: Path | None) -> Path:
    """The path of a regulation's file: the installation's own (`FOLDER/NAME.yaml` or `FOLDER/regulations/NAME.yaml`,
    earlier folders first), or the packaged one. BrokenConfiguration if there is none.
    """
    here = [folder for folder in folders if folder is not None]
    own = [path for folder in here for path in (folder / f"{name}.yaml", folder / "regulations" / f"{name}.yaml")]
    if re.fullmatch(NAME, name):
        for path in (*own, PACKAGED / f"{name}.yaml"):
            if path.is_file() and not _is_a_municipality(path):
                return path
    shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    words = f"нет регламента «{shown}»{suggestion(shown, packaged())}"
    raise BrokenConfiguration([Problem(f"{shown}.yaml", None, words)])


def _is_a_municipality(path: Path) -> bool:
    """Whether the file is a municipality or a scenario: these may share the regulation's name and folder."""
    own = r"^(?:\{\s*)?\"?(departments|work_hours|municipality|events)\"?\s*:"
    return re.search(own, yamlfile.read(path), re.MULTILINE) is not None


def load(path: Path) -> Regulation:
    """Load the regulation in the file. BrokenConfiguration holds every error."""
    regulation = parse(yamlfile.read(path), path.name)
    if regulation.key != path.stem:
        words = f"key «{regulation.key}» не совпадает с именем файла «{path.stem}»"
        raise BrokenConfiguration([Problem(path.name, None, words)])
    return regulation


def parse(text: str, name: str, *, kept: bool = False) -> Regulation:
    """Parse a regulation from a file's text or from an edition stored in the database. `name` is for error messages.
    BrokenConfiguration holds every error.

    `kept`: it is a stored edition that open cases follow, so it is not refused for a step that its holder cannot
    meet.
    """
    return _parsed(text, name, kept)


@lru_cache(maxsize=32)
def _parsed(text: str, name: str, kept: bool) -> Regulation:
    """Like `parse`, cached by text: the municipalities of a process share a few regulations, and so do their cases'
    editions."""
    data, lines = yamlfile.loads(text, name)
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        raise BrokenConfiguration(yamlfile.problems_of(error, _File, lines, name)) from None
    reader = _Reader(file, lines, name, kept=kept)
    regulation = reader.regulation(text_hash(text))
    if regulation is None or reader.problems:
        raise BrokenConfiguration(sorted(reader.problems, key=lambda problem: problem.line or 0))
    return regulation


def text_hash(text: str) -> str:
    """The name of an edition of a regulation: SHA-256 of the text, independent of its line endings."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return hashlib.sha256(plain.encode()).hexdigest()


def parse_term(words: str, hours: ClockKind, minutes: ClockKind) -> Term:
    """Parse a term: «30 минут», «1,5 часа», «2 рабочих часа», «7 рабочих дней», «назначает куратор». ValueError in
    Russian.

    `hours` and `minutes`: the clock by which each of these units counts if the words do not say."""
    plain = " ".join(words.split())
    if plain == _NAMED:
        return Term(Unit.NAMED, 0, hours, plain)
    match = _TERM.fullmatch(plain)
    if match is None:
        raise ValueError(f"срок «{words}» не читается; нужно, например: 30 минут, 1,5 часа, 7 рабочих дней")
    amount, kind, unit = float(match[1].replace(",", ".")), match[2] or "", match[3]
    if amount == 0:
        raise ValueError("срок не может быть нулевым")
    if unit.startswith("д"):
        if not kind.startswith("рабоч") or amount != int(amount):
            raise ValueError(f"срок «{words}»: дни бывают только рабочие и целые, например 7 рабочих дней")
        return Term(Unit.WORKING_DAYS, int(amount), ClockKind.WORKING, plain)
    clock = minutes if unit.startswith("минут") else hours
    if kind:
        clock = ClockKind.WORKING if kind.startswith("рабоч") else ClockKind.CALENDAR
    length = amount if unit.startswith("минут") else amount * 60
    if length != int(length):
        raise ValueError(f"срок «{words}»: нужно целое число минут")
    return Term(Unit.MINUTES, int(length), clock, plain)


def _hints(file: _File) -> tuple[tuple[str, str], ...]:
    """The hints on drafts under this regulation, each with its clause: all except those it switches off. Where the
    regulation allows a request, a question to the citizen is no fault."""
    if not isinstance(file.hints, dict):
        return ()
    asks = DraftKind.REQUEST in file.answers.kinds
    clauses = {lack: file.hints.get(lack, "") for lack in Lack if not (asks and lack is Lack.ASKS)}
    return tuple((lack.value, str(clause)) for lack, clause in clauses.items() if clause not in OFF)


class _Reader:
    """Turns a parsed file into a Regulation and collects the errors."""

    def __init__(self, file: _File, lines: Lines, name: str, *, kept: bool = False) -> None:
        self.file = file
        self.kept = kept
        self.lines = lines
        self.name = name
        self.problems: list[Problem] = []

    def wrong(self, where: Where, words: str) -> None:
        self.problems.append(Problem(self.name, self.lines.of(where), words))

    def regulation(self, edition: str) -> Regulation | None:
        file = self.file
        steps = self._steps()
        if steps is None:
            return None
        found = Regulation(
            key=file.key,
            title=file.title,
            number=file.number,
            date=file.date,
            revision=file.revision,
            clock=file.clock,
            steps=steps,
            draft_kinds=tuple(file.answers.kinds),
            approval=file.answers.approval,
            return_reason_required=file.return_.reason_required,
            return_reasons=tuple(file.return_.reasons),
            grounds=tuple(Ground(g.code, g.words, g.clause, g.answered_before) for g in file.not_processed.grounds),
            executors_may_name_ground=file.not_processed.executors_may_name,
            request_meets_draft=file.answers.request_meets_draft,
            contributions_to=file.contributions_to,
            hears_of_missed=_hearing(file.hears.of_missed),
            hears_of_significant=_hearing(file.hears.of_significant),
            text_hash=edition,
            curator_term=CuratorTerm(**file.curator_term.model_dump()) if file.curator_term else None,
            report=Report(file.report.day, tuple(file.report.to), file.report.clause) if file.report else None,
            publication_norms=tuple(_norm(p) for p in file.publications),
            moderation=_moderation(file.moderation),
            determines=file.determines or "",
            appoints=file.appoints or "",
            style=StyleRule(**file.style.model_dump()) if file.style else None,
            hints=_hints(file),
            measures=tuple(file.measures.items()),
            pages=tuple(PageAsk(ask.item, ask.clause, frozenset(ask.of), ask.reading) for ask in file.pages.asks),
            registry_published=file.pages.published or "",
            notes=tuple(file.notes),
            policy=policy_of(file.reminders, file.idle, file.shortcomings, Policy(), self._term, self.wrong),
        )
        for where, words in contradictions(found):
            self.wrong(where, words)
        if not self.problems and not self.kept:
            for where, words in steps_nobody_meets(found):
                self.wrong(where, words)
        return found

    def _term(self, words: str) -> Term:
        return parse_term(words, self.file.clock, self.file.minutes or self.file.clock)

    def _steps(self) -> tuple[StepRule, ...] | None:
        """The rules of the steps, in the order of the work; None, with errors recorded, if one of them could not be
        read."""
        rules: dict[Step, StepRule] = {}
        for step, written in self.file.steps.items():
            place: Where = ("steps", step.value)
            if (written.runs_from is None) == (written.before is None):
                self.wrong(place, f"{step}: нужно одно из двух, runs_from (с чего идёт срок) или before (до чего)")
                continue
            within = self._within(written.within, written.clause, (*place, "within"))
            high = self._variant(written.high, written.clause, (*place, "high"))
            by_source = [
                (source, self._variant(own, written.clause, (*place, "from_source", source.value)))
                for source, own in written.from_source.items()
            ]
            if within is None:
                continue
            rules[step] = StepRule(
                step=step,
                kind=written.kind,
                holder=written.holder,
                clause=written.clause,
                within=within,
                runs_from=written.runs_from,
                before=written.before,
                high=high,
                by_source=tuple((source, own) for source, own in by_source if own is not None),
                not_after=written.not_after,
                cap_after_interim=written.cap_after_interim,
                met_by=frozenset(written.met_by),
                reading=written.reading,
                sheltered=written.shelter is not None,
            )
        return None if self.problems else tuple(rules[step] for step in Step if step in rules)

    def _variant(self, written: _Within | None, clause: str, where: Where) -> Within | None:
        if written is None:
            return None
        return self._within(written.within, written.clause or clause, (*where, "within"))

    def _within(self, words: str, clause: str, where: Where) -> Within | None:
        try:
            return Within(parse_term(words, self.file.clock, self.file.minutes or self.file.clock), clause)
        except ValueError as error:
            self.wrong(where, str(error))
            return None


def _hearing(written: _Hearing | None) -> Hearing:
    return Hearing(tuple(written.who), written.clause) if written is not None else Hearing()


def _norm(written: _Publications) -> PublicationNorm:
    norm = written.norm if written.norm is not None else written.at_least
    return PublicationNorm(
        written.pages, written.per, written.at_least, norm, written.clause, written.recommended, written.reading
    )


def _moderation(written: _Moderation | None) -> Moderation | None:
    if written is None:
        return None
    return Moderation(tuple(written.delete), written.black_list, written.clause, written.by == "curator")


# --- contradictions -------------------------------------------------------------------------------

Found = Iterator[tuple[Where, str]]


def contradictions(regulation: Regulation) -> Found:
    """Yield the contradictions within a regulation, each as its place in the file and the reason in Russian."""
    for rule in regulation.steps:
        yield from _nothing_starts(regulation, rule)
        yield from _nothing_meets(regulation, rule)
        yield from _counted_from(regulation, rule)
        yield from _no_room(regulation, rule)
        yield from _named_by_nobody(rule)
    yield from _whole(regulation)


def _place(rule: StepRule, key: str) -> Where:
    return ("steps", rule.step.value, key)


def _never_happens(regulation: Regulation, event: Event) -> str | None:
    """The reason, in Russian, why the event never happens under this regulation; None if it can happen."""
    match event:
        case Event.CONTRIBUTED | Event.CONTRIBUTION_SENT_BACK if regulation.rule(Step.CONTRIBUTION) is None:
            return "шага contribution (сведения соисполнителя) нет"
        case Event.CONTRIBUTION_PASSED if regulation.rule(Step.CONTRIBUTION_APPROVAL) is None:
            return "шага contribution_approval нет"
        case Event.INTERIM_POSTED if DraftKind.INTERIM not in regulation.draft_kinds:
            return "промежуточных ответов нет (answers.kinds)"
        case Event.REQUEST_POSTED if DraftKind.REQUEST not in regulation.draft_kinds:
            return "запросов (уточнений) нет (answers.kinds)"
        case Event.APPROVED if regulation.approval is Approval.IMPLIED:
            return "отдельного согласования нет (answers.approval)"
        case _:
            return None


def _nothing_starts(regulation: Regulation, rule: StepRule) -> Found:
    """Yield an error (place in the file, reason in Russian) if the step's term never starts: its starting event cannot
    start terms or never happens."""
    if rule.runs_from is None:
        return
    if rule.runs_from not in _STARTS:
        yield _place(rule, "runs_from"), f"{rule.step}: от события «{rule.runs_from}» сроки не идут"
    elif why := _never_happens(regulation, rule.runs_from):
        yield _place(rule, "runs_from"), f"{rule.step}: шаг никто не начнёт, {why}"


def _nothing_meets(regulation: Regulation, rule: StepRule) -> Found:
    """Yield an error (place in the file, reason in Russian) if the step can never end: no event is named, a named one
    cannot end it, or it never happens."""
    where = _place(rule, "met_by")
    strange = sorted(rule.met_by - _MEETS - {rule.runs_from})
    if not rule.met_by:
        yield where, f"{rule.step}: шаг нечем исполнить, назовите событие"
    elif rule.runs_from in rule.met_by:
        yield where, f"{rule.step}: шаг исполнен тем же событием «{rule.runs_from}», с которого начался"
    elif strange:
        yield where, f"{rule.step}: событием «{strange[0]}» шаг не исполняют; можно: {', '.join(sorted(_MEETS))}"
    elif all(reasons := [_never_happens(regulation, event) for event in sorted(rule.met_by)]):
        yield where, f"{rule.step}: шаг нечем исполнить, {reasons[0]}"


def _counted_from(regulation: Regulation, rule: StepRule) -> Found:
    """Yield an error (place in the file, reason in Russian) if the step's term is counted back from, or limited by, a
    step that the regulation does not have or that cannot serve for this."""
    for key, step in (("before", rule.before), ("not_after", rule.not_after)):
        if step is None:
            continue
        other = regulation.rule(step)
        if step == rule.step:
            yield _place(rule, key), f"{rule.step}: срок отсчитан от самого себя"
        elif other is None:
            yield _place(rule, key), f"{rule.step}: срок отсчитан от шага «{step}», а его здесь нет"
        elif other.before == rule.step:
            yield _place(rule, key), f"{rule.step}: шаги {rule.step} и {step} отсчитаны друг от друга"
        elif other.before is not None:
            yield _place(rule, key), f"{rule.step}: шаг «{step}» сам отсчитан назад, от него считать нельзя"
        elif any(within.term.unit is Unit.NAMED for within in other.withins()):
            yield _place(rule, key), f"{rule.step}: срок шага «{step}» {_NAMED}, от него считать нельзя"
    if rule.before is not None and any(within.term.unit is not Unit.MINUTES for within in rule.withins()):
        yield _place(rule, "within"), f"{rule.step}: назад отсчитываются только минуты и часы"


def _no_room(regulation: Regulation, rule: StepRule) -> Found:
    """Yield an error (place in the file, reason in Russian) if the step's term does not fit into that of the answer: a
    draft would be due after it, or before the message."""
    answer = regulation.rule(Step.ANSWER)
    if answer is None or rule.step in (Step.ANSWER, Step.FINAL):
        return
    for importance, source in _kinds_of_cases(rule, answer):
        own, whole = rule.within_for(importance, source).term, answer.within_for(importance, source).term
        if not _takes_as_long(own, whole):
            continue
        key = "high" if importance is Importance.HIGH and rule.high is not None else "within"
        if rule.before is Step.ANSWER:
            words = (
                f"{rule.step}: за {own.words} до ответа, а на весь ответ только {whole.words}: срок раньше сообщения"
            )
        else:
            words = f"{rule.step}: срок {own.words} наступит не раньше срока ответа ({whole.words})"
        yield _place(rule, key), words
        return


def _takes_as_long(own: Term, whole: Term) -> bool:
    """Whether the term `own` ends no earlier than the term `whole`, for any working hours of a municipality.

    Working time never ends before calendar time of the same length; a working day ends after eight hours of work at the
    earliest.
    """
    if Unit.NAMED in (own.unit, whole.unit):
        return False
    if own.unit is whole.unit:
        same = own.clock is whole.clock or whole.clock is ClockKind.CALENDAR
        return same and own.amount >= whole.amount
    return own.unit is Unit.WORKING_DAYS and own.amount * _WORKING_DAY >= whole.amount


def _kinds_of_cases(rule: StepRule, answer: StepRule) -> Iterator[tuple[Importance, Source]]:
    """Iterate over the pairs of importance and source that the two rules distinguish."""
    sources = {source for one in (rule, answer) for source, _ in one.by_source} | {Source.VK}
    for importance in Importance:
        for source in sorted(sources):
            yield importance, source


def _named_by_nobody(rule: StepRule) -> Found:
    if rule.step is not Step.FINAL and any(within.term.unit is Unit.NAMED for within in rule.withins()):
        yield _place(rule, "within"), f"{rule.step}: «{_NAMED}» бывает только у final"


def _whole(regulation: Regulation) -> Found:
    if regulation.approval is Approval.IMPLIED and regulation.rule(Step.APPROVAL) is not None:
        yield ("steps", "approval"), "approval: у согласования есть срок, а answers.approval говорит, что его нет"
    if regulation.contributions_to is Holder.LEAD and regulation.rule(Step.CONTRIBUTION_APPROVAL) is not None:
        words = "contribution_approval: куратор проверяет сведения, а они идут мимо него (contributions_to)"
        yield ("steps", "contribution_approval"), words
    if regulation.curator_term is not None and regulation.rule(Step.ANSWER) is None:
        yield ("curator_term",), "curator_term: куратор меняет срок ответа, а шага answer нет"
    if DraftKind.FINAL not in regulation.draft_kinds:
        yield ("answers", "kinds"), "answers.kinds: без final нельзя дать ответ"
    codes = [ground.code for ground in regulation.grounds]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            yield ("not_processed", "grounds", index), f"основание «{code}» названо дважды"


HOLDERS = {
    Holder.CURATOR: "куратор",
    Holder.EXECUTOR: "исполнитель",
    Holder.LEAD: "ответственный исполнитель",
    Holder.CO_EXECUTOR: "соисполнитель",
}


def steps_nobody_meets(regulation: Regulation) -> Found:
    """Find the steps that their holder cannot meet: the holder has no command for it, or is not notified while it runs.
    Yields the place in the file and the reason in Russian for each."""
    for rule in regulation.steps:
        if (found := infeasible(rule, regulation)) is None:
            continue
        holder, events = HOLDERS[rule.holder], " или ".join(f"«{event}»" for event in sorted(rule.met_by))
        if found.may is None:
            words = f"{holder} о нём не услышит: пока шаг идёт, сообщение у куратора"
        else:
            others = f"может {' или '.join(HOLDERS[one] for one in found.may)}" if found.may else "и никто другой тоже"
            words = f"{holder} сделать этого не может ({events}), {others}"
        yield _place(rule, "holder"), f"{rule.step}: {words}"
