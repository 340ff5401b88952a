"""The passport of personal data, `docs/personalnye-dannye.md`, made from the schema: whose data stands in which table, what for,
how long, who sees it, where it goes.

`python -m tests.house.passport` writes it anew; with `--check` it only says whether it is older than the schema. A table nobody has
described, and a column nobody has classified (`storage.words`), is refused.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot.process import tidying
from storage import migrate
from storage.tables import metadata
from storage.words import WORDS, Erasing

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "personalnye-dannye.md"
BEGIN, END = "<!-- паспорт -->", "<!-- конец паспорта -->"
HOW = {
    Erasing.REWRITTEN: "слова заменяются пустыми, строка остаётся",
    Erasing.EMPTIED: "столбец пустеет, строка остаётся",
    Erasing.DELETED: "строка удаляется",
    Erasing.KEPT: "остаётся; имя, учётная запись и слова человека в нём вырезаются",
}
CITIZENS, OFFICIALS, BOTH, NOBODYS = "жители", "сотрудники", "жители и сотрудники", "ничьи"


@dataclass(frozen=True)
class Kept:
    """One table in the passport: whose data, which, what for, how long, who sees it, where it goes."""

    whose: str
    what: str
    why: str
    term: str
    seen: str
    goes: str = "никуда"


BY_CASE = "как сообщение"
TABLES: dict[str, Kept] = {
    "cases": Kept(
        CITIZENS, "имя, как его показывает сеть, номер учётной записи, текст, место, ссылка, ответы, список файлов",
        "подготовить и разместить ответ", "`retention.cases` после окончания; без него — без срока",
        "куратор; отделы, которым передано; замы и глава; рабочая группа видит карточку",
        "сеть, где написано сообщение (только ответ); мессенджер администрации (карточка, проекты)",
    ),
    "journal": Kept(BOTH, "кто и когда что сделал; замечания и причины словами", "доказать порядок и сроки", "без срока; слова — как сообщение", "те, кто видит сообщение; выгрузка audit (без слов)"),
    "violations": Kept(OFFICIALS, "кто и на сколько пропустил срок", "реестр нарушений", "без срока", "куратор, замы, глава"),
    "answers": Kept(CITIZENS, "место", "предлагать прежние ответы", BY_CASE, "исполнители при подготовке ответа"),
    "case_words": Kept(CITIZENS, "слова сообщения и ответов в начальной форме", "поиск /find", BY_CASE, "только поиск"),
    "lessons": Kept(CITIZENS, "слова сообщения в начальной форме", "угадывать отдел", f"{tidying.KEEP_LESSONS.days} дней или как сообщение, что раньше", "только бот"),
    "lately": Kept(CITIZENS, "учётная запись, место, слова в начальной форме", "замечать волны похожих сообщений", f"{tidying.KEEP_LATELY.days} дней", "только бот"),
    "waves": Kept(CITIZENS, "место, о котором писали несколько человек", "сообщить о волне", f"{tidying.KEEP_LATELY.days} дней", "куратор, замы"),
    "seen": Kept(CITIZENS, "имя, учётная запись, текст, ссылка, файлы", "ничего не потерять из найденного, список /seen", "`detection.seen_days`, по умолчанию 30 дней", "куратор"),
    "ahead": Kept(CITIZENS, "адрес сообщения в сети", "узнать правку, пришедшую раньше сообщения", f"{tidying.KEEP_AHEAD.days} дней", "только бот"),
    "afterwards": Kept(CITIZENS, "адрес ответа в сети", "проверить, стоит ли ответ", f"{tidying.KEEP_LOOKOUTS.days} дней", "только бот", "запрос в сеть"),
    "moderation": Kept(CITIZENS, "имя, учётная запись, текст комментария", "решить, удалять ли комментарий", "`retention.comments` после решения; без него — без срока", "модераторы страницы", "сеть (удалить, вернуть, заблокировать)"),
    "moderation_journal": Kept(BOTH, "слова, из-за которых предложено удаление; кто решил", "отчёт о модерации", "без срока; слова — как комментарий", "модераторы; отчёт — числами"),
    "inbox": Kept(CITIZENS, "сообщение целиком, как его дала сеть; учётная запись", "не потерять пришедшее", f"текст — до обработки; строка — {tidying.KEEP_DONE.days} дней; отложенное — `retention.parked`, без него без срока", "никто; отложенное — только числом и причиной"),
    "outbox": Kept(BOTH, "что отправить: номер сообщения, учётная запись, слова вопроса", "отправить ровно один раз", f"{tidying.KEEP_DONE.days} дней после отправки; то, что доставить не удалось, — {tidying.KEEP_UNDELIVERED.days} дней; ждущее — пока не уйдёт", "получатель", "мессенджер, сеть"),
    "questions": Kept(BOTH, "о чём бот спросил и присланный текст", "понять ответ", f"день после ответа; без ответа — {tidying.KEEP_UNANSWERED.days} дней, а о сообщении — как сообщение", "тот, кого спросили"),
    "messages": Kept(BOTH, "номера сообщений и чатов в мессенджере", "обновлять карточки и узнавать ответы", f"личные и не о сообщении — {tidying.KEEP_ACQUAINTANCES.days} дней; остальные без срока (в них только номера), по обращению удаляются", "только бот"),
    "files": Kept(CITIZENS, "имя файла", "не качать файл дважды", "как файл", "только бот"),
    "marks": Kept(BOTH, "номер учётной записи того, кто писал лично, и когда; настройки", "счёт сообщений за час, память о сказанном", f"об учётной записи — {tidying.KEEP_ACQUAINTANCES.days} дней после последнего сообщения; настройки — без срока", "только бот"),
    "bindings": Kept(OFFICIALS, "учётная запись, имя в мессенджере", "узнать сотрудника", "пока привязан", "администратор", "никуда"),
    "sessions": Kept(OFFICIALS, "учётная запись, хеш входа", "вход на страницу", "12 часов, удаляется на следующий день", "только бот"),
    "invitations": Kept(OFFICIALS, "ключ сотрудника, хеш кода", "привязать сотрудника", "до срока приглашения, потом день", "только бот"),
    "absences": Kept(OFFICIALS, "кто и когда отсутствует, кто замещает", "никого не винить за время отсутствия", "без срока", "куратор, замы, глава"),
    "audit": Kept(OFFICIALS, "кто смотрел, выгружал, входил, менял настройки; слова о недостатках отделов", "проверка доступа", "без срока", "выгрузка audit; недельный список"),
    "chain": Kept(NOBODYS, "хеши строк журналов; слова людей — только с солью, соль стирается вместе со словами", "узнать, не правили ли журнал", "без срока", "выгрузка audit, check"),
    "erasures": Kept(NOBODYS, "что, когда и сколько стёрто: числа и номера", "стереть ещё раз после восстановления из копии", "без срока", "администратор"),
    "alarms": Kept(OFFICIALS, "учётная запись того, кто попросил напомнить", "напомнить", "до звонка", "только бот"),
    "chats": Kept(NOBODYS, "номер и название рабочей группы", "писать в рабочую группу", "без срока", "только бот"),
    "sent_reports": Kept(OFFICIALS, "числа отчёта, имена сотрудников в реестре", "показать отчёт таким, каким он ушёл", "без срока", "замы, глава"),
    "ready_answers": Kept(NOBODYS, "готовые ответы", "писать ответы", "без срока", "исполнители"),
    "ready_journal": Kept(OFFICIALS, "кто правил готовый ответ", "история", "без срока", "куратор"),
    "official_pages": Kept(OFFICIALS, "ответственный за страницу, контакты", "реестр страниц", "без срока", "куратор, редактор", "сайт — только то, что публикуется"),
    "page_journal": Kept(OFFICIALS, "кто правил страницу", "история", "без срока", "куратор"),
    "publications": Kept(OFFICIALS, "кто внёс публикацию", "счёт публикаций", "без срока", "редактор"),
    "materials": Kept(OFFICIALS, "материалы для публикации и их авторы", "публиковать", "без срока", "редактор", "официальные страницы"),
    "material_journal": Kept(OFFICIALS, "кто правил материал", "история", "без срока", "редактор"),
}  # fmt: skip
"""Every table that holds something of a person, or of the office's own that may name one."""

