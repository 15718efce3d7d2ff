"""How commands print: one JSON object with ``--json``, else text; progress on standard error."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NoReturn

import orjson
import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ontology.errors import AtlasError
from ontology.languages import Bilingual
from translations import translator

EXIT_DONE = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_FAILED = 3

_NAME: Final = re.compile(r"[!-~]*")
"""Identifiers, numbers, codes, addresses: to be copied whole, so that no line may break them."""
_LEAST_PROSE: Final = 16
"""Columns in which prose can still be read: eight Chinese characters, or three English words."""
_BETWEEN: Final = 2
_ENDLESS: Final = 1_000_000
"""Columns of a pipe or file: there is no edge at which to wrap."""


def language() -> str:
    """Return ``zh`` or ``en`` from the locale of the terminal."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def gettext(message: str, /, **params: object) -> str:
    """Return a text in the terminal's language (`translations.Translator.gettext`)."""
    return translator(language()).gettext(message, **params)


def pgettext(context: str, message: str, /, **params: object) -> str:
    """Return a text of a context in the terminal's language."""
    return translator(language()).pgettext(context, message, **params)


def ngettext(singular: str, plural: str, count: int, /, **params: object) -> str:
    """Return a text in the terminal's language, in the form that fits a number."""
    return translator(language()).ngettext(singular, plural, count, **params)


def severity_name(severity: str) -> str:
    """Return what a severity is called in the terminal's language; JSON has SHACL's names."""
    from shapes.report import SEVERITIES

    return pgettext("severity", SEVERITIES[severity])


def chosen(text: Bilingual) -> str:
    """Return a text in the terminal's language."""
    return text.zh if language() == "zh" else text.en


def _least_width(
    columns: Sequence[str], rows: Sequence[Sequence[str]], whole: Sequence[bool]
) -> int:
    """Return the columns of a terminal at which a table can still be read."""
    widths = 0
    for number, column in enumerate(columns):
        widest = max((cell_len(row[number]) for row in rows), default=0)
        least = widest if whole[number] else min(widest, _LEAST_PROSE)
        widths += max(least, cell_len(column)) + _BETWEEN
    return widths - _BETWEEN


class Output:
    """Where a command's result goes."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._out = Console(highlight=False, markup=False, soft_wrap=True)
        self._err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

    @property
    def progress(self) -> Console:
        """The console of standard error, for progress and remarks."""
        return self._err

    def result(self, data: Mapping[str, object]) -> None:
        """Print the one JSON object, when it was asked for."""
        if self.as_json:
            sys.stdout.buffer.write(
                orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS) + b"\n"
            )
            sys.stdout.flush()

    def text(self, text: str = "") -> None:
        """Print a line, unless JSON was asked for."""
        if not self.as_json:
            self._out.print(text)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a table, unless JSON was asked for.

        On a terminal prose wraps to its width and identifiers stay whole; where it is too narrow
        for the columns, each row is a block of lines with their names. Into a pipe or a file each
        row is one line, the columns two blanks or more apart.
        """
        if self.as_json:
            return
        texts = [["" if c is None else str(c).replace("\n", " ") for c in row] for row in rows]
        whole = [all(_NAME.fullmatch(row[n]) for row in texts) for n in range(len(columns))]
        if self._out.is_terminal and _least_width(columns, texts, whole) > self._out.width:
            self._blocks(columns, texts)
            return
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for column, no_wrap in zip(columns, whole, strict=True):
            table.add_column(column, overflow="fold", no_wrap=no_wrap)
        for row in texts:
            table.add_row(*row)
        if self._out.is_terminal:
            self._out.print(table)
            return
        text = io.StringIO()
        Console(file=text, width=_ENDLESS, highlight=False, markup=False).print(table)
        for line in text.getvalue().splitlines():
            self._out.print(line.rstrip())

    def _blocks(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print each row as its first value and a line for each of the others that it has."""
        for row in rows:
            self._out.print(Text(row[0], style="bold"))
            named = Table.grid(padding=(0, 2, 0, 0))
            named.add_column(no_wrap=True)
            named.add_column(overflow="fold")
            for column, text in zip(columns[1:], row[1:], strict=True):
                if text:
                    named.add_row(f"  {column}", text)
            self._out.print(named)

    def remark(self, text: str) -> None:
        """Print a line on standard error."""
        self._err.print(text)


def error_json(error: AtlasError) -> dict[str, object]:
    """Return an error as it stands in JSON results."""
    place = error.place
    return {
        "code": error.code,
        "codes": error.codes,
        "message": {"zh": error.message("zh"), "en": error.message("en")},
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def fail(error: AtlasError, *, as_json: bool, code: int = EXIT_FAILED) -> NoReturn:
    """Print a typed error and leave."""
    out = Output(as_json=as_json)
    out.result({"error": error_json(error)})
    out.remark(f"{error.code}: {error.message(language())}")
    raise typer.Exit(code)
