"""What once was silent for weeks: whoever is waited for hears on the next working day, those above him on the third."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import tables
from tests.stories.scenarios import notices, played
from tests.stories.test_editions import restarts
from tests.stories.town import KEY, Town

DETECT = "2026-01-12T09:00, do: detect, case: c1, source: vk, text: Третий день нет воды, topic: вода"
HIGH = f"{DETECT}, importance: high"
FORWARD = "2026-01-12T09:20, do: forward, case: c1, by: curator, to: [zhkh]"
ACCEPT = "2026-01-12T09:30, do: accept, case: c1, by: zhkh"
LINK = 'link: "https://vk.com/wall-1_2?reply=3"'


def draft(at: str, kind: str = "final") -> str:
    return f"{at}, do: draft, case: c1, by: zhkh, kind: {kind}, text: Вода будет {at}"


def idle(folder: Path, events: list[str], regulation: str, until: str) -> list[tuple[str, str]]:
    """(when, to) of every notice that a case waits without a term."""
    told = notices(played(folder, events, regulation, until=until))
    return [(at, to) for at, kind, to in told if kind == "idle"]


def test_sl_4_a_message_never_forwarded(tmp_path: Path) -> None:
    assert idle(tmp_path, [DETECT], "slavgorod", "2026-01-31T12:00") == [
        ("01-13T09:00", "curator"),
        ("01-14T09:00", "deputy"),
        ("01-21T09:00", "curator"),
        ("01-21T09:00", "deputy"),
        ("01-28T09:00", "curator"),
        ("01-28T09:00", "deputy"),
    ]


def test_sl_4_a_draft_never_approved(tmp_path: Path) -> None:
    events = [DETECT, FORWARD, ACCEPT, draft("2026-01-12T11:00")]
    assert idle(tmp_path, events, "slavgorod", "2026-01-15T12:00") == [
        ("01-13T11:00", "curator"),
        ("01-14T09:00", "deputy"),
    ]


def test_sl_4_iz_6_2_a_draft_sent_back_and_never_answered_is_overdue(tmp_path: Path) -> None:
    back = "2026-01-12T11:10, do: send_back, case: c1, by: curator, text: уточните срок"
    events = [DETECT, FORWARD, ACCEPT, draft("2026-01-12T11:00"), back]
    for regulation in ("slavgorod", "izobilnensky"):
        found = notices(played(tmp_path, events, regulation, until="2026-01-14T12:00"))
        assert {to for _, kind, to in found if kind == "overdue"} == {"zhkh", "curator"}


def test_sl_6_an_author_who_is_silent_waits_for_the_curator_who_may_close(tmp_path: Path) -> None:
    asked = [
        DETECT,
        FORWARD,
        ACCEPT,
        draft("2026-01-12T11:00", "request"),
        "2026-01-12T11:10, do: approve, case: c1, by: curator",
        f"2026-01-12T11:20, do: posted, case: c1, by: curator, {LINK}",
    ]
    assert idle(tmp_path, asked, "slavgorod", "2026-01-15T12:00") == [
        ("01-13T11:20", "curator"),
        ("01-14T09:00", "deputy"),
    ]
    closing = "do: close_without_posting, case: c1, by: curator, reason: автор не ответил"
    found = played(tmp_path, [*asked, f"2026-01-16T12:00, {closing}", f"2026-01-19T18:00, {closing}"], "slavgorod")
    assert [row["reason"] for row in found["refused"]] == ["author_may_reply"]
    assert found["cases"]["c1"]["state"] == "closed_without_posting"


def test_sl_6_an_author_replies_and_the_executor_is_silent(tmp_path: Path) -> None:
    events = [
        DETECT,
        FORWARD,
        ACCEPT,
        draft("2026-01-12T11:00", "request"),
        "2026-01-12T11:10, do: approve, case: c1, by: curator",
        f"2026-01-12T11:20, do: posted, case: c1, by: curator, {LINK}",
        "2026-01-12T12:00, do: author_replied, case: c1, text: Дом 5",
    ]
    found = notices(played(tmp_path, events, "slavgorod", until="2026-01-14T12:00"))
    assert "zhkh" in {to for _, kind, to in found if kind == "overdue"}


def test_sl_4_an_answer_that_was_not_posted(tmp_path: Path) -> None:
    events = [
        DETECT,
        FORWARD,
        ACCEPT,
        draft("2026-01-12T11:00"),
        "2026-01-12T11:10, do: approve, case: c1, by: curator",
        "2026-01-12T11:20, do: post_failed, case: c1, text: captcha",
    ]
    assert idle(tmp_path, events, "slavgorod", "2026-01-15T12:00") == [
        ("01-13T11:20", "curator"),
        ("01-14T09:00", "deputy"),
    ]


def test_sl_7_a_final_draft_waits_for_a_curator_asleep(tmp_path: Path) -> None:
    events = [
        DETECT,
        FORWARD,
        ACCEPT,
        draft("2026-01-12T11:00", "interim"),
        "2026-01-12T11:10, do: approve, case: c1, by: curator",
        f"2026-01-12T11:20, do: posted, case: c1, by: curator, {LINK}",
        draft("2026-01-13T10:00"),
    ]
    assert idle(tmp_path, events, "slavgorod", "2026-01-16T12:00") == [
        ("01-14T10:00", "curator"),
        ("01-15T09:00", "deputy"),
    ]
    late = played(tmp_path, events, "slavgorod", until="2026-01-23T12:00")["cases"]["c1"]["violations"]
    assert [(row["step"], row["who"]) for row in late] == [("final", "curator")]


def test_mo_13_high_importance_is_asked_for_a_date_again_and_again(tmp_path: Path) -> None:
    events = [
        HIGH,
        FORWARD,
        ACCEPT,
        draft("2026-01-12T09:40", "interim"),
        "2026-01-12T09:50, do: approve, case: c1, by: curator",
        f"2026-01-12T10:00, do: posted, case: c1, by: curator, {LINK}",
    ]
    found = idle(tmp_path, events, "moskalensky", "2026-02-20T12:00")
    assert [at for at, to in found if to == "curator"] == [
        "01-13T10:00", "01-21T09:00", "01-28T09:00", "02-04T09:00", "02-11T09:00", "02-18T09:00",
    ]  # fmt: skip
    named = [*events, '2026-01-13T09:00, do: set_term, case: c1, by: curator, due: "2026-02-20T12:00"']
    assert idle(tmp_path, named, "moskalensky", "2026-02-20T11:00") == []


@pytest.mark.parametrize("between", ["set_importance, importance: high", "mark_significant"])
def test_what_changes_nothing_of_the_waiting_does_not_restart_it(tmp_path: Path, between: str) -> None:
    events = [DETECT, f"2026-01-12T17:00, do: {between.replace(',', ', case: c1, by: curator,', 1)}"]
    if "case" not in events[1]:
        events[1] += ", case: c1, by: curator"
    assert idle(tmp_path, events, "slavgorod", "2026-01-13T12:00") == [("01-13T09:00", "curator")]


@pytest.mark.parametrize("marks", [("idle_alarms",), ("register", "idle_alarms")])
async def test_sl_4_a_message_that_waited_before_there_were_idle_alarms_has_one_from_the_first_start(
    town: Town, marks: tuple[str, ...]
) -> None:
    await town.resident_writes("Третий день нет воды на Школьной, 5")
    town.forget_what_was_said()
    async with town.books.write(KEY) as tx:
        await tx.connection.execute(tables.alarms.delete())
        await tx.connection.execute(tables.marks.delete().where(tables.marks.c.name.in_(marks)))
    await restarts(town)
    await town.to("2026-01-13 08:59")
    town.curator.hears_nothing()
    await town.to("2026-01-13 09:00")
    town.curator.sees("№ 1")
    town.forget_what_was_said()
