"""What a draft of an answer lacks: each kind on texts invented here, and what is let be."""

from __future__ import annotations

from datetime import date

import pytest

from config import regulations
from config.draft_hints import asked_under, under
from config.russian.judging.answer_signs import DATE
from config.russian.judging.answers import Asked, draft_hints
from config.russian.judging.deeds import said_in, sentences
from config.russian.judging.lacks import Lack
from config.russian.judging.personal import personal_data
from workflow.regulation import Regulation

TODAY = date(2026, 1, 12)
NO_WATER = "Третий день нет воды на Школьной, 5. Когда дадут?"


def lacks(answer: str, question: str = "", *, repeat: bool = False, may_ask: bool | None = False) -> list[str]:
    return [hint.lack for hint in draft_hints(answer, Asked(question, repeat, TODAY, may_ask=may_ask))]


def regulation(key: str) -> Regulation:
    return regulations.load(regulations.find(key))


@pytest.mark.parametrize(
    ("answer", "lack"),
    [
        ("Спасибо за обращение! Нам важно мнение каждого жителя.", Lack.NOTHING),
        ("Ремонт выполним при наличии финансирования.", Lack.NOTHING),
        ("Ваше обращение передано в отдел.", Lack.PASSED_ON),
        ("Вопрос на контроле у главы.", Lack.PASSED_ON),
        ("Вопрос решается в рабочем порядке.", Lack.PASSED_ON),
        ("Рассмотрим возможность ремонта в следующем году.", Lack.PASSED_ON),
        ("Информация принята к сведению, меры будут приняты.", Lack.PASSED_ON),
        ("Уборка снега производится согласно графику.", Lack.PASSED_ON),
        ("Работы ведутся, приносим извинения.", Lack.PASSED_ON),
        ("Ответ по вашему обращению будет предоставлен в течение 30 дней.", Lack.PASSED_ON),
    ],
)
def test_mo_17_sl_10_ku_18_an_answer_of_nothing_or_of_papers_is_named(answer: str, lack: Lack) -> None:
    assert lacks(answer) == [lack]


@pytest.mark.parametrize(
    "answer",
    [
        "Трубу заменили, вода есть.",
        "Яма на Мира засыпана щебнем.",
        "Бригада водоканала меняет задвижку.",
        "Снег уберём в четверг.",
        "Уборка запланирована сегодня.",
        "Передали заявку подрядчику, он восстановит фонарь в течение двух недель.",
        "Сделаем до конца недели.",
        "Площадка в плане на IV квартал 2027 года.",
        "Подрядчик приступил к откачке.",
        "Засыпать песком невозможно: ветер сдувает его за час.",
        "Заявки принимает диспетчер, 2-14-55.",
        "Если снег пойдёт снова, напишите нам. Сегодня улицу прочистили.",
        "На маршруте 6 автобусов, интервал 12 минут.",
    ],
)
def test_ku_18_a_deed_a_date_a_doer_or_a_fact_is_an_answer(answer: str) -> None:
    assert lacks(answer) == []


@pytest.mark.parametrize(
    ("question", "answer", "asked_for"),
    [
        (NO_WATER, "Водопровод в посёлке построили в 1975 году, его длина 12 километров.", "когда"),
        ("Почему отключили свет?", "Новую подстанцию построили в 2019 году.", "почему"),
        ("Сколько стоит проезд до Сосновки?", "Автобус отправляется с площади, перевозчик тот же.", "сколько"),
        ("Можно ли поставить лавочку?", "В округе за прошлый год заменили 30 лавочек.", "можно ли"),
    ],
)
def test_mo_17_sl_10_a_question_left_without_its_answer_is_named(question: str, answer: str, asked_for: str) -> None:
    (hint,) = draft_hints(answer, Asked(question, today=TODAY))
    assert (hint.lack, hint.words) == (Lack.UNANSWERED, (asked_for,))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (NO_WATER, "Воду дали в 14:00."),
        (NO_WATER, "Дадим к вечеру, водоканал заваривает трубу."),
        ("Почему отключили свет?", "Оборвался провод на Степной, свет дадут в 15:00."),
        ("Можно ли поставить лавочку?", "Да, решением собрания дома."),
        ("Кто отвечает за площадку?", "Площадку содержит ТСЖ «Уют»."),
        ("Куда сдать шины?", "На Промышленной, 4, с 9 до 18."),
    ],
)
def test_mo_17_sl_10_a_question_answered_is_let_be(question: str, answer: str) -> None:
    assert lacks(answer, question) == []


