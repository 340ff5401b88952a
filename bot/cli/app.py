"""The root of the command line. Each command is a module beside this one, imported only when it is called.

Every usage error ends with exit code 2 and one line on stderr, never a traceback.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot.cli.mistake import Mistake
from config.yamlfile import BrokenConfiguration, suggestion

USAGE = 2
CLICK_ERROR = typer.BadParameter.__mro__[2]
"""The class ClickException, found through typer, because versions of typer keep click in different places."""


class OneLine(TyperGroup):
    """A group of commands that reports usage errors and other expected errors in one line on stderr and exits with
    code 2."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command; arguments as for click's `main`. With `standalone_mode` exit the process, otherwise return
        the result."""
        given = (args, prog_name, complete_var, False, windows_expand_args)
        if not standalone_mode:
            return super().main(*given, **extra)
        try:
            code = super().main(*given, **extra)
        except (Mistake, BrokenConfiguration) as error:
            code = _say(str(error))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 1
        except OSError as error:
            code = _say(f"{error.filename or 'файл'}: {error.strerror or error}")
        except (KeyboardInterrupt, typer.Abort):
            code = 130
        except Exception as error:
            words = _usage(error) if isinstance(error, CLICK_ERROR) else _of_the_storage(error)
            if words is None:
                raise
            code = _say(words)
        sys.exit(code if isinstance(code, int) else 0)


def _say(words: str) -> int:
    """Print the first non-blank line of the words to stderr, with the number of the others; return the exit code 2."""
    lines = [line for line in words.splitlines() if line.strip()] or ["не получилось"]
    rest = f" (и ещё {len(lines) - 1}, все покажет check)" if len(lines) > 1 else ""
    print(lines[0].strip() + rest, file=sys.stderr)
    return USAGE


def _of_the_storage(error: Exception) -> str | None:
    """The Russian words for a database that is full, locked or out of reach; None for any other error."""
    from bot.cli.books import refusal

    refused = refusal(error)
    return f"база данных недоступна: {refused}" if refused is not None else None


def _usage(error: Any) -> str:
    """The Russian words for a usage error, with a hint at `--help`."""
    context = getattr(error, "ctx", None)
    hint = f"; подсказка: {context.command_path} --help" if context is not None else ""
    return _what(error, error.format_message()) + hint


def _what(error: Any, said: str) -> str:
    parameter = getattr(error, "param", None)
    name = (parameter.metavar or parameter.opts[0]) if parameter is not None else ""
    if parameter is not None and parameter.opts[0].startswith("-"):
        name = parameter.opts[0]
    command = re.match(r"No such command '([^']*)'", said)
    extra = re.match(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", said)
    match type(error).__name__:
        case "NoSuchOption":
            return f"нет параметра {error.option_name}"
        case "MissingParameter":
            return f"не хватает {name}"
        case "BadParameter":
            return f"{name}: значение не подходит"
        case _ if command is not None:
            return f"нет команды «{command[1]}»{suggestion(command[1], sorted(error.ctx.command.commands))}"
        case _ if extra is not None:
            return f"лишнее: {extra[1]}"
        case _ if said.startswith("Missing command"):
            return f"не хватает команды; можно: {', '.join(sorted(error.ctx.command.commands))}"
        case _:
            return said.rstrip(".")


app = typer.Typer(
    name="dezhurny",
    cls=OneLine,
    help="Дежурный: рабочая группа «Инцидент-менеджмент» в мессенджере.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
inbox_app = typer.Typer(
    cls=OneLine,
    help="Входящее, которое не удалось разобрать.",
    rich_markup_mode=None,
)
app.add_typer(inbox_app, name="inbox")
person_app = typer.Typer(
    cls=OneLine,
    help="Что бот хранит о человеке: найти, выдать, стереть.",
    rich_markup_mode=None,
)
app.add_typer(person_app, name="person")


def _as_its_owner(folder: Path) -> Path:
    """Return the folder. Raises Mistake if root works in another user's folder: it would leave files there that the
    service cannot open."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return folder
    whole = folder.resolve()
    owner = next(one for one in (whole, *whole.parents) if one.exists()).stat().st_uid
    if owner == 0:
        return folder
    import pwd

    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"#{owner}"
    raise Mistake(
        f"папка {whole} принадлежит {name}, от root здесь ничего не делается; наберите sudo -u {name} и ту же команду"
    )


Config = Annotated[Path, typer.Option("--config", metavar="DIR", help="Папка конфигурации.", callback=_as_its_owner)]
Which = Annotated[str | None, typer.Option("--municipality", metavar="KEY", help="Который, если их несколько.")]
HERE = Path()


