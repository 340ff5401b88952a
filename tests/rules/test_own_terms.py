"""Terms the curator names himself: for the answer (MO-6.3), and for the final one of high importance (MO-13)."""

from __future__ import annotations

from dataclasses import replace

from tests.rules.offices import CURATOR, HEAD, NETWORK_LINK, ROADS, ZHKH, at, new_case, office
from tests.rules.test_life_of_a_case import TEXT, refuse, run
from tests.rules.test_several_executors import due, handed, missed, told
from workflow.case import Case, State
from workflow.commands import (
    Approve,
    CloseWithoutPosting,
    Forward,
    MarkSignificant,
    Posted,
    ProposeTerm,
    Release,
    SetImportance,
    SetTerm,
    SubmitDraft,
)
from workflow.effects import Audience, Notice, Notify
from workflow.office import CLOCK, NETWORK
from workflow.outcomes import Reason
from workflow.regulation import DraftKind, Event, Holder, Importance, Step
from workflow.terms.alarms import AlarmKind, alarms_of, running, terms_of

MO = "moskalensky"
SOON = "Вопрос взят в работу, о результате сообщим."


def interim(importance: Importance, posted: str = "2026-01-12 10:20") -> Case:
    """An interim answer of a case of such importance, posted at the moment (under MO)."""
    case = replace(new_case(MO), first_importance=importance, importance=importance)
    case = run(case, Forward(CURATOR, 1, ("zhkh",)), key=MO)
    case = run(
        case,
        SubmitDraft(ZHKH, 1, SOON, kind=DraftKind.INTERIM),
        Approve(CURATOR, 1, 1),
        key=MO,
        start="2026-01-12 10:00",
    )
    return run(
        run(case, Release(CLOCK, 1, 1), key=MO, start="2026-01-12 10:15"),
        Posted(NETWORK, 1, NETWORK_LINK),
        key=MO,
        start=posted,
    )


# --- MO-6.3 -------------------------------------------------------------------------------------------


def test_mo_6_3_the_curators_term_moves_the_answer_and_leaves_the_draft_where_it_is() -> None:
    case = run(handed("zhkh", key=MO), SetTerm(CURATOR, 1, at("2026-01-12 17:00")), key=MO, start="2026-01-12 09:30")
    assert due(case, MO) == {"return@zhkh": "12 09:50", "draft": "12 15:00", "answer": "12 17:00"}
    assert [h.event for h in case.history] == [Event.DETECTED, Event.FORWARDED, Event.TERM_SET]
    assert case.history[-1].due == at("2026-01-12 17:00")


def test_mo_6_3_the_term_is_not_later_than_clause_8_and_not_past() -> None:
    case = handed("zhkh", key=MO)
    assert refuse(case, SetTerm(CURATOR, 1, at("2026-01-13 10:01")), MO) is Reason.TERM_TOO_LATE
    assert refuse(case, SetTerm(CURATOR, 1, at("2026-01-12 11:00")), MO) is Reason.TERM_IN_THE_PAST
    assert refuse(case, SetTerm(ZHKH, 1, at("2026-01-12 17:00")), MO) is Reason.NOT_A_CURATOR
    urgent = replace(case, first_importance=Importance.HIGH, importance=Importance.HIGH)
    assert refuse(urgent, SetTerm(CURATOR, 1, at("2026-01-12 13:01")), MO) is Reason.TERM_TOO_LATE
    assert due(run(urgent, SetTerm(CURATOR, 1, at("2026-01-12 12:00")), key=MO), MO)["answer"] == "12 12:00"


def test_mo_6_3_a_term_may_be_named_again_and_widened_as_far_as_the_text_lets() -> None:
    case = run(
        new_case(MO), SetTerm(CURATOR, 1, at("2026-01-12 12:00")), SetTerm(CURATOR, 1, at("2026-01-13 10:00")), key=MO
    )
    assert due(case, MO)["answer"] == "13 10:00"
    assert refuse(case, SetTerm(CURATOR, 1, at("2026-01-13 10:01")), MO) is Reason.TERM_TOO_LATE


def test_mo_6_3_raised_importance_wins_over_a_wider_term_of_his_own() -> None:
    case = run(
        new_case(MO), SetTerm(CURATOR, 1, at("2026-01-13 09:30")), SetImportance(CURATOR, 1, Importance.HIGH), key=MO
    )
    assert due(case, MO)["answer"] == "12 13:00"


