"""Imports Telegram's library, aiogram, without building its models. Only this module of ours imports aiogram.

aiogram builds all of its 440 models when it is imported: four seconds of CPU and 100 MB. The bot uses some forty of
them, and each can be built when it is first used.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

_names: dict[str, Any] = {}
"""The types behind the names in aiogram's annotations, needed to build a model later; its modules do not hold them
all."""


def _import_unbuilt() -> None:
    """Import aiogram without building its models; pydantic then builds each at its first use, through `model_rebuild`."""
    building = BaseModel.__dict__["model_rebuild"]

    def later(model: type[BaseModel], /, *, _types_namespace: dict[str, Any] | None = None, **_: Any) -> None:
        _names.update(_types_namespace or {})

    def at_first_use(model: type[BaseModel], /, *, _types_namespace: dict[str, Any] | None = None, **how: Any) -> Any:
        return building.__get__(None, model)(_types_namespace=_types_namespace or _names or None, **how)

    BaseModel.model_rebuild = classmethod(later)  # type: ignore[assignment, method-assign]
    try:
        from aiogram.methods.base import Response, TelegramMethod
        from aiogram.types import TelegramObject
    finally:
        BaseModel.model_rebuild = building  # type: ignore[method-assign]
    for family in (TelegramObject, TelegramMethod, Response):
        family.model_rebuild = classmethod(at_first_use)  # type: ignore[assignment, method-assign]


_import_unbuilt()

from aiogram import Bot, exceptions, methods, types  # noqa: E402
from aiogram.client.session.aiohttp import AiohttpSession  # noqa: E402
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer  # noqa: E402
from aiogram.methods.base import Response, TelegramMethod, TelegramType  # noqa: E402

__all__ = [
    "PRODUCTION",
    "AiohttpSession",
    "Bot",
    "Response",
    "TelegramAPIServer",
    "TelegramMethod",
    "TelegramType",
    "exceptions",
    "methods",
    "types",
]
