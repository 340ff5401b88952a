"""How threats are weighed: the words of meaning, the frames, the weights and the lines they were learned from."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.russian.judging import Kind, judge
from config.russian.judging.disguise import FOLDER
from config.russian.judging.lexicon import WEIGHTS, lexicon
from config.russian.judging.signs import reading, signs
from config.yamlfile import load
from tests.rules import threat_training
from tests.rules.test_language import HELD_OUT, SECOND, THIRD, TUNED, WRITTEN_DOWN, labelled

FORMS = {"", "i", "you", "he", "they", "inf", "imp", "past", "would", "part", "with", "who", "into", "now"}
HERE = Path(__file__).parent
VOICES = sorted((HERE / "threats").glob("*.tsv"))
BLIND = HERE / "threats_blind.tsv"


def words_that_decided(text: str) -> list[str]:
    return [ground.words for ground in judge(text).grounds if ground.kind is Kind.THREAT]


def names(text: str) -> set[str]:
    return {name for name, _ in signs(text.split())}


# --- the lines ----------------------------------------------------------------------------------------


def test_there_are_many_lines_and_none_of_those_held_out() -> None:
    texts = [line.text for line in threat_training.lines()]
    assert len(texts) == len(set(texts))
    assert sum(line.threat for line in threat_training.lines()) > 900
    assert sum(not line.threat for line in threat_training.lines()) > 1400
    held_out = {text for file in (HELD_OUT, SECOND, THIRD, BLIND.name) for _, text in labelled(file)}
    assert held_out.intersection(texts) == set()


def test_every_line_of_a_voice_is_labelled_and_every_set_is_learned_from() -> None:
    labels = {line.partition("\t")[0] for file in VOICES for line in file.read_text(encoding="utf-8").splitlines()}
    assert labels == {"threat", "clean"}
    assert {line.voice for line in threat_training.lines()} == {
        *(file.stem for file in VOICES),
        TUNED.removesuffix(".tsv"),
    }


# --- the weights --------------------------------------------------------------------------------------


def test_the_weights_are_those_the_lines_give() -> None:
    """To a rounding: another machine adds fractions in another order. After a change: python -m tests.rules.threat_training."""
    learned, written = threat_training.learn(threat_training.lines()), lexicon().weights
    near = threat_training.SMALLEST + 0.02
    known = {sign for sign, weight in learned.of.items() if abs(weight) > near}
    assert known - written.of.keys() == set()
    assert written.of.keys() - learned.of.keys() == set()
    off = {s: (w, learned.of[s]) for s, w in written.of.items() if abs(w - learned.of[s]) > 0.02}
    assert off == {}
    assert written.first == pytest.approx(learned.first, abs=0.02)


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_the_figures_on_voices_not_learned_from_are_those_written_down() -> None:
    crossing = threat_training.crossed(threat_training.lines())
    assert threat_training.threshold(crossing) == pytest.approx(lexicon().weights.threshold, abs=0.02)
    *_, together = threat_training.told(crossing, threat_training.threshold(crossing))
    assert together.removeprefix("together: ") in WRITTEN_DOWN.read_text(encoding="utf-8")


def test_the_file_is_sorted_and_says_who_wrote_it() -> None:
    head, *rest = WEIGHTS.read_text(encoding="utf-8").splitlines()
    assert head.startswith("# ")
    listed = [line.partition("\t")[0] for line in rest]
    assert listed[:2] == ["(first)", "(threshold)"]
    assert listed[2:] == sorted(set(listed[2:]))


def test_what_was_written_blind_is_found_as_written_down() -> None:
    """By somebody who had seen neither the lists nor the lines; abuse counts as innocent here, since it is no threat."""
    judged = [(kind is Kind.THREAT, judge(text).kind is Kind.THREAT) for kind, text in labelled(BLIND.name)]
    found, alarms = judged.count((True, True)), judged.count((False, True))
    written = " ".join(WRITTEN_DOWN.read_text(encoding="utf-8").split())
    assert f"**{found} of 99 found, {alarms} of 250 alarms**" in written
    assert (len(judged), found >= 69, alarms <= 7) == (349, True, True)


# --- the words and the frames -------------------------------------------------------------------------


def test_words_are_as_they_are_looked_up() -> None:
    """Lower case, ё as е, no word twice in a list."""
    data = load(FOLDER / "threats.yaml").data
    for lists in (data["classes"], data["pronouns"]):
        for name, words in lists.items():
            assert [w for w in words.split() if w != w.lower() or "ё" in w] == [], name
            assert len(words.split()) == len(set(words.split())), name


def test_frames_ask_for_what_there_is() -> None:
    data = load(FOLDER / "threats.yaml").data
    known = {*data["classes"], *data["groups"], *data["pronouns"], "v"}
    for name, members in data["groups"].items():
        assert set(members) - known == set(), name
    assert set(data["core"]) - known == set()
    for frame in lexicon().threats.frames:
        asked = {*frame.head, *frame.without, *(kind for kinds in frame.near for kind in kinds)}
        assert [k for k in asked if k.partition(".")[0] not in known or k.partition(".")[2] not in FORMS] == [], (
            frame.name
        )


@pytest.mark.parametrize(
    ("text", "other", "frame"),
    [
        ("убью тебя", "убью время", "=i-kill"),
        ("морду тебе разобью", "машину свою разобью", "=i-hurt-mug"),
        ("закопаем вас", "закопаем яму", "=i-slay-person"),
        ("сожгу вашу контору", "сожгу свою траву", "=i-burn-theirs"),
        ("убил бы гада", "убил гада", "=i-would-kill"),
        ("лопатой получишь", "получишь письмо", "=you-get"),
        ("вам не жить", "нам не жить", "=left-to-live"),
        ("вы покойники", "покойников увезли", "=you-are-dead"),
        ("зарежу тебя", "не зарежу тебя", "=i-kill"),
    ],
)
def test_a_frame_and_what_undoes_it(text: str, other: str, frame: str) -> None:
    assert (frame in names(text), frame in names(other)) == (True, False)


@pytest.mark.parametrize(
    ("word", "mark"),
    [
        ("поотшибаю", "break.i"),
        ("понастреляю", "kill.i"),
        ("исполосую", "hurt.i"),
        ("отфигачим", "hurt.i"),
        ("читаю", "v.i"),
    ],
)
def test_verbs_of_one_root_are_of_one_meaning(word: str, mark: str) -> None:
    assert mark in reading(word).marks


def test_what_is_no_russian_word_is_read_as_nothing() -> None:
    assert names("\U00017000 kill 1984 \u4e2d") == set()


# --- what is said of a text ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Голову оторву директору", ["Голову оторву"]),
        ("Воды нет третий день. Найду и убью", ["убью"]),
        ("убью", ["убью"]),
        ("Пора вешать депутатов на фонарях", ["Пора вешать депутатов"]),
        ("З а р е ж у", ["З а р е ж у"]),
    ],
)
def test_the_words_that_decided(text: str, words: list[str]) -> None:
    assert words_that_decided(text) == words


@pytest.mark.parametrize(
    ("clean", "threat"),
    [
        ("Голову сломал, пока искал вашу приёмную", "Голову сломаю тому, кто прячет ключи"),
        ("Сосед угрожал меня зарезать", "Сосед, я тебя зарежу"),
        ("Яму закопайте", "Вас закопаем"),
        ("Ответите по закону за каждое дерево", "Ответите головой за каждое дерево"),
        ("Приеду к вам с заявлением", "Приеду к вам с обрезом"),
        ("Собака чуть не загрызла ребёнка", "Загрызу твоего ребёнка"),
        ("Дом сгорел от проводки", "Дом твой сгорит"),
        ("Депутатов повесили на доску почёта", "Депутатов повесим на столбах"),
    ],
)
def test_one_word_apart(clean: str, threat: str) -> None:
    assert (judge(clean).kind, judge(threat).kind) == (Kind.CLEAN, Kind.THREAT)


LONG = (
    "Здравствуйте, во дворе третий год лежат трубы и кирпич, строители обещали их вывезти и не вывезли, дети прыгают с"
    " них в яму, рядом котлован, а внизу вода. Просили администрацию убрать их, нам сказали, что у них нет трактора."
    " Прошу вас посмотреть, кто должен это убрать, и назвать нам срок, потому что ждать до весны мы не можем."
)


def test_a_long_innocent_text_gathers_nothing() -> None:
    assert judge(LONG).kind is Kind.CLEAN
    assert judge(f"{LONG} {LONG} {LONG}").kind is Kind.CLEAN


def test_without_a_frame_that_says_who_shall_suffer_there_is_no_threat() -> None:
    assert (judge("Мёртвый, могила, нож, кровь, топор, труп").kind, judge("Зарежу тебя").kind) == (
        Kind.CLEAN,
        Kind.THREAT,
    )
