"""A report as a document, which is written for Word, as PDF or as a page to keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from catalog_service.documents.model import (
    Block,
    Document,
    Heading,
    ListItem,
    Paragraph,
    Run,
    Table,
)
from catalog_service.reports.model import KINDS, Counted, Line, Report
from catalog_service.reports.wording import Words
from catalog_service.shares import shown_percent
from translations import Lang

_IN_CITYS: Final = ("datasets", "on-time", "machine-readable", "api", "on-list")
"""Figures that the city's report has of each organization; CSV and JSON have all."""

_BESIDE: Final = 5
"""Courses that stand beside each other: more have no room on paper."""


def document_of(report: Report, lang: Lang) -> Document:
    """Return the document; the same report makes the same one."""
    words = Words(lang)
    return Document(
        title=words.title(report),
        language=lang,
        day=report.day,
        blocks=tuple(_blocks(report, words)),
        footer=words.title(report),
    )


def _blocks(report: Report, words: Words) -> Iterator[Block]:
    yield Heading(1, (Run(words.title(report)),))
    yield _paragraph(words.span(report))
    if report.is_unfinished:
        yield Paragraph((Run(words.unfinished(report), strong=True),))
    yield Heading(2, (Run(words.gettext("Figures")),))
    yield _table(
        words.headings,
        (
            [
                words.label(one.kind.name),
                words.now(one),
                words.change(one),
                words.aim(one),
                words.place(one),
            ]
            for one in report.lines
        ),
    )
    yield _paragraph(words.counted_as(report))
    yield _paragraph(words.comparable)
    yield from _moves(report, words)
    yield from _due(report, words)
    if report.peers:
        yield from _peers(report, words)
    yield from _courses(report, words)
    yield Heading(2, (Run(words.gettext("How the figures are made")),))
    for one in report.lines:
        yield Paragraph(
            (
                Run(words.label(one.kind.name), strong=True),
                Run(words.pgettext("label", ": ")),
                Run(words.defined(one)),
                *_article(one, words),
            )
        )
    yield _paragraph(words.sources)


def _article(line: Line, words: Words) -> tuple[Run, ...]:
    if line.aim is None:
        return ()
    text = words.gettext(
        "Aim from {day}, {article}.",
        day=line.aim.since.isoformat(),
        article=line.aim.article[words.lang],
    )
    return (Run(f" {text}"),)


def _moves(report: Report, words: Words) -> Iterator[Block]:
    yield Heading(2, (Run(words.gettext("What got better, and what worse")),))
    if not any(one.before is not None for one in report.lines):
        yield _paragraph(words.gettext("The period before was not measured."))
        return
    for title, lines in (
        (words.gettext("Better"), report.better),
        (words.gettext("Worse"), report.worse),
    ):
        told = [f"{words.label(one.kind.name)} {words.change(one)}" for one in lines]
        text = words.pgettext("list", ", ").join(told) or words.gettext("nothing")
        yield Paragraph((Run(title, strong=True), Run(words.pgettext("label", ": ")), Run(text)))


def _due(report: Report, words: Words) -> Iterator[Block]:
    yield Heading(2, (Run(words.gettext("What is due, and what was late")),))
    if not report.due:
        yield _paragraph(words.gettext("No list that was begun waits to be filed or published."))
    for one in report.due:
        yield ListItem("•", 0, (Run(words.due(report, one)),))


def _peers(report: Report, words: Words) -> Iterator[Block]:
    yield Heading(2, (Run(words.gettext("Departments and districts")),))
    shown = [name for name in _IN_CITYS if any(name in peer.figures for peer in report.peers)]
    yield _table(
        [words.gettext("Organization"), *(words.label(one) for one in shown)],
        (
            [
                words.name(peer.organization),
                *(
                    _with_change(peer.figures.get(one), peer.changes.get(one), one, words)
                    for one in shown
                ),
            ]
            for peer in report.peers
        ),
    )
    if report.others:
        yield _paragraph(
            words.ngettext(
                "{count} other publisher is counted in the city’s figures alone.",
                "{count} other publishers are counted in the city’s figures alone.",
                report.others,
            )
        )


def _with_change(now: Counted | None, change: float | None, figure: str, words: Words) -> str:
    text = words.counted(now)
    moved = words.signed(change, is_share=KINDS[figure].is_share)
    return text if moved in ("–", "0") else f"{text} {moved}"


def _courses(report: Report, words: Words) -> Iterator[Block]:
    yield Heading(2, (Run(words.gettext("Course within the period")),))
    days = sorted({one.day for line in report.lines for one in line.course})
    lines = [line for line in report.lines if line.kind.is_share]
    for part in range(0, len(lines), _BESIDE):
        shown = lines[part : part + _BESIDE]
        by_day = [{one.day: one for one in line.course} for line in shown]
        yield _table(
            [words.gettext("Day"), *(words.label(line.kind.name) for line in shown)],
            (
                [
                    day.isoformat(),
                    *(_share(found[day].percent) if day in found else "–" for found in by_day),
                ]
                for day in days
            ),
        )


def _share(percent: float | None) -> str:
    return "–" if percent is None else f"{shown_percent(percent)} %"


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    return Table(
        tuple((Run(one),) for one in headings),
        # A number and its sign stay together.
        tuple(tuple((Run(cell.replace(" %", "\u00a0%")),) for cell in row) for row in rows),
    )
