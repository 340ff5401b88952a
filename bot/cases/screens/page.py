"""The way to the page, as /board gives it. Pure; the page itself is `bot.board`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from bot.messenger import Button, Screen
from config.texts import Texts


def page_link(texts: Texts, facts: Mapping[str, Any]) -> Screen:
    """A button that leads there, or the address to be copied where no button takes it."""
    url, as_button = str(facts["url"]), bool(facts["as_button"])
    address = Markup() if as_button else Markup("<code>{}</code>").format(url)
    row = (Button(texts.plain("buttons.open_page"), url=url),)
    return Screen(str(texts.phrase("say.page_link", address=address)), (row,) if as_button else ())
