"""The base of the screen tests: the office of the pure tests with topics, one case, and a screen as a person sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from bot.cases.screens import cards
from bot.messenger import Screen
from bot.notices import screens as notices
from bot.notices.news import News
from bot.notices.screens import Mentions
from config.russian.words import JOINER
from config.texts import Texts
from sandbox.telegram.markup import parse_html
from tests.rules.offices import CURATOR, ZHKH, office
from workflow.case import Appeal, Case, FileRef
from workflow.commands import (
    Accept,
    AnyCommand,
    Approve,
    Detect,
    Forward,
    Posted,
    PostFailed,
    Release,
    SendBack,
    SubmitDraft,
)
from workflow.decide import decide
from workflow.effects import Notice
from workflow.office import CLOCK, DETECTOR, NETWORK, Department, Office, Topic
from workflow.outcomes import Accepted
from workflow.regulation import DraftKind, Source, Step

MOSCOW = ZoneInfo("Europe/Moscow")
LINK = "https://vk.com/wall-1001_2?reply=3"
ANSWER = "https://vk.com/wall-1001_2?reply=9"
DRAFT = "Подача воды восстановится в ближайшее время, бригада уже работает."
BETTER = "Подача воды восстановится сегодня до 20:00, бригада уже работает."
PHOTOS = (FileRef("k1", "photo", "1.jpg", 10), FileRef("k2", "photo", "2.jpg", 10))


TEXTS = Texts()


def notice(
    kind: Notice,
    case: Case,
    there: Office,
    now: datetime,
    department: str | None = None,
    step: Step | None = None,
    text: str = "",
    in_group: bool = False,
    people: Mentions = (),
    menu: str | None = None,
    nobody: bool = False,
) -> Screen:
    """A notice with one item about one case."""
    news = News(kind, case, department, step, text)
    return notices.notice(TEXTS, news, there, now, in_group, people, menu, nobody)


def together(
    kind: Notice,
    items: Sequence[tuple[Case, Step | None, str | None]],
    there: Office,
    now: datetime,
    in_group: bool = False,
    people: Mentions = (),
    more: Mapping[str, int] = notices.NO_MORE,
) -> Screen:
    """A notice with several items of one kind: case, step, department."""
    news = [News(kind, case, department, step) for case, step, department in items]
    return notices.together(TEXTS, news, there, now, in_group, people, more)


@cache
def town(regulation: str = "kursky") -> Office:
    topics = {"voda": Topic("voda", "вода"), "dorogi": Topic("dorogi", "дорога")}
    return replace(office(regulation), topics=topics)


def many_departments(n: int) -> Office:
    names = {f"d{i}": Department(f"d{i}", f"Отдел {i}") for i in range(1, n + 1)}
    return replace(town(), departments=names)


def at(hour: int, minute: int = 0, day: int = 12) -> datetime:
    """A moment of January 2026; the 12th is a Monday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=MOSCOW)


def appeal(**changes: object) -> Appeal:
    found = Appeal(
        source=Source.VK,
        text="Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут",
        author="Житель",
        written_at=at(9, 2),
        place="Подслушано Курская",
        link=LINK,
        network="vk",
        ref="wall-1001_2_3",
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def detected(found: Appeal | None = None, there: Office | None = None, **changes: object) -> Case:
    command = Detect(
        by=DETECTOR,
        case=147,
        municipality="okrug",
        number=147,
        appeal=found or appeal(),
        arrived=at(9, 2),
        topics=("voda",),
        location="Школьная, 5",
        suggested="zhkh",
        suggested_by=("нет воды", "водоканал"),
    )
    return after(None, replace(command, **changes), at(9, 2), there)  # type: ignore[arg-type]


def after(case: Case | None, command: AnyCommand, now: datetime, there: Office | None = None) -> Case:
    decision = decide(case, command, there or town(), now)
    assert isinstance(decision, Accepted), decision
    return decision.after


def seen(screen: Screen) -> str:
    """The screen as a person sees it: the text without tags, links as [words], the buttons in their rows."""
    text = re.sub(r'<a href="[^"]*">(.*?)</a>', r"[\1]", screen.text)
    shown, _ = parse_html(text)
    rows = "\n".join(" ".join(f"[{button.text}]" for button in row) for row in screen.buttons)
    return "\n".join(part for part in (shown.replace(JOINER, ""), rows) if part)


def card_of(case: Case, there: Office, now: datetime) -> list[str]:
    """The lines of the card below the citizen's message."""
    return seen(cards.card(TEXTS, case, there, now)).split("\n\n", 1)[1].split("\n")


def captions(screen: Screen) -> list[list[str]]:
    return [[button.text for button in row] for row in screen.buttons]


def every_caption(screen: Screen) -> list[str]:
    return [button.text for row in screen.buttons for button in row]


def shared(there: Office) -> Case:
    """A case forwarded to the lead and two co-executors at 9:20; the lead accepted it at 9:30."""
    case = after(detected(there=there), Forward(CURATOR, 147, ("zhkh", "roads", "school")), at(9, 20), there)
    return after(case, Accept(ZHKH, 147), at(9, 30), there)


def written_as(kind: DraftKind, there: Office) -> Case:
    """A case with a draft of this kind by the lead alone, waiting for the curator since 11:00."""
    case = after(detected(there=there), Forward(CURATOR, 147, ("zhkh",)), at(9, 20), there)
    return after(case, SubmitDraft(ZHKH, 147, DRAFT, kind=kind), at(11), there)


def out(case: Case, there: Office) -> Case:
    """The newest wording approved at 11:05 and posted at 11:07."""
    assert case.draft is not None
    version = case.draft.version
    case = after(case, Approve(CURATOR, 147, version), at(11, 5), there)
    case = after(case, Release(CLOCK, 147, version), at(11, 6), there)
    return after(case, Posted(NETWORK, 147, ANSWER), at(11, 7), there)


# --- one case, step by step -----------------------------------------------------------------------------------


def forwarded() -> Case:
    return after(detected(), Forward(CURATOR, 147, ("zhkh",)), at(9, 20))


def accepted() -> Case:
    return after(forwarded(), Accept(ZHKH, 147), at(9, 30))


def drafted() -> Case:
    return after(accepted(), SubmitDraft(ZHKH, 147, DRAFT, PHOTOS), at(11))


def sent_back() -> Case:
    return after(drafted(), SendBack(CURATOR, 147, 1, "Уточните срок"), at(11, 10))


def second() -> Case:
    return after(sent_back(), SubmitDraft(ZHKH, 147, BETTER, PHOTOS), at(11, 28))


def approved() -> Case:
    return after(second(), Approve(CURATOR, 147, 2), at(11, 40))


def released() -> Case:
    return after(approved(), Release(CLOCK, 147, 2), at(11, 41))


def not_posted() -> Case:
    return after(released(), PostFailed(NETWORK, 147, "no_right"), at(11, 42))


def closed() -> Case:
    return after(released(), Posted(NETWORK, 147, ANSWER), at(11, 45))
