"""`simulate` with material for publication: remarks, versions, approval, networks and people (issue 6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.simulation.player import play
from bot.simulation.scenario import read
from tests.stories.scenarios import CLUB, WITH_PAGE, notices, played, refusals
from tests.stories.test_simulate import written

SENT = [
    "2026-01-12T09:00, do: request, page: max, by: editor, address: max.ru/okrug",
    "2026-01-12T09:01, do: put_in_force, page: max, by: editor",
    "2026-01-12T10:00, do: send, material: m, by: zhkh, text: Открыли мост",
]


def places(found: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(place["page"], place["state"], place["reason"]) for place in found["materials"]["m"]["places"]]


def test_mo_a2_9_material_is_returned_with_remarks_and_the_wording_that_was_seen_is_approved(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            *SENT,
            "2026-01-12T10:10, do: return, material: m, by: curator, remarks: где",
            "2026-01-12T10:11, do: return, material: m, by: editor, remarks: [где, когда]",
            "2026-01-12T10:12, do: approve, material: m, by: editor, pages: max",
            "2026-01-12T10:20, do: resend, material: m, by: zhkh, text: Открыли мост",
            "2026-01-12T10:21, do: resend, material: m, by: roads, text: Открыли мост в Курской",
            "2026-01-12T10:22, do: resend, material: m, by: zhkh, text: Открыли мост в Курской",
            "2026-01-12T10:30, do: edit, material: m, by: editor, text: В Курской открыли мост",
            "2026-01-12T10:31, do: approve, material: m, by: editor, pages: [max], version: 2",
            "2026-01-12T10:32, do: approve, material: m, by: editor, pages: [max], publish_at: 2026-01-12T10:00",
            "2026-01-12T10:33, do: approve, material: m, by: editor, pages: [max], publish_at: 2026-01-12T15:00",
            "2026-01-12T10:34, do: published, material: m, page: max, by: editor",
            "2026-01-12T10:40, do: recall, material: m, by: editor",
            "2026-01-12T10:50, do: withdraw, material: m, by: zhkh",
        ],
        "moskalensky",
    )
    assert refusals(found) == [
        ("return", "curator", "not_an_editor"),
        ("approve", "editor", "not_now"),
        ("resend", "zhkh", "same"),
        ("resend", "roads", "not_yours"),
        ("approve", "editor", "changed"),
        ("approve", "editor", "in_the_past"),
        ("published", "editor", "not_now"),
    ]
    assert [row for row in notices(found) if row[1] not in ("in_force",)] == [
        ("01-12T10:00", "arrived", "editor"),
        ("01-12T10:11", "returned", "zhkh"),
        ("01-12T10:22", "new_version", "editor"),
        ("01-12T10:30", "edited", "zhkh"),
        ("01-12T10:33", "approved", "zhkh"),
        ("01-12T10:40", "recalled", "zhkh"),
        ("01-12T10:50", "withdrawn", "editor"),
    ]
    assert found["materials"]["m"] == {
        "number": 1,
        "state": "withdrawn",
        "version": 3,
        "publish_at": None,
        "places": [],
    }


AT_TWO = f"2026-01-12T11:00, do: approve, material: m, by: editor, pages: [max, {CLUB}], publish_at: 2026-01-12T14:00"


def test_pa_3_1_at_its_time_it_goes_to_the_networks_and_to_people_and_counts_where_it_stands(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            *SENT,
            AT_TWO,
            f"2026-01-12T14:00, do: published, material: m, page: {CLUB}, link: 'https://vk.com/wall-1001_9'",
            "2026-01-12T14:20, do: published, material: m, page: max, by: zhkh",
            f"2026-01-12T14:21, do: published, material: m, page: max, by: editor, link: '{CLUB}'",
            "2026-01-12T14:22, do: published, material: m, page: max, by: editor",
        ],
        "primorsko-akhtarsky",
        WITH_PAGE,
    )
    assert refusals(found) == [("published", "zhkh", "not_the_keeper"), ("published", "editor", "another_pages_link")]
    assert places(found) == [("max", "published", "by_hand"), (CLUB, "published", None)]
    assert [row for row in notices(found) if row[0] > "01-12T12"] == [
        ("01-12T14:00", "handed_over", "editor"),
        ("01-12T14:22", "published", "zhkh"),
    ]
    assert {name: one["count"] for name, one in found["publications"].items()} == {CLUB: 1, "max": 1}


def test_a_network_says_only_what_the_scenario_says_of_it(tmp_path: Path) -> None:
    silent = played(tmp_path, [*SENT, AT_TWO], "kursky", WITH_PAGE, until="2026-01-12T15:00")
    assert places(silent) == [("max", "handed_over", "by_hand"), (CLUB, "planned", None)]
    refused = played(
        tmp_path,
        [*SENT, AT_TWO, f"2026-01-12T14:01, do: hand_over, material: m, page: {CLUB}, reason: captcha"],
        "kursky",
        WITH_PAGE,
    )
    assert places(refused) == [("max", "handed_over", "by_hand"), (CLUB, "handed_over", "captcha")]
    by_person = played(
        tmp_path, [*SENT, AT_TWO, f"2026-01-12T14:30, do: published, material: m, page: {CLUB}, by: editor"], "kursky", WITH_PAGE
    )  # fmt: skip
    assert places(by_person) == [("max", "handed_over", "by_hand"), (CLUB, "published", "by_hand")]
    early = played(
        tmp_path, [*SENT, AT_TWO, f"2026-01-12T13:00, do: published, material: m, page: {CLUB}"], "kursky", WITH_PAGE
    )
    assert refusals(early) == [("published", "network", "not_now")]


def test_a_page_closed_meanwhile_gets_nothing_by_machine(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [*SENT, AT_TWO, f"2026-01-12T12:00, do: close, page: {CLUB}, by: editor"],
        "kursky",
        WITH_PAGE,
        until="2026-01-12T15:00",
    )
    assert places(found) == [("max", "handed_over", "by_hand"), (CLUB, "handed_over", "by_hand")]


def test_a_post_longer_than_its_network_takes_is_refused_in_words(tmp_path: Path) -> None:
    lines = [
        f"2026-01-12T10:00, do: send, material: m, by: zhkh, text: '{'ж' * 16_000}'",
        f"2026-01-12T10:01, do: approve, material: m, by: editor, pages: [{CLUB}]",
    ]
    scenario = read(
        written(tmp_path, "events:\n" + "".join(f"  - {{at: {line}}}\n" for line in lines), "kursky", WITH_PAGE)
    )
    [refusal] = play(scenario).refused
    assert (refusal.about, refusal.name, refusal.do, refusal.reason) == ("material", "m", "approve", "does_not_fit")
    assert "ВКонтакте берёт до 15895 знаков, здесь 16000" in refusal.words


def test_the_plan_of_a_week_is_what_whoever_opens_it_sees_then(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            f"2026-01-12T09:30, do: published, page: {CLUB}, count: 4",
            "2026-01-12T10:00, do: send, material: m, by: zhkh, text: Открыли мост",
            f"2026-01-12T11:00, do: approve, material: m, by: editor, pages: {CLUB}, publish_at: 2026-01-14T14:00",
            "2026-01-12T11:05, do: plan, by: editor",
            "2026-01-12T11:06, do: plan, by: editor, week: 2026-01-22",
        ],
        "moskalensky",
        WITH_PAGE,
    )
    assert found["plans"] == [
        {
            "at": "2026-01-12T11:05:00+03:00",
            "by": "editor",
            "week": "2026-01-12",
            "planned": [{"at": "2026-01-14T14:00:00+03:00", "material": "m", "page": CLUB, "state": "planned"}],
            "short": [{"since": "2026-01-12", "page": CLUB, "have": 4, "missing": 2}],
        },
        {
            "at": "2026-01-12T11:06:00+03:00",
            "by": "editor",
            "week": "2026-01-19",
            "planned": [],
            "short": [{"since": "2026-01-19", "page": CLUB, "have": 0, "missing": 7}],
        },
    ]
