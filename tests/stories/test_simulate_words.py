"""What scenarios of cases may say in words, how people are called in what comes of them, and posting without an approval."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.scenarios import OFFICE, notices, played, refusals
from tests.stories.test_simulate import TOWN

FOUND = "2026-01-12T09:00, do: detect, case: c1, source: vk, text: Яма"
FORWARDED = "2026-01-12T09:05, do: forward, case: c1, by: curator, to: [zhkh]"
DRAFT = "2026-01-12T09:10, do: draft, case: c1, by: zhkh, text: Засыпали"
POSTED = '2026-01-12T09:20, do: posted, case: c1, by: curator, link: "https://vk.com/wall-1_2"'
NIGHT = [
    "2026-01-12T23:00, do: detect, case: c1, source: vk, text: Яма",
    "2026-01-12T23:20, do: forward, case: c1, by: curator, to: [zhkh]",
]


@pytest.mark.parametrize(
    "reason", ["удалено автором", "Ошибочно", "отвечено иначе", "БЛАГОДАРНОСТЬ", "thanks", "author_deleted"]
)
def test_a_case_is_closed_for_a_listed_reason_by_its_code_or_in_words(tmp_path: Path, reason: str) -> None:
    closing = f"2026-01-12T09:10, do: close_without_posting, case: c1, by: curator, reason: {reason}"
    found = played(tmp_path, [FOUND, closing], "kursky")
    assert (found["cases"]["c1"]["state"], refusals(found)) == ("closed_without_posting", [])


@pytest.mark.parametrize(
    ("regulation", "ground"),
    [
        ("kursky", "Нецензурные выражения"),
        ("kursky", "угроза жизни, здоровью или имуществу других лиц или их семей"),
        ("moskalensky", "оскорбительные выражения"),
        ("slavgorod", "harm"),
    ],
)
def test_mo_18_sl_11_ku_20_a_ground_is_named_by_its_code_or_in_the_regulations_words(
    tmp_path: Path, regulation: str, ground: str
) -> None:
    act = f'2026-01-12T09:10, do: not_process, case: c1, by: curator, ground: "{ground}"'
    found = played(tmp_path, [FOUND, act], regulation)
    assert (found["cases"]["c1"]["state"], refusals(found)) == ("not_processed", [])


def test_what_is_no_reason_and_no_ground_of_the_regulation_is_refused(tmp_path: Path) -> None:
    found = played(
        tmp_path,
        [
            FOUND,
            "2026-01-12T09:10, do: close_without_posting, case: c1, by: curator, reason: надоело",
            "2026-01-12T09:10, do: not_process, case: c1, by: curator, ground: оскорбительные выражения",
        ],
        "slavgorod",
    )
    assert refusals(found) == [
        ("close_without_posting", "curator", "unknown_ground"),
        ("not_process", "curator", "unknown_ground"),
    ]


@pytest.mark.parametrize("word", ["reason", "text"])
def test_ku_9_a_reason_and_a_remark_may_be_called_either(tmp_path: Path, word: str) -> None:
    returned = [FOUND, FORWARDED, f"2026-01-12T09:10, do: return, case: c1, by: zhkh, {word}: не наше"]
    back = [FOUND, FORWARDED, DRAFT, f"2026-01-12T09:15, do: send_back, case: c1, by: curator, {word}: уточните"]
    approved = [FOUND, FORWARDED, DRAFT, "2026-01-12T09:15, do: approve, case: c1, by: curator"]
    failed = [*approved, f"2026-01-12T09:20, do: post_failed, case: c1, {word}: closed"]
    ends = [played(tmp_path, story, "kursky") for story in (returned, back, failed)]
    assert [(end["cases"]["c1"]["state"], refusals(end)) for end in ends] == [
        ("new", []),
        ("rework", []),
        ("not_posted", []),
    ]


def test_ku_16_mo_14_a_contribution_is_sent_back_by_who_receives_it_and_is_late_by_the_rework_term(
    tmp_path: Path,
) -> None:
    day = [
        FOUND,
        "2026-01-12T09:05, do: forward, case: c1, by: curator, to: [zhkh, roads]",
        "2026-01-12T09:30, do: contribute, case: c1, by: roads, text: Засыпем",
        "2026-01-12T09:40, do: send_back_contribution, case: c1, by: {}, of: roads, text: когда?",
        "2026-01-12T09:41, do: send_back_contribution, case: c1, by: {}, of: roads, text: когда?",
        "2026-01-12T11:00, do: contribute, case: c1, by: roads, text: Засыпем 14 января",
    ]
    for regulation, first, second, wrong, late in (
        ("kursky", "zhkh", "curator", "zhkh", 49),
        ("moskalensky", "curator", "zhkh", "curator", 19),
    ):
        acts = [line.format(first if "09:40" in line else second) for line in day]
        found = played(tmp_path, acts, regulation, until="2026-01-12T11:05")
        assert refusals(found) == [("send_back_contribution", wrong, "not_its_receiver")]
        late_by = [(v["step"], v["who"], v["late_minutes"]) for v in found["cases"]["c1"]["violations"]]
        assert late_by == [("contribution", "roads", late)]


def test_iz_6_2_the_curator_posts_the_draft_himself_no_approval_is_in_the_text(tmp_path: Path) -> None:
    found = played(tmp_path, [FOUND, FORWARDED, DRAFT, POSTED], "izobilnensky")
    assert (found["cases"]["c1"]["state"], found["cases"]["c1"]["violations"], refusals(found)) == ("closed", [], [])
    late = played(tmp_path, [FOUND, FORWARDED, DRAFT, POSTED.replace("09:20", "09:45")], "izobilnensky")
    assert [(v["step"], v["who"], v["late_minutes"]) for v in late["cases"]["c1"]["violations"]] == [
        ("posting", "curator", 5)
    ]


@pytest.mark.parametrize("regulation", ["moskalensky", "slavgorod", "kursky"])
def test_mo_10_sl_4_ku_12_where_the_curator_approves_nothing_is_posted_before(tmp_path: Path, regulation: str) -> None:
    found = played(tmp_path, [FOUND, FORWARDED, DRAFT, POSTED], regulation)
    assert (found["cases"]["c1"]["state"], refusals(found)) == ("on_approval", [("posted", "curator", "not_now")])


def test_iz_6_2_only_the_curator_posts_what_was_not_approved_and_with_a_link(tmp_path: Path) -> None:
    by_others = [
        POSTED.replace("by: curator", "by: zhkh"),
        POSTED.replace("by: curator, ", ""),
        POSTED.replace("https://vk.com/wall-1_2", "нет"),
    ]
    found = played(tmp_path, [FOUND, FORWARDED, DRAFT, *by_others], "izobilnensky")
    assert refusals(found) == [
        ("posted", "zhkh", "not_a_curator"),
        ("posted", "network", "not_now"),
        ("posted", "curator", "link_required"),
    ]


def test_iz_6_2_what_is_answered_together_is_answered_when_the_draft_is_posted_by_hand(tmp_path: Path) -> None:
    second = "2026-01-12T09:02, do: detect, case: c2, source: vk, text: Яма на углу"
    merged = "2026-01-12T09:03, do: merge, case: c2, by: curator, into: c1"
    found = played(tmp_path, [FOUND, second, merged, FORWARDED, DRAFT, POSTED], "izobilnensky")
    assert [(case, one["state"]) for case, one in found["cases"].items()] == [("c1", "closed"), ("c2", "approved")]


def test_iz_d2_a_department_late_after_a_night_is_charged_and_reported(tmp_path: Path) -> None:
    """By the text due at 2:20; people are asked for it after three hours of the working day."""
    for moment, late in (("03:00", []), ("12:00", []), ("12:30", [("draft", "zhkh", 30)])):
        draft = f"2026-01-13T{moment}, do: draft, case: c1, by: zhkh, text: Засыпали"
        found = played(tmp_path, [*NIGHT, draft], "izobilnensky")
        assert [(v["step"], v["who"], v["late_minutes"]) for v in found["cases"]["c1"]["violations"]] == late


def test_iz_6_2_a_return_at_night_shows_the_new_term_for_forwarding(tmp_path: Path) -> None:
    returned = "2026-01-12T23:40, do: return, case: c1, by: zhkh, reason: не наше"
    found = played(tmp_path, [*NIGHT, returned], "izobilnensky")
    assert found["cases"]["c1"]["due"]["forward"] == "2026-01-13T00:10:00+03:00"


LATE = [FOUND, FORWARDED]
SECOND_DEPUTY = "\n    second_deputy: {{role: deputy, name: Второй заместитель}}\n"
RENAMED = OFFICE.replace("    curator: {{", "    kur: {{")


def test_ku_21_people_are_called_by_their_posts_as_by_takes_them(tmp_path: Path) -> None:
    heard = notices(played(tmp_path, LATE, "kursky", until="2026-01-12T14:30"))
    assert heard == [
        ("01-12T09:05", "work", "zhkh"),
        ("01-12T09:25", "reminder", "zhkh"),
        ("01-12T09:36", "lapsed", "curator"),
        ("01-12T12:30", "reminder", "zhkh"),
        ("01-12T14:01", "overdue", "curator"),
        ("01-12T14:01", "overdue", "zhkh"),
        ("01-12T14:15", "escalation", "deputy"),
    ]


def test_ku_21_of_several_deputies_each_is_called_by_his_own_key(tmp_path: Path) -> None:
    town = TOWN + SECOND_DEPUTY
    found = played(tmp_path, LATE, "kursky", town, "2026-01-12T14:30")
    assert ("01-12T14:15", "escalation", "first_deputy") in notices(found)


def test_mo_20_the_head_and_the_curator_are_called_by_their_posts_whatever_their_keys(tmp_path: Path) -> None:
    found = played(tmp_path, [FOUND], "moskalensky", RENAMED, "2026-01-12T09:29")
    assert {to for _, _, to in notices(found)} == {"curator"}
    late = played(tmp_path, LATE, "moskalensky", RENAMED, "2026-01-12T15:30")
    assert ("escalation", "head") in [(kind, to) for _, kind, to in notices(late)]


TOGETHER = [
    "2026-01-12T09:04, do: detect, case: c2, source: vk, text: Яма на углу",
    "2026-01-12T09:10, do: merge, case: c2, by: curator, into: c1",
    FORWARDED.replace("09:05", "09:12"),
    DRAFT.replace("12T09:10", "13T09:40"),
    "2026-01-13T10:10, do: approve, case: c1, by: curator",
    '2026-01-13T10:30, do: posted, case: c1, link: "https://vk.com/wall-1_2"',
    '2026-01-13T10:30, do: posted, case: c2, link: "https://vk.com/wall-1_3"',
]


@pytest.mark.parametrize(("host", "of_the_second"), [("09:00", []), ("09:08", [("answer", "curator", 26)])])
def test_ku_10_two_messages_answered_late_at_once_are_one_row_unless_the_second_was_due_first(
    tmp_path: Path, host: str, of_the_second: list[tuple[str, str, int]]
) -> None:
    cases = played(tmp_path, sorted([FOUND.replace("09:00", host), *TOGETHER]), "kursky")["cases"]
    late = {name: [(v["step"], v["who"], v["late_minutes"]) for v in one["violations"]] for name, one in cases.items()}
    assert late["c1"][1:] == [("answer", "zhkh", 30 if host == "09:00" else 22)]
    assert late["c2"] == of_the_second