WITHOUT = frozenset({"connections", "leases", "processes", "editions", "calendars", "outages", "shares", "waits", "deadlines", "counters"})  # fmt: skip
"""Tables with no data of people: keys, moments, numbers, texts of regulations."""


def undescribed(schema: sa.MetaData = metadata) -> list[str]:
    """The tables that the passport does not know, and those it knows that are gone."""
    return sorted(set(schema.tables) ^ (TABLES.keys() | WITHOUT))


def passport() -> str:
    """The generated part of the page."""
    lines = [
        BEGIN,
        f"Составлено по таблицам базы, редакция схемы `{migrate.head()}`.",
        "",
        "| таблица | чьи | что | зачем | сколько хранится | кто видит | куда уходит |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in sorted(TABLES):
        kept = TABLES[name]
        lines.append(
            f"| `{name}` | {kept.whose} | {kept.what} | {kept.why} | {kept.term} | {kept.seen} | {kept.goes} |"
        )
    lines += [
        "",
        f"Данных о людях нет в таблицах: {', '.join(f'`{name}`' for name in sorted(WITHOUT))}.",
        "",
        "Что происходит с каждым столбцом, в котором могут быть слова человека, когда их стирают:",
        "",
        "| столбец | при стирании |",
        "|---|---|",
    ]
    lines += [f"| `{column}` | {HOW[WORDS[column].erasing]} |" for column in sorted(WORDS)]
    return "\n".join([*lines, END])


def older(page: str) -> str:
    """Why the page is not the passport of this schema, in a sentence; "" if it is."""
    if names := undescribed():
        return f"паспорт персональных данных старше схемы: не описаны таблицы {', '.join(names)}"
    if f"`{migrate.head()}`" not in page:
        return f"паспорт персональных данных старше схемы {migrate.head()}; обновите: python -m tests.house.passport"
    return (
        ""
        if passport() in page
        else "паспорт персональных данных расходится с таблицами; обновите: python -m tests.house.passport"
    )


def written(page: str) -> str:
    """The page with the generated part anew."""
    before, _, rest = page.partition(BEGIN)
    return before + passport() + rest.partition(END)[2]


def main() -> int:
    page = PAGE.read_text(encoding="utf-8")
    if "--check" in sys.argv:
        said = older(page)
        if said:
            print(said, file=sys.stderr)
        return 1 if said else 0
    if names := undescribed():
        print(f"сначала опишите таблицы {', '.join(names)}", file=sys.stderr)
        return 1
    PAGE.write_text(written(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
