"""The policy of reminders: what a file may say of it, and the moments that follow from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from config import regulations
from config.municipality import build_office, parse
from config.yamlfile import BrokenConfiguration
from tests.rules.offices import ZHKH, at, new_case, office
from tests.rules.test_life_of_a_case import TEXT, forwarded, run
from tests.rules.test_municipality_files import GOOD, PATH
from workflow.case import Case
from workflow.commands import SubmitDraft
from workflow.effects import Audience, Notice, Notify
from workflow.office import Office, Person, Role
from workflow.regulation import ClockKind, Ear, Idle, Policy, Rung, Step, Term, Unit
from workflow.terms.alarms import Alarm, AlarmKind, alarms_of, following, heard_by, notice_for, rungs, running

HOUR = Term(Unit.MINUTES, 60, ClockKind.WORKING)
DAY = Term(Unit.WORKING_DAYS, 1, ClockKind.WORKING)
DUE = at("2026-01-12 13:00")
LATE = at("2026-01-12 14:01")
ABOVE = at("2026-01-12 14:15")
"""A quarter of an hour of working time after it was due."""
LADDER = ["12 14:15:00", "12 15:00:00", "13 18:00:00"]


def with_supervisor(policy: Policy | None = None, key: str = "kursky") -> Office:
    """The test office, its supervisor somebody of his own, so that every rung has a person."""
    usual = office(key)
    people = {**usual.people, "second": Person("second", "второй заместитель", (Role.DEPUTY,))}
    return replace(usual, people=people, supervisor="second", own_policy=policy)


def chain(case: Case, alarm: Alarm, of: Office, off_until: datetime | None = None, most: int = 8) -> list[str]:
    """The moments of the alarm and of those that follow it, each taken when it falls due, or when the bot is on again."""
    found: list[str] = []
    following_one: Alarm | None = alarm
    while following_one is not None and len(found) < most:
        found.append(following_one.at.astimezone(of.zone).strftime("%d %H:%M:%S"))
        now = max(following_one.at, off_until or following_one.at)
        following_one = following(case, following_one, of, now)
    return found


def draft_alarm(kind: AlarmKind, moment: datetime = LATE) -> Alarm:
    return Alarm(moment, kind, 1, Step.DRAFT, DUE)


def test_ku_21_a_missed_draft_climbs_the_ladder_once_each_in_order() -> None:
    of, case = with_supervisor(), forwarded()
    [draft] = [r for r in running(case, of).values() if r.step is Step.DRAFT]
    assert rungs(draft, case, of) == (
        (ABOVE, (Audience.OVERSEER,)),
        (at("2026-01-12 15:00"), (Audience.SUPERVISOR,)),
        (at("2026-01-13 18:00"), (Audience.HEAD,)),
    )
    assert chain(case, draft_alarm(AlarmKind.ESCALATION, ABOVE), of) == LADDER


def test_ku_21_mo_20_iz_d5_what_is_made_good_within_a_quarter_of_an_hour_is_not_told_above_at_once() -> None:
    """The holder and the curator hear at once; those above after fifteen minutes of the step's clock, or as the file says."""
    for key in ("kursky", "moskalensky", "izobilnensky"):
        of, case = office(key), forwarded(key)
        alarms = {a.kind: a for a in alarms_of(case, of) if a.step == Step.DRAFT}
        overdue, above = alarms[AlarmKind.OVERDUE], alarms[AlarmKind.ESCALATION]
        told = [e for e in notice_for(case, overdue, of, overdue.at) if isinstance(e, Notify)]
        assert [(e.notice, e.to) for e in told] == [
            (Notice.OVERDUE, Audience.LEAD),
            (Notice.MISSED, Audience.CURATORS),
        ]
        clock = running(case, of)[Step.DRAFT].clock(of.clock)
        assert clock.between(overdue.due, above.at) == timedelta(minutes=15)
        assert (overdue.due, above.due) == (running(case, of)[Step.DRAFT].until,) * 2


def test_those_above_can_be_told_at_once_or_later_and_of_each_step_in_its_own_time() -> None:
    def above(policy: Policy) -> dict[str, datetime]:
        of = with_supervisor(policy)
        return {a.step: a.at for a in alarms_of(forwarded(), of) if a.kind is AlarmKind.ESCALATION}

    assert above(Policy(after=0))["draft"] == LATE
    assert above(Policy(after=60))["draft"] == at("2026-01-12 15:00")
    assert above(Policy(after=60, steps=((Step.DRAFT, (("after", 5),)),)))["draft"] == at("2026-01-12 14:05")


def test_nobody_stands_on_two_rungs() -> None:
    """The test office's supervisor is the first deputy, who has heard at once."""
    case = forwarded()
    [draft] = [r for r in running(case, office()).values() if r.step is Step.DRAFT]
    assert [who for _, who in rungs(draft, case, office())] == [
        (Audience.OVERSEER,),
        (Audience.HEAD,),
    ]


