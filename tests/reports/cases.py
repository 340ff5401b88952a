"""Cases of one October for the report's tests, each led through `decide`, and the report on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from reports.figures import Figures, Place, figures
from reports.period import Month
from reports.reading import Report
from reports.rows import CaseRow, row_of
from tests.rules.offices import CURATOR, MOSCOW, ROADS, ZHKH, at, carried_out, office
from workflow.case import Appeal, Case, Other
from workflow.commands import (
    Accept,
    AnyCommand,
    Approve,
    CloseWithoutPosting,
    Detect,
    Forward,
    NotProcess,
    Posted,
    Release,
    Return,
    SendBack,
    SubmitDraft,
)
from workflow.decide import decide
from workflow.office import CLOCK, DETECTOR, NETWORK
from workflow.outcomes import Accepted
from workflow.regulation import Source
from workflow.terms.register import settle

OCTOBER = Month(2026, 10)
NOW = at("2026-11-02 09:00")
KURSKY = "kursky"
TEXT = "Воду подключили, бригада закончила работы в 11:00."
NAMES = {"zhkh": "Отдел ЖКХ", "roads": "Отдел дорожного хозяйства"}
HOSTILE = '=HYPERLINK("http://example.org";"вода")'

Step = tuple[str, AnyCommand]


def detected(
    number: int,
    moment: str,
    text: str = "Нет воды",
    topic: str = "вода",
    place: str = "",
    source: Source = Source.VK,
    key: str = KURSKY,
) -> Case:
    arrived = at(moment)
    appeal = Appeal(source, text, "Житель", arrived, network="vk", ref=f"wall-1_{number}")
    topics = (topic,) if topic else ()
    command = Detect(DETECTOR, number, "okrug", number, appeal, arrived, topics=topics, location=place)
    decision = decide(None, command, office(key), arrived)
    assert isinstance(decision, Accepted)
    return decision.after


def after(case: Case, *steps: Step, key: str = KURSKY) -> Case:
    """The case after the commands, each at its moment; all must be accepted."""
    for moment, command in steps:
        decision = carried_out(case, command, office(key), at(moment))
        assert isinstance(decision, Accepted), (command, decision)
        case = decision.after
    return case


def answered(
    number: int, day: str, drafted: str = "11:00", text: str = "Нет воды", place: str = "", key: str = KURSKY
) -> Case:
    """A case detected at 9:00, forwarded to ЖКХ at 9:20, drafted at `drafted` and posted half an hour later."""
    sent = datetime.fromisoformat(f"{day} {drafted}")
    moments = [f"{sent + timedelta(minutes=minutes):%Y-%m-%d %H:%M}" for minutes in (0, 20, 25, 30)]
    return after(
        detected(number, f"{day} 09:00", text, place=place, key=key),
        (f"{day} 09:20", Forward(CURATOR, number, ("zhkh",))),
        (f"{day} 09:30", Accept(ZHKH, number)),
        (moments[0], SubmitDraft(ZHKH, number, TEXT)),
        (moments[1], Approve(CURATOR, number, 1)),
        (moments[2], Release(CLOCK, number, 1)),
        (moments[3], Posted(NETWORK, number, "https://vk.com/wall-1_2?reply=4")),
        key=key,
    )


def october(monday: str = "2026-10-05") -> tuple[Case, ...]:
    """In time, late, sent back, returned and redirected, open and overdue, closed without an answer, not processed; from that
    Monday on."""
    first = date.fromisoformat(monday)
    mon, tue, wed, thu, fri, next_mon, next_tue = (str(first + timedelta(days=n)) for n in (0, 1, 2, 3, 4, 7, 8))
    redirected = after(
        detected(4, f"{thu} 09:00", "Яма на дороге", "дороги", "Школьная, 5"),
        (f"{thu} 09:20", Forward(CURATOR, 4, ("zhkh",))),
        (f"{thu} 09:40", Return(ZHKH, 4, "не наше")),
        (f"{thu} 09:50", Forward(CURATOR, 4, ("roads",))),
        (f"{thu} 10:50", SubmitDraft(ROADS, 4, TEXT)),
        (f"{thu} 11:00", SendBack(CURATOR, 4, 1, "уточните срок")),
        (f"{thu} 11:10", SubmitDraft(ROADS, 4, TEXT + " До конца дня.")),
        (f"{thu} 11:20", Approve(CURATOR, 4, 2)),
        (f"{thu} 11:21", Release(CLOCK, 4, 2)),
        (f"{thu} 11:22", Posted(NETWORK, 4, "https://vk.com/wall-1_2?reply=5")),
    )
    return (
        answered(1, mon),
        answered(2, tue, "15:20", place="Школьная, 5"),
        replace(answered(3, wed, text=HOSTILE), repeat_of=Other(1, 1)),
        redirected,
        after(
            detected(5, f"{fri} 09:00", "@всем нет света", "", source=Source.OK),
            (f"{fri} 09:20", Forward(CURATOR, 5, ("roads",))),
        ),
        after(
            detected(6, f"{next_mon} 09:00", "Спасибо за двор"),
            (f"{next_mon} 09:10", CloseWithoutPosting(CURATOR, 6, "thanks")),
        ),
        after(
            detected(7, f"{next_tue} 09:00", "-2+3 и реклама окон"),
            (f"{next_tue} 09:05", NotProcess(CURATOR, 7, office().regulation.grounds[0].code)),
        ),
    )


def rows(cases: Sequence[Case], now: datetime = NOW, key: str = KURSKY) -> tuple[CaseRow, ...]:
    return tuple(row_of(settle(case, office(key), now), office(key), now) for case in cases)


def counted(cases: Sequence[Case], now: datetime = NOW, month: Month = OCTOBER, key: str = KURSKY) -> Figures:
    return figures(rows(cases, now, key), Place("okrug", "Курский муниципальный округ", MOSCOW, NAMES), month, now)


def report(cases: Sequence[Case], now: datetime = NOW) -> Report:
    before = counted((answered(90, "2026-09-08"), answered(91, "2026-09-09", "15:20")), now, Month(2026, 9))
    return Report(counted(cases, now), before, rows(cases, now), {7: "Куратор"})
