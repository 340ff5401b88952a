"""Final answers, interim ones and questions to the author: who offers which, and what a case waits for once one is posted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.rules.offices import CURATOR, NETWORK_LINK, ROADS, ZHKH, at, new_case, office
from tests.rules.test_life_of_a_case import TEXT, refuse, run
from tests.rules.test_several_executors import due, effects_of, handed, missed, told
from workflow.case import Case, PartState, State
from workflow.commands import (
    Accept,
    AnyCommand,
    Approve,
    AuthorReplied,
    Correct,
    Forward,
    Posted,
    PostFailed,
    ProposeInterim,
    Recall,
    Release,
    SendBack,
    SetKind,
    SubmitDraft,
    Undo,
)
from workflow.effects import Audience, Notice, Notify, PostAnswer, SettleDrafts, ShowDraft
from workflow.office import CLOCK, NETWORK
from workflow.outcomes import Reason
from workflow.regulation import DraftKind, Event, Holder
from workflow.terms.alarms import Alarm, AlarmKind, alarms_of, newest_runs, reminder_moment, running

INTERIM, REQUEST, FINAL = DraftKind.INTERIM, DraftKind.REQUEST, DraftKind.FINAL
SOON = "Вопрос взят в работу, бригада выедет сегодня, о результате сообщим."
ASK = "Уточните, пожалуйста, номер дома и подъезд."
OURS = "Ваш вопрос рассматривается, ответим в ближайшие дни."


def test_ku_12_an_approval_names_the_kind_that_was_seen() -> None:
    case = drafted(FINAL, "kursky")
    changed = run(case, SetKind(CURATOR, 1, 1, INTERIM), start="2026-01-12 10:05")
    assert refuse(changed, Approve(CURATOR, 1, 1, FINAL)) is Reason.KIND_WAS_CHANGED
    assert refuse(case, Approve(CURATOR, 1, 1, INTERIM)) is Reason.KIND_WAS_CHANGED
    assert run(changed, Approve(CURATOR, 1, 1, INTERIM), start="2026-01-12 10:06").state is State.APPROVED
    assert run(changed, Approve(CURATOR, 1, 1), start="2026-01-12 10:06").state is State.APPROVED


def drafted(kind: DraftKind, key: str = "moskalensky", text: str = SOON, start: str = "2026-01-12 10:00") -> Case:
    return run(handed("zhkh", key=key), SubmitDraft(ZHKH, 1, text, kind=kind), key=key, start=start)


def out(case: Case, version: int, key: str = "moskalensky", start: str = "2026-01-12 10:10") -> Case:
    """Approved at the moment, released five minutes later, posted after five more."""
    return run(
        case,
        Approve(CURATOR, 1, version),
        Release(CLOCK, 1, version),
        Posted(NETWORK, 1, NETWORK_LINK),
        key=key,
        start=start,
    )


# --- which kinds there are ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("izobilnensky", {FINAL}),
        ("moskalensky", {FINAL, INTERIM, REQUEST}),
        ("slavgorod", {FINAL, INTERIM, REQUEST}),
        ("kursky", {FINAL, INTERIM}),
    ],
)
def test_mo_9_sl_6_ku_11_kinds_are_offered_where_the_text_knows_them(key: str, known: set[DraftKind]) -> None:
    case = handed("zhkh", key=key)
    for kind in DraftKind:
        command = SubmitDraft(ZHKH, 1, TEXT, kind=kind)
        if kind in known:
            draft = run(case, command, key=key, start="2026-01-12 10:00").draft
            assert draft is not None
            assert draft.kind is kind
        else:
            assert refuse(case, command, key) is Reason.UNKNOWN_KIND
    if INTERIM in known:
        assert run(case, ProposeInterim(CURATOR, 1, OURS), key=key).state is State.ON_APPROVAL
    else:
        assert refuse(case, ProposeInterim(CURATOR, 1, OURS), key) is Reason.UNKNOWN_KIND


def test_mo_9_the_kind_is_chosen_under_the_draft_by_the_executor_or_the_curator() -> None:
    key = "moskalensky"
    case = drafted(FINAL)
    for by in (ZHKH, CURATOR):
        changed = run(case, SetKind(by, 1, 1, INTERIM), key=key, start="2026-01-12 10:05")
        assert changed.draft is not None
        assert (changed.state, changed.draft.kind, changed.draft.version) == (State.ON_APPROVAL, INTERIM, 1)
        assert [h.draft for h in changed.history if h.event is Event.DRAFTED] == [INTERIM]
    assert refuse(case, SetKind(ROADS, 1, 1, INTERIM), key) is Reason.NOT_A_CURATOR
    assert refuse(case, SetKind(CURATOR, 1, 2, INTERIM), key) is Reason.DRAFT_IS_STALE
    assert refuse(drafted(FINAL, "kursky"), SetKind(CURATOR, 1, 1, REQUEST), "kursky") is Reason.UNKNOWN_KIND
    approved = run(case, Approve(CURATOR, 1, 1), key=key, start="2026-01-12 10:05")
    assert refuse(approved, SetKind(ZHKH, 1, 1, INTERIM), key) is Reason.ALREADY_APPROVED


# --- an interim answer --------------------------------------------------------------------------------


def test_ku_15_an_interim_answer_meets_the_answer_and_leaves_the_final_owed() -> None:
    case = out(drafted(INTERIM, "kursky"), 1, "kursky")
    assert (case.state, [(p.version, p.kind) for p in case.postings]) == (State.INTERIM, [(1, INTERIM)])
    assert due(case) == {"final": "21 18:00"}
    assert (case.approved, case.post_at) == (None, None)


@pytest.mark.parametrize("key", ["moskalensky", "kursky"])
def test_mo_13_ku_15_the_final_draft_after_an_interim_meets_its_term_and_closes_the_case(key: str) -> None:
    case = out(drafted(INTERIM, key), 1, key)
    late = run(case, SubmitDraft(ZHKH, 1, TEXT), key=key, start="2026-01-20 10:00")
    assert due(late, key) == {"approval": "20 10:30"}
    closed = out(late, 2, key, "2026-01-20 10:10")
    assert (closed.state, [(p.version, p.kind) for p in closed.postings]) == (State.CLOSED, [(1, INTERIM), (2, FINAL)])
    assert missed(closed, "2026-02-01 10:00", key) == []
    assert refuse(closed, SubmitDraft(ZHKH, 1, TEXT + " Ещё."), key) is Reason.ALREADY_ENDED


def test_sl_7_the_final_answer_is_met_by_posting_not_by_its_draft() -> None:
    case = out(drafted(INTERIM, "slavgorod"), 1, "slavgorod")
    assert due(case, "slavgorod") == {"final": "21 18:00"}
    waiting = run(case, SubmitDraft(ZHKH, 1, TEXT), key="slavgorod", start="2026-01-21 17:00")
    assert newest_runs(waiting, office("slavgorod"))["final"].is_open
    closed = out(waiting, 2, "slavgorod", "2026-01-21 17:40")
    assert missed(closed, "2026-02-01 10:00", "slavgorod") == []
    too_late = out(waiting, 2, "slavgorod", "2026-01-21 18:00")
    assert missed(too_late, "2026-02-01 10:00", "slavgorod") == [("final", Holder.CURATOR, None)]
    unwritten = [row for row in missed(case, "2026-02-01 10:00", "slavgorod") if row[0] == "final"]
    assert unwritten == [("final", Holder.EXECUTOR, "zhkh")]


def test_mo_13_a_second_interim_answer_moves_nothing() -> None:
    case = out(drafted(INTERIM), 1)
    again = run(
        case, SubmitDraft(ZHKH, 1, SOON + " Ждём трубу.", kind=INTERIM), key="moskalensky", start="2026-01-15 10:00"
    )
    assert again.state is State.ON_APPROVAL
    posted = out(again, 2, start="2026-01-15 10:10")
    assert (posted.state, [p.kind for p in posted.postings]) == (State.INTERIM, [INTERIM, INTERIM])
    assert due(posted, "moskalensky") == {"final": "21 18:00"}
    asked = run(posted, SubmitDraft(ZHKH, 1, ASK, kind=REQUEST), key="moskalensky", start="2026-01-16 10:00")
    waiting = out(asked, 3, start="2026-01-16 10:05")
    assert waiting.state is State.WAITING_AUTHOR
    assert due(waiting, "moskalensky") == {"final": "21 18:00"}
    closed = out(
        run(waiting, SubmitDraft(ZHKH, 1, TEXT), key="moskalensky", start="2026-01-19 10:00"),
        4,
        start="2026-01-19 10:05",
    )
    assert (closed.state, [p.kind for p in closed.postings]) == (State.CLOSED, [INTERIM, INTERIM, REQUEST, FINAL])


def test_mo_9_an_interim_draft_meets_the_draft_and_its_rework_holds() -> None:
    key = "moskalensky"
    case = run(drafted(INTERIM), SendBack(CURATOR, 1, 1, "короче"), key=key, start="2026-01-12 10:10")
    assert due(case, key) == {"rework": "12 11:10", "answer": "13 10:00"}
    assert (
        missed(
            run(case, SubmitDraft(ZHKH, 1, SOON + " Сегодня.", kind=INTERIM), key=key, start="2026-01-12 10:30"),
            "2026-01-12 10:50",
            key,
        )
        == []
    )


def test_ku_12_the_cap_of_the_first_answer_does_not_hold_the_final_one() -> None:
    case = out(drafted(INTERIM, "kursky"), 1, "kursky")
    approved = run(case, SubmitDraft(ZHKH, 1, TEXT), Approve(CURATOR, 1, 2), start="2026-01-15 10:00")
    assert due(approved) == {"posting": "15 10:35"}


def test_an_interim_answer_undone_before_it_goes_out_starts_nothing() -> None:
    case = run(
        drafted(INTERIM), Approve(CURATOR, 1, 1), Undo(CURATOR, 1, 1), key="moskalensky", start="2026-01-12 10:10"
    )
    assert case.state is State.ON_APPROVAL
    assert due(case, "moskalensky") == {"approval": "12 10:30", "answer": "13 10:00"}


def test_an_interim_answer_that_was_not_taken_starts_nothing_until_it_stands() -> None:
    key = "moskalensky"
    failed = run(
        drafted(INTERIM),
        Approve(CURATOR, 1, 1),
        Release(CLOCK, 1, 1),
        PostFailed(NETWORK, 1, "comments_closed"),
        key=key,
        start="2026-01-12 10:10",
    )
    assert due(failed, key) == {"posting": "12 10:40", "answer": "13 10:00"}
    by_hand = run(failed, Posted(CURATOR, 1, NETWORK_LINK), key=key, start="2026-01-12 10:30")
    assert (by_hand.state, [(p.kind, p.by_hand) for p in by_hand.postings]) == (State.INTERIM, [(INTERIM, True)])
    assert due(by_hand, key) == {"final": "21 18:00"}


def test_a_final_draft_keeps_no_files_of_the_posted_interim() -> None:
    from workflow.case import FileRef

    photo = (FileRef("k1", "photo", "Фото.jpg", 10),)
    case = run(handed("zhkh"), SubmitDraft(ZHKH, 1, SOON, photo, INTERIM), start="2026-01-12 10:00")
    sent = run(case, SubmitDraft(ZHKH, 1, SOON + " Сегодня.", kind=INTERIM), start="2026-01-12 10:05")
    assert [d.files for d in sent.drafts] == [photo, photo]
    posted = out(sent, 2, "kursky")
    final = run(posted, SubmitDraft(ZHKH, 1, TEXT), start="2026-01-13 10:00")
    assert final.drafts[-1].files == ()


def test_ku_11_an_interim_case_may_be_handed_on_and_its_final_goes_with_it() -> None:
    case = out(drafted(INTERIM, "kursky"), 1, "kursky")
    moved = run(case, Recall(CURATOR, 1), Forward(CURATOR, 1, ("roads",)), start="2026-01-13 10:00")
    assert (moved.state, due(moved)) == (State.FORWARDED, {"return@roads": "13 10:35", "final": "21 18:00"})
    assert missed(moved, "2026-01-22 10:00") == [("final", Holder.EXECUTOR, "roads")]


# --- the curator's own interim answer -----------------------------------------------------------------


def test_mo_9_the_curators_interim_answer_meets_no_duty_of_the_executor() -> None:
    key = "moskalensky"
    case = run(handed("zhkh", key=key), Accept(ZHKH, 1), key=key, start="2026-01-12 09:30")
    assert effects_of(case, ProposeInterim(CURATOR, 1, OURS), "2026-01-12 10:00", key)[2:] == (
        SettleDrafts(),
        ShowDraft(1),
    )
    proposed = run(case, ProposeInterim(CURATOR, 1, OURS), key=key, start="2026-01-12 10:00")
    assert proposed.draft is not None
    assert (proposed.draft.kind, proposed.draft.department, proposed.draft.by) == (INTERIM, None, "curator")
    assert due(proposed, key) == due(case, key) == {"draft": "12 15:00", "answer": "13 10:00"}
    assert [h.event for h in proposed.history] == [*(h.event for h in case.history), Event.TAKEN]
    posted = out(proposed, 1)
    assert (posted.state, due(posted, key)) == (State.INTERIM, {"final": "21 18:00"})


def test_mo_9_the_executors_draft_takes_the_place_of_what_the_curator_proposed() -> None:
    key = "moskalensky"
    case = run(
        handed("zhkh", key=key),
        ProposeInterim(CURATOR, 1, OURS),
        SubmitDraft(ZHKH, 1, TEXT),
        key=key,
        start="2026-01-12 10:00",
    )
    assert refuse(case, Approve(CURATOR, 1, 1), key) is Reason.DRAFT_IS_STALE
    assert due(case, key) == {"approval": "12 10:35", "answer": "13 10:00"}


def test_mo_9_what_the_curator_wrote_himself_is_never_the_final_answer() -> None:
    """Four eyes: he who approves cannot draft what closes the case."""
    key = "moskalensky"
    mine = handed("zhkh", key=key)
    for by in (CURATOR, ZHKH):
        proposed = run(mine, ProposeInterim(CURATOR, 1, OURS), key=key, start="2026-01-12 10:00")
        assert refuse(proposed, SetKind(by, 1, 1, FINAL), key) is Reason.UNKNOWN_KIND
    correction = Correct(CURATOR, 1, 1, SOON)
    corrected = run(mine, ProposeInterim(CURATOR, 1, OURS), correction, key=key, start="2026-01-12 10:00")
    assert refuse(corrected, SetKind(CURATOR, 1, 2, FINAL), key) is Reason.UNKNOWN_KIND


def test_ku_14_the_rework_runs_on_beside_the_curators_interim_until_it_is_posted() -> None:
    case = run(drafted(FINAL, "kursky", TEXT), SendBack(CURATOR, 1, 1, "уточните срок"), start="2026-01-12 10:10")
    proposed = run(case, ProposeInterim(CURATOR, 1, OURS), start="2026-01-12 10:15")
    assert due(proposed) == {"rework": "12 10:40", "answer": "13 10:00"}
    posted = out(proposed, 2, "kursky", "2026-01-12 10:20")
    assert due(posted) == {"final": "21 18:00"}
    assert missed(posted, "2026-01-14 10:00") == []


@pytest.mark.parametrize("reason", [Reason.NOT_A_CURATOR])
def test_only_the_curator_proposes_an_interim_of_his_own(reason: Reason) -> None:
    assert refuse(handed("zhkh"), ProposeInterim(ZHKH, 1, OURS)) is reason
    assert refuse(handed("zhkh"), ProposeInterim(CURATOR, 1, " ")) is Reason.EMPTY_DRAFT
    assert refuse(new_case(), ProposeInterim(CURATOR, 1, OURS)) is Reason.NOT_NOW


# --- a question to the author -------------------------------------------------------------------------


def waiting(key: str = "moskalensky") -> Case:
    return out(drafted(REQUEST, key, ASK), 1, key)


def test_mo_9_a_posted_question_waits_for_the_author_and_stops_no_clock() -> None:
    case = waiting()
    assert (case.state, [p.kind for p in case.postings], case.approved) == (State.WAITING_AUTHOR, [REQUEST], None)
    assert due(case, "moskalensky") == {"answer": "13 10:00"}
    assert due(waiting("slavgorod"), "slavgorod") == {}


def test_mo_9_before_the_answer_runs_out_there_is_time_for_an_interim_one() -> None:
    case = waiting()
    answer = running(case, office("moskalensky"))["answer"]
    assert reminder_moment(answer, office("moskalensky"), case.state) == at("2026-01-12 17:00")
    assert Alarm(at("2026-01-12 17:00"), AlarmKind.REMINDER, 1, "answer", answer.due_at) in alarms_of(
        case, office("moskalensky")
    )
    proposed = run(case, ProposeInterim(CURATOR, 1, OURS), key="moskalensky", start="2026-01-12 17:05")
    posted = out(proposed, 2, start="2026-01-12 17:10")
    assert (posted.state, due(posted, "moskalensky")) == (State.INTERIM, {"final": "21 18:00"})


@pytest.mark.parametrize("by", [NETWORK, CURATOR])
def test_mo_9_sl_6_the_authors_reply_wakes_the_case(by: object, under: str) -> None:
    from workflow.office import Actor

    assert isinstance(by, Actor)
    case = waiting(under)
    reply = AuthorReplied(by, 1, "Дом 5, подъезд 2")
    assert told(case, reply, "2026-01-12 11:00", under) == [
        Notify(Notice.AUTHOR_REPLIED, Audience.LEAD, text="Дом 5, подъезд 2"),
        Notify(Notice.AUTHOR_REPLIED, Audience.CURATORS, text="Дом 5, подъезд 2"),
    ]
    woken = run(case, reply, key=under, start="2026-01-12 11:00")
    assert (woken.state, [(r.text, r.at) for r in woken.replies]) == (
        State.IN_WORK,
        [("Дом 5, подъезд 2", at("2026-01-12 11:00"))],
    )
    assert woken.lead is not None
    assert woken.lead.state is PartState.ACCEPTED
    owed = {"moskalensky": ({"draft": "12 15:00"}, "12 15:00"), "slavgorod": ({"draft": "13 09:20"}, "13 11:00")}
    assert due(woken, under) == {**({"answer": "13 10:00"} if under == "moskalensky" else {}), **owed[under][0]}
    assert newest_runs(woken, office(under))["draft"].until == at(f"2026-01-{owed[under][1]}")
    final = run(woken, SubmitDraft(ZHKH, 1, TEXT), key="moskalensky", start="2026-01-12 11:10")
    closed = out(final, 2, start="2026-01-12 11:20")
    assert (closed.state, [p.kind for p in closed.postings]) == (State.CLOSED, [REQUEST, FINAL])


def test_a_reply_at_any_other_time_is_kept_and_moves_nothing() -> None:
    for case in (new_case(), handed("zhkh"), drafted(FINAL, "kursky", TEXT)):
        heard = run(case, AuthorReplied(NETWORK, 1, "Спасибо"), start="2026-01-12 10:05")
        assert (heard.state, heard.history, len(heard.replies)) == (case.state, case.history, 1)
    closed = out(drafted(FINAL, "kursky", TEXT), 1, "kursky")
    assert refuse(closed, AuthorReplied(NETWORK, 1, "Спасибо")) is Reason.ALREADY_ENDED
    assert refuse(waiting(), AuthorReplied(ZHKH, 1, "Дом 5"), "moskalensky") is Reason.NOT_A_CURATOR


def test_the_executor_need_not_wait_for_the_author() -> None:
    final = run(waiting(), SubmitDraft(ZHKH, 1, TEXT), key="moskalensky", start="2026-01-12 11:00")
    assert final.state is State.ON_APPROVAL


def test_mo_9_a_question_meets_the_draft_where_the_file_says_so() -> None:
    case = drafted(REQUEST, "moskalensky", ASK)
    assert due(case, "moskalensky") == {"approval": "12 10:30", "answer": "13 10:00"}
    changed = run(case, SetKind(ZHKH, 1, 1, FINAL), key="moskalensky", start="2026-01-12 10:01")
    assert due(changed, "moskalensky") == {"approval": "12 10:30", "answer": "13 10:00"}


def test_mo_13_a_question_does_not_meet_the_final() -> None:
    case = out(drafted(INTERIM), 1)
    asked = run(case, SubmitDraft(ZHKH, 1, ASK, kind=REQUEST), key="moskalensky", start="2026-01-15 10:00")
    assert newest_runs(asked, office("moskalensky"))["final"].is_open
    final = run(asked, SetKind(ZHKH, 1, 2, FINAL), key="moskalensky", start="2026-01-15 10:05")
    assert newest_runs(final, office("moskalensky"))["final"].met_at == at("2026-01-15 10:00")
    back = run(final, SetKind(CURATOR, 1, 2, INTERIM), key="moskalensky", start="2026-01-15 10:06")
    assert newest_runs(back, office("moskalensky"))["final"].is_open


# --- what goes out ------------------------------------------------------------------------------------


def test_every_kind_is_posted_where_the_citizen_asked() -> None:
    for kind in DraftKind:
        approved = run(drafted(kind), Approve(CURATOR, 1, 1), key="moskalensky", start="2026-01-12 10:10")
        effects = effects_of(approved, Release(CLOCK, 1, 1), "2026-01-12 10:11", "moskalensky")
        assert effects == (SettleDrafts(), PostAnswer(1))
        assert approved.post_at == at("2026-01-12 10:10") + timedelta(seconds=30)


COMMANDS: tuple[AnyCommand, ...] = (SetKind(CURATOR, 1, 1, INTERIM), ProposeInterim(CURATOR, 1, OURS))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_new_case_has_no_draft_to_choose_a_kind_for(command: AnyCommand) -> None:
    assert refuse(new_case(), command) is Reason.NOT_NOW
