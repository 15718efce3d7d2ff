"""Reads Markdown (CommonMark with tables) as blocks; HTML in it is text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from catalog_service.documents.model import (
    Block,
    Divider,
    Heading,
    Line,
    ListItem,
    Paragraph,
    Run,
    Table,
)

_PARSER: Final = MarkdownIt("commonmark", {"html": False}).enable("table")
_DEEPEST: Final = 4
"""Level of headings; deeper ones are shown as this one."""


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return the blocks of a Markdown text, in order."""
    return tuple(_Reader(_PARSER.parse(text)).blocks())


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = iter(tokens)
        self._lists: list[int | None] = []
        """The next number of each list that is open; None: it has bullets."""
        self._mark: str | None = None
        """Of an item whose first text comes next."""
        self._quotes = 0

    def blocks(self) -> Iterator[Block]:
        for token in self._tokens:
            match token.type:
                case "heading_open":
                    yield Heading(min(int(token.tag[1:]), _DEEPEST), self._line())
                case "paragraph_open":
                    yield self._text(self._line())
                case "fence" | "code_block":
                    yield from (
                        self._text((Run(line, code=True),)) for line in token.content.splitlines()
                    )
                case "hr":
                    yield Divider()
                case "table_open":
                    yield self._table()
                case _:
                    self._nest(token)

    def _nest(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                number = self._lists[-1]
                self._mark = "•" if number is None else f"{number}."
                if number is not None:
                    self._lists[-1] = number + 1
            case "list_item_close":
                self._mark = None
            case "blockquote_open":
                self._quotes += 1
            case "blockquote_close":
                self._quotes -= 1

    def _text(self, line: Line) -> Block:
        if self._lists:
            mark, self._mark = self._mark or "", None
            return ListItem(mark, len(self._lists) - 1, line)
        return Paragraph(line, quoted=self._quotes > 0)

    def _line(self) -> Line:
        """Return the inline text that comes next."""
        return tuple(_runs(next(self._tokens).children or []))

    def _table(self) -> Table:
        rows: list[list[Line]] = []
        for token in self._tokens:
            match token.type:
                case "tr_open":
                    rows.append([])
                case "th_open" | "td_open":
                    rows[-1].append(self._line())
                case "table_close":
                    break
        return Table(tuple(rows[0]), tuple(map(tuple, rows[1:])))


def _runs(tokens: list[Token]) -> Iterator[Run]:
    strong = emphasis = 0
    link = ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                strong += token.nesting
            case "em_open" | "em_close":
                emphasis += token.nesting
            case "link_open":
                link = str(token.attrs.get("href", ""))
            case "link_close":
                link = ""
            case "hardbreak":
                yield Run("\n")
            case "softbreak":
                yield Run(" ")
            case _ if token.content:
                code = token.type == "code_inline"
                yield Run(token.content, strong > 0, emphasis > 0, code, link)
