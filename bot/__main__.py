"""`python -m bot …`, `dezhurny …`: the command line. Only this module imports `bot.demo`, and with it the sandbox.

Commands that need no messenger import none: `run` and `demo` import theirs when they are called.
"""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.app import HERE, Config, app

__all__ = ["app", "main"]


@app.command("run")
def _run(
    config: Config = HERE,
    town_clock: Annotated[str | None, typer.Option("--town-clock", hidden=True)] = None,
) -> int:
    """Запустить бота."""
    from bot.process.memory import move_in

    move_in()
    from bot.cli.run import run

    return run(config, town_clock)


@app.command("demo")
def _demo(
    headless: Annotated[bool, typer.Option("--headless", help="Сыграть одно сообщение в терминале.")] = False,
    port: Annotated[int, typer.Option("--port", help="Порт страницы.")] = 8080,
    messenger: Annotated[str, typer.Option("--messenger", help="В каком мессенджере: telegram или max.")] = "telegram",
) -> int:
    """Показать бота без мессенджера: страница http://127.0.0.1:8080."""
    from bot.demo.show import demo

    return demo(headless, port, messenger)


def main() -> None:
    """Run the command line; the entry point of the installed command `dezhurny`."""
    app(prog_name="dezhurny")


if __name__ == "__main__":
    main()
