"""The web port towards strangers: who may read the metrics, what the headers give away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from config.settings import read_settings
from config.yamlfile import BrokenConfiguration
from tests.page.page_house import a_client, link_for, signs_in
from tests.stories.town import Town

OUTSIDE = "https://desk.example.org"
TOKEN = "sample-of-metrics-token"


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}, {"Host": "desk.example.org"}],
    ids=["X-Forwarded-For", "Forwarded", "Host"],
)
async def test_metrics_are_for_this_machine_itself_where_nobody_has_a_token(
    town: Town, headers: dict[str, str]
) -> None:
    async with a_client(town) as client:
        assert "dezhurny_outbox_waiting" in await (await client.get("/metrics")).text()
        answer = await client.get("/metrics", headers=headers)
        assert (answer.status, "dezhurny" in await answer.text()) == (404, False)


async def test_metrics_of_a_page_seen_from_outside_need_the_token(town: Town) -> None:
    async with a_client(town, OUTSIDE) as client:
        assert (await client.get("/metrics")).status == 404
    async with a_client(town, OUTSIDE, metrics_token=SecretStr(TOKEN)) as client:
        said = [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", "Bearer ы", f"Basic {TOKEN}"]
        refused = [await client.get("/metrics", headers={"Authorization": words} if words else {}) for words in said]
        assert [answer.status for answer in refused] == [404] * len(said)
        named = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert (named.status, "dezhurny_outbox_waiting" in await named.text()) == (200, True)


async def test_metrics_say_the_age_of_each_beat_and_the_example_of_rules_names_only_what_there_is(town: Town) -> None:
    await town.settles()
    town.bot.beats.expect("delivery:private#4711")
    town.clock.advance_monotonic(61)
    async with a_client(town) as client:
        said = await (await client.get("/metrics")).text()
    for loop in ("intake", "network:vk", "reception", "clock", "delivery", "delivery:private"):
        assert f'dezhurny_beat_age_seconds{{loop="{loop}",municipality="okrug"}} 61.0' in said.splitlines()
    assert "4711" not in said
    rules = (Path(__file__).parents[2] / "deploy" / "alerts.yml").read_text(encoding="utf-8")
    [group] = yaml.safe_load(rules)["groups"]
    named = {name for rule in group["rules"] for name in re.findall(r"dezhurny_\w+", rule["expr"])}
    assert named <= set(re.findall(r"^dezhurny_\w+", said, re.MULTILINE))


async def test_no_answer_names_the_program_that_gave_it(town: Town) -> None:
    async with a_client(town) as client:
        await signs_in(client, town, "curator")
        for path in ("/", "/board", "/healthz", "/metrics", "/nosuch", "/static/page.css", "/case/999"):
            answer = await client.get(path)
            assert answer.headers.getall("Server") == ["dezhurny"], path
            assert "Strict-Transport-Security" not in answer.headers, "the page is not behind https"


async def test_behind_https_browsers_come_by_https_only_and_the_cookie_too(town: Town) -> None:
    async with a_client(town, OUTSIDE) as client:
        for path in ("/", "/nosuch", "/healthz"):
            assert (await client.get(path)).headers["Strict-Transport-Security"] == "max-age=31536000"
        answer = await client.post(await link_for(town, "curator"), allow_redirects=False)
        given = answer.headers["Set-Cookie"].split("; ")
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(given)


def test_the_token_is_read_from_the_environment_and_a_short_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)
    assert read_settings().metrics_token == SecretStr(TOKEN)
    monkeypatch.setenv("METRICS_TOKEN", "short")
    with pytest.raises(BrokenConfiguration) as refused:
        read_settings()
    assert [problem.words for problem in refused.value.problems] == [
        "METRICS_TOKEN: нужна случайная строка от 16 знаков"
    ]
