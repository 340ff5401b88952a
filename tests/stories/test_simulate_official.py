"""`simulate` with official pages and publications, and beside cases (issue 6)."""

from __future__ import annotations

import json
from pathlib import Path

from bot.cli.simulate_official import TOLD
from bot.simulation.outcome import as_json
from bot.simulation.player import play
from bot.simulation.scenario import read
from tests.stories.scenarios import CLUB, OFFICE, WITH_PAGE, notices, played, refusals
from tests.stories.test_simulate import DAY, DETECTED, TOWN, event, written
from workflow.official.material import MaterialNotice
from workflow.official.page import PageNotice


def test_a_scenario_of_cases_alone_says_what_it_said_though_the_file_lists_pages(tmp_path: Path) -> None:
    """Norms and checks of protection are due in it, and nobody hears of them."""
    found = []
    for town in (OFFICE, WITH_PAGE):
        scenario = read(written(tmp_path, DAY, "izobilnensky", town))
        assert not scenario.official
        found.append(as_json(play(scenario), scenario.municipality.zone))
    assert found[0] == found[1]
    assert list(json.loads(found[0])) == ["cases", "notices", "refused"]


def test_cases_beside_pages_come_to_the_same(tmp_path: Path) -> None:
    late = DETECTED + event("2026-01-12T09:20", "forward", by="curator", to="[zhkh]")
    late += event("2026-01-12T09:30", "accept", by="zhkh")
    late += event("2026-01-12T14:12", "draft", by="zhkh", text="Вода будет завтра")
    alone = read(written(tmp_path, late, "kursky", WITH_PAGE))
    lines = late.replace(
        "  - {at: 2026-01-12T14:12",
        f"  - {{at: 2026-01-12T10:00, do: published, page: {CLUB}}}\n  - {{at: 2026-01-12T14:12",
    )
    beside = read(written(tmp_path, lines, "kursky", WITH_PAGE))
    zone = alone.municipality.zone
    expected, found = json.loads(as_json(play(alone), zone)), json.loads(as_json(play(beside), zone))
    assert [row["kind"] for row in expected["notices"]] == ["work", "reminder", "overdue", "overdue"]
    of_pages = [row["kind"] for row in found["notices"] if row["case"] is None]
    assert of_pages == ["check_due"]
    assert [row for row in found["notices"] if row["case"] is not None] == expected["notices"]
    assert (found["cases"], found["refused"]) == (expected["cases"], [])
    assert found["publications"][CLUB]["count"] == 1


def test_mo_a2_2_a_units_page_from_its_request_to_the_day_it_is_in_force(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            "2026-01-12T09:00, do: request, page: p, by: zhkh, network: telegram, unit: zhkh",
            "2026-01-12T09:10, do: put_in_force, page: p, by: editor",
            "2026-01-12T09:20, do: consent, page: p, by: curator",
            "2026-01-12T09:30, do: consent, page: p, by: head",
            "2026-01-12T09:40, do: agree, page: p, by: editor",
            "2026-01-12T09:50, do: put_in_force, page: p, by: editor",
            "2026-01-12T10:00, do: fill, page: p, by: zhkh, address: t.me/zhkh_mo, responsible: zhkh, decision: приказ № 3",
            "2026-01-12T10:05, do: fill, page: p, by: zhkh, access: 'пароль: Qwerty12345'",
            "2026-01-12T10:06, do: fill, page: p, by: zhkh, description: пароль qwerty",
            "2026-01-12T10:10, do: fill, page: p, by: zhkh, checked: 2026-01-13",
            "2026-01-12T10:15, do: put_in_force, page: p, by: editor",
        ],
        "moskalensky",
    )
    assert found == {
        "cases": {},
        "notices": [
            {"at": f"2026-01-12T{at}:00+03:00", "case": None, "kind": kind, "step": None, "to": to, "page": "p"}
            for at, kind, to in (
                ("09:00", "agreement_asked", "editor"),
                ("09:00", "consent_asked", "head"),
                ("09:40", "consented", "zhkh"),
                ("10:15", "in_force", "zhkh"),
            )
        ],
        "refused": [
            {"at": f"2026-01-12T{at}:00+03:00", "case": None, "do": do, "by": by, "reason": reason, "page": "p"}
            for at, do, by, reason in (
                ("09:10", "put_in_force", "editor", "consent_first"),
                ("09:20", "consent", "curator", "not_the_head"),
                ("09:50", "put_in_force", "editor", "address_first"),
                ("10:05", "fill", "zhkh", "secret"),
                ("10:06", "fill", "zhkh", "secret"),
                ("10:10", "fill", "zhkh", "in_the_future"),
            )
        ],
        "pages": {
            "p": {
                "number": 1,
                "state": "in_force",
                "network": "telegram",
                "whose": "unit",
                "unit": "zhkh",
                "address": "https://t.me/zhkh_mo",
                "missing": [
                    "description",
                    "design",
                    "formats",
                    "two_factor",
                    "access",
                    "checked",
                    "password_changed",
                ],
                "check_due": True,
            }
        },
        "publications": {
            "p": {
                "count": 0,
                "norm": {"per": "week", "at_least": 3, "norm": 3, "recommended": True, "clause": "прил. 2, 10"},
                "behind": False,
                "periods": [{"since": "2026-01-12", "have": 0, "behind": False}],
            }
        },
        "materials": {},
        "moderation": {},
        "plans": [],
    }


