"""An answer is written from an earlier one, or from a ready one that the curator keeps."""

from __future__ import annotations

from io import BytesIO

from docx import Document

from bot.demo.picture import photo
from tests.stories.test_leadership import documents
from tests.stories.town import Town
from workflow.case import State

FIRST = "Третий день нет воды на Школьной, 5"
SECOND = "Нет воды на Степной, 12 с самого утра"
THIRD = "На Мира, 3 второй день нет воды"
ANSWER = "Воду на Школьной, 5 подключили сегодня в 11:00, давление проверили во всех квартирах."


async def answered(town: Town, text: str, answer: str) -> None:
    """Lead the resident's message to its posted answer; everybody has looked."""
    await town.resident_writes(text)
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    town.zhkh.looks_at_everything()
    await town.zhkh.replies(town.card(), answer)
    town.curator.looks_at_everything()
    await town.curator.presses("Согласовать")
    await town.waits(seconds=31)
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()


async def test_an_earlier_answer_is_taken_reworded_and_its_difference_shown(town: Town) -> None:
    await answered(town, FIRST, ANSWER)
    await town.resident_writes(SECOND)
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    work = town.zhkh.sees("№ 2 · передано вам")
    assert "Так уже отвечали:\n1. 12 января, Школьная, 5: «Воду на Школьной, 5 подключили" in work.text
    said = await town.zhkh.presses("Взять за основу 1", work)
    assert said == "Текст отдельным сообщением ниже. Поправьте его и пришлите ответом на него: это будет проект."
    taken = town.zhkh.sees("Воду на Школьной, 5 подключили сегодня")
    assert taken.text == ANSWER
    assert [state for _, _, state in await town.journal(2)][-1] == State.FORWARDED

    await town.zhkh.presses("Принять", work)
    await town.zhkh.presses("Черновик", town.card())
    assert "1. 12 января, Школьная, 5: «Воду" in town.zhkh.sees("Для № 2 можно взять за основу:").text

    await town.zhkh.replies(taken, ANSWER.replace("Школьной, 5", "Степной, 12"))
    head = town.curator.sees("проект ответа, версия 1")
    assert "За основу взят ответ на № 1, изменено: «Школьной» → «Степной»; «5» → «12»" in head.text
    assert (await town.case(2)).state is State.ON_APPROVAL
    town.looks_around()


async def test_a_ready_answer_is_kept_offered_and_refused_with_a_blank_left(town: Town) -> None:
    await answered(town, FIRST, ANSWER)
    posted = town.curator.can_see("Размещено")
    assert (await town.curator.presses("Сохранить как готовый ответ", posted)).startswith("Сохранено: Отдел ЖКХ")
    head = town.curator.sees("Готовый ответ, Отдел ЖКХ")
    await town.curator.replies(head, "Воду на {место} подключим {срок}, ответственный: {кто}.")
    town.curator.sees("Готовый ответ, Отдел ЖКХ")
    assert "уже сохранён" in await town.curator.presses("Сохранить как готовый ответ", posted)

    await town.resident_writes(SECOND)
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    work = town.zhkh.sees("1. Готовый ответ: «Воду на {место} подключим {срок}")
    said = await town.zhkh.presses("Взять за основу 1", work)
    assert "впишите {срок}, {кто}" in said
    taken = town.zhkh.sees("подключим {срок}")
    assert "{место}" not in taken.text
    await town.zhkh.replies(taken, "Воду на Степной, 12 подключим {срок}, ответственный: участок сетей.")
    town.zhkh.sees("не заполнено {срок}, с пропуском ответ не согласуют")
    await town.zhkh.presses("Отправить как есть")
    draft = town.curator.sees("Не заполнено: {срок}")
    refused = await town.curator.presses("Согласовать", draft)
    assert refused == "В тексте остался пропуск {срок}: впишите, чего не хватает, ответом на текст, и согласуйте."
    assert (await town.case(2)).state is State.ON_APPROVAL

    await town.curator.writes("/ready")
    listed = town.curator.sees("Готовые ответы")
    await town.curator.presses("1", listed)
    one = town.curator.sees("Готовый ответ, Отдел ЖКХ")
    assert await town.curator.presses("Убрать", one) == "Убрано. Больше не предлагаем."
    assert "убран" in town.curator.can_see("Этот готовый ответ").text
    await town.curator.writes("/ready")
    town.curator.sees("Готовых ответов ещё нет")
    town.looks_around()


async def test_a_photo_of_what_became_of_it_is_asked_for_and_stands_beside_the_authors(town: Town) -> None:
    await town.curator.writes("Нет воды, прорвало трубу на Мира, 3, во дворе лужа", photo=photo(90))
    town.curator.looks_at_everything()
    await town.curator.presses("Направить в Отдел ЖКХ")
    work = town.zhkh.sees("№ 1 · передано вам")
    assert "приложите к тексту фото «стало»" in work.text
    assert "приложите фото «стало»" in await town.zhkh.presses("Принять", work)
    await town.zhkh.replies(work, "Трубу заменили сегодня утром, вода есть, двор сухой.")
    assert "пришлите ответом фото «стало»" in town.zhkh.sees("Версия 1 у куратора").text
    assert "фото «стало» к ответу не приложено" in town.curator.sees("проект ответа, версия 1").text
    await town.zhkh.replies(work, photos=[photo(200)])
    assert "Приложено: 1 фото (было 1, стало 1)" in town.curator.sees("проект ответа, версия 2").text
    town.looks_around()

    await town.curator.writes("/case 1")
    await town.curator.presses("Файл", town.curator.sees("Фото: было 1, стало 1"))
    [(name, data)] = documents(town, town.curator, "document")
    assert name == "Сообщение 1.docx"
    assert len(Document(BytesIO(data)).inline_shapes) == 2
    town.looks_around()