@app.command("init")
def _init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Папка конфигурации.", callback=_as_its_owner)],
    regulation: Annotated[str, typer.Option("--regulation", metavar="NAME", help="Регламент, например kursky.")],
    key: Annotated[str | None, typer.Option("--key", metavar="KEY", help="Имя папки муниципалитета.")] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="Регион, например stavropol.")
    ] = None,
) -> None:
    """Записать готовые к правке municipality.yaml и .env."""
    from bot.cli.init import init

    init(folder, regulation, key, region, ask=_ask if sys.stdin.isatty() else None)


@app.command("setup")
def _setup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Папка конфигурации.", callback=_as_its_owner)],
) -> None:
    """От пустой папки до первой карточки: вопрос за вопросом. Прервали — та же команда продолжит."""
    from bot.cli.setup import setup

    def ask(question: str, *, secret: bool = False) -> str:
        shown = sys.stdin.isatty() and secret
        return str(typer.prompt(question, default="", show_default=False, hide_input=shown)).strip()

    try:
        setup(folder, ask)
    except (KeyboardInterrupt, typer.Abort):
        print("\nПрервано, ответы сохранены. Продолжить: та же команда.", flush=True)
        raise


def _ask(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False))


@app.command("check")
def _check(
    config: Config = HERE,
    only_hosts: Annotated[bool, typer.Option("--hosts", help="Только назвать узлы, к которым обращается бот.")] = False,
) -> int:
    """Проверить всё до первого сообщения: файлы, ключи, права, календарь, базу."""
    from bot.cli import check, hosts

    if only_hosts:
        hosts.hosts(config)
        return 0
    return check.check(config)


@app.command("invite")
def _invite(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Ключ из people.")],
    config: Config = HERE,
    municipality: Which = None,
    days: Annotated[int, typer.Option("--days", metavar="N", help="Сколько дней действует.")] = 7,
) -> None:
    """Одноразовое приглашение для человека из файла."""
    from bot.cli.people import invite

    invite(person, config, municipality, days)


@app.command("move")
def _move(
    to: Annotated[str, typer.Option("--to", metavar="MESSENGER", help="Куда: telegram или max.")],
    config: Config = HERE,
    municipality: Which = None,
    days: Annotated[int, typer.Option("--days", metavar="N", help="Сколько дней действуют приглашения.")] = 7,
) -> None:
    """Перевести администрацию в другой мессенджер: сказать прежней группе, раздать приглашения."""
    from bot.cli.move import move

    move(to, config, municipality, days)


@app.command("people")
def _people(config: Config = HERE, municipality: Which = None) -> None:
    """Кто есть в файле и кто из них привязан."""
    from bot.cli.people import people

    people(config, municipality)


@app.command("unbind")
def _unbind(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Ключ из people.")],
    config: Config = HERE,
    municipality: Which = None,
) -> None:
    """Отвязать человека от его учётной записи."""
    from bot.cli.people import unbind

    unbind(person, config, municipality)


@app.command("deadlines")
def _deadlines(
    municipality: Annotated[Path, typer.Option("--municipality", metavar="FILE", help="Файл муниципалитета.")],
    events: Annotated[list[str] | None, typer.Argument(metavar="EVENT=TIME", help="События по порядку.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", metavar="FILE", help="Строки JSON; «-»: со входа.")] = None,
    regulation: Annotated[str | None, typer.Option("--regulation", metavar="NAME")] = None,
    importance: Annotated[str, typer.Option("--importance")] = "normal",
    source: Annotated[str, typer.Option("--source")] = "vk",
    several: Annotated[bool, typer.Option("--several", help="Исполнителей несколько.")] = False,
) -> None:
    """Что к какому сроку: по событиям, без базы и мессенджера."""
    from bot.cli import deadlines

    if batch is not None:
        deadlines.batch(municipality, batch)
    elif events:
        deadlines.table(municipality, regulation, importance, source, several, events)
    else:
        raise Mistake("назовите события, например detected=2026-01-12T09:00, или --batch -")


@app.command("simulate")
def _simulate(
    scenario: Annotated[Path, typer.Argument(metavar="FILE", help="Файл сценария.")],
    json: Annotated[bool, typer.Option("--json", help="Ответ одной строкой JSON.")] = False,
    database: Annotated[
        Path | None, typer.Option("--database", metavar="FILE", help="Оставить базу для report.")
    ] = None,
) -> None:
    """Прожить сценарий, не дожидаясь: настоящие правила и база, свои часы, ничего никому не шлёт."""
    from bot.cli.simulate import simulate

    simulate(scenario, json, database)