def test_mo_15_sl_9_the_answer_to_a_repeat_says_what_was_done_or_how_it_stands() -> None:
    stands = "Дорога муниципальная, её длина 3 километра."
    assert lacks(stands) == []
    assert lacks(stands, repeat=True) == [Lack.NO_DEED]
    assert lacks(stands, "Повторно пишу: дорога разбита") == [Lack.NO_DEED]
    assert lacks("Половину дороги отсыпали, остальное до 15 февраля.", repeat=True) == []


def test_ku_11_a_question_to_the_citizen_is_named_where_the_text_knows_no_request() -> None:
    asks = "Уточните, пожалуйста, номер дома."
    assert Lack.ASKS in lacks(asks)
    assert lacks(asks, may_ask=True) == []
    assert Lack.ASKS in lacks("В каком подъезде вы видели течь?")
    assert lacks("Кран заменили вчера. Напишите нам, в какой ещё квартире течёт.") == []


@pytest.mark.parametrize(
    "answer",
    [
        "С хозяином коров проведена беседа.",
        "Дом обследован, составлен акт.",
        "Проведён рейд, жителям розданы памятки.",
        "28 декабря сотрудники отдела выехали на место и осмотрели двор.",
        "Осуществлён выезд, произведена фотофиксация.",
        "Вопрос рассмотрен на заседании, даны рекомендации.",
        "Сформирована рабочая группа, мониторинг проводится на постоянной основе.",
        "Отобраны пробы, материалы направлены в лабораторию.",
    ],
)
def test_mo_17_sl_10_ku_18_a_deed_for_show_alone_is_no_deed(answer: str) -> None:
    assert lacks(answer) == [Lack.PASSED_ON]


@pytest.mark.parametrize(
    "answer",
    [
        "С хозяином коров проведена беседа, он поставил изгородь.",
        "Дом обследован, кровлю начнут менять 20 января.",
        "Провели проверку, владельца оштрафовали.",
        "Осмотрели чердак: лопнул стояк.",
        "Составлен акт, управляющая компания заменит трубу до пятницы.",
        "Проведём рейд 20 января.",
        "Бригада выехала.",
        "После проверки специалисты выполнили работы по регулировке дверей.",
    ],
)
def test_ku_18_a_look_with_its_result_or_with_what_follows_is_an_answer(answer: str) -> None:
    assert lacks(answer) == []


@pytest.mark.parametrize(
    "answer",
    [
        "Так как котёл остановили на промывку.",
        "Труба под дорогой тоньше, чем нужно для пяти этажей.",
        "Водителей трое вместо семи.",
        "Это была учебная тревога.",
        "Щебня не хватило на всю улицу.",
        "Льда нет: для заливки надо три ночи ниже минус семи.",
        "Меняют кабель, старый сгнил.",
        "Новый свет стоит 4 млн рублей.",
        "Свет дают тем улицам, где есть договор.",
        "По правилам столбы на частной земле ставит её хозяин.",
    ],
)
def test_mo_17_sl_10_a_reason_in_any_form_answers_why(answer: str) -> None:
    assert lacks(answer, "Почему нет света?") == []


@pytest.mark.parametrize(
    "answer", ["Сроков нет: торги не состоялись, потому что никто не пришёл.", "Асфальт уложат после прокладки труб.",
               "По вторникам и пятницам.", "Сквер не планируется, земля частная.", "В восемь."]
)  # fmt: skip
def test_mo_17_sl_10_a_day_a_stage_or_an_honest_no_answers_when(answer: str) -> None:
    assert lacks(answer, "Когда сделают сквер?") == []


@pytest.mark.parametrize(
    ("question", "answer", "asked_for"),
    [
        ("Почему закрыли баню?", "Баню покрасили, теперь она гордость посёлка.", "почему"),
        ("Когда починят лифт?", "Безопасность — это забота каждого. Построен стадион, открыты два сквера.", "когда"),
        ("Когда уберут ветки?", "В округе высажено 400 деревьев, открыты три сквера, построена набережная.", "когда"),
        ("Сколько стоил фонтан?", "Фонтан радует жителей, вокруг него посажены цветы.", "сколько"),
    ],
)
def test_mo_17_sl_10_praise_and_talk_of_something_else_leave_the_question_unanswered(
    question: str, answer: str, asked_for: str
) -> None:
    (found,) = draft_hints(answer, Asked(question, today=TODAY))
    assert (found.lack, found.words) == (Lack.UNANSWERED, (asked_for,))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Кому звонить, если лифт стоит?", "Диспетчеру, номер в кабине."),
        ("Кто чинит лавочки", "Лавочки чинит «Благоустройство»."),
        ("Какая школа наша?", "Вторая."),
        ("Собаку в автобус пускают?", "В наморднике и на поводке."),
        ("Как получить место?", "Нужна справка из школы и паспорт."),
        ("Могут ли отключить воду?", "Могут, если долг больше двух месяцев."),
    ],
)
def test_a_plain_question_is_answered_in_a_few_words(question: str, answer: str) -> None:
    assert lacks(answer, question) == []