def test_mo_6_3_the_alarms_follow_the_term() -> None:
    case = run(new_case(MO), SetTerm(CURATOR, 1, at("2026-01-12 17:00")), key=MO)
    answers = {(a.kind, a.due) for a in alarms_of(case, office(MO)) if a.step == "answer"}
    assert answers == {
        (kind, at("2026-01-12 17:00")) for kind in (AlarmKind.REMINDER, AlarmKind.OVERDUE, AlarmKind.ESCALATION)
    }


def test_mo_6_3_a_draft_past_the_middle_of_his_term_is_no_violation() -> None:
    case = run(handed("zhkh", key=MO), SetTerm(CURATOR, 1, at("2026-01-12 17:00")), key=MO, start="2026-01-12 09:30")
    late = run(case, SubmitDraft(ZHKH, 1, TEXT), key=MO, start="2026-01-12 12:31")
    assert missed(late, "2026-01-12 12:40", MO) == []
    later = run(case, SubmitDraft(ZHKH, 1, TEXT), key=MO, start="2026-01-12 15:01")
    assert missed(later, "2026-01-12 15:02", MO) == [("draft", Holder.EXECUTOR, "zhkh")]


def test_mo_6_3_only_moskalensky_lets_the_curator_name_a_term() -> None:
    term = SetTerm(CURATOR, 1, at("2026-01-12 17:00"))
    for key in ("kursky", "izobilnensky", "slavgorod"):
        assert refuse(new_case(key), term, key) is Reason.NO_TERM_OF_HIS_OWN
    assert due(run(new_case(MO), term, key=MO), MO)["answer"] == "12 17:00"


def test_mo_6_3_the_term_lies_never_before_its_start() -> None:
    case = run(new_case(MO), SetTerm(CURATOR, 1, at("2026-01-12 09:21")), key=MO)
    assert all(d.due_at >= d.started_at for d in terms_of(case, office(MO)).values())
    assert due(case, MO)["answer"] == "12 09:21"


# --- MO-13 --------------------------------------------------------------------------------------------


def test_mo_13_ordinary_importance_has_seven_working_days_and_no_date_to_name() -> None:
    case = interim(Importance.NORMAL)
    assert due(case, MO) == {"final": "21 18:00"}
    assert refuse(case, SetTerm(CURATOR, 1, at("2026-01-15 12:00")), MO) is Reason.NO_TERM_OF_HIS_OWN


def test_mo_13_high_importance_has_no_final_term_until_the_curator_names_one() -> None:
    case = interim(Importance.HIGH)
    assert (case.state, due(case, MO)) == (State.INTERIM, {})
    assert Step.FINAL not in terms_of(case, office(MO))
    assert refuse(case, SetTerm(CURATOR, 1, at("2026-01-12 10:00")), MO) is Reason.TERM_IN_THE_PAST
    named = run(case, SetTerm(CURATOR, 1, at("2026-01-15 12:00")), key=MO, start="2026-01-12 10:30")
    assert due(named, MO) == {"final": "15 12:00"}
    assert (named.history[-1].event, named.history[-1].due) == (Event.FINAL_NAMED, at("2026-01-15 12:00"))
    assert running(named, office(MO))["final"].clause == "13"
    moved = run(named, SetTerm(CURATOR, 1, at("2026-01-20 12:00")), key=MO, start="2026-01-13 10:30")
    assert due(moved, MO) == {"final": "20 12:00"}
    met = run(named, SubmitDraft(ZHKH, 1, TEXT), key=MO, start="2026-01-15 12:00")
    assert missed(met, "2026-01-15 12:30", MO) == []


def test_mo_13_the_curator_is_asked_for_the_date_when_the_interim_of_high_importance_stands() -> None:
    for importance, asked in ((Importance.HIGH, True), (Importance.NORMAL, False)):
        case = replace(new_case(MO), first_importance=importance, importance=importance)
        case = run(case, Forward(CURATOR, 1, ("zhkh",)), key=MO)
        case = run(
            case,
            SubmitDraft(ZHKH, 1, SOON, kind=DraftKind.INTERIM),
            Approve(CURATOR, 1, 1),
            Release(CLOCK, 1, 1),
            key=MO,
            start="2026-01-12 09:30",
        )
        notices = told(case, Posted(NETWORK, 1, NETWORK_LINK), "2026-01-12 09:50", MO)
        assert (Notify(Notice.NAME_FINAL, Audience.CURATORS) in notices) is asked
        assert len(notices) == (2 if asked else 1), (
            "that it is posted the curator hears; the executor reads it in the evening"
        )


