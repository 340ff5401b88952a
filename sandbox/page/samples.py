"""Ready complaints, and comments for the moderator, for a visitor who does not want to invent one; modelled on what
people really write to an administration's page.

No surnames, no real places. Several of each kind, so that the second press does not repeat the first.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """A kind of complaint: `label` for its button, `texts` to use in turn."""

    key: str
    label: str
    texts: tuple[str, ...]


SAMPLES = (
    Sample(
        "water",
        "вода",
        (
            "Третий день нет воды на Школьной, 5. Звоним в водоканал, трубку не берут. Когда дадут воду?",
            "На Первомайской из крана идёт ржавая вода, стирать невозможно. Это когда-нибудь закончится?",
            "Прорвало трубу у дома 12 на Степной, вода с утра бежит по дороге. Аварийку вызывали, никого нет.",
        ),
    ),
    Sample(
        "road",
        "дорога",
        (
            "На улице Мира возле школы яма на всю полосу, машины объезжают её по встречной. Когда заделают?",
            "На Заречной после дождя ни пройти, ни проехать, скорая до нас не доехала. Отсыпьте хотя бы щебнем.",
            "Гололёд на Центральной, тротуар не посыпают, вчера бабушка упала у почты.",
        ),
    ),
    Sample(
        "waste",
        "мусор",
        (
            "На Садовой мусор не вывозят с пятницы, контейнеры полные, ветер разносит пакеты по дворам.",
            "За гаражами на Полевой опять свалка: шины, доски, мешки. Жгут по вечерам, дышать нечем.",
        ),
    ),
    Sample(
        "light",
        "свет",
        (
            "На Лесной не горят фонари от остановки до магазина, дети из школы идут в темноте.",
            "Второй вечер подряд отключают свет на Набережной, ни объявления, ни сроков. У соседки ребёнок на аппарате.",
        ),
    ),
    Sample(
        "dogs",
        "собаки",
        (
            "Возле детского сада стая собак, штук семь. Утром страшно вести ребёнка. Куда обращаться?",
            "На Кольцевой собака без привязи бросается на прохожих, вчера порвала куртку. Хозяина никто не видел.",
        ),
    ),
)

COMMENTS = (
    Sample(
        "advert",
        "реклама",
        (
            "Окна под ключ со скидкой 30 %, замер бесплатно! Звоните 8 900 000-00-00",
            "Нужен займ без отказа? Деньги на карту за 5 минут, пишите в личку",
        ),
    ),
    Sample("rude", "грубость", ("На х*р она нужна, ваша площадка", "Дебилы вы там все")),
    Sample(
        "critical",
        "критика",
        (
            "Администрация ничего не делает, только ленточки режет!",
            "Позор, а не работа. Снимите начальника с должности!",
        ),
    ),
)
"""Samples that are not handed out in turn: each has its own button."""


class Ready:
    """Hands out the texts of the samples in turn and remembers which were used."""

    def __init__(self) -> None:
        self._turn = 0
        self._used: dict[str, int] = {}

    def next(self, key: str | None = None) -> str:
        """Return the next text of this kind, or of the next kind in turn. LookupError for an unknown kind."""
        if key is None:
            sample = SAMPLES[self._turn % len(SAMPLES)]
            self._turn += 1
        else:
            sample = next((one for one in (*SAMPLES, *COMMENTS) if one.key == key), None) or _missing(key)
        used = self._used.get(sample.key, 0)
        self._used[sample.key] = used + 1
        return sample.texts[used % len(sample.texts)]


def _missing(key: str) -> Sample:
    raise LookupError(key)