@pytest.mark.parametrize(
    "answer",
    [
        "Порядок сноса установлен постановлением от 12 марта 2019 года.",
        "В соответствии со ст. 13.4 закона накопление отходов допускается в отведённых местах.",
        "Уборка улиц осуществляется ежедневно в две смены.",
    ],
)
def test_mo_17_a_law_cited_or_a_routine_described_is_no_answer(answer: str) -> None:
    assert len(lacks(answer, "Когда уберут дерево?")) == 1


def test_without_a_regulation_a_request_is_named_only_if_it_says_no_reason_or_asks_what_is_known() -> None:
    bare, reasoned = "Уточните номер дома.", "Уточните номер дома, без него мастер не найдёт люк."
    assert lacks(bare, "Люк открыт", may_ask=None) == [Lack.ASKS]
    assert lacks(reasoned, "Люк открыт", may_ask=None) == []
    assert lacks(bare, "Люк открыт", may_ask=True) == []
    assert lacks(reasoned, "На Мира, 20 открыт люк", may_ask=None) == [Lack.ASKS]
    assert lacks(bare, "На Мира, 20 открыт люк", may_ask=True) == [Lack.NOTHING]


def test_pa_2_4_officialese_is_named_whole_or_where_a_plain_style_is_wanted_each_turn_of_it() -> None:
    heavy = (
        "В целях обеспечения надлежащего содержания территорий администрацией осуществляется комплекс мероприятий, "
        "направленных на повышение уровня благоустройства, при этом включение объектов в перечень производится по "
        "результатам рассмотрения предложений заинтересованных лиц в порядке, установленном нормативными правовыми актами, "
        "с учётом доведённых лимитов на соответствующий финансовый год и плановый период."
    )
    assert Lack.OFFICIALESE in lacks(heavy)
    light = "В настоящее время трубу заменили, воду дали в 14:00."
    assert lacks(light) == []
    found = under(regulation("primorsko-akhtarsky"), light, asked_under(regulation("primorsko-akhtarsky"), "", TODAY))
    assert [(hint.lack, hint.words, clause) for hint, clause in found] == [
        (Lack.OFFICIALESE, ("В настоящее время",), "2.4")
    ]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("Перерасчёт сделан по кв. 47.", ["кв. 47"]),
        ("Долг числится за гражданином Сидоровым Петром Ивановичем.", ["Сидоровым Петром Ивановичем"]),
        ("Звоните мастеру на личный 8-900-555-12-34.", ["8-900-555-12-34"]),
        ("Паспорт 0708 123456 проверен.", ["Паспорт 0708 123456"]),
        ("Диспетчер УК: 8 918 555-12-34.", []),
        ("Глава округа Сидоров П. И. принимает по средам.", []),
        ("Работы на ул. Петра Ивановича Сидорова завершены 27.08.2021 г. работниками МУП.", []),
    ],
)
def test_personal_data_are_named_and_the_offices_own_let_be(text: str, data: list[str]) -> None:
    assert personal_data(text) == data


@pytest.mark.parametrize(
    ("answer", "past"),
    [
        ("Закончим до 1 сентября 2025 года.", True),
        ("Дорогу отремонтирует подрядчик в июне 2024 года.", True),
        ("Закончим до 1 января.", True),
        ("Закончим до 1 июня.", False),
        ("Закончим до 1 сентября 2026 года.", False),
        ("Трубу заменили 12.11.2025.", False),
        ("Протокол составят по статье 6.4 КоАП, штраф до 20 тысяч.", False),
        ("Оформить гараж, построенный до 30 декабря 2004 года, можно будет в МФЦ.", False),
        ("5 января комиссия осмотрела двор, к забору замечаний нет.", False),
        ("На письмо от 01.10.2025 отвечаем: воду дадут завтра.", False),
    ],
)
def test_mo_19_ku_19_sl_12_a_promise_of_a_past_date_is_named(answer: str, past: bool) -> None:
    assert (Lack.PAST_DATE in lacks(answer)) is past


def test_a_day_without_a_year_is_judged_only_on_the_day_the_answer_was_written() -> None:
    bare = Asked(today=TODAY, written_today=False)
    assert draft_hints("Закончим до 1 января.", bare) == []
    assert [h.lack for h in draft_hints("Закончим до 1 января 2025 года.", bare)] == [Lack.PAST_DATE]


