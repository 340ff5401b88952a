"""What must hold over any sequence of commands, whoever gives them, under every regulation with case terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.offices import CURATOR, DEPUTY, HEAD, NETWORK_LINK, ROADS, SCHOOL, STRANGER, ZHKH, at, new_case, office
from tests.rules.test_wide_walk import nothing_is_left
from workflow.case import ENDED, Case, Draft, Mark, Other, PartState, State
from workflow.changes.taking_back import AT_MOST
from workflow.commands import (
    Accept,
    Action,
    AddNote,
    Annul,
    AnswerGone,
    AnswerTogether,
    AnyCommand,
    Approve,
    AuthorDeleted,
    AuthorEdited,
    AuthorJudged,
    AuthorReplied,
    AuthorRestored,
    BeginDraft,
    CloseWithoutPosting,
    Contribute,
    Correct,
    Detect,
    Forward,
    LetGo,
    LinkRepeat,
    MarkAnswer,
    MarkSignificant,
    Merge,
    NotProcess,
    PassContribution,
    PostAgain,
    Posted,
    PostFailed,
    ProposeInterim,
    ProposeTerm,
    Recall,
    Reckon,
    Release,
    Reopen,
    Retry,
    Return,
    SendBack,
    SendBackContribution,
    SetImportance,
    SetKind,
    SetLocation,
    SetSource,
    SetTerm,
    SetTopic,
    Split,
    SubmitDraft,
    TakeBack,
    TakeBasis,
    TakeIn,
    Undo,
)
from workflow.decide import decide
from workflow.effects import Effect
from workflow.office import CLOCK, DETECTOR, NETWORK, Actor
from workflow.outcomes import Accepted, Refused
from workflow.regulation import PER_EXECUTOR, DraftKind, Holder, Importance, Source, Step
from workflow.terms.alarms import AlarmKind, alarms_of, newest_runs, running, unforwarded
from workflow.terms.deadlines import Deadline

TEXT = "Воду подключили, бригада закончила работы в 11:00."
START = at("2026-01-12 09:05")
NEWEST = 0
"""A version that stands for the newest draft at that moment."""

ACTORS = [CURATOR, ZHKH, ROADS, SCHOOL, DEPUTY, HEAD, STRANGER, CLOCK, NETWORK, DETECTOR]
TEXTS = st.sampled_from(["", "👍", TEXT, TEXT + " Ещё.", "другой ответ жителю о том же самом", "уточните адрес"])
KINDS = st.sampled_from(list(DraftKind))
OTHERS = st.sampled_from([Other(1, 147), Other(2, 148), Other(3, 149)])
DEPARTMENTS = st.lists(st.sampled_from(["zhkh", "roads", "school", "nobody"]), max_size=4).map(tuple)
GIVEN = Draft(1, DraftKind.FINAL, TEXT, (), "zhkh_head", "zhkh", START)


VERSIONS = st.sampled_from([NEWEST, NEWEST, NEWEST, 1, 2])
EXECUTORS = st.sampled_from([ZHKH, ZHKH, ROADS, SCHOOL])
DRAFTS = st.integers(0, 99).map(lambda number: f"{TEXT} Дом {number}.")
EARLY = st.sampled_from(["", "не относится"])
LINKS = st.sampled_from(["", NETWORK_LINK])
ONE = st.just(1)


def by(*actors: Actor) -> st.SearchStrategy[Actor]:
    """Two times in three one of those who could be meant to give it, else anybody."""
    return st.one_of(st.sampled_from(actors), st.sampled_from(actors), st.sampled_from(ACTORS))


WHOLE = Forward(CURATOR, 1, ("zhkh", "roads", "school"))
MADE: dict[type[AnyCommand], st.SearchStrategy[AnyCommand]] = {
    Forward: st.one_of(
        st.builds(Forward, by(CURATOR), ONE, DEPARTMENTS, st.booleans()),
        st.builds(replace, st.just(WHOLE), in_turn=st.booleans()),
    ),
    Recall: st.builds(Recall, by(CURATOR), ONE),
    Accept: st.builds(Accept, EXECUTORS, ONE),
    Return: st.builds(Return, EXECUTORS, ONE, TEXTS),
    Contribute: st.builds(Contribute, EXECUTORS, ONE, TEXTS),
    PassContribution: st.builds(PassContribution, by(CURATOR), ONE, st.sampled_from(["zhkh", "roads", "school"])),
    SendBackContribution: st.builds(
        SendBackContribution, by(CURATOR, ZHKH), ONE, st.sampled_from(["zhkh", "roads", "school"]), TEXTS
    ),
    AddNote: st.builds(AddNote, EXECUTORS, ONE, TEXTS),
    BeginDraft: st.builds(BeginDraft, EXECUTORS, ONE),
    TakeBasis: st.builds(TakeBasis, EXECUTORS, ONE, TEXTS, ready=st.just(1)),
    SubmitDraft: st.one_of(
        st.builds(SubmitDraft, EXECUTORS, ONE, TEXTS, kind=KINDS, early=EARLY),
        *[st.builds(SubmitDraft, st.just(ZHKH), ONE, DRAFTS, kind=KINDS, early=st.just("не относится"))] * 3,
    ),
    ProposeInterim: st.builds(ProposeInterim, by(CURATOR), ONE, TEXTS),
    ProposeTerm: st.builds(ProposeTerm, by(ZHKH), ONE, st.just(at("2026-02-20 12:00"))),
    SetKind: st.builds(SetKind, by(CURATOR, ZHKH), ONE, VERSIONS, KINDS),
    Correct: st.builds(Correct, by(CURATOR), ONE, VERSIONS, TEXTS, st.booleans()),
    Approve: st.builds(Approve, by(CURATOR), ONE, VERSIONS),
    Undo: st.builds(Undo, by(CURATOR), ONE, VERSIONS),
    TakeBack: st.builds(TakeBack, by(CURATOR, ZHKH), ONE, st.just(0)),
    SendBack: st.builds(SendBack, by(CURATOR), ONE, VERSIONS, TEXTS),
    Release: st.builds(Release, by(CLOCK), ONE, VERSIONS),
    Retry: st.builds(Retry, by(CURATOR), ONE),
    Posted: st.builds(Posted, by(CURATOR, NETWORK, NETWORK), ONE, LINKS),
    AuthorJudged: st.builds(AuthorJudged, by(NETWORK), ONE, st.booleans()),
    MarkAnswer: st.builds(MarkAnswer, by(CURATOR), ONE, st.sampled_from([None, *Mark])),
    AnswerGone: st.builds(AnswerGone, by(NETWORK), ONE),
    PostAgain: st.builds(PostAgain, by(CURATOR), ONE),
    PostFailed: st.builds(PostFailed, by(NETWORK), ONE, st.just("captcha")),
    CloseWithoutPosting: st.builds(CloseWithoutPosting, by(CURATOR), ONE, st.sampled_from(["thanks", "чепуха"])),
    NotProcess: st.builds(NotProcess, by(CURATOR), ONE, st.sampled_from(["obscene", "чепуха"])),
    Reopen: st.builds(Reopen, by(CURATOR), ONE),
    AuthorReplied: st.builds(AuthorReplied, by(NETWORK, CURATOR), ONE, TEXTS),
    AuthorEdited: st.builds(AuthorEdited, by(NETWORK), ONE, TEXTS),
    AuthorDeleted: st.builds(AuthorDeleted, by(NETWORK), ONE),
    AuthorRestored: st.builds(AuthorRestored, by(NETWORK), ONE),
    LinkRepeat: st.builds(LinkRepeat, by(CURATOR), ONE, st.one_of(OTHERS, st.none())),
    Merge: st.builds(Merge, by(CURATOR), ONE, OTHERS),
    TakeIn: st.builds(TakeIn, by(CLOCK), ONE, OTHERS),
    Split: st.builds(Split, by(CURATOR), ONE),
    LetGo: st.builds(LetGo, by(CLOCK), ONE, st.integers(1, 3)),
    AnswerTogether: st.builds(AnswerTogether, by(CLOCK), ONE, st.builds(replace, st.just(GIVEN), kind=KINDS)),
    MarkSignificant: st.builds(MarkSignificant, by(CURATOR), ONE),
    SetTerm: st.builds(SetTerm, by(CURATOR), ONE, st.integers(-60, 20_000).map(lambda n: START + timedelta(minutes=n))),
    SetImportance: st.builds(SetImportance, by(CURATOR), ONE, st.sampled_from(list(Importance))),
    SetTopic: st.builds(SetTopic, by(CURATOR), ONE, st.just(("voda",))),
    SetLocation: st.builds(SetLocation, by(CURATOR), ONE, TEXTS),
    Reckon: st.builds(Reckon, st.just(CLOCK), ONE, st.just(("draft",))),
    Annul: st.builds(Annul, by(HEAD), ONE, st.sampled_from([(1,), (1, 2)]), TEXTS),
    SetSource: st.builds(SetSource, by(CURATOR), ONE, st.sampled_from(list(Source))),
}
ONWARD: tuple[type[AnyCommand], ...] = (
    Forward,
    Accept,
    Contribute,
    PassContribution,
    SubmitDraft,
    Approve,
    Release,
    Posted,
)
COMMANDS = st.sampled_from(
    [*MADE, *ONWARD * 8, SubmitDraft, ProposeInterim, SendBack, SetKind, SendBackContribution, TakeBack]
).flatmap(MADE.__getitem__)
"""Any command; what carries a case on comes more often, so that its later states are met."""
MINUTES = st.integers(0, 200).map(lambda number: timedelta(minutes=number))
PAUSES = st.one_of(MINUTES, MINUTES, st.integers(0, 29).map(lambda number: timedelta(seconds=number)))
"""Once in three times so short that what was done can still be taken back."""


def test_every_command_there_is_is_tried() -> None:
    assert set(MADE) == set(get_args(AnyCommand)) - {Detect}


def about_the_newest(command: AnyCommand, case: Case) -> AnyCommand:
    if isinstance(command, TakeBack) and case.former is not None:
        return replace(command, line=case.former.line)
    if getattr(command, "version", None) == NEWEST:
        assert isinstance(command, SetKind | Correct | Approve | Undo | SendBack | Release)
        return replace(command, version=len(case.drafts))
    return command


@settings(max_examples=400)
@given(
    key=st.sampled_from(["kursky", "izobilnensky", "moskalensky", "slavgorod"]),
    by_hand=st.booleans(),
    sequence=st.lists(st.tuples(COMMANDS, PAUSES), max_size=50),
)
def test_over_any_sequence_of_commands(key: str, by_hand: bool, sequence: list[tuple[AnyCommand, timedelta]]) -> None:
    case, now = new_case(key), START
    if by_hand:
        case = replace(case, appeal=replace(case.appeal, network=None, ref=None))
    together = False
    for command, pause in sequence:
        now += pause
        command = about_the_newest(command, case)
        decision = decide(case, command, office(key), now)
        if isinstance(decision, Refused):
            continue
        after = decision.after
        together = command.action is Action.ANSWER_TOGETHER or (together and after.merged_into is not None)
        _what_was_done(case, command, decision)
        if isinstance(command, TakeBack) and case.former is not None:
            nothing_is_left(case.former, case, after, office(key))
        _what_stands(after, together)
        _what_runs(after, key)
        case = after


def _what_was_done(case: Case, command: AnyCommand, decision: Accepted[Case, Effect]) -> None:
    after = decision.after
    assert after.version == case.version + 1
    assert (decision.entry.from_state, decision.entry.to_state) == (case.state, after.state)
    ways_back = {
        State.NOT_PROCESSED: {State.NEW},
        State.MERGED: {State.NEW, State.APPROVED, State.NOT_POSTED, State.MERGED},
    }
    assert case.state not in ENDED or after.state in ways_back.get(case.state, set())
    rewrites = command.action in (Action.SEND_BACK, Action.SET_KIND, Action.TAKE_BACK)
    assert rewrites or after.drafts[: len(case.drafts)] == case.drafts
    assert [d.text for d in after.drafts[: len(case.drafts)]] == [d.text for d in case.drafts]
    assert [d.version for d in after.drafts] == list(range(1, len(after.drafts) + 1))
    assert after.postings[: len(case.postings)] == case.postings
    assert after.replies[: len(case.replies)] == case.replies
    assert [h.at for h in after.history] == sorted(h.at for h in after.history)


def _what_stands(case: Case, together: bool) -> None:
    finals = [posting for posting in case.postings if posting.kind is DraftKind.FINAL]
    assert (case.state is State.CLOSED) == (len(finals) == 1)
    assert (case.merged_into is not None) == (case.state is State.MERGED or together)
    departments = [part.department for part in case.active_parts]
    assert len(departments) == len(set(departments))
    assert not set(departments) & set(case.queue)
    assert [part.lead for part in case.active_parts] == [True, *[False] * (len(departments) - 1)][: len(departments)]
    if case.state in {State.FORWARDED, State.IN_WORK, State.REWORK, State.WAITING_AUTHOR, State.INTERIM}:
        assert case.lead is not None
    if case.state in {State.NEW, *ENDED} - {State.CLOSED}:
        assert (case.active_parts, case.queue, case.post_at) == ((), (), None)
    assert len(case.taken_back) <= AT_MOST
    if case.queue:
        assert any(p.state in (PartState.ASKED, PartState.ACCEPTED) for p in case.co_executors)
    if case.state in (State.APPROVED, State.NOT_POSTED):
        assert case.approved is not None
        assert case.draft_of(case.approved) is not None
    else:
        assert case.approved is None or case.is_ended
    assert (case.post_at is None) or case.state is State.APPROVED
    assert (case.not_posted_because is not None) == (case.state is State.NOT_POSTED) or case.is_ended


def _what_runs(case: Case, key: str) -> None:
    newest = newest_runs(case, office(key))
    for run in newest.values():
        assert run.due_at >= run.started_at, run.name
        assert run.ended_at is None or run.ended_at >= run.started_at, run.name
    found = running(case, office(key))
    assert not (found and case.is_ended)
    for name, run in found.items():
        assert name == run.name
        assert _can_be_met(case, run), (name, case.state)
    of_runs = [alarm for alarm in alarms_of(case, office(key)) if alarm.kind is not AlarmKind.IDLE]
    assert {alarm.step for alarm in of_runs} - {""} <= {*found, *unforwarded(case, newest)}


def _can_be_met(case: Case, run: Deadline) -> bool:
    """Whether somebody holds it who can do it as the case stands, or make it fall away."""
    match run.step:
        case Step.FORWARD:
            return case.state is State.NEW
        case Step.APPROVAL:
            return case.state is State.ON_APPROVAL
        case Step.POSTING:
            return case.state in (State.APPROVED, State.NOT_POSTED, State.ON_APPROVAL)
        case Step.CONTRIBUTION_APPROVAL:
            return any(c.department == run.who and c.waits for c in case.contributions)
        case Step.CONTRIBUTION:
            return run.who in [p.department for p in case.co_executors]
        case Step.REWORK:
            return case.state in (State.REWORK, State.ON_APPROVAL) and case.lead is not None
        case Step.JOINT_DRAFT:
            return case.lead is not None and bool(case.contributions)
        case step if step in PER_EXECUTOR:
            return run.who is not None and case.part_of(run.who) is not None
        case _:
            return run.holder is Holder.CURATOR or case.lead is not None
