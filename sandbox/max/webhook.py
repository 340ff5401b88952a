"""Send updates to a bot's webhook: one POST each, with the secret in its header.

Anything but 200 within 30 seconds is a failure; the update is sent again after 60, 150, 375 … seconds of the calendar,
so one that failed once comes after later ones. After ten repeats an update is given up; after eight hours without a 200
the bot is unsubscribed. Addresses are public ones; `hosts` says where such a host really listens (a test's server).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import aiohttp

from sandbox.max.account import PATIENCE, RETRIES, BotAccount, Delivery, Subscription
from sandbox.max.memory import Memory
from sandbox.max.wire import Json

ANSWER_WITHIN_SECONDS = 30.0
SECRET_HEADER = "X-Max-Bot-Api-Secret"  # noqa: S105 - a header's name
#: The name by which faults mean a delivery to a webhook.
METHOD = "webhook"


class Webhooks:
    """Sends updates to the webhooks of one server. `told` is called with every update sent."""

    def __init__(self, memory: Memory, told: Callable[[Json], None]) -> None:
        self._memory = memory
        self._told = told
        self.hosts: dict[str, str] = {}
        self.answer_within = ANSWER_WITHIN_SECONDS

    async def deliver(self) -> list[int]:
        """Send every update that is due, each once, the oldest due first; return the statuses (0: no answer)."""
        statuses: list[int] = []
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.answer_within)) as http:
            for account in list(self._memory.accounts.values()):
                while (due := self._due(account)) is not None:
                    statuses.append(await self._bring(http, account, *due))
        return statuses

    async def keep_delivering(self, pause: float = 0.05) -> None:
        """Send updates as they fall due, until cancelled; for a demo."""
        while True:
            await self.deliver()
            await asyncio.sleep(pause)

    def _due(self, account: BotAccount) -> tuple[Subscription, Delivery] | None:
        given = account.subscription
        if given is None:
            return None
        due = [one for one in given.waiting if one.due <= self._memory.now()]
        return (given, min(due, key=lambda one: one.due)) if due else None

    async def _bring(self, http: aiohttp.ClientSession, account: BotAccount, given: Subscription, one: Delivery) -> int:
        given.waiting.remove(one)
        status = await self._post(http, given, one)
        now = self._memory.now()
        if status == 200:
            given.failing_since = None
            return status
        given.failing_since = given.failing_since or now
        if now - given.failing_since >= PATIENCE:
            account.lost += [one.body, *(other.body for other in given.waiting)]
            account.subscription = None
        elif one.tried >= len(RETRIES) or now - one.happened >= PATIENCE:
            account.lost.append(one.body)
        else:
            one.due = now + RETRIES[one.tried]
            one.tried += 1
            given.waiting.append(one)
        return status

    async def _post(self, http: aiohttp.ClientSession, given: Subscription, one: Delivery) -> int:
        """Send the update and return the status, or 0 for no answer. A fault on «webhook» keeps the update back, or
        hides the answer to it.
        """
        fault = self._memory.faults.take(METHOD, None, {})
        if fault is not None and not fault.kind.endswith("_after"):
            return 0
        written = one.verbatim if one.verbatim is not None else json.dumps(one.body, ensure_ascii=False)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if given.secret is not None:
            headers[SECRET_HEADER] = given.secret
        self._told(one.body)
        status = 0
        with suppress(aiohttp.ClientError, TimeoutError):
            async with http.post(self._real(given.url), data=written.encode(), headers=headers) as response:
                await response.read()
                status = response.status
        return 0 if fault is not None else status

    def _real(self, url: str) -> str:
        parts = urlsplit(url)
        base = self.hosts.get(parts.hostname or "", f"http://127.0.0.1:9/{parts.hostname}")
        return f"{base}{parts.path}" + (f"?{parts.query}" if parts.query else "")