def test_each_rung_tells_its_own_people() -> None:
    of, case = with_supervisor(), forwarded()
    moments = [ABOVE, at("2026-01-12 15:00"), at("2026-01-13 18:00")]
    told = [notice_for(case, draft_alarm(AlarmKind.ESCALATION, m), of, m) for m in moments]
    assert [[effect.to for effect in effects if isinstance(effect, Notify)] for effects in told] == [
        [Audience.OVERSEER],
        [Audience.SUPERVISOR],
        [Audience.HEAD],
    ]


def test_an_overdue_step_is_told_again_each_working_day_five_times_and_then_weekly() -> None:
    assert chain(forwarded(), draft_alarm(AlarmKind.OVERDUE), office(), most=9) == [
        "12 14:01:00",
        "13 09:00:00",
        "14 09:00:00",
        "15 09:00:00",
        "16 09:00:00",
        "19 09:00:00",
        "26 09:00:00",
        "02 09:00:00",
        "09 09:00:00",
    ]


@pytest.mark.parametrize(
    ("policy", "moments"),
    [
        (Policy(), ["12 14:01:00", "19 09:00:00", "26 09:00:00"]),
        (Policy(at_most=5), ["12 14:01:00", "19 09:00:00", "26 09:00:00"]),
        (Policy(repeat=DAY, at_most=1), ["12 14:01:00", "13 09:00:00", "20 09:00:00"]),
        (Policy(repeat=DAY, at_most=1, idle=Idle(every=0)), ["12 14:01:00", "13 09:00:00"]),
        (Policy(idle=Idle(every=0)), ["12 14:01:00"]),
    ],
)
def test_without_repeats_of_its_own_an_overdue_step_is_told_again_as_an_idle_case(
    policy: Policy, moments: list[str]
) -> None:
    assert chain(forwarded(), draft_alarm(AlarmKind.OVERDUE), with_supervisor(policy), most=3) == moments


def test_after_days_switched_off_every_rung_rings_in_order_and_repeats_do_not_pile_up() -> None:
    of, back = with_supervisor(), at("2026-01-15 10:00")
    case = forwarded()
    assert chain(case, draft_alarm(AlarmKind.ESCALATION, ABOVE), of, back) == LADDER
    assert chain(case, draft_alarm(AlarmKind.OVERDUE), of, back, 4) == [
        "12 14:01:00",
        "16 09:00:00",
        "19 09:00:00",
        "26 09:00:00",
    ]


def test_a_repeat_goes_to_the_responsible_and_to_all_who_have_heard() -> None:
    of, case, moment = with_supervisor(), forwarded(), at("2026-01-13 09:00")
    assert notice_for(case, draft_alarm(AlarmKind.OVERDUE, moment), of, moment) == (
        Notify(Notice.OVERDUE, Audience.LEAD, "zhkh", Step.DRAFT, again=True),
        Notify(Notice.ESCALATION, Audience.OVERSEER, "zhkh", Step.DRAFT, again=True),
        Notify(Notice.ESCALATION, Audience.SUPERVISOR, "zhkh", Step.DRAFT, again=True),
    )
    [draft] = [r for r in running(case, of).values() if r.step is Step.DRAFT]
    assert heard_by(draft, case, of, LATE) == ()
    assert heard_by(draft, case, of, ABOVE) == (Audience.OVERSEER,)


def test_what_is_done_ends_ladder_and_repeats() -> None:
    done = run(forwarded(), SubmitDraft(ZHKH, 1, TEXT), start="2026-01-12 13:10")
    now = at("2026-01-12 13:20")
    assert following(done, draft_alarm(AlarmKind.ESCALATION), with_supervisor(), now) is None
    assert following(done, draft_alarm(AlarmKind.OVERDUE), with_supervisor(), now) is None


def test_nobody_is_woken_by_a_rung_or_a_repeat_on_the_working_clock() -> None:
    """Friday 16:40, an hour to forward: due on Monday 9:55; the hour above it, the day and each repeat lie in working time."""
    of = with_supervisor(
        Policy(ladder=(Rung(Ear.HEAD, HOUR),), repeat=Term(Unit.MINUTES, 120, ClockKind.WORKING), at_most=6)
    )
    case = new_case(moment="2026-01-16 16:40")
    [forward] = [a for a in alarms_of(case, of) if a.step == "forward" and a.kind is AlarmKind.OVERDUE]
    repeats = [at(f"2026-01-{moment[:8]}") for moment in chain(case, forward, of, most=8)[1:]]
    assert [moment.astimezone(of.zone).strftime("%d %H:%M") for moment in repeats] == [
        "19 11:55",
        "19 14:55",
        "19 16:55",
        "20 09:55",
        "20 11:55",
        "20 14:55",
        "27 09:00",
    ]


