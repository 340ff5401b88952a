"""The register of a case that is put under another: one late posting makes one row, on the host, unless this case's own
answer was due earlier (CLOCK §1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.desk_town import Town
from tests.rules.offices import CURATOR, NETWORK_LINK, at, new_case, office
from tests.rules.test_cases_together import FIRST, SOON, answered, merged
from tests.rules.test_several_executors import missed
from workflow.case import Case, Missed
from workflow.commands import (
    AnswerTogether,
    AnyCommand,
    Correct,
    Forward,
    Merge,
    Posted,
    PostFailed,
    Recall,
    SetImportance,
    SetTerm,
    Split,
)
from workflow.decide import decide
from workflow.office import CLOCK, NETWORK
from workflow.outcomes import Accepted, Refused
from workflow.regulation import Holder, Importance, Step
from workflow.terms.alarms import AlarmKind
from workflow.terms.register import settle

EARLY, LATE = "2026-01-12 10:30", "2026-01-12 11:00"


def after(case: Case, *commands: tuple[str, AnyCommand], key: str = "kursky") -> Case:
    for moment, command in commands:
        decision = decide(case, command, office(key), at(moment))
        assert isinstance(decision, Accepted), decision
        case = decision.after
    return case


def under(host: str, own: str, key: str = "kursky") -> tuple[Case, Case]:
    """A case detected at `host`, and one detected at `own` that is put under it at 11:05."""
    other = replace(new_case(key, own), id=2, number=148)
    return new_case(key, host), after(other, ("2026-01-12 11:05", Merge(CURATOR, 2, FIRST)), key=key)


def rows(case: Case, moment: str, host: Case | None, key: str = "kursky") -> tuple[Missed, ...]:
    here = office(key)
    return settle(case, here, at(moment), (host, here) if host is not None else None).missed


def test_ku_10_an_answer_due_before_the_hosts_makes_a_row_of_its_own() -> None:
    host, case = under(host=LATE, own=EARLY)
    assert rows(case, "2026-01-13 11:30:59", host) == ()
    (row,) = rows(case, "2026-01-13 11:31", host)
    assert (row.step, row.who, row.until) == (Step.ANSWER, "curator", at("2026-01-13 11:30"))
    assert rows(case, "2026-01-20 10:00", host) == (row,)
    assert rows(case, "2026-01-13 11:31", None) == (), "without its host nobody can say"


def test_ku_10_an_answer_due_with_the_hosts_or_after_it_makes_none() -> None:
    for own in (EARLY, LATE):
        host, case = under(host=EARLY, own=own)
        assert rows(case, "2026-01-14 18:00", host) == ()
        assert [r.step for r in rows(host, "2026-01-14 18:00", None)] == [Step.FORWARD, Step.DRAFT, Step.ANSWER]


def test_mo_5_what_the_host_gets_afterwards_changes_nothing_of_what_passed() -> None:
    """Both were due at 15:30; lowered at 16:00, the host's answer would be due tomorrow."""
    key = "moskalensky"
    host, case = under(host=EARLY, own=EARLY, key=key)
    high = SetImportance(CURATOR, 1, Importance.HIGH)
    host = after(host, ("2026-01-12 10:35", high), key=key)
    history = (*case.history[:1], *host.history[1:2], *case.history[1:])
    case = replace(case, importance=Importance.HIGH, history=history)
    lowered = after(host, ("2026-01-12 16:00", replace(high, importance=Importance.NORMAL)), key=key)
    assert rows(case, "2026-01-12 16:30", lowered, key) == ()
    assert rows(case, "2026-01-12 16:30", under(host=EARLY, own=EARLY, key=key)[0], key) != ()


HIGH = SetImportance(CURATOR, 1, Importance.HIGH)
USUAL = SetImportance(CURATOR, 1, Importance.NORMAL)
NINE_HOURS = "2026-01-13 10:00"


def by(moment: str) -> SetTerm:
    return SetTerm(CURATOR, 1, at(f"2026-01-12 {moment}"))


