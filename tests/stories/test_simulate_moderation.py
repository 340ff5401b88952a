"""`simulate` with comments on official pages (issue 6)."""

from __future__ import annotations

from pathlib import Path

from tests.stories.scenarios import CLUB, OFFICE, WITH_PAGE, notices, played, refusals

RUDE = f"2026-01-12T10:00, do: detect, comment: k, page: {CLUB}, text: 'Админ, ты идиот', author: житель 2"


def test_pa_2_3_deleted_black_listed_restored_as_the_network_allows(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            RUDE,
            "2026-01-12T10:10, do: delete, comment: k, by: zhkh, ground: insult",
            "2026-01-12T10:11, do: black_list, comment: k, by: editor, ground: advertising",
            "2026-01-12T10:12, do: black_list, comment: k, by: editor, ground: insult",
            "2026-01-12T10:13, do: not_done, comment: k, reason: no_right",
            "2026-01-12T10:14, do: keep, comment: k, by: editor",
        ],
        "primorsko-akhtarsky",
        WITH_PAGE,
    )
    assert refusals(found) == [
        ("delete", "zhkh", "not_a_moderator"),
        ("black_list", "editor", "not_a_ground"),
        ("keep", "editor", "already_decided"),
    ]
    assert found["moderation"] == {
        "k": {
            "state": "deleted",
            "grounds": ["insult"],
            "words": ["идиот"],
            "ground": "insult",
            "black_list": True,
            "case": None,
            "asked": [],
            "by_hand": ["comment", "author"],
        }
    }
    assert notices(found)[-2:] == [("01-12T10:00", "proposed", "editor"), ("01-12T10:13", "by_hand", "editor")]


def test_iz_6_1_the_curator_moderates_criticism_is_no_ground_and_there_is_no_black_list(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            RUDE.replace("'Админ, ты идиот'", "Плохо чистите снег"),
            RUDE.replace("comment: k", "comment: threat").replace("'Админ, ты идиот'", "Я тебя убью"),
            "2026-01-12T10:10, do: delete, comment: k, by: curator, ground: unlawful",
            "2026-01-12T10:11, do: black_list, comment: threat, by: curator, ground: unlawful",
            "2026-01-12T10:12, do: withdrawn, comment: threat",
            "2026-01-12T10:13, do: delete, comment: threat, by: curator, ground: unlawful",
            "2026-01-12T10:14, do: done, comment: threat",
        ],
        "izobilnensky",
        WITH_PAGE,
    )
    assert refusals(found) == [
        ("delete", "curator", "no_such_comment"),
        ("black_list", "curator", "no_black_list"),
        ("delete", "curator", "author_withdrew"),
        ("done", "network", "nothing_by_hand"),
    ]
    assert {name: one["state"] for name, one in found["moderation"].items()} == {
        "k": "not_proposed",
        "threat": "withdrawn",
    }
    assert notices(found)[-1] == ("01-12T10:00", "proposed", "curator")


def test_mo_a2_15_a_unit_moderates_its_own_page_and_in_ok_a_person_deletes(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            "2026-01-12T09:00, do: detect, comment: k, page: ok.ru/group/53, text: Вы все идиоты",
            "2026-01-12T09:10, do: delete, comment: k, by: roads, ground: insult",
            "2026-01-12T09:11, do: delete, comment: k, by: zhkh, ground: insult",
            "2026-01-12T09:12, do: restore, comment: k, by: zhkh",
        ],
        "moskalensky",
        OFFICE + "  pages:\n    - {{network: ok, address: ok.ru/group/53, whose: unit, unit: zhkh}}\n",
    )
    assert refusals(found) == [("delete", "roads", "not_a_moderator")]
    assert [row for row in notices(found) if row[1] != "check_due"] == [
        ("01-12T09:00", "proposed", "editor"),
        ("01-12T09:00", "proposed", "zhkh"),
        ("01-12T09:11", "by_hand", "zhkh"),
        ("01-12T09:12", "by_hand", "zhkh"),
    ]
    comment = found["moderation"]["k"]
    assert (comment["state"], comment["by_hand"], comment["asked"]) == ("kept", ["comment"], [])


def test_a_comment_that_is_a_case_goes_on_under_the_name_it_was_given(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            RUDE.replace("Админ, ты идиот", "Дураки, нет воды на Школьной"),
            "2026-01-12T10:05, do: to_case, comment: k, by: zhkh, case: never",
            "2026-01-12T10:10, do: to_case, comment: k, by: editor, case: c7",
            "2026-01-12T10:20, do: forward, case: c7, by: curator, to: [zhkh]",
            "2026-01-12T10:21, do: forward, case: never, by: curator, to: [zhkh]",
            "2026-01-12T10:22, do: link_repeat, case: c7, by: curator, to: never",
            "2026-01-12T11:00, do: draft, case: c7, by: zhkh, text: Вода будет к 18:00",
            "2026-01-12T11:10, do: approve, case: c7, by: curator",
            "2026-01-12T11:15, do: posted, case: c7, link: 'https://vk.com/wall-1001_1?reply=2'",
            "2026-01-12T11:20, do: delete, comment: k, by: editor, ground: insult",
        ],
        "primorsko-akhtarsky\n  cases: kursky",
        WITH_PAGE,
    )
    assert {name: (case["state"], case["violations"]) for name, case in found["cases"].items()} == {
        "c7": ("closed", [])
    }
    assert found["cases"]["c7"]["due"]["draft"] == "2026-01-12T15:10:00+03:00"
    assert refusals(found) == [
        ("to_case", "zhkh", "not_a_moderator"),
        ("forward", "curator", "no_such_case"),
        ("link_repeat", "curator", "no_such_case"),
    ]
    assert (found["moderation"]["k"]["state"], found["moderation"]["k"]["case"]) == ("deleted", "c7")


def test_a_flood_of_comments_is_told_of_as_one_list(tmp_path: Path) -> None:
    flood = [
        RUDE.replace("comment: k", f"comment: k{n}").replace("10:00", f"10:{n:02}").replace("житель 2", f"житель {n}")
        for n in range(12)
    ]
    found = played(tmp_path, flood, "primorsko-akhtarsky", WITH_PAGE)
    told = [(row["kind"], row["comment"]) for row in found["notices"] if row["kind"] != "check_due"]
    assert told == [*(("proposed", f"k{n}") for n in range(10)), *[("moderations", None)] * 2]
