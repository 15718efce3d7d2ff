"""docs/cli.md is held against the commands and their options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from catalog_service.main import app

ROW = re.compile(r"^\| `atlas ([a-z -]+?)(?: [A-Z].*?)?` \| (.*?) \|", re.MULTILINE)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    children = getattr(command, "commands", None)
    if children:
        for name, child in children.items():
            yield from _commands(child, (*path, name))
    else:
        options = {
            opt
            for parameter in command.params
            for opt in parameter.opts
            if opt.startswith("--") and opt != "--help"
        }
        yield " ".join(path), options


def test_every_command_and_option_is_documented() -> None:
    documented = {
        name: set(re.findall(r"`(--[a-z-]+)`", options))
        for name, options in ROW.findall(DOCS.read_text("utf-8"))
    }
    assert documented == dict(_commands(typer.main.get_command(app)))


def test_every_command_says_what_it_does() -> None:
    def look(command: Any) -> Iterator[str]:
        for name, child in getattr(command, "commands", {}).items():
            if not child.help:
                yield name
            yield from look(child)

    assert list(look(typer.main.get_command(app))) == []