@app.command("report")
def _report(
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="За какой месяц.")],
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="json, xlsx или docx.")] = "json",
    out: Annotated[str | None, typer.Option("--out", metavar="FILE", help="Куда записать; «-»: на экран.")] = None,
    municipality: Which = None,
    config: Config = HERE,
    fresh: Annotated[bool, typer.Option("--fresh", help="Посчитать заново, даже если отчёт уже отправлен.")] = False,
) -> None:
    """Отчёт за месяц: по одной базе данных, без файлов и мессенджера. Отправленный — таким, каким он ушёл."""
    from bot.cli.report import report

    report(month, form, out, municipality, config, fresh=fresh)


@app.command("why")
def _why(
    case: Annotated[str, typer.Argument(metavar="CASE", help="Номер сообщения.")],
    step: Annotated[list[str] | None, typer.Argument(metavar="STEP", help="Шаг: draft, «проект ответа», …")] = None,
    config: Config = HERE,
    municipality: Which = None,
) -> None:
    """Откуда взялись сроки сообщения: событие, пункт, что считалось и что нет."""
    from bot.cli.why import why

    why(case, " ".join(step) if step else None, config, municipality)


@app.command("import")
def _import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Выгрузка: .xlsx или .csv.")],
    config: Config = HERE,
    municipality: Which = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Только показать, что будет взято.")] = False,
    access: Annotated[
        str | None, typer.Option("--access", metavar="TIME", help="Когда дан доступ, если в файле этого нет.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="С --dry-run: строка JSON о каждой строке файла.")] = False,
) -> None:
    """Завести сообщения из выгрузки «Инцидент Менеджмента»; второй раз то же самое не заводится."""
    from bot.cli.import_ import import_file

    import_file(file, config, municipality, dry_run, access, as_json)


@app.command("moderate")
def _moderate(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="Текст комментария.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", metavar="FILE", help="Строки JSON; «-»: со входа.")] = None,
) -> None:
    """Нет ли в тексте нецензурного, оскорблений, угроз, рекламы; подсказка, решает человек."""
    from bot.cli import lines, moderate

    if batch is not None and text is not None:
        raise Mistake("назовите текст или --batch, не вместе")
    if batch is not None:
        lines.batch(batch, moderate.answers)
    elif text is not None:
        moderate.one(text)
    else:
        raise Mistake("назовите текст или --batch -")


@app.command("sort")
def _sort(
    batch: Annotated[str, typer.Option("--batch", metavar="FILE", help="Строки JSON; «-»: со входа.")],
    config: Annotated[Path | None, typer.Option("--config", metavar="DIR", help="Свои отделы, сёла и слова.")] = None,
    municipality: Which = None,
) -> None:
    """Обращение ли это, о чём, чьё, где и насколько срочно; подсказка, решает человек."""
    from bot.cli import lines, sort

    ours = sort.municipality(config, municipality)
    lines.batch(batch, sort.Sorter(ours, sort.lessons_of(ours, config)).answers)


@app.command("lessons")
def _lessons(
    config: Config = HERE,
    municipality: Which = None,
    as_json: Annotated[bool, typer.Option("--json", help="Ответ одной строкой JSON.")] = False,
) -> None:
    """Как часто бот угадывал отдел, по месяцам: о каждом сообщении — по тому, чему научили прежние."""
    from bot.cli.lessons import lessons

    lessons(config, municipality, as_json)


@app.command("hints")
def _hints(
    batch: Annotated[str, typer.Option("--batch", metavar="FILE", help="Строки JSON; «-»: со входа.")],
) -> None:
    """Чего не хватает проекту ответа; подсказка, ничего не запрещает."""
    from bot.cli import hints, lines

    lines.batch(batch, hints.answers)


@app.command("export-registry")
def _export_registry(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="Куда записать index.html и registry.json.")],
    config: Config = HERE,
    municipality: Which = None,
) -> None:
    """Реестр официальных страниц для сайта: HTML и JSON."""
    from bot.cli.export_registry import export_registry

    export_registry(out, config, municipality)


@inbox_app.command("list")
def _inbox_list(config: Config = HERE, municipality: Which = None) -> None:
    """Что отложено и почему."""
    from bot.cli.inbox import list_parked

    list_parked(config, municipality)


