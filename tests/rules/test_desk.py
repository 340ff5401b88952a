"""The desk over books in memory: what an alarm does when it rings, and what is remembered between two changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from tests.rules.desk_town import Town
from tests.rules.offices import CURATOR, NETWORK_LINK, ZHKH, at, office
from tests.rules.test_cases_together import merged
from tests.rules.test_life_of_a_case import TEXT
from workflow import desk
from workflow.case import State
from workflow.commands import Action, Approve, Entry, Forward, Posted, Release, SubmitDraft
from workflow.desk import Desk, carried
from workflow.effects import Audience, Notice, Notify, Priority, ShowCard, ShowOffer, priority_of
from workflow.office import CLOCK, NETWORK
from workflow.official.page import OfficialPage, RequestPage
from workflow.official.page_items import PageNetwork, Whose
from workflow.official.page_rules import OFFICIAL_PAGES
from workflow.outcomes import Reason, Refused
from workflow.ports import Binding, account_lane, account_of, network_lane
from workflow.regulation import ClockKind, Policy, Step, Term, Unit
from workflow.terms.alarms import Alarm, AlarmKind

REPEATING = replace(
    office("kursky"), own_policy=Policy(repeat=Term(Unit.WORKING_DAYS, 1, ClockKind.WORKING), at_most=5)
)


async def ring(town: Town, kind: AlarmKind, step: str = "") -> Alarm:
    """Rings the first alarm of the kind at its moment."""
    alarm = min(one for one in town.books.alarms if one.kind is kind and one.step.startswith(step))
    await town.desk.ring(town.books, alarm, alarm.at, "okrug")
    return alarm


async def approved() -> Town:
    town = Town(cases=1)
    await town.does(Forward(CURATOR, 1, ("zhkh",)), SubmitDraft(ZHKH, 1, TEXT), Approve(CURATOR, 1, 1))
    return town


async def test_the_clock_sends_an_approved_answer_on_its_way_and_does_it_once() -> None:
    town = await approved()
    alarm = await ring(town, AlarmKind.RELEASE)
    assert (town.posted(), town[1].post_at, town.states) == ([(1, 1)], None, [State.APPROVED])
    await town.desk.ring(town.books, alarm, alarm.at, "okrug")
    assert town.posted() == [(1, 1)]


async def test_a_release_at_another_moment_than_the_approvals_is_outdated() -> None:
    town = await approved()
    alarm = next(one for one in town.books.alarms if one.kind is AlarmKind.RELEASE)
    for outdated in (alarm._replace(at=at("2026-01-12 09:00")), alarm._replace(case=9)):
        await town.desk.ring(town.books, outdated, alarm.at, "okrug")
    assert (town.posted(), town.books.journal[-1][1].action) == ([], Action.APPROVE)


async def test_an_alarm_of_a_term_tells_its_people_and_keeps_a_note() -> None:
    town = Town(cases=1)
    await town.does(Forward(CURATOR, 1, ("zhkh",)))
    alarm = await ring(town, AlarmKind.REMINDER, "draft")
    assert town.told(1)[-1] == Notify(Notice.REMINDER, Audience.LEAD, "zhkh", Step.DRAFT, due=alarm.due)
    assert town.books.notes == [(1, alarm)]


async def test_an_alarm_nobody_needs_any_more_tells_nothing() -> None:
    town = Town(cases=1)
    await town.does(Forward(CURATOR, 1, ("zhkh",)))
    reminder = next(one for one in town.books.alarms if one.kind is AlarmKind.REMINDER and one.step == "draft")
    await town.does(SubmitDraft(ZHKH, 1, TEXT))
    heard = list(town.post.taken)
    for outdated in (reminder, reminder._replace(case=9)):
        await town.desk.ring(town.books, outdated, reminder.at, "okrug")
    assert (town.post.taken, town.books.notes) == (heard, [])


async def test_the_desk_remembers_a_bounded_number_of_cases_and_reckons_the_others_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    towns = []
    for remembered in (desk.REMEMBERED, 2):
        monkeypatch.setattr(desk, "REMEMBERED", remembered)
        town = Town(cases=3)
        await town.does(*(Forward(CURATOR, number, ("zhkh",)) for number in (1, 2, 3)), SubmitDraft(ZHKH, 1, TEXT))
        towns.append(town)
    assert [len(town.desk._known) for town in towns] == [3, 2]
    assert towns[0].books == towns[1].books


async def test_a_case_ended_rings_no_more() -> None:
    town = await approved()
    await ring(town, AlarmKind.RELEASE)
    await town.does(Posted(NETWORK, 1, NETWORK_LINK))
    assert (town.states, town.books.alarms) == ([State.CLOSED], set())


async def test_a_term_that_stays_overdue_rings_again_the_next_morning() -> None:
    town = Town(cases=1)
    town.desk = Desk(lambda municipality, regulation: REPEATING, town.post)
    await town.does(Forward(CURATOR, 1, ("zhkh",)))
    alarm = await ring(town, AlarmKind.OVERDUE, "draft")
    again = min(
        one for one in town.books.alarms if one.kind is AlarmKind.OVERDUE and one.step == "draft" and one != alarm
    )
    assert (again.at, again.due) == (at("2026-01-13 09:00"), alarm.due)


# --- the other books ---------------------------------------------------------------------------------------------------


@dataclass
class Shelf:
    """A book of pages. `beaten`: somebody else saves a moment before us."""

    beaten: bool
    kept: list[OfficialPage] = field(default_factory=list)

    async def save(self, after: OfficialPage, entry: Entry) -> bool:
        self.kept += [] if self.beaten else [after]
        return not self.beaten


async def test_what_changed_meanwhile_is_refused_and_a_refusal_saves_nothing() -> None:
    asked = RequestPage(CURATOR, 1, "okrug", PageNetwork.VK, Whose.HEAD, "vk.com/head_1")
    for beaten, reason in ((False, None), (True, Reason.CHANGED_MEANWHILE)):
        shelf = Shelf(beaten)
        decision = await carried(OFFICIAL_PAGES, shelf, None, asked, office("moskalensky"), at("2026-01-12 09:20"))
        assert (decision.reason if isinstance(decision, Refused) else None) is reason
        assert len(shelf.kept) == (0 if beaten else 1)
    shelf = Shelf(beaten=False)
    refused = await carried(
        OFFICIAL_PAGES, shelf, None, replace(asked, by=ZHKH), office("kursky"), at("2026-01-12 09:20")
    )
    assert isinstance(refused, Refused)
    assert shelf.kept == []


# --- what a letter is sent by ------------------------------------------------------------------------------------------


def test_results_go_before_terms_and_terms_before_offers() -> None:
    late, result = (Notify(notice, Audience.LEAD) for notice in (Notice.OVERDUE, Notice.SENT_BACK))
    assert [priority_of(effect) for effect in (ShowCard(), result, late, ShowOffer())] == [
        Priority.TAP,
        Priority.TAP,
        Priority.DEADLINE,
        Priority.OFFER,
    ]
    assert Priority.TAP < Priority.DEADLINE < Priority.OFFER


def test_every_account_and_every_network_has_a_lane_of_its_own() -> None:
    assert (account_lane(7), network_lane("vk")) == ("account:7", "network:vk")
    assert (account_of("account:7"), account_of("network:vk")) == (7, None)


@pytest.mark.parametrize(
    ("hears", "in_group", "aloud"), [("group", True, True), ("group", False, False), ("private", True, False)]
)
def test_who_wants_to_hear_in_the_group_is_mentioned_only_while_he_is_in_it(
    hears: str, in_group: bool, aloud: bool
) -> None:
    assert Binding("zhkh_head", 7, "Начальник отдела ЖКХ", True, in_group, hears).aloud is aloud


async def test_a_case_changed_meanwhile_is_not_settled_and_its_alarm_says_what_is_true() -> None:
    town = Town(cases=1)
    await town.does(Forward(CURATOR, 1, ("zhkh",)))
    town.books.beaten = frozenset({1})
    await ring(town, AlarmKind.OVERDUE, "draft")
    assert town[1].missed == ()
    assert town.books.journal[-1][1].action is Action.FORWARD


async def test_a_case_kept_before_there_were_idle_alarms_gets_them_and_no_others() -> None:
    """Under Slavgorod's regulation a new case waits for the curator without a term."""
    town = Town("slavgorod", cases=1)
    await town.desk.watch_idle(town.books, town[1], "okrug")
    assert [(alarm.kind, alarm.case) for alarm in town.books.alarms] == [(AlarmKind.IDLE, 1)]


