"""The help of the command line in the language of its messages."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, Final

from catalog_service.console.output import language
from translations import N_, Translator, translator

Command = Any
"""A command of the library that Typer brings with it, which has no public name for its type."""

HEADINGS: Final = (
    N_("Usage:"),
    N_("Arguments:"),
    N_("Options:"),
    N_("Commands:"),
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("[required]"),
    N_("[default: "),
    N_("Show this message and exit."),
)
"""What the library itself writes into a help text."""


def every_command(command: Command) -> Iterator[Command]:
    """Yield a command and all commands below it."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from every_command(below)


def help_texts(command: Command) -> Iterator[str]:
    """Yield every help text of the project's own in a command and all below it."""
    for one in every_command(command):
        for text in (one.help, *(getattr(p, "help", None) for p in one.params)):
            if text:
                yield inspect.cleandoc(text)


def translated(command: Command) -> Command:
    """Turn the help of a command and of all below it into the terminal's language."""
    texts = translator(language())
    for one in every_command(command):
        for described in (one, *one.params):
            text = getattr(described, "help", None)
            if text:
                described.help = texts.lookup(inspect.cleandoc(text))
        one.get_help = _with_headings(one.get_help, texts)
    return command


def _with_headings(get_help: Any, texts: Translator) -> Any:
    def help_of(context: Any) -> str:
        text: str = get_help(context)
        for heading in HEADINGS:
            text = text.replace(heading, texts.lookup(heading))
        return text

    return help_of
