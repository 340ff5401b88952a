"""All words: whatever the program may have to say has words, and no words are unused; broken ones are refused at start."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.cases.screens import sayings
from bot.official.moderation import screens as moderation
from bot.people.duty_screens import ORDER
from bot.process import questions
from config.imports import _Columns
from config.russian.incidents import Idle
from config.russian.judging import Kind
from config.russian.judging.lacks import Lack
from config.texts import FOLDER, Texts, words_of
from config.yamlfile import BrokenConfiguration
from handlers.door import COMMANDS
from handlers.material import PRESETS
from handlers.official_pages import BY_BUTTONS
from networks.incident import Broken, Left, NoteKind
from networks.port import PostFailure, Unread
from tests.house.reasons import STANDING, reasons
from tests.house.source import calls, nodes, python_files, shown
from workflow.afterwards import Aftermath
from workflow.case import ENDED, BesideKind, Mark, Move, State, Why
from workflow.commands import PRESSED, Action
from workflow.effects import Notice
from workflow.engine import Life, curator
from workflow.erasure import Erasure
from workflow.guards import CLOSING_REASONS
from workflow.office import Role
from workflow.official.material import MaterialAction, MaterialNotice, MaterialState
from workflow.official.material_rules import MATERIALS
from workflow.official.moderation import COMMENTS, ModerationAction, ModerationEvent, ModerationState, Offence, Order
from workflow.official.page import PageAction, PageNotice, PageState
from workflow.official.page_items import Format, Item, PageNetwork, Whose
from workflow.official.page_rules import OFFICIAL_PAGES
from workflow.outcomes import Reason
from workflow.ports import LETTERS
from workflow.ready import READY, ReadyAction
from workflow.regulation import DraftKind, Importance, Source, Step
from workflow.shortcomings import SHORTCOMINGS, ShortcomingAction
from workflow.terms.alarms import AlarmKind
from workflow.terms.deadlines import CHANGING_FACTS, Grant
from workflow.transitions import CASES, TABLE, co_executor, lead_executor

TEXTS = Texts()

STEPS = set(Step)
SOURCES = {words_of(source) for source in Source}
PEOPLE = {curator, lead_executor, co_executor}
BY_PEOPLE = {row.action for row in TABLE if PEOPLE & set(row.who)}
ALARMS = {kind for kind in AlarmKind if kind is not AlarmKind.RELEASE}
OF_DELIVERY = {"send_repeated", "send_given_up", "post_repeated", "if_helped_asked"}
ENUMERATED: dict[str, Iterable[str]] = {
    "states": State,
    "sources": SOURCES,
    "sources_to": SOURCES,
    "sources_in": SOURCES,
    "steps": STEPS,
    "steps_of": STEPS,
    "overdue": STEPS,
    "overdue_first": STEPS,
    "overdue_many": STEPS,
    "todo": STEPS,
    "todo_group": STEPS,
    "register_notes": {*Grant, *CHANGING_FACTS},
    "drafts": DraftKind,
    "draft_hints": Lack,
    "drafts_posted": DraftKind,
    "importance": Importance,
    "roles": Role,
    "people_duties": ORDER,
    "closing": CLOSING_REASONS,
    "not_posted": {*PostFailure, "by_hand", "network_down", "ambiguous"},
    "letters": {*LETTERS, "other"},
    "marks": Mark,
    "acts": PRESSED,
    "may": {*Action, "any"},
    "confirmations": Action,
    "journal": {
        *Action,
        *ALARMS,
        *Aftermath,
        *OF_DELIVERY,
        *ShortcomingAction,
        *Erasure,
        "other",
        "seen",
        "alarm_failed",
        "parked",
        "inbox_dropped",
    },
    "journal_who": {*Role, "clock", "network", "detector", "operator", "nobody"},
    "commands": COMMANDS,
    "can": {*BY_PEOPLE, *ShortcomingAction},
    "questions": questions.KINDS,
    "say": sayings.SAYINGS,
    "read_back": {"heading", *Unread},
    "waits": Move,
    "waits_todo": Move,
    "awaited": Move,
    "pinned_moves": Move,
    "together": Notice,
    "import_left": Left,
    "import_broken": Broken,
    "import_notes": NoteKind,
    "import_fields": _Columns.model_fields,
    "left_alone": Idle,
    "beside": BesideKind,
    "language": set(Kind) - {Kind.CLEAN},
    "page_networks": PageNetwork,
    "page_whose": Whose,
    "page_formats": Format,
    "page_states": PageState,
    "page_items": Item,
    "page_hints": set(Item) - BY_BUTTONS - {Item.AGREEMENT},
    "page_done": PageAction,
    "page_journal": PageAction,
    "page_notices": PageNotice,
    "moderation_grounds": Offence,
    "moderation_states": ModerationState,
    "moderation_short": ModerationState,
    "moderation_orders": Order,
    "moderation_why": {*moderation.WHY, "other"},
    "moderation_done": ModerationAction,
    "moderation_journal": {*ModerationAction, *ModerationEvent},
    "moderation_yes": {ModerationAction.DELETE, ModerationAction.BLACK_LIST},
    "material_states": MaterialState,
    "material_notices": MaterialNotice,
    "material_done": set(MaterialAction) - {MaterialAction.HAND_OVER},
    "material_why": {*PostFailure, "by_hand", "network_down", "ambiguous", "late"},
    "ready_done": ReadyAction,
    "progress": set(State) - ENDED - {State.NEW},
}
REFUSALS: dict[str, Life[Any, Any]] = {
    "page_refusals": OFFICIAL_PAGES,
    "material_refusals": MATERIALS,
    "moderation_refusals": COMMENTS,
    "shortcoming_refusals": SHORTCOMINGS,
    "ready_refusals": READY,
}
NOT_SAID_YET = frozenset({"second_copy"})
"""Words asked for that no door or process says so far."""


ASKED_BY_BUTTON = {
    "return_reason", "remark", "part_remark", "link", "author_said", "merge_into", "location", "annul_reason", "to_head",
}  # fmt: skip
"""Questions whose kind `handlers.cases` gives by a name."""


@pytest.mark.parametrize("section", ENUMERATED)
def test_each_member_has_words_and_each_word_a_member(section: str) -> None:
    assert set(TEXTS.section(section)) == {str(member) for member in ENUMERATED[section]}


def test_each_reason_has_words_where_it_is_given_and_each_word_a_reason() -> None:
    common = set(TEXTS.section("refusals"))
    assert common == reasons(CASES) | STANDING
    for section, life in REFUSALS.items():
        own, given = set(TEXTS.section(section)), reasons(life)
        assert (own - given, given - own - common) == (set(), set()), section
    assert set(Reason) == STANDING.union(*(reasons(life) for life in (CASES, *REFUSALS.values())))


def test_every_notice_has_a_template() -> None:
    assert {path.stem for path in (FOLDER / "notices").glob("*.j2")} == {str(notice) for notice in Notice}


def screens() -> list[Path]:
    """The modules of `bot` that hold words and buttons."""
    return [path for path in python_files("bot") if "screens" in shown(path) or path.stem == "questions"]


def screen_strings() -> set[str]:
    """Every string that stands in their code."""
    return {node.value for path in screens() for node in nodes(path, ast.Constant) if isinstance(node.value, str)}


def given(name: str, position: int, *tops: str) -> set[str]:
    """The constants given at a position to calls of a name; an f-string counts with its kinds of questions filled in."""
    return {
        constant
        for path in python_files(*tops)
        if not shown(path).startswith("bot/demo/")
        for node in calls(path)
        if _called(node) == name and len(node.args) > position
        for constant in _constants(node.args[position])
    }


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _constants(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.JoinedStr):
        start = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        return {start + kind for kind in ASKED_BY_BUTTON}
    return set()


def test_every_toast_has_words_and_no_words_are_unused() -> None:
    assert set(TEXTS.section("toasts")) == given("Toast", 0, "handlers") | given("toast", 1, "bot")


def test_every_saying_of_the_doors_has_words_and_no_words_are_unused() -> None:
    special = {"plain", "help", "welcome_bound", "gap", "files_missing"}
    said = given("Say", 0, "handlers") | given("_say", 1, "bot") | given("say", 1, "bot")
    assert said - special <= set(sayings.SAYINGS)
    lists = {f"nothing_{which}" for which in ("open", "mine", "overdue", "unprocessed")}
    elsewhere = {
        node.value
        for path in python_files("handlers", "bot")
        if shown(path) != "bot/cases/screens/sayings.py"
        for node in nodes(path, ast.Constant)
    }
    assert set(sayings.SAYINGS) - said - lists - elsewhere == NOT_SAID_YET


def test_every_kind_of_letter_has_a_name_to_be_missed_by() -> None:
    assert given("Letter", 0, "bot") <= LETTERS


def test_every_question_of_the_doors_has_words() -> None:
    assert given("Ask", 0, "handlers", "bot") | ASKED_BY_BUTTON <= set(questions.KINDS)


def test_no_other_phrase_is_unused() -> None:
    """The rest are named in the code of the screens, whole, or by a section and a name of their own; a text that is ready to
    be sent is named by whoever proposes it."""
    named = screen_strings() | given("plain", 0, "bot") | given("phrase", 0, "bot")
    sources = "\n".join(path.read_text("utf-8") for path in screens())
    sections = set(re.findall(r'f"(\w+)\.\{', sources)) | set(re.findall(r'section\("(\w+)"\)', sources))
    left = {
        key
        for key in TEXTS.keys
        if key.partition(".")[0] not in {*ENUMERATED, *REFUSALS, "refusals", "toasts"}
        and key not in named
        and not (key.partition(".")[0] in sections and (key.partition(".")[2] in named | OTHER_NAMES))
    }
    assert left == set()


OTHER_NAMES = frozenset({
    "post", "message",  # networks.port.Kind
    "photo", "video", "document", "voice",  # kinds of files
    "by_hand", "token_bad", "ambiguous",  # why an answer was not posted
    "open", "mine", "overdue",  # lists
    *Why,  # why a file could not be had
    "no_moderator", "unreachable",  # why a comment is the curator's
    *PRESETS,  # times a material may be published at
    *(f"kind_{kind}" for kind in DraftKind),  # what a draft may be
    *ModerationAction,
    *Step, "made_good",  # what a weekly list tells of
    *(f"granted_{grant}" for grant in Grant),  # why people are asked later than the text says
})  # fmt: skip


def test_every_template_is_used() -> None:
    named = screen_strings()
    templates = {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.j2")}
    included = set(re.findall(r'include "([\w/]+)\.j2"', "".join(p.read_text("utf-8") for p in FOLDER.rglob("*.j2"))))
    assert {name for name in templates if not name.startswith("notices/")} - named - included == set()


def test_toasts_are_short() -> None:
    assert {key: words for key, words in TEXTS.section("toasts").items() if len(words) > 200} == {}


def test_no_shouting_and_no_long_dashes_in_a_row() -> None:
    words = {key: TEXTS.section(key.partition(".")[0])[key.partition(".")[2]] for key in TEXTS.keys}
    assert {key for key, text in words.items() if "!" in text or "уважаем" in text.lower()} == set()


# --- an installation's own words -------------------------------------------------------------------------------------


def own(folder: Path, name: str, text: str) -> Texts:
    path = folder / "texts" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return Texts([folder])


def test_an_installation_may_say_a_phrase_or_a_screen_its_own_way(tmp_path: Path) -> None:
    texts = own(tmp_path, "phrases.yaml", "buttons:\n  accept: 👍 Принять\n")
    assert (texts.plain("buttons.accept"), texts.plain("buttons.return")) == ("👍 Принять", "Вернуть")
    assert own(tmp_path, "gap.j2", "Бот не работал с {{ since }}.").html("gap", since="пятницы <") == (
        "Бот не работал с пятницы &lt;."
    )


def test_the_nearer_folder_wins(tmp_path: Path) -> None:
    own(tmp_path / "near", "phrases.yaml", "buttons:\n  accept: Беру\n")
    own(tmp_path / "far", "phrases.yaml", "buttons:\n  accept: Берём\n  return: Не моё\n")
    texts = Texts([tmp_path / "near", tmp_path / "far"])
    assert (texts.plain("buttons.accept"), texts.plain("buttons.return")) == ("Беру", "Не моё")


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        (
            "phrases.yaml",
            "buttons:\n  acept: Беру\n",
            "phrases.yaml, строка 2: такой фразы нет: «buttons.acept», может быть, «buttons.accept»",
        ),
        (
            "phrases.yaml",
            "buttons:\n  accept: [да]\n",
            "phrases.yaml, строка 2: «buttons.accept»: нужен текст, при случае в кавычках",
        ),
        ("phrases.yaml", "buttons: Беру\n", "phrases.yaml, строка 1: «buttons»: нужен текст, при случае в кавычках"),
        ("phrases.yaml", 'buttons:\n  accept: "{{ oops"\n', "phrases.yaml, строка 2: «buttons.accept» не читается: "),
        (
            "phrases.yaml",
            'say:\n  own_message: "{{ who }}"\n',
            "phrases.yaml, строка 2: «say.own_message»: значения «who» здесь нет",
        ),
        ("gap.j2", "{% if since %}", "gap.j2, строка 1: шаблон не читается: "),
        ("gap.j2", "{{ sinse }}", "gap.j2: значения «sinse» здесь нет"),
        ("gep.j2", "x", "gep.j2: такого шаблона у бота нет, может быть, gap.j2"),
    ],
)
def test_broken_words_are_refused_at_start_with_file_and_line(
    tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    with pytest.raises(BrokenConfiguration) as broken:
        own(tmp_path, name, text)
    said = str(broken.value)
    assert "\n" not in said
    assert said.startswith((complaint, str(tmp_path / "texts" / complaint)))


def test_every_template_and_phrase_of_ours_can_be_read() -> None:
    """At start only an installation's own are tried; ours are tried here."""
    ours = TEXTS._environment
    for name in ours.list_templates(["j2"]):
        ours.get_template(name)
    for key in TEXTS.keys:
        section, _, name = key.partition(".")
        ours.from_string(TEXTS.section(section)[name])