@pytest.mark.parametrize(
    ("own", "hosts", "due", "of_host"),
    [
        ([], [], None, NINE_HOURS),
        ([("09:30", by("16:30"))], [], "2026-01-12 16:30", NINE_HOURS),
        ([("09:30", by("16:30")), ("09:40", by("17:30"))], [], "2026-01-12 17:30", NINE_HOURS),
        ([("09:30", by("16:30"))], [("09:30", by("16:10"))], None, "2026-01-12 16:10"),
        ([("09:30", by("16:30"))], [("10:30", by("16:10"))], None, "2026-01-12 16:10"),
        ([("09:30", by("16:30"))], [("09:30", by("17:30"))], "2026-01-12 16:30", "2026-01-12 17:30"),
        ([("09:30", HIGH)], [], None, "2026-01-12 13:00"),
        ([("09:30", HIGH)], [("10:30", USUAL)], "2026-01-12 13:00", NINE_HOURS),
        ([("09:30", HIGH), ("09:40", USUAL)], [], None, NINE_HOURS),
        ([("09:30", HIGH), ("09:40", by("12:30"))], [], "2026-01-12 12:30", "2026-01-12 13:00"),
        ([], [("09:30", HIGH)], None, "2026-01-12 13:00"),
    ],
)
async def test_mo_6_whoever_is_due_first_has_the_row(
    own: list[tuple[str, AnyCommand]], hosts: list[tuple[str, AnyCommand]], due: str | None, of_host: str
) -> None:
    """Both came at 9:00, No. 148 is put under No. 147 at 10:00; a term or an importance was set before or after that."""
    key = "moskalensky"
    town = Town(key)
    given = [(moment, replace(command, case=2)) for moment, command in own]
    for moment, command in sorted([*given, *hosts, ("10:00", Merge(CURATOR, 2, FIRST))], key=lambda one: one[0]):
        await town.does(command, start=f"2026-01-12 {moment}")

    def missed(case: Case, host: Case | None) -> list[Missed]:
        return [row for row in rows(case, "2026-01-14 18:00", host, key) if row.step is Step.ANSWER]

    assert [row.until for row in missed(town[2], town[1])] == ([at(due)] if due is not None else [])
    assert [row.until for row in missed(town[1], None)] == [at(of_host)]
    apart = after(town[2], ("2026-01-12 11:00", Split(CURATOR, 2)), key=key)
    terms = [command.due for _, command in own if isinstance(command, SetTerm)]
    by_text = "2026-01-12 13:00" if apart.importance is Importance.HIGH else NINE_HOURS
    text_due = (terms or [at(by_text)])[-1]
    an_hour_later = office(key).clock.working.add(text_due, 60)
    assert [(row.text_due, row.until) for row in missed(apart, None)] == [(text_due, an_hour_later)]


async def test_ku_10_the_clock_enters_the_row_and_its_posting_ends_it() -> None:
    town = Town()
    town.books.cases[1], town.books.cases[2] = new_case(moment=LATE), replace(new_case(moment=EARLY), id=2, number=148)
    await town.does(Forward(CURATOR, 1, ("zhkh",)), Merge(CURATOR, 2, FIRST), start="2026-01-12 11:10")
    (alarm,) = (a for a in town.books.alarms if a.case == 2 and a.kind is AlarmKind.LAPSE)
    assert alarm.at == at("2026-01-13 11:31")
    await town.desk.ring(town.books, alarm, alarm.at, "okrug")
    assert [row.step for row in town[2].missed] == [Step.ANSWER]
    town.now = at("2026-01-13 11:33")
    await answered(town)
    await town.does(Posted(NETWORK, 1, NETWORK_LINK), Posted(NETWORK, 2, NETWORK_LINK), start="2026-01-13 11:50")
    assert [(row.step, row.late_minutes) for row in town[2].missed] == [(Step.ANSWER, 25)]
    assert Step.ANSWER not in [row.step for row in town[1].missed], "the host's was due at 12:00"


async def test_ku_12_where_the_host_is_out_in_time_what_the_others_network_refuses_is_late_by_itself() -> None:
    town = await merged()
    await answered(town)
    await town.does(Posted(NETWORK, 1, NETWORK_LINK), PostFailed(NETWORK, 2, "comments_closed"))
    assert [row.step for row in rows(town[2], "2026-01-13 10:01", town[1])] == [Step.ANSWER]


async def test_ku_10_taken_apart_it_keeps_the_row_and_makes_no_second_one() -> None:
    host, case = under(host=LATE, own=EARLY)
    here = office()
    late = settle(case, here, at("2026-01-13 11:31"), (host, here))
    apart = after(late, ("2026-01-13 11:40", Split(CURATOR, 2)))
    later = settle(apart, here, at("2026-01-20 18:00"))
    assert later.missed[0] == late.missed[0]
    assert [row.until for row in later.missed if row.step is Step.ANSWER] == [at("2026-01-13 11:30")]


@pytest.mark.parametrize("back", [Forward(CURATOR, 2, ("roads",)), Recall(CURATOR, 2)])
async def test_ku_11_what_was_answered_with_another_and_goes_to_a_department_is_its_own_again(back: AnyCommand) -> None:
    """Otherwise its department would owe nothing that the register knows, and the other's next answer would go out here."""
    town = await merged()
    await answered(town)
    await town.does(PostFailed(NETWORK, 2, "comments_closed"), Correct(CURATOR, 2, 1, SOON), back)
    assert (town[2].merged_into, town[1].merged) == (None, ())
    if isinstance(back, Recall):
        await town.does(Forward(CURATOR, 2, ("roads",)))
    assert missed(town[2], "2026-01-13 09:00")[-1] == ("draft", Holder.EXECUTOR, "roads")
    assert [row.step for row in settle(town[2], office(), at("2026-01-13 09:00")).missed] == [Step.DRAFT]
    assert isinstance(await town.tries(AnswerTogether(CLOCK, 2, town[1].drafts[-1])), Refused)
