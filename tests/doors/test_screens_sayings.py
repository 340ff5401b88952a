"""Toasts, refusals, confirmations, help, lists and the history: whole, as people hear them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.cases.screens import history, sayings
from bot.cases.screens.help import can, help_for
from bot.messenger import Screen
from bot.process import saying
from config.russian.words import units
from tests.doors.screens_office import (
    ANSWER,
    BETTER,
    DRAFT,
    TEXTS,
    accepted,
    after,
    approved,
    at,
    closed,
    detected,
    drafted,
    forwarded,
    not_posted,
    released,
    second,
    seen,
    sent_back,
    town,
)
from tests.house.reasons import STANDING, reasons
from tests.rules.offices import CURATOR, ROADS, ZHKH
from workflow import transitions
from workflow.case import Case
from workflow.commands import (
    Accept,
    Action,
    AnyCommand,
    Approve,
    Forward,
    NotProcess,
    Recall,
    Retry,
    Return,
    SendBack,
    SetImportance,
    SetTopic,
    SubmitDraft,
    Undo,
)
from workflow.decide import decide
from workflow.office import Actor, Department, Office, Role
from workflow.outcomes import Accepted, Reason, Refused
from workflow.regulation import Importance


def refused(case: Case, command: AnyCommand, hour: int, minute: int = 0) -> str:
    decision = decide(case, command, town(), at(hour, minute))
    assert isinstance(decision, Refused), decision
    facts = {**decision.facts, "action": command.action}
    return sayings.refusal(TEXTS, decision.reason, facts, case, town(), at(hour, minute))


@pytest.mark.parametrize(
    ("case", "command", "words"),
    [
        (accepted(), Accept(ZHKH, 147), "Уже принято в 9:30, Отдел ЖКХ. Проект ответа ждём сегодня до 14:02."),
        (
            forwarded(),
            Accept(ROADS, 147),
            "Сообщение у Отдела ЖКХ. Если оно ваше, попросите куратора перенаправить.",
        ),
        (
            drafted(),
            Approve(ZHKH, 147, 1),
            "Согласовать может куратор. Вы ответственный исполнитель: чтобы изменить проект, пришлите новый текст"
            " ответом на карточку.",
        ),
        (drafted(), Approve(ROADS, 147, 1), "Согласовать может куратор. Если это нужно сделать, напишите ему."),
        (second(), Approve(CURATOR, 147, 1), "Это уже не последний текст, есть версия 2. Откройте её и решите по ней."),
        (
            accepted(),
            Approve(CURATOR, 147, 1),
            "Проекта ответа ещё нет, его готовит Отдел ЖКХ. Срок сегодня до 14:02.",
        ),
        (
            forwarded(),
            Forward(CURATOR, 147, ("zhkh",)),
            "Уже направлено в 9:20, Отдел ЖКХ. Чтобы передать его, выберите другой отдел.",
        ),
        (
            drafted(),
            SubmitDraft(ZHKH, 147, DRAFT, drafted().drafts[0].files),
            "Текст тот же, что в версии 1. Пришлите изменённый ответом на карточку.",
        ),
        (
            closed(),
            Approve(CURATOR, 147, 2),
            "№ 147 уже закрыто в 11:45. Если вопрос остался, передайте его куратору как новое сообщение.",
        ),
        (
            after(detected(), NotProcess(CURATOR, 147, "insult"), at(9, 10)),
            Forward(CURATOR, 147, ("zhkh",)),
            "№ 147 уже закрыто в 9:10. Вернуть его в работу может куратор.",
        ),
        (
            released(),
            Undo(CURATOR, 147, 2),
            "Отменить уже нельзя: ответ ушёл. Если в нём ошибка, поправьте его там, где он размещён.",
        ),
        (
            drafted(),
            Retry(CURATOR, 147),
            "№ 147: на согласовании, сейчас это действие не подходит. Чего ждём, видно на карточке.",
        ),
        (
            forwarded(),
            Accept(Actor(standing="anonymous"), 147),
            "Напишите, пожалуйста, от своего имени, а не от имени группы или канала: так мы не узнаем, кто ответил.",
        ),
    ],
)
def test_refusals_say_why_and_what_to_do(case: Case, command: AnyCommand, words: str) -> None:
    assert refused(case, command, 11, 50) == words


@pytest.mark.parametrize(
    ("before", "command", "words"),
    [
        (detected(), Forward(CURATOR, 147, ("zhkh",)), "Направлено: Отдел ЖКХ. Проект ответа ждём сегодня до 14:02."),
        (forwarded(), Accept(ZHKH, 147), "Принято. Проект ответа ждём сегодня до 14:02: ответьте на карточку."),
        (
            forwarded(),
            Return(ZHKH, 147, "Не наше"),
            "№ 147 возвращено, причина: «Не наше».",
        ),
        (accepted(), SubmitDraft(ZHKH, 147, DRAFT), "Версия 1 у куратора. Решение ждём сегодня до 12:20."),
        (
            drafted(),
            SendBack(CURATOR, 147, 1, "Срок?"),
            "№ 147, версия 1: на доработку, замечание «Срок?». Новый текст ждём сегодня до 12:20.",
        ),
        (drafted(), Approve(CURATOR, 147, 1), "Согласовано. Отправлю во ВКонтакте через 30 секунд."),
        (approved(), Undo(CURATOR, 147, 2), "Отменено, ответ не ушёл. Версия 2 снова ждёт решения."),
        (accepted(), Recall(CURATOR, 147), "№ 147 снова у вас. Направьте исполнителю сегодня до 12:50."),
        (detected(), NotProcess(CURATOR, 147, "insult"), "№ 147 не обрабатываем: оскорбительные выражения."),
        (detected(), SetImportance(CURATOR, 147, Importance.HIGH), "Важность: высокая."),
        (detected(), SetTopic(CURATOR, 147, ("dorogi",)), "Тема: дорога."),
    ],
)
def test_confirmations_say_what_comes_next(before: Case, command: AnyCommand, words: str) -> None:
    now = at(11, 50)
    changed = after(before, command, now)
    decided = decide(before, command, town(), now)
    assert isinstance(decided, Accepted)
    details = dict(decided.entry.details)
    assert sayings.confirmation(TEXTS, command.action, changed, town(), now, details) == words


def long_names() -> Office:
    name = "Территориальное управление по делам посёлков и станиц северного куста Курского муниципального округа края"
    return replace(town(), departments={key: Department(key, name) for key in town().departments})


CASES = (detected(), forwarded(), accepted(), drafted(), sent_back(), second(), approved(), not_posted(), closed())


@pytest.mark.parametrize("reason", sorted(reasons(transitions.CASES) | STANDING))
@pytest.mark.parametrize("office", [town(), long_names()], ids=["short names", "long names"])
def test_every_refusal_fits_over_a_button_whatever_it_is_told(reason: Reason, office: Office) -> None:
    told: list[Mapping[str, object]] = [
        {},
        {"department": "zhkh", "at": at(9, 30), "version": 12, "is_lead": True, "action": Action.CLOSE_WITHOUT_POSTING},
        {"department": "", "at": None, "is_lead": False},
        {"departments": ["zhkh", "roads", "school"], "due": at(18, day=20), "action": Action.PROPOSE_INTERIM},
        {"numbers": list(range(1200, 1260)), "action": Action.PASS_CONTRIBUTION},
    ]
    for facts in told:
        for case in (None, *CASES):
            for now in (at(9, 30), at(18, day=20)):
                words = sayings.refusal(TEXTS, reason, facts, case, office, now)
                assert 20 <= units(words) <= 200
                assert words.endswith((".", "…"))
                assert "  " not in words


@pytest.mark.parametrize("action", Action)
def test_every_confirmation_fits_over_a_button(action: Action) -> None:
    for office in (town(), long_names()):
        for case in CASES:
            words = sayings.confirmation(TEXTS, action, case, office, at(11, 50))
            assert 5 <= units(words) <= 200
            assert words.endswith((".", "…"))


# --- sayings ---------------------------------------------------------------------------------------------------------


def test_after_a_long_gap_the_group_hears_what_to_check() -> None:
    facts = {"since": "2026-03-13T18:10:00+03:00", "until": "2026-03-16T08:55:00+03:00", "numbers": [139, 147]}
    assert seen(saying.say(TEXTS, "gap", facts, town(), at(9))) == (
        "Бот не работал с 18:10 пятницы 13 марта до 8:55 понедельника 16 марта."
        " Нажатия и сообщения за это время могли пропасть, повторите их, пожалуйста.\n"
        "Открыто 2 сообщения, проверьте: № 139, № 147. Список по команде /open"
    )


def test_help_tells_an_executor_what_he_may_do() -> None:
    assert seen(saying.say(TEXTS, "help", {"roles": ["executor"]}, town(), at(9))) == (
        "Курский муниципальный округ. Бот ведёт сообщения жителей от находки до размещённого ответа"
        " и следит за сроками.\n"
        "\n"
        "Вы исполнитель и можете:\n"
        "• принять в работу — кнопка «Принять»\n"
        "• вернуть, если вопрос не ваш — кнопка «Вернуть» на карточке\n"
        "• прислать сведения, если вы соисполнитель — ответьте на карточку\n"
        "• оставить заметку для своих — ответ на карточку со слова «Заметка»\n"
        "• предупредить, что проект пишете вы — «Черновик»\n"
        "• начать с прежнего ответа — «Взять за основу»\n"
        "• прислать проект ответа — ответьте на карточку текстом, фото и видео можно приложить\n"
        "• указать вид ответа — кнопки под проектом и на карточке\n"
        "\n"
        "/help что здесь можно\n"
        "/open открытые сообщения\n"
        "/mine чего ждут от вас\n"
        "/overdue что просрочено\n"
        "/case история сообщения по номеру\n"
        "/why откуда взялись сроки сообщения\n"
        "/absent кого нет и кто замещает\n"
        "/people кто за что отвечает и с какого дня\n"
        "Ещё: /notify /find /pages /published /material /plan /board /practice"
    )


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("key", ["izobilnensky", "kursky", "moskalensky", "primorsko-akhtarsky", "slavgorod"])
def test_help_fits_one_screen_of_a_telephone(key: str, role: Role) -> None:
    lines = str(help_for(TEXTS, town(key), [role.value])).split("\n")
    assert sum(max(1, -(-len(line) // 45)) for line in lines) <= 32


def test_somebody_bound_is_welcomed_as_who_he_is() -> None:
    words = seen(saying.say(TEXTS, "welcome_bound", {"person": "zhkh_head", "roles": ["executor"]}, town(), at(9)))
    assert words.split("\n")[:4] == [
        "Курский муниципальный округ. Готово, вы — начальник отдела ЖКХ.",
        "Бот напишет сюда, когда от вас чего-то ждут, и напомнит о сроке.",
        "",
        "Вы исполнитель и можете:",
    ]


def test_a_list_names_what_is_due_first_first() -> None:
    waiting = replace(detected(), id=8, number=8, topics=(), location="")
    cases = [accepted(), waiting, replace(drafted(), number=3), replace(closed(), number=4)]
    lines = "\n".join(sayings.case_lines(TEXTS, cases, town(), at(10, 30)))
    assert seen(Screen(lines)) == (
        "№ 8 «Третий день нет воды на Школьной, 5…»: ⚠️ направление исполнителю, срок был в 10:02\n"
        "№ 3 вода, Школьная, 5: согласование сегодня до 11:30 · куратор\n"
        "№ 4 вода, Школьная, 5: ответ размещён · Отдел ЖКХ\n"
        "№ 147 вода, Школьная, 5: проект ответа сегодня до 14:02 · Отдел ЖКХ"
    )


def test_help_names_only_what_the_regulation_has() -> None:
    def told(regulation: str, role: str) -> str:
        [(_, explained, buttons)] = can(TEXTS, town(regulation), [role])
        whole = seen(saying.say(TEXTS, "help", {"roles": [role]}, town(regulation), at(9)))
        return "\n".join([*explained, *buttons, whole])

    assert "передать сведения" in told("kursky", "curator")
    assert "передать сведения" not in told("moskalensky", "curator")
    assert "отправить сведения соисполнителя на доработку" in told("moskalensky", "executor")
    assert "промежуточный" in told("kursky", "curator")
    assert "/promises" in told("kursky", "curator")
    assert "промежуточный" not in told("izobilnensky", "curator")
    assert "/promises" not in told("izobilnensky", "curator")


def test_the_history_shows_what_was_posted_where_and_the_draft_after_it() -> None:
    def shown(case: Case, *, whole: bool = True) -> str:
        return seen(history.case_history(TEXTS, case, [], town(), at(12), whole=whole))

    assert f"✅ Размещено во ВКонтакте, [ответ]:\n{BETTER}" in shown(closed())
    assert "Версия" not in shown(closed())
    assert f"Версия 1, проект ответа:\n{DRAFT}" in shown(drafted())
    assert "Размещено" not in shown(drafted())
    assert BETTER not in shown(closed(), whole=False)
    assert DRAFT not in shown(drafted(), whole=False)


def test_the_history_can_be_read_aloud() -> None:
    def entry(action: str, hour: int, minute: int, who: str | None, **details: str) -> dict[str, object]:
        behalf = details.pop("behalf", None)
        return {"action": action, "at": at(hour, minute), "who": who, "on_behalf": behalf, "details": details}

    entries = [
        entry("detect", 9, 2, "detector", source="vk"),
        entry("forward", 9, 20, "curator", to="zhkh, roads"),
        entry("accept", 9, 30, "zhkh_head"),
        entry("draft", 11, 0, "roads_head", behalf="zhkh_head", version="1"),
        entry("send_back", 11, 10, "curator", remark="Уточните срок", version="1"),
        entry("overdue", 11, 40, "clock", step="rework"),
        entry("post_failed", 11, 42, "network", reason="no_right"),
        entry("posted", 11, 45, "curator", link=ANSWER),
    ]
    lines = seen(history.case_history(TEXTS, closed(), entries, town(), at(12))).split("\n")
    lines = [*lines[:3], *lines[5:]]
    assert lines[0] == "№ 147 · вода · Школьная, 5 · ответ размещён"
    assert lines[4:] == [
        "12 января, 9:02 — заведено новое сообщение",
        "12 января, 9:20 — куратор направил Отделу ЖКХ и Отделу дорожного хозяйства",
        "12 января, 9:30 — исполнитель (начальник отдела ЖКХ) принял в работу",
        "12 января, 11:00 — исполнитель (начальник отдела дорожного хозяйства, замещает: начальник отдела ЖКХ)"
        " прислал проект ответа, версия 1",
        "12 января, 11:10 — куратор отправил на доработку: «Уточните срок»",
        "12 января, 11:40 — доработка просрочена, ответственному сообщено",
        "12 января, 11:42 — ответ не размещён: во ВКонтакте сообществу не разрешено писать под этой записью",
        "12 января, 11:45 — ответ размещён, отметил куратор",
    ]
