"""The help of the command line in the language of its messages."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from catalog_service.console.help_zh import HEADINGS, TEXTS

Command = Any
"""A command of the library that Typer brings with it, which has no public name for its type."""


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


def in_chinese(command: Command) -> Command:
    """Turn the help of a command and of all below it into Chinese; returns the command.

    A text without a translation stays as it is.
    """
    for one in every_command(command):
        for described in (one, *one.params):
            text = getattr(described, "help", None)
            if text:
                described.help = TEXTS.get(inspect.cleandoc(text), text)
        one.get_help = _translated(one.get_help)
    return command


def _translated(get_help: Any) -> Any:
    def chinese(context: Any) -> str:
        text: str = get_help(context)
        for english, translation in HEADINGS.items():
            text = text.replace(english, translation)
        return text

    return chinese
