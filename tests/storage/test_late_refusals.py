"""A refusal that no toast could show is written to the person, the same words once."""

from __future__ import annotations

from datetime import timedelta

from bot.answering.answered import Answered
from bot.answering.saying import REPEATED, write_late_refusal
from storage.books import Books
from tests.rules.offices import at
from tests.storage.conftest import HERE

NOW = at("2026-01-12 09:20")


async def test_a_thousand_refused_taps_are_one_letter_and_other_words_another(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.people.bind("zhkh_head", 12, "Начальник", in_group=True, now=NOW)
        for second in range(100):
            await write_late_refusal(tx, Answered("Уже принято.", account=12), NOW + timedelta(seconds=second))
        await write_late_refusal(tx, Answered("Карточка обновилась.", account=12), NOW)
        await write_late_refusal(tx, Answered("Уже принято.", account=12), NOW + REPEATED)
        said = [letter.body["facts"]["text"] for letter in await tx.outbox.waiting(NOW + REPEATED)]
    assert said == ["Уже принято.", "Карточка обновилась.", "Уже принято."]