@pytest.mark.parametrize(
    "words",
    [
        "до конца недели", "в четверг", "в iv квартале", "16 марта", "до 16.03", "к лету", "завтра", "в течение двух недель",
        "через три дня", "до первого декабря", "по вторникам", "к шести вечера", "в мае 2027 года", "после праздников",
        "на следующей неделе", "в 14:20", "до обеда", "в течение суток", "к концу месяца", "в 2027 году", "весной",
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_form(words: str) -> None:
    assert DATE.search(f"сделаем {words}")


@pytest.mark.parametrize("words", ["в маршрут", "по мере возможности", "в ближайшее время", "в майке", "дом 5 на углу"])
def test_what_only_looks_like_a_date_is_none(words: str) -> None:
    assert DATE.search(f"сделаем {words}") is None


def test_an_abbreviation_ends_no_sentence() -> None:
    assert list(sentences("Убрали снег на ул. Мира и пр. Победы. Приедем завтра!")) == [
        "Убрали снег на ул. Мира и пр. Победы.",
        "Приедем завтра!",
    ]


def test_a_passive_that_only_may_come_is_no_deed_done() -> None:
    assert [one.done for one in said_in("Виновные могут быть привлечены к ответственности.")] == [()]


def test_the_hints_are_on_under_all_five_and_each_has_its_clause() -> None:
    clauses = {key: dict(regulation(key).hints) for key in regulations.packaged()}
    assert {key: found.get("passed_on") for key, found in clauses.items()} == {
        "izobilnensky": "6.2",
        "kursky": "18",
        "moskalensky": "17",
        "primorsko-akhtarsky": "3.1",
        "slavgorod": "10",
    }
    assert {key for key, found in clauses.items() if "asks" not in found} == {"moskalensky", "slavgorod"}
    assert {found["no_deed"] for key, found in clauses.items() if key in ("moskalensky", "slavgorod")} == {"15", "9"}


def test_a_hint_is_switched_off_in_the_file_and_one_left_out_is_on_without_a_clause() -> None:
    text = (regulations.PACKAGED / "kursky.yaml").read_text(encoding="utf-8")
    without = regulations.parse(text.replace('nothing: "18"', "nothing: off"), "kursky.yaml")
    assert {lack.value for lack in Lack} - dict(without.hints).keys() == {"nothing"}
    assert dict(without.hints)["personal"] == ""
    block = text[text.index("\nhints:") : text.index("\ncontributions_to:")]
    assert regulations.parse(text.replace(block, "\nhints: off\n"), "kursky.yaml").hints == ()
    assert dict(regulations.parse(text.replace(block, ""), "kursky.yaml").hints)["passed_on"] == ""


@pytest.mark.parametrize("text", ["", "?", "…", "🙂" * 3000, "«" * 5000, "в " * 3000, "до 31.02", "\x00\ud800"])
def test_any_text_is_judged(text: str) -> None:
    assert all(hint.lack in set(Lack) for hint in draft_hints(text, Asked(text, today=TODAY)))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Когда починят лифт?", "Лифт ждёт деталь с завода, поставка 10 декабря, потом два дня на монтаж."),
        ("Почему закрыли проезд?", "Проезд закрыт по просьбе жителей соседних домов: там ходят дети."),
        ("Почему закрыли баню?", "У бани кончился договор аренды, желающих взять её нет."),
        ("Почему на Садовой поставили знак?", "Улица узкая, машины не разъезжались."),
        ("Когда вывезут снег?", "Куча растает раньше, чем дойдёт техника."),
        ("Почему перенесли рынок?", "На старом месте строят сквер."),
        ("Когда откроют бассейн?", "Сказать не можем: экспертиза ещё не выдала заключение."),
        ("Когда будет врач?", "Хирург принимает каждый второй четверг."),
        ("Нужна ли справка для бассейна?", "Детям нужна, взрослым нет."),
    ],
)
def test_mo_17_a_plain_answer_is_let_be(question: str, answer: str) -> None:
    assert lacks(answer, question) == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Кто чистит снег?", "Очистка снега осуществляется ежедневно с привлечением необходимой техники."),
        ("Почему нет света?", "Ситуация на контроле, аварийные бригады работают в усиленном режиме."),
        ("Почему отказали в земле?", "Отказ вынесен в соответствии с Земельным кодексом."),
        ("Обвалился потолок", "Создана комиссия, которая изучит причины произошедшего."),
        ("Грязь во дворе", "Управляющей компании дано указание навести порядок."),
        ("Когда откроют бассейн?", "Бассейн откроют после завершения всех необходимых процедур."),
    ],
)
def test_mo_17_an_answer_that_only_sounds_like_one_is_named(question: str, answer: str) -> None:
    assert lacks(answer, question) != []
