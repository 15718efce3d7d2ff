"""Writes a document as one HTML file that stands alone: to be kept, mailed or printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from catalog_service.documents.model import (
    Block,
    Divider,
    Document,
    Heading,
    Line,
    ListItem,
    Paragraph,
    Run,
    Table,
)

MEDIA_TYPE: Final = "text/html"

_STYLE: Final = (
    'body{font-family:"PingFang SC","Noto Sans SC","Microsoft YaHei",sans-serif;line-height:1.6;'
    "max-width:64rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}"
    "th,td{border:1px solid #999;padding:.25rem .5rem;text-align:left;vertical-align:top}"
    "footer{margin-top:2rem;font-size:.875rem}"
)
_TAGS: Final = {"zh": "zh-CN", "en": "en"}
_INDENT: Final = 1.5
"""Of an item, in em for each step of depth."""


def write_web(document: Document) -> bytes:
    """Return the file, in UTF-8; the same document is the same bytes."""
    return (
        f'<!doctype html>\n<html lang="{_TAGS[document.language]}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(document.title)}</title><style>{_STYLE}</style></head>\n<body>\n<main>\n"
        + "\n".join(map(_block, document.blocks))
        + f"\n</main>\n<footer>{escape(document.footer)}</footer>\n</body>\n</html>\n"
    ).encode()


def _block(block: Block) -> str:
    match block:
        case Heading(level, line):
            return f"<h{level}>{_line(line)}</h{level}>"
        case Paragraph(line, quoted):
            text = f"<p>{_line(line)}</p>"
            return f"<blockquote>{text}</blockquote>" if quoted else text
        case ListItem(mark, depth, line):
            # Marks and depth are the document's own: there is no list to open or close.
            left = _INDENT * (depth + 1)
            return f'<p style="margin:0 0 0 {left:g}em">{escape(mark)} {_line(line)}</p>'
        case Table(headings, rows):
            head = "".join(f'<th scope="col">{_line(one)}</th>' for one in headings)
            return f"<table><thead><tr>{head}</tr></thead><tbody>{_rows(rows)}</tbody></table>"
        case Divider():
            return "<hr>"


def _rows(rows: Iterable[Iterable[Line]]) -> str:
    return "".join(f"<tr>{''.join(_cells(row))}</tr>" for row in rows)


def _cells(row: Iterable[Line]) -> Iterator[str]:
    for number, cell in enumerate(row):
        text = _line(cell)
        yield f"<td>{text}</td>" if number else f'<th scope="row">{text}</th>'


def _line(line: Line) -> str:
    return "".join(map(_run, line))


def _run(run: Run) -> str:
    text = escape(run.text).replace("\n", "<br>")
    for name, wanted in (("code", run.code), ("em", run.emphasis), ("strong", run.strong)):
        if wanted:
            text = f"<{name}>{text}</{name}>"
    if run.link.startswith(("https://", "http://")):
        text = f'<a href="{escape(run.link)}">{text}</a>'
    return text
