"""Trains the weights of the signs of threats on the labelled lines and writes `config/lexicon/threats.tsv`.

`python -m tests.rules.threat_training` also reports the results on voices it has not learned from. Logistic regression
over the signs of sentences, from zero and for a fixed number of steps: the same lines give the same weights. A text of
several sentences is a threat by its heaviest one. The lines: `threats/*.tsv`, one voice in each file, and
`language.tsv`; held-out lines are not read.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from config.russian.judging.disguise import reveal
from config.russian.judging.lexicon import FIRST, THRESHOLD, WEIGHTS, Weights, lexicon
from config.russian.judging.sentences import sentences
from config.russian.judging.signs import signs
from config.russian.judging.threats import TOGETHER, length_bar, windows

HERE = Path(__file__).parent
STEPS, HOLD = 200, 1.0
"""Steps of descent, and how strongly weights are held near where they begin."""
SURE = 3.0
"""What a frame marked sure weighs before anything is learned; all else begins at zero."""
PLAIN = {"language": 3.0, "plainest": 3.0, "long": 3.0}
"""What a line of a voice counts where that is not one: the plainest threats are most of what is met."""
SEEN = 3, 4
"""In how many lines a sign must stand to be weighed: one of a word, one of a pair."""
SMALLEST = 0.05
"""Weights nearer to zero are not written down."""
FOLDS = 8
WANTED_ALARMS = 0.028
"""On voices not learned from, where most innocent lines were written to mislead; what people write misleads less."""

Numbers = NDArray[np.float64]
Signs = frozenset[str]


@dataclass(frozen=True, eq=False)
class Line:
    """A labelled text: its voice, whether it threatens, the signs around each of its frames, and how many words it has."""

    voice: str
    threat: bool
    text: str
    parts: tuple[Signs, ...]
    words: int


@cache
def lines() -> tuple[Line, ...]:
    """All lines to learn from."""
    files = [*sorted((HERE / "threats").glob("*.tsv")), HERE / "language.tsv"]
    return tuple(
        Line(file.stem, label == "threat", text, parts(text), words_in(text))
        for file in files
        for label, _, text in (line.partition("\t") for line in file.read_text(encoding="utf-8").splitlines())
    )


def parts(text: str) -> tuple[Signs, ...]:
    """The signs of what stands around each frame, in each sentence and each pair of short ones."""
    found = [sentence.words for sentence in sentences(reveal(text))]
    pairs = [(*a, *b) for a, b in pairwise(found) if len(a) + len(b) <= TOGETHER]
    near = [words[first:end] for words in [*found, *pairs] for first, end in windows(words)]
    return tuple(frozenset(name for name, _ in signs(words)) for words in dict.fromkeys(near))


def words_in(text: str) -> int:
    return sum(len(sentence.words) for sentence in sentences(reveal(text)))


def scale(sign: str) -> float:
    """How readily a sign takes weight: a frame more than a word, a word more than a pair."""
    if sign.startswith("="):
        return 1.5
    if "+" in sign:
        return 0.35
    return 0.7


def heavy(part: Signs, weighed: Weights) -> float:
    """The weight of a part."""
    return weighed.first + sum(weighed.of.get(sign, 0.0) for sign in sorted(part))


def heaviest(line: Line, weighed: Weights) -> float:
    """The weight of the line's heaviest part less what its length asks for; a line without a frame weighs nothing."""
    return max((heavy(part, weighed) for part in line.parts), default=-math.inf) - length_bar(line.words)


def learn(from_lines: Sequence[Line]) -> Weights:
    """The weights of all signs in these lines, without a threshold."""
    seen = Counter(sign for line in from_lines for sign in frozenset().union(*line.parts))
    known = {sign: i for i, sign in enumerate(sorted(s for s, n in seen.items() if n >= SEEN["+" in s]))}
    weighed = Weights(0.0, 0.0, {})
    for _ in range(2):
        weighed = _descend(_rows(from_lines, weighed), known)
    return weighed


@dataclass(frozen=True)
class _Rows:
    """Training data: sets of signs, their labels, and their weights in the loss."""

    signs: list[Signs]
    wanted: Numbers
    counts: Numbers


