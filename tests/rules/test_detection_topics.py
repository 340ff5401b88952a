"""The list of topics: short labels, the federal classifier's words, no keyword that means two things alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.russian.topics import LABEL, load_topics
from config.yamlfile import BrokenConfiguration


def test_labels_fit_a_button_and_differ() -> None:
    labels = [item.topic.label for item in load_topics().topics.values()]
    assert [label for label in labels if len(label) > LABEL] == []
    assert len(set(labels)) == len(labels)


def test_a_federal_topic_is_answered_to_once() -> None:
    federal = [item.federal for item in load_topics().topics.values()]
    assert len(set(federal)) == len(federal)


def test_every_group_has_topics() -> None:
    topics = load_topics()
    assert [group for group in topics.groups if not topics.of_group(group)] == []


def test_a_word_means_its_code_label_or_keyword() -> None:
    topics = load_topics()
    assert [topics.means(word) for word in ("Вода", "уличное  освещение", "ржавая вода", "теплицы")] == [
        "вода", "освещение", "качество-воды", None,
    ]  # fmt: skip


def test_a_file_in_the_folder_wins(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text(
        "groups: {сад: Экология}\ntopics:\n  розы: {label: розы, group: сад, federal: Розы, keywords: [роза]}\n",
        encoding="utf-8",
    )
    assert list(load_topics((tmp_path,)).topics) == ["розы"]


def test_what_is_wrong_is_said_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text(
        "groups: {сад: Экология}\ntopics:\n"
        "  розы: {label: розы, group: сат, federal: Розы, keywords: [роза]}\n"
        "  Белые розы: {label: розы, group: сад, federal: Розы, keywords: [роза]}\n",
        encoding="utf-8",
    )
    with pytest.raises(BrokenConfiguration) as broken:
        load_topics((tmp_path,))
    assert [str(problem) for problem in broken.value.problems] == [
        "topics.yaml, строка 3: розы: группы «сат» нет в groups, возможно «сад»?",
        "topics.yaml, строка 4: код темы «Белые розы»: нужны строчные буквы без пробелов",
    ]