async def test_a_miss_that_the_host_answers_for_enters_nothing() -> None:
    town = await merged()
    alarm = next(a for a in town.books.alarms if a.case == 2 and a.kind is AlarmKind.LAPSE and a.step == "answer")
    before = town[2]
    await town.desk.ring(town.books, alarm, alarm.at, "okrug")
    assert (town[2], town[2].missed) == (before, ())


async def test_a_case_that_is_gone_is_neither_taken_over_nor_rung_for() -> None:
    town = Town(cases=1)
    await town.does(Forward(CURATOR, 1, ("zhkh",)))
    [overdue] = [a for a in town.books.alarms if a.step == "draft" and a.kind is AlarmKind.OVERDUE]
    town.books.cases.clear()
    kept = set(town.books.alarms)
    await town.desk.take_over(town.books, 1, at("2026-01-12 15:00"), "okrug")
    await town.desk.ring(town.books, overdue, overdue.at, "okrug")
    assert (town.books.alarms, town.post.taken[-1:], town.books.notes) == (kept, town.post.taken[-1:], [])


async def test_a_case_that_ended_in_time_is_taken_over_as_it_is() -> None:
    town = await approved()
    await town.does(Release(CLOCK, 1, 1), Posted(NETWORK, 1, NETWORK_LINK))
    kept, journal = town[1], list(town.books.journal)
    await town.desk.take_over(town.books, 1, at("2026-01-12 15:00"), "okrug")
    assert (town[1], town.books.journal) == (kept, journal)


async def test_a_case_read_anew_sets_only_the_alarms_that_changed() -> None:
    town = Town(cases=1)
    await town.does(Forward(CURATOR, 1, ("zhkh",)))
    town.books.cases[1] = replace(town[1])
    before = set(town.books.alarms)
    await town.does(SubmitDraft(ZHKH, 1, TEXT))
    assert {alarm.step for alarm in town.books.alarms - before} == {"approval"}