def test_mo_a2_2_the_head_declines_with_a_reason_and_the_unit_hears_it(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            "2026-01-12T09:00, do: request, page: p, by: zhkh, network: vk, unit: zhkh",
            "2026-01-12T09:10, do: decline, page: p, by: head",
            "2026-01-12T09:20, do: decline, page: p, by: head, reason: хватит одной",
            "2026-01-12T09:30, do: consent, page: p, by: head",
        ],
        "moskalensky",
    )
    assert refusals(found) == [("decline", "head", "reason_required"), ("consent", "head", "not_now")]
    assert notices(found)[2:] == [("01-12T09:20", "declined", "editor"), ("01-12T09:20", "declined", "zhkh")]
    assert (found["pages"]["p"]["state"], found["publications"]) == ("closed", {})


def test_two_pages_with_one_address_are_one_page_however_it_is_spelled(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            "2026-01-12T09:00, do: request, page: a, by: editor, address: vk.com/okrug, whose: head",
            "2026-01-12T09:01, do: request, page: b, by: editor, address: 'https://m.vk.com/okrug?from=search'",
            "2026-01-12T09:02, do: request, page: c, by: editor, address: vk.com/club1001",
            "2026-01-12T09:03, do: put_in_force, page: b, by: editor",
            "2026-01-12T09:04, do: published, page: b, by: editor",
            "2026-01-12T09:05, do: published, page: b",
        ],
        "kursky",
        WITH_PAGE,
    )
    assert refusals(found) == [
        ("request", "editor", "same_address"),
        ("request", "editor", "same_address"),
        ("put_in_force", "editor", "no_such_page"),
        ("published", "editor", "no_such_page"),
        ("published", "network", "no_such_page"),
    ]
    assert list(found["pages"]) == [CLUB, "a"]


def test_where_nobody_is_named_editor_the_curator_is_meant(tmp_path: Path) -> None:
    """A role nobody holds is still addressed by its name."""
    found = played(
        tmp_path,
        [
            "2026-01-12T09:00, do: request, page: p, by: editor, address: vk.com/okrug",
            "2026-01-12T09:01, do: put_in_force, page: p, by: curator",
        ],
        "kursky",
        TOWN,
        until="2026-01-13T09:00",
    )
    assert (found["pages"]["p"]["state"], found["refused"]) == ("in_force", [])
    assert notices(found) == [("01-13T09:00", "check_due", "curator")]


def test_mo_a2_5_whoever_keeps_a_page_is_reminded_each_quarter_until_it_is_checked(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            "2026-01-12T09:00, do: request, page: p, by: editor, address: max.ru/okrug",
            "2026-01-12T09:01, do: fill, page: p, by: editor, checked: 2026-01-12, responsible: zhkh",
            "2026-01-12T09:02, do: put_in_force, page: p, by: editor",
            "2026-05-14T10:00, do: fill, page: p, by: zhkh, checked: 2026-05-14",
        ],
        "moskalensky",
        until="2026-08-17T18:00",
    )
    due = [row for row in notices(found) if row[1] == "check_due"]
    assert due == [
        ("04-13T09:00", "check_due", "editor"),
        ("04-13T09:00", "check_due", "zhkh"),
        ("08-17T09:00", "check_due", "editor"),
        ("08-17T09:00", "check_due", "zhkh"),
    ]
    assert found["pages"]["p"]["check_due"]


def test_iz_4_two_a_day_are_enough_and_one_is_told_of_in_the_afternoon(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            f"2026-01-15T10:00, do: published, page: {CLUB}, count: 2",
            f"2026-01-16T10:00, do: published, page: {CLUB}, formats: [photo]",
            f"2026-01-16T16:00, do: published, page: {CLUB}, by: editor, link: 'https://vk.com/wall-1001_7'",
            f"2026-01-16T16:01, do: published, page: {CLUB}, link: 'https://vk.com/feed?w=wall-1001_7'",
            f"2026-01-17T10:00, do: published, page: {CLUB}",
        ],
        "izobilnensky",
        WITH_PAGE,
        until="2026-01-19T18:00",
    )
    behind = [row for row in notices(found) if row[1] == "behind"]
    assert behind == [("01-16T12:23", "behind", "editor"), ("01-19T14:00", "behind", "editor")]
    assert found["publications"][CLUB] == {
        "count": 5,
        "norm": {"per": "day", "at_least": 2, "norm": 3, "recommended": False, "clause": "4"},
        "behind": True,
        "periods": [
            {"since": "2026-01-15", "have": 2, "behind": False},
            {"since": "2026-01-16", "have": 2, "behind": False},
            {"since": "2026-01-17", "have": 1, "behind": True},
            {"since": "2026-01-18", "have": 0, "behind": True},
            {"since": "2026-01-19", "have": 0, "behind": True},
        ],
    }


def test_a_publication_by_hand_is_of_a_page_in_force_and_of_ones_own(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            "2026-01-12T09:00, do: request, page: p, by: editor, address: dzen.ru/okrug",
            "2026-01-12T09:01, do: published, page: p, by: editor",
            f"2026-01-12T09:02, do: published, page: {CLUB}, by: zhkh, count: 5",
            f"2026-01-12T09:03, do: published, page: {CLUB}, by: editor, count: 2",
            "2026-01-12T09:04, do: published, page: p",
        ],
        "kursky",
        WITH_PAGE,
    )
    assert refusals(found) == [("published", "editor", "no_such_page"), ("published", "zhkh", "not_your_page")]
    assert {name: one["count"] for name, one in found["publications"].items()} == {CLUB: 2}
    assert notices(found)[-1] == ("01-12T09:04", "page_unknown", "editor")


def test_every_notice_has_words_for_people() -> None:
    assert set(TOLD["page"]) == {*PageNotice, "behind", "page_unknown"}
    assert set(TOLD["material"]) == set(MaterialNotice)
