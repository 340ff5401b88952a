"""What looks like a password or a key, and what only speaks of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.official.secrecy import looks_secret


@pytest.mark.parametrize(
    "text",
    [
        "пароль qwerty",
        "пароль: qwerty123",
        "пароль qwerty123",
        "логин admin пароль admin",
        "Пароль - Лето2026",
        "пасс Zima2025!",
        "pwd=abcd1234",
        "password hunter2",
        "pass: 12345678",
        "vk1.a.AbCdEf0123456789abcdef0123456789",
        "vk1.a.short",
        "7123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "EAACEdEose0cBA1234567890abcdefghij",
        "код подтверждения 123456",
        "Qw3rty!2026",
        "n0vyj_P@r0l",
        "Kursk2026!",
        "кодовое слово Ромашка",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "token ghp_abc",
        "ПИН 1234",
        "пинкод: 1234",
        "пин-код 1234",
        "PIN 1234",
        "PUK 12345678",
        "ПУК 12345678",
        "резервный код 8FJ2-9KD1",
        "парoль: qwerty",
        "парoль qwerty",
        "код доступа 4821",
        "секретный вопрос: девичья фамилия",
        "секретный вопрос девичья фамилия матери",
        "пароль «qwerty»",
        "пароль ромашка",
        "Пароль от страницы: qwerty",
        "пароль от страницы qwerty",
        "п@роль qwerty",
        "пар0ль 12345",
        "п а р о л ь: qwerty",
        "паролем qwerty1",
        "pаssword hunter2",
        "пароль\nqwerty",
        "пароль 123456",
        "па\xadроль qwerty",
        "ПАРОЛЬ QWERTY",
        "Пароль=1",
        "резервные коды: 1234 5678",
        "токен abcdef",
    ],
)
def test_mo_a2_5_pa_1_5_a_password_however_it_is_written_is_known(text: str) -> None:
    assert looks_secret(text)
    assert looks_secret(f"Страница ведётся отделом. {text}. Обновляется ежедневно."), "in the midst of other words"


@pytest.mark.parametrize(
    "text",
    [
        "пароль сменён 12.03.2026",
        "Пароль сменен 12.03.2026",
        "пароль хранится у ответственного",
        "двухфакторная защита включена",
        "Смена пароля раз в квартал",
        "Пароль меняется раз в квартал",
        "пароли хранятся в сейфе",
        "пароль в сейфе",
        "пароль меняли 12 января",
        "Ленина, 5, каб. 12",
        "каб. 214",
        "ИНН 2612000000",
        "+7 (865) 2-12-34",
        "8 900 123-45-67",
        "+79001234567",
        "adm_okrug@mail.ru",
        "#Курск2026",
        "#Kursk2026",
        "@okrug_26",
        "https://vk.com/okrug2026",
        "пароль хранится у системного администратора",
        "Смена пароля 12.03.2026",
        "Пароль знают двое",
        "Пароль знает куратор",
        "Пароль от страницы хранит ответственный",
        "пароль известен двум сотрудникам",
        "Резервные коды хранятся в сейфе",
        "код города 86192",
        "Пинск, ул. Мира",
        "Пункт 5",
        "Пассажирский транспорт: расписание",
        "пассаж",
        "Токсичные комментарии удаляются",
        "Ключевые новости округа: дороги",
        "пароль передан под подпись",
        "пароль: 12.03.2026",
        "Пароль от почты okrug@mail.ru сменён",
        "пароль VK сменён",
        "Пароли обновлены 12.03.2026, ответственный Иванов",
        "пароль не передаётся третьим лицам",
        "пароль обновляется ежеквартально",
        "пароль состоит из 12 знаков",
        "Распоряжение № 12-р от 01.02.2026",
        "пароль должен меняться",
        "Пасечный проезд, 5",
        "Секретарь: Петрова",
        "Пинчук А. А.",
        "пароль установлен куратором",
        "Двухфакторная аутентификация: по СМС",
        "доступ по паролю и коду из СМС",
        "пароль сложный, меняется",
        "Паролей двое",
        "защита: пароль и СМС",
        "включена двухэтапная проверка, пароль сменён в марте 2026 года",
        "с паролем 12 знаков",
        "пароль, телефон ответственного 8 900 123-45-67",
        "пароль надёжный",
        "пароль ежемесячно меняется",
    ],
)
def test_words_about_protection_and_other_neighbours_are_no_secret(text: str) -> None:
    assert not looks_secret(text)
    assert not looks_secret(f"Страница ведётся отделом. {text}. Обновляется ежедневно.")


@given(
    st.text(alphabet=st.sampled_from("abcdefgh"), min_size=3, max_size=12),
    st.sampled_from(["Пароль", "ПАРОЛЬ", "пароль"]),
)
def test_mo_a2_5_whatever_latin_word_follows_the_word_is_a_password(word: str, name: str) -> None:
    assert looks_secret(f"{name} {word}")


@given(st.text(max_size=60))
def test_any_text_is_looked_at(text: str) -> None:
    assert looks_secret(text) in (True, False)