def test_iz_6_2_on_the_calendar_clock_a_rung_comes_an_hour_later_at_night_too() -> None:
    of = replace(with_supervisor(key="izobilnensky"), own_policy=Policy(ladder=(Rung(Ear.HEAD, HOUR),)))
    case = new_case("izobilnensky", moment="2026-01-12 22:00")
    [forward] = [r for r in running(case, of).values() if r.step is Step.FORWARD]
    assert rungs(forward, case, of)[-1] == (forward.due_at + timedelta(hours=1), (Audience.HEAD,))


def test_a_share_of_the_term_and_a_step_of_its_own() -> None:
    policy = Policy(
        at=Fraction(1, 2),
        steps=(
            (Step.DRAFT, (("at", None), ("before", 60))),
            (Step.ANSWER, (("at", None), ("before", 0), ("before_long", 0))),
        ),
    )
    of = with_supervisor(policy)
    reminders = {a.step: a.at for a in alarms_of(forwarded(), of) if a.kind is AlarmKind.REMINDER}
    assert reminders == {"return@zhkh": at("2026-01-12 09:35"), "draft": at("2026-01-12 12:00")}
    fresh = {a.step: a.at for a in alarms_of(new_case(), of) if a.kind is AlarmKind.REMINDER}
    assert fresh == {"forward": at("2026-01-12 09:30")}


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["kursky", "izobilnensky", "moskalensky", "slavgorod"])
def test_the_packaged_files_remind_as_before_and_have_a_second_rung(key: str) -> None:
    policy = regulations.load(regulations.find(key)).policy
    assert (policy.before, policy.before_long, policy.at, policy.at_most) == (30, 180, None, 5)
    assert [(rung.who, rung.after and rung.after.words) for rung in policy.ladder] == [
        (Ear.SUPERVISOR, "1 час"),
        (Ear.HEAD, "1 рабочий день"),
    ]
    assert policy.repeat is not None
    assert (policy.repeat.unit, policy.repeat.amount) == (Unit.WORKING_DAYS, 1)


def test_a_municipality_says_it_its_own_way_key_by_key() -> None:
    own = """reminders:
  at: 2/3
  escalate: [{who: head, after: 2 часа}]
  repeat: каждые 2 часа
  at_most: 3
  digests: false
  after: 30 минут
  steps:
    final: {before: 4 часа, after: сразу}
"""
    of = build_office(parse(GOOD + own, PATH))
    assert of.reminders
    assert (of.policy.at, of.policy.at_most, of.policy.digests) == (Fraction(2, 3), 3, False)
    assert [(rung.who, rung.after and rung.after.amount) for rung in of.policy.ladder] == [(Ear.HEAD, 120)]
    assert (of.policy.after, of.policy.of(Step.FINAL).after) == (30, 0)
    final = of.policy.of(Step.FINAL)
    assert (final.before, final.before_long, final.at) == (240, 240, None)
    partly = build_office(parse(GOOD + "reminders: {at_most: 1}\n", PATH))
    assert (partly.policy.at_most, partly.policy.before, len(partly.policy.ladder)) == (1, 30, 2)


@pytest.mark.parametrize("written", ["reminders: true\n", "", "reminders: {repeat: нет}\n"])
def test_reminders_stay_on(written: str) -> None:
    assert build_office(parse(GOOD + written, PATH)).reminders


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{before: полчаса}", "срок «полчаса» не читается; нужно, например: 30 минут, 1,5 часа, 7 рабочих дней"),
        ("{at: 3/2}", "at: «3/2» не доля срока; нужно, например, 2/3"),
        ("{at: 2/3, before: 30 минут}", "at и before: нужно одно из двух, доля срока или время до него"),
        ("{before: 1 рабочий день}", "before: «1 рабочий день»; нужны минуты или часы, например 30 минут"),
        ("{escalate: [{who: headd}]}", "who: неизвестное слово «headd», возможно «head»?"),
        ("{repeat: иногда}", "срок «1 иногда» не читается; нужно, например: 30 минут, 1,5 часа, 7 рабочих дней"),
        ("{after: 1 рабочий день}", "after: «1 рабочий день»; нужны минуты или часы, например 15 минут"),
        ("{at_most: 99}", "at_most: нужно число не больше 50, стоит «99»"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(written: str, words: str) -> None:
    with pytest.raises(BrokenConfiguration) as broken:
        parse(GOOD + f"reminders: {written}\n", PATH)
    [problem] = broken.value.problems
    assert (problem.words, problem.line) == (words, len(GOOD.splitlines()) + 1)