@inbox_app.command("retry")
def _inbox_retry(
    row: Annotated[int | None, typer.Argument(metavar="ID", help="Номер из inbox list; без него все.")] = None,
    config: Config = HERE,
    municipality: Which = None,
) -> None:
    """Вернуть отложенное в очередь: одно или всё."""
    from bot.cli.inbox import retry

    retry(config, municipality, row)


@inbox_app.command("drop")
def _inbox_drop(
    row: Annotated[int, typer.Argument(metavar="ID", help="Номер из inbox list.")],
    config: Config = HERE,
    municipality: Which = None,
) -> None:
    """Отбросить одно отложенное насовсем; это останется в истории."""
    from bot.cli.inbox import drop

    drop(config, municipality, row)


@app.command("audit")
def _audit(
    since: Annotated[str, typer.Argument(metavar="FROM", help="Первый день, например 2026-11-01.")],
    until: Annotated[str, typer.Argument(metavar="TO", help="Последний день, он тоже входит.")],
    out: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Куда записать CSV; без него на экран.")
    ] = None,
    config: Config = HERE,
    municipality: Which = None,
) -> int:
    """Кто смотрел, решал, согласовывал, выгружал, входил и менял настройки: CSV; и цел ли журнал."""
    from bot.cli.audit import audit

    return audit(since, until, out, config, municipality)


@app.command("retention")
def _retention(
    config: Config = HERE,
    municipality: Which = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Только посчитать, у чего прошёл срок.")] = False,
) -> None:
    """Стереть то, у чего прошёл срок хранения; работающий бот делает это сам каждую ночь."""
    from bot.cli.retention import retention

    retention(config, municipality, dry_run)


Whom = Annotated[str, typer.Argument(metavar="WHO", help="Учётная запись (vk:123, telegram:…) или имя.")]


@person_app.command("find")
def _person_find(who: Whom, config: Config = HERE, municipality: Which = None) -> None:
    """Что бот хранит о человеке: сколько и где."""
    from bot.cli.person import find

    find(who, config, municipality)


@person_app.command("export")
def _person_export(
    who: Whom,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="Куда записать ZIP.")],
    config: Config = HERE,
    municipality: Which = None,
) -> None:
    """Выдать всё, что о человеке хранится, с его файлами."""
    from bot.cli.person import export

    export(who, out, config, municipality)


@person_app.command("erase")
def _person_erase(who: Whom, config: Config = HERE, municipality: Which = None) -> int:
    """Стереть слова, имя, учётную запись и файлы человека; бот должен быть остановлен."""
    from bot.cli.person import erase

    return erase(who, config, municipality, _confirmed if sys.stdin.isatty() else None)


def _confirmed(question: str) -> bool:
    return bool(typer.confirm(question))


@app.command("backup")
def _backup(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Куда записать копию.")] = None,
    config: Config = HERE,
    into: Annotated[Path | None, typer.Option("--into", metavar="DIR", help="Папка для копий с датой в имени.")] = None,
    keep: Annotated[int, typer.Option("--keep", metavar="N", help="Сколько последних копий в ней оставить.")] = 14,
) -> None:
    """Снять копию базы и файлов; бот при этом может работать. С --into копия ещё и проверяется, а старые уходят."""
    from bot.cli import backup, copies

    if (file is None) == (into is None):
        raise Mistake("назовите файл копии или --into ПАПКА, что-нибудь одно")
    if into is not None:
        copies.nightly(into, keep, config)
    elif file is not None:
        backup.backup(file, config)


@app.command("copy")
def _copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Адрес базы, из которой копировать.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Адрес пустой базы.")],
) -> None:
    """Перенести всё из одной базы в другую: из SQLite в PostgreSQL или обратно; бот должен быть остановлен."""
    from bot.cli.shared_books import copy

    copy(source, target)


@app.command("restore")
def _restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Копия, снятая командой backup.")],
    config: Config = HERE,
    identity: Annotated[
        Path | None, typer.Option("--identity", metavar="FILE", help="Файл с ключом, если копия зашифрована.")
    ] = None,
) -> None:
    """Вернуть базу и файлы из копии; бот должен быть остановлен. Стёртое после копии стирается ещё раз."""
    from bot.cli.backup import restore

    restore(file, config, identity)


@app.command("backup-key")
def _backup_key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Куда записать ключ; храните его не на этой машине.")],
) -> None:
    """Сделать ключ для зашифрованных копий."""
    from bot.cli.sealed import make_key

    print(f"BACKUP_RECIPIENT={make_key(file)}")
