"""What the demo's people write is what the play takes it for: read by the same rules as a citizen's."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo import own_pages
from bot.demo.cast import EVERYBODY
from config.municipality import build_office, load
from config.russian.detection import Taken, detector, is_incident
from config.russian.judging import Kind, judge
from config.russian.judging.style import style_hints
from sandbox.page.samples import COMMENTS

DEMO = Path(__file__).parents[2] / "config" / "demo" / "stepnoy.yaml"
VERDICTS = {"advert": [Kind.SPAM] * 2, "rude": [Kind.OBSCENE, Kind.INSULT], "critical": [Kind.CLEAN] * 2}


def taken(text: str) -> Taken:
    return is_incident(text, detector()(text, build_office(load(DEMO)))).taken


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        (own_pages.CRITICISM, Kind.CLEAN, Taken.INCIDENT),
        (own_pages.ADVERTISING, Kind.SPAM, Taken.NOT),
        (own_pages.JOKE, Kind.SPAM, Taken.DOUBTFUL),
        (own_pages.OBSCENE, Kind.OBSCENE, Taken.DOUBTFUL),
    ],
)
def test_a_comment_of_the_morning_is_judged_as_the_play_needs_it(text: str, kind: Kind, what: Taken) -> None:
    assert (judge(text).kind, taken(text)) == (kind, what)


def test_the_ready_comments_are_what_their_buttons_say() -> None:
    assert {one.key: [judge(text).kind for text in one.texts] for one in COMMENTS} == VERDICTS


def test_the_first_version_of_the_material_has_officialese_and_the_second_none() -> None:
    assert ([found for found, _ in style_hints(own_pages.STIFF)], style_hints(own_pages.PLAIN)) == (
        ["В рамках", "осуществляется"], [],
    )  # fmt: skip


def test_the_demos_file_gives_each_part_its_people_and_grounds() -> None:
    """Cases by one regulation, pages by another; a head to consent, an adviser to decide, a hint on style."""
    office = build_office(load(DEMO))
    rules = office.regulation
    assert (rules.key, rules.moderation is not None and rules.moderation.clause, rules.style is not None) == (
        "kursky", "прил. 2, 15", True,
    )  # fmt: skip
    assert sorted(office.people) == sorted(EVERYBODY)