def _rows(from_lines: Iterable[Line], weighed: Weights) -> _Rows:
    """Every part of an innocent line; of a threat the heaviest part, or all of it while there are no weights."""
    signs: list[Signs] = []
    wanted: list[float] = []
    counts: list[float] = []
    for line in from_lines:
        if not line.parts:
            continue
        heaviest_part = max(line.parts, key=lambda part: heavy(part, weighed))
        chosen = [heaviest_part] if line.threat else list(line.parts)
        signs += chosen
        wanted += [float(line.threat)] * len(chosen)
        counts += [PLAIN.get(line.voice, 1.0)] * len(chosen)
    return _Rows(signs, np.array(wanted), np.array(counts))


def _descend(rows: _Rows, known: Mapping[str, int]) -> Weights:
    """Accelerated gradient descent; the step follows from the greatest curvature."""
    cells = [(n, known[sign]) for n, row in enumerate(rows.signs) for sign in sorted(row) if sign in known]
    row, column = np.array([n for n, _ in cells]), np.array([i for _, i in cells])
    scales = np.array([scale(sign) for sign in known])
    value = scales[column]
    sure = {f"={frame.name}" for frame in lexicon().threats.frames if frame.sure}
    begin = np.array([SURE * (sign in sure) for sign in known]) / scales

    def of_rows(weights: Numbers) -> Numbers:
        return np.bincount(row, weights=value * weights[column], minlength=len(rows.signs)).astype(np.float64)

    def of_signs(errors: Numbers) -> Numbers:
        return np.bincount(column, weights=value * errors[row], minlength=len(known)).astype(np.float64)

    direction = np.ones(len(known))
    for _ in range(20):
        direction = of_signs(rows.counts * of_rows(direction / np.linalg.norm(direction)))
    step = 1 / (0.25 * float(np.linalg.norm(direction) + rows.counts.sum()) + HOLD)
    at = ahead = begin
    first = first_ahead = 0.0
    pace = 1.0
    for _ in range(STEPS):
        errors = rows.counts * (1 / (1 + np.exp(-of_rows(ahead) - first_ahead)) - rows.wanted)
        now = ahead - step * (of_signs(errors) + HOLD * (ahead - begin))
        first_now = first_ahead - step * float(errors.sum())
        next_pace = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        push = (pace - 1) / next_pace
        ahead, first_ahead = now + push * (now - at), first_now + push * (first_now - first)
        at, first, pace = now, first_now, next_pace
    return Weights(first, 0.0, dict(zip(known, (at * scales).tolist(), strict=True)))


def crossed(every: Sequence[Line]) -> dict[Line, float]:
    """The weight of each line under a model trained on the other voices only."""
    found: dict[Line, float] = {}
    voices = sorted({line.voice for line in every})
    for fold in range(FOLDS):
        own = set(voices[fold::FOLDS])
        weighed = learn([line for line in every if line.voice not in own])
        found |= {line: heaviest(line, weighed) for line in every if line.voice in own}
    return found


def threshold(crossing: Mapping[Line, float]) -> float:
    """The lowest threshold with no more false alarms than allowed."""
    innocent = sorted((weight for line, weight in crossing.items() if not line.threat), reverse=True)
    return innocent[int(WANTED_ALARMS * len(innocent))]


def written(weighed: Weights) -> str:
    """The content of the file."""
    kept = {sign: weight for sign, weight in sorted(weighed.of.items()) if abs(weight) >= SMALLEST}
    numbers = {FIRST: weighed.first, THRESHOLD: weighed.threshold, **kept}
    head = "# What signs of threats weigh; written by `python -m tests.rules.threat_training`, not by hand.\n"
    return head + "".join(f"{sign}\t{weight:.2f}\n" for sign, weight in numbers.items())


def told(crossing: Mapping[Line, float], least: float) -> Iterator[str]:
    """The results on voices not learned from, one by one and together."""
    for voice in (*sorted({line.voice for line in crossing}), None):
        own = [(line.threat, weight > least) for line, weight in crossing.items() if voice in (line.voice, None)]
        found, alarms = sum(t and f for t, f in own), sum(f and not t for t, f in own)
        threats = sum(t for t, _ in own)
        yield f"{voice or 'together'}: {found} of {threats} found, {alarms} of {len(own) - threats} alarms"


def main() -> None:
    """Train, report the results on other voices, write the file."""
    crossing = crossed(lines())
    least = threshold(crossing)
    print("\n".join(told(crossing, least)))
    weighed = learn(lines())
    WEIGHTS.write_text(written(Weights(weighed.first, least, weighed.of)), encoding="utf-8")


if __name__ == "__main__":
    main()