def test_mo_13_he_is_asked_too_when_importance_rises_after_the_interim_answer() -> None:
    case = interim(Importance.NORMAL)
    assert told(case, SetImportance(CURATOR, 1, Importance.HIGH), "2026-01-13 10:00", MO) == [
        Notify(Notice.NAME_FINAL, Audience.CURATORS)
    ]
    raised = run(case, SetImportance(CURATOR, 1, Importance.HIGH), key=MO, start="2026-01-13 10:00")
    assert due(raised, MO) == {}
    assert told(raised, SetImportance(CURATOR, 1, Importance.HIGH), "2026-01-13 10:01", MO) == []
    named = run(raised, SetTerm(CURATOR, 1, at("2026-01-15 12:00")), key=MO, start="2026-01-13 10:05")
    lowered = run(named, SetImportance(CURATOR, 1, Importance.NORMAL), key=MO, start="2026-01-13 10:10")
    assert due(lowered, MO) == {"final": "21 18:00"}
    assert told(new_case(MO), SetImportance(CURATOR, 1, Importance.HIGH), "2026-01-12 10:00", MO) == []


def test_mo_13_a_second_interim_asks_for_no_second_date() -> None:
    named = run(interim(Importance.HIGH), SetTerm(CURATOR, 1, at("2026-01-15 12:00")), key=MO, start="2026-01-12 10:30")
    again = run(
        named,
        SubmitDraft(ZHKH, 1, SOON + " Ждём.", kind=DraftKind.INTERIM),
        Approve(CURATOR, 1, 2),
        Release(CLOCK, 1, 2),
        key=MO,
        start="2026-01-13 10:00",
    )
    assert Notify(Notice.NAME_FINAL, Audience.CURATORS) not in told(
        again, Posted(NETWORK, 1, NETWORK_LINK), "2026-01-13 10:20", MO
    )
    posted = run(again, Posted(NETWORK, 1, NETWORK_LINK), key=MO, start="2026-01-13 10:20")
    assert due(posted, MO) == {"final": "15 12:00"}


def test_mo_13_the_days_are_counted_from_the_posting_not_from_the_draft() -> None:
    assert due(interim(Importance.NORMAL, posted="2026-01-13 09:10"), MO) == {"final": "22 18:00"}


# --- MO-21, KU-23 -------------------------------------------------------------------------------------


def test_mo_21_ku_23_the_head_hears_of_a_significant_message_at_once_and_once() -> None:
    for key in (MO, "kursky"):
        case = new_case(key)
        assert told(case, MarkSignificant(CURATOR, 1), "2026-01-12 09:10", key) == [
            Notify(Notice.SIGNIFICANT, Audience.HEAD)
        ]
        marked = run(case, MarkSignificant(CURATOR, 1), key=key)
        assert (marked.significant, marked.state, due(marked, key)) == (True, State.NEW, due(case, key))
        assert refuse(marked, MarkSignificant(CURATOR, 1), key) is Reason.ALREADY_MARKED
        assert refuse(case, MarkSignificant(ZHKH, 1), key) is Reason.NOT_A_CURATOR
        assert refuse(case, MarkSignificant(HEAD, 1), key) is Reason.NOT_A_CURATOR
        ended = run(case, CloseWithoutPosting(CURATOR, 1, "thanks"), key=key)
        assert refuse(ended, MarkSignificant(CURATOR, 1), key) is Reason.ALREADY_ENDED


def test_mo_13_the_executor_may_propose_the_date_and_the_curator_names_it() -> None:
    case = interim(Importance.HIGH)
    when = at("2026-01-20 12:00")
    assert told(case, ProposeTerm(ZHKH, 1, when), "2026-01-12 11:00", MO) == [
        Notify(Notice.NAME_FINAL, Audience.CURATORS, text=when.isoformat())
    ]
    asked = run(case, ProposeTerm(ZHKH, 1, when), key=MO, start="2026-01-12 11:00")
    assert (due(asked, MO), asked.waits) == ({}, case.waits), (
        "nothing is due by a proposal, and the curator's move stays"
    )
    assert due(run(asked, SetTerm(CURATOR, 1, when), key=MO, start="2026-01-12 11:05"), MO) == {"final": "20 12:00"}
    assert refuse(case, ProposeTerm(ROADS, 1, when), MO) is Reason.NOT_YOURS
    assert refuse(case, ProposeTerm(ZHKH, 1, at("2026-01-12 10:00")), MO) is Reason.TERM_IN_THE_PAST
    assert refuse(interim(Importance.NORMAL), ProposeTerm(ZHKH, 1, when), MO) is Reason.NO_TERM_OF_HIS_OWN
