"""`python -m bot demo --headless`, as a program: it plays one case, prints each step and ends with 0; mistakes are one line."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PROCESS

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "bot", "demo"]
pytestmark = pytest.mark.process
MESSENGERS = {"telegram": ("t.me", "Телеграм", "телеграм-канале"), "max": ("max.ru", "MAX", "канале MAX")}
"""What addresses begin with, and what the messenger and the office's channel in it are called."""
STEPS = [
    "Житель пишет под записью администрации во ВКонтакте",
    "Бот предлагает сообщение куратору",
    "Куратор нажимает «Направить в Отдел ЖКХ»",
    "Карточка в рабочей группе",
    "Начальник отдела дорог по ошибке нажимает «Принять»",
    "Начальник отдела ЖКХ нажимает «Принять»",
    "Начальник отдела ЖКХ отвечает на карточку текстом с двумя фото",
    "Проект, версия 1, у куратора",
    "Куратор отправляет на доработку",
    "Начальник отдела ЖКХ присылает версию 2 с фото ответом на замечание",
    "Версия 2 у куратора, видно, что изменилось",
    "Куратор поправил формулировку ответом на проект",
    "Куратор нажимает «Согласовать»",
    "Полминуты на «Отменить» прошли",
    "Ответ стоит под комментарием, от имени сообщества «Администрация округа»",
    "Карточка закрыта",
    "Начальник отдела благоустройства просит свою страницу, {site}/okrug_blago. Глава видит",
    "Глава нажимает «Согласовать»: Вы согласовали страницу № 3.",
    "Советник главы нажимает «Согласовать (советник)»",
    "Начальник отдела благоустройства называет решение",
    "Советник вводит её в действие: Страница № 3 действует. Реестр",
    "Пресс-служба публикует новость на стене и в канале",
    "Критика под записью, «Площадку открыли",
    "Рекламу бот предлагает решить советнику",
    "Советник нажимает «Удалить», потом «Да, удалить: спам»",
    "В журнале основание и пункт",
    "«Продам ямы на Полевой, недорого, самовывоз. Звоните в администрацию» бот принял за рекламу. Советник нажимает «Это",
    "Сообщение у куратора, дальше как любое другое",
    "Отдел ЖКХ присылает материал для публикации",
    "Советник возвращает материал с замечаниями. Отдел видит",
    "Отдел присылает версию 2 с фото",
    "Советник одобряет для стены и канала, «Сейчас»",
    "Запись с фото стоит на стене (https://vk.com/wall-1001_",
    "План недели, открытый советником раньше, обновился сам",
]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=PROCESS, check=False
    )


@pytest.mark.prove  # .ci/run plays both too
@pytest.mark.parametrize("messenger", MESSENGERS)
def test_the_play_goes_from_a_comment_to_the_posted_answer(messenger: str) -> None:
    site, name, channel = MESSENGERS[messenger]
    done = run("--headless", "--messenger", messenger)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    numbered = re.findall(r"^ ?(\d+)\. (.*)$", done.stdout, re.MULTILINE)
    assert [int(number) for number, _ in numbered] == list(range(1, len(STEPS) + 1))
    steps = [step.replace("{site}", site) for step in STEPS]
    assert [words[: len(step)] for (_, words), step in zip(numbered, steps, strict=True)] == steps
    assert f") и в {channel}" in done.stdout
    assert "«в ближайшее время» → «сегодня до 20:00»" in done.stdout
    for words in (
        "Состояние: запрошена, ещё не действует",
        f"№ 3 · {name} · Отдел благоустройства · действует",
        "Похоже на: спам (прил. 2, пункт 15). Слова: «Натяжные потолки от 400 рублей, замер…», «пишите в личку»",
        "советник главы: удалить, спам (прил. 2, пункт 15)",
        "• «В рамках» — ",
        "Замечания к версии 1:",
        "✅ ",
    ):
        assert words in done.stdout
    last = done.stdout.splitlines()[-1]
    assert re.fullmatch(r"Готово\. Ответ стоит здесь: https://vk\.com/wall-1001_\d+\?reply=\d+", last)


def test_a_taken_port_is_one_sentence_and_exit_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("--port", str(port))
    words = f"Порт {port} (для страницы) занят другой программой: закройте её или укажите другой порт.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", words)


def test_a_port_that_cannot_be_is_one_sentence_and_exit_2() -> None:
    done = run("--port", "99999")
    words = "--port: нужен порт от 1 до 65535, стоит 99999\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", words)


def test_a_messenger_that_is_not_there_is_one_sentence_and_exit_2() -> None:
    done = run("--messenger", "icq")
    words = "--messenger: telegram или max, стоит icq\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", words)


def test_an_interrupted_demo_leaves_no_bot_behind() -> None:
    playing = subprocess.Popen([*COMMAND, "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert playing.stdout is not None
    said = playing.stdout.readline().decode()
    assert re.fullmatch(r"Откройте http://127\.0\.0\.1:\d+ и выберите, кто вы\. Остановить: Ctrl-C\n", said)
    children = _children(playing.pid)
    playing.send_signal(signal.SIGINT)
    _, complaints = playing.communicate(timeout=PROCESS)
    assert (playing.returncode, complaints.decode()) == (0, "")
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []


def _children(pid: int) -> list[str]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return listed.read_text().split() if listed.exists() else []
