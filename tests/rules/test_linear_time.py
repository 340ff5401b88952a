"""What is done to strangers' texts beside the event loop takes a time that grows with their length, not with its square.

Eight times the text may take eight times as long, and three times that for the machine's moods; a square would take
sixty-four.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator

import pytest

from config.russian import places
from config.russian.judging import judge
from config.russian.judging.answer_signs import DATE
from config.russian.judging.personal import personal_data
from config.russian.judging.questions import questions_of
from config.russian.judging.style import style_hints
from config.russian.lessons import telling
from config.russian.likeness import meaning
from config.russian.morphology import words_of
from config.russian.words import clean, difference, excerpt, neutralise, shown_name
from handlers.view import case_number
from networks.vk.outward import escape, limits, same_text
from networks.vk.reading import BOARD_REPLY
from workflow.official.page_addresses import page_address
from workflow.official.publication_links import ref_of
from workflow.official.secrecy import looks_secret

MORE = 8
PLAIN: tuple[str, ...] = (
    "(",
    "[",
    "a@a",
    "a.",
    "@",
    "1.1.1.1.",
    "http://",
    "www.",
    "<a ",
    " ",
    "\n",
    "\u200b",
    "а\u0301",
    "-",
    "…",
    "0",
    "я",
)
"""What repeats in a text made to hold somebody up."""

LOOKED_AT: dict[str, Callable[[str], object]] = {
    "moderation": lambda text: judge.__wrapped__(text),
    "places": places.find_place,
    "style": style_hints,
    "personal data": personal_data,
    "questions": questions_of,
    "dates of a draft": DATE.search,
    "lessons": telling,
    "likeness": meaning,
    "words": words_of,
    "cleaning": clean,
    "neutralising": neutralise,
    "cutting": lambda text: excerpt(text, 300),
    "names": shown_name,
    "changes": lambda text: difference(text, text[3:] + "я"),
    "secrets": looks_secret,
    "page addresses": page_address,
    "publications": ref_of,
    "VK's markup": escape,
    "VK's limits": limits,
    "VK's texts": lambda text: same_text(text, text),
    "VK's boards": BOARD_REPLY.search,
    "numbers": case_number,
}

FOUND_SLOW: dict[str, tuple[str, str, str, str, int]] = {
    # what looks: what the text begins with, what repeats in it, what it ends with, letters of the shorter one
    "a house after a street and blanks": ("places", "улица Мира", " ", "x", 200),
    "a house after a street and lines": ("places", "на Школьной", "\n", "x", 200),
    "a word for a password and blanks": ("secrets", "пароль", " ", "!", 1000),
    "words for a password without blanks": ("secrets", "", "пароль-", "|", 1000),
    "dots that unfold": ("secrets", "", "…", "", 1000),
    "keys in keys": ("secrets", "", "eyJaaaaaaaa-", "", 1000),
    "nouns in the genitive": ("style", "", "утра ", "", 500),
    "a mailbox that is none": ("VK's markup", "", "a1", "", 1000),
    "a board that is none": ("VK's boards", "", "[", "", 2000),
    "marks over a letter in a secret": ("secrets", "a", "\u0301\u0316", "", 4000),
    "marks over a letter that is cleaned": ("cleaning", "a", "\u0316\u0301", "", 4000),
    "zeros and a letter": ("numbers", "", "0", "я", 2000),
}


@pytest.fixture(autouse=True)
def _no_collecting() -> Iterator[None]:
    """A collection takes longer than what is measured."""
    gc.disable()
    yield
    gc.enable()


def seconds(look: Callable[[str], object], text: str) -> float:
    """Of this process, the least of three."""
    took = []
    for _ in range(3):
        begun = time.process_time()
        look(text)
        took.append(time.process_time() - begun)
    return min(took)


def assert_linear(look: Callable[[str], object], begun: str, repeated: str, ended: str, letters: int) -> None:
    times = letters // len(repeated)
    short = seconds(look, begun + repeated * times + ended)
    long = seconds(look, begun + repeated * times * MORE + ended)
    assert long < 3 * MORE * short + 0.02


@pytest.mark.parametrize("name", FOUND_SLOW)
def test_what_was_slow_once_grows_with_the_text(name: str) -> None:
    looked, begun, repeated, ended, letters = FOUND_SLOW[name]
    assert_linear(LOOKED_AT[looked], begun, repeated, ended, letters)


@pytest.mark.parametrize("looked", LOOKED_AT)
def test_the_time_of_every_look_at_a_strangers_text_grows_with_the_text(looked: str) -> None:
    for repeated in PLAIN:
        assert_linear(LOOKED_AT[looked], "", repeated, "я", 1000)
