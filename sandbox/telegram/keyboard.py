"""Parse a message's `reply_markup`, check it as Telegram does, and store it as buttons."""

from typing import Any

from sandbox.telegram.markup import checked_link, user_of_link
from sandbox.telegram.model import Button, utf16_length
from sandbox.telegram.refusals import bad_request

CALLBACK_DATA_LIMIT_BYTES = 64
COPY_TEXT_LIMIT = 256
STYLES = ("danger", "success", "primary")
OTHER_KINDS = (
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "disabled",
)
BUTTON_LIMIT = 100


def inline_buttons(markup: Any) -> list[list[Button]]:
    """Return the rows of an inline keyboard; [] for any other markup and for none."""
    if markup is None:
        return []
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    buttons = [[_button(raw) for raw in row] for row in rows if row]
    if sum(len(row) for row in buttons) > BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    return buttons


def other_markup(markup: Any) -> dict[str, Any] | None:
    """Return a keyboard under the input field, its removal or a forced reply, as given; None for anything else."""
    if isinstance(markup, dict) and any(markup.get(kind) for kind in ("keyboard", "remove_keyboard", "force_reply")):
        return markup
    return None


def _button(raw: Any) -> Button:
    if not isinstance(raw, dict):
        raise _complaint("InlineKeyboardButton must be an Object")
    text = raw.get("text")
    if not isinstance(text, str):
        raise _complaint('Can\'t find field "text"' if text is None else 'Field "text" must be of type String')
    style = str(raw.get("style") or "").lower()
    if style not in (*STYLES, "", "default"):
        raise _complaint("invalid button style specified")
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    kept: dict[str, Any] = {"text": text}
    if style in STYLES:
        kept["style"] = style
    return _of_kind(raw, text, style if style in STYLES else None, kept)


def _of_kind(raw: dict[str, Any], text: str, style: str | None, kept: dict[str, Any]) -> Button:
    """Return the button, of the first kind that its data name; Telegram checks the kinds in this order."""
    if raw.get("url"):
        url = _url(str(raw["url"]))
        return Button(text, url=url, style=style, raw=kept | {"url": url})
    if raw.get("callback_data"):
        data = str(raw["callback_data"])
        if len(data.encode()) > CALLBACK_DATA_LIMIT_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        return Button(text, data=data, style=style, raw=kept | {"callback_data": data})
    for kind in OTHER_KINDS:
        if kind in raw:
            return Button(text, style=style, raw=kept | {kind: raw[kind]})
    if "copy_text" in raw:
        copied = raw["copy_text"].get("text") if isinstance(raw["copy_text"], dict) else None
        if not isinstance(copied, str) or not 1 <= utf16_length(copied) <= COPY_TEXT_LIMIT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return Button(text, style=style, copy_text=copied, raw=kept | {"copy_text": {"text": copied}})
    raise _complaint("Text buttons are unallowed in the inline keyboard")


def _url(url: str) -> str:
    if user_of_link(url) is not None:
        return url
    checked = checked_link(url)
    if checked is None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return checked


def _complaint(words: str) -> Exception:
    return bad_request("can't parse inline keyboard button: " + words)
