"""Who writes the draft, as colleagues see it; and the small rules that speak of nobody else: quiet hours, whole words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config import calendars
from tests.rules.offices import CURATOR, HOURS, MOSCOW, ZHKH, at, carried_out, new_case, office
from workflow.case import Beside, Case
from workflow.commands import Accept, AnyCommand, BeginDraft, Forward, Return, SendBack, SubmitDraft, TakeBack
from workflow.office import Absence, Actor, Office, Person, Role
from workflow.outcomes import Accepted, Reason, Refused
from workflow.ports import Binding
from workflow.terms.worktime import WorkingTime
from workflow.writing import writer

COLLEAGUE = Actor(("zhkh_clerk",), 12)
TEXT = "Здравствуйте. Авария на водопроводе, бригада работает. Воду подадут в ближайшее время."


def with_a_colleague() -> Office:
    here = office()
    return replace(
        here, people={**here.people, "zhkh_clerk": Person("zhkh_clerk", "специалист", (Role.EXECUTOR,), "zhkh")}
    )


def led(here: Office, *commands: tuple[str, AnyCommand]) -> Case:
    case = new_case()
    for moment, command in commands:
        decision = carried_out(case, command, here, at(f"2026-01-12 {moment}"))
        assert isinstance(decision, Accepted), (command, decision)
        case = decision.after
    return case


def begun(here: Office) -> Case:
    steps: list[tuple[str, AnyCommand]] = [
        ("09:10", Forward(CURATOR, 1, ("zhkh",))),
        ("09:20", Accept(ZHKH, 1)),
        ("09:30", BeginDraft(ZHKH, 1)),
    ]
    return led(here, *steps)


def asked(case: Case, command: AnyCommand, here: Office) -> object:
    decision = carried_out(case, command, here, at("2026-01-12 09:40"))
    return (decision.reason, decision.facts.get("person")) if isinstance(decision, Refused) else "accepted"


def test_who_began_is_named_until_the_department_sends_a_draft_and_again_after_rework() -> None:
    here = with_a_colleague()
    case = begun(here)
    assert writer(case) == ("zhkh_head", at("2026-01-12 09:30"))
    sent = carried_out(case, SubmitDraft(COLLEAGUE, 1, TEXT), here, at("2026-01-12 10:00"))
    assert isinstance(sent, Accepted)
    back = carried_out(sent.after, SendBack(CURATOR, 1, 1, "уточните срок"), here, at("2026-01-12 10:10"))
    assert isinstance(back, Accepted)
    assert [writer(one) for one in (new_case(), sent.after, back.after)] == [None, None, None]
    again = carried_out(back.after, BeginDraft(COLLEAGUE, 1), here, at("2026-01-12 10:20"))
    assert isinstance(again, Accepted)
    assert writer(again.after) == ("zhkh_clerk", at("2026-01-12 10:20"))


def test_a_second_writer_is_refused_unless_the_first_is_away_or_gone() -> None:
    here = with_a_colleague()
    case = begun(here)
    absence = Absence("zhkh_head", at("2026-01-12 09:35"), at("2026-01-13 18:00"), None)
    away = replace(here, absences=(absence,))
    gone = replace(here, people={key: one for key, one in here.people.items() if key != "zhkh_head"})
    by_another = BeginDraft(COLLEAGUE, 1)
    assert asked(case, BeginDraft(ZHKH, 1), here) == (Reason.ALREADY_WRITTEN, "")
    assert asked(case, by_another, here) == (Reason.ALREADY_WRITTEN, "zhkh_head")
    assert [asked(case, by_another, other) for other in (away, gone)] == ["accepted", "accepted"]


def test_before_acceptance_nobody_begins_and_nothing_old_is_taken_back() -> None:
    here = with_a_colleague()
    out = led(here, ("09:10", Forward(CURATOR, 1, ("zhkh",))))
    back = led(here, ("09:10", Forward(CURATOR, 1, ("zhkh",))), ("09:20", Return(ZHKH, 1, "не наша сеть")))
    assert asked(out, BeginDraft(ZHKH, 1), here) == (Reason.ACCEPT_FIRST, None)
    assert [asked(one, TakeBack(ZHKH, 1, 1), here) for one in (out, back, begun(here))] == [
        (Reason.TOO_LATE_TO_TAKE_BACK, None)
    ] * 3


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [("", []), ("13:00-14:00", ["13:00", "13:59"]), ("22:00-07:00", ["22:00", "23:30", "06:59"])],
)
def test_quiet_hours_are_the_persons_own_and_may_pass_midnight(quiet: str, hours: list[str]) -> None:
    binding = Binding("curator", 1, "К", True, True, quiet=quiet)
    tried = ["06:59", "07:00", "12:59", "13:00", "13:59", "14:00", "22:00", "23:30"]
    found = [clock for clock in tried if binding.is_quiet(at(f"2026-01-12 {clock}"), MOSCOW)]
    assert found == sorted(hours)


def test_a_message_is_about_what_it_forwards_too() -> None:
    appeal = new_case().appeal
    beside = (Beside("forward", "Вторые сутки"), Beside("poll", "Кто за?"), Beside("repost"))
    assert replace(appeal, text="См. ниже", beside=beside).words == "См. ниже\nВторые сутки"


def test_a_calendar_read_from_its_text_counts_as_before() -> None:
    before = calendars.build(MOSCOW, HOURS, {"2026-01-14": "off"})
    again = WorkingTime.of_text(before.text)
    start = at("2026-01-09 17:00")
    assert again.fingerprint == before.fingerprint
    assert again.end_of_nth_working_day(start, 3) == before.end_of_nth_working_day(start, 3)
