"""A run's report as Markdown and as CSV, in either language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Final, TypeVar

from catalog_service.answers import Message
from catalog_service.clock import SHANGHAI
from catalog_service.csv_cells import BYTE_ORDER_MARK, csv_line
from catalog_service.duplicates.service import RULE as REPEATS_RULE
from catalog_service.rules.model import RuleFindings
from catalog_service.site.labels import LABELS
from catalog_service.sources.harvests.model import COUNTERS
from catalog_service.sources.labels import label
from catalog_service.sources.report import Report
from catalog_service.sources.report_model import (
    MEND,
    CityDataset,
    HeldRecord,
    RepeatedDataset,
    RepeatingRecord,
    ReportChange,
)
from catalog_service.sources.run_answers import ProblemAnswer
from catalog_service.sources.waiting_removals import WaitingRemoval
from ontology.languages import pick
from translations import Lang, translator

T = TypeVar("T")

MOST_LISTED: Final = 1_000
"""Entries of each list in Markdown; CSV has all."""

_COLUMNS: Final = (
    *("what", "source", "remote_id", "title", "code", "article", "place", "message", "url"),
)
_MARKS: Final = re.compile(r"([\\`*_\[\]<>|#~&])")
_SPACE: Final = re.compile(r"\s+")


def csv_lines(report: Report, lang: Lang) -> Iterator[str]:
    """Yield the lines of the table: what would be removed, changes, what waits, what repeats the
    city's, what was refused.

    A record that waits has a line for each rule that holds it back, one that repeats the city's for
    each dataset that it repeats.
    """
    yield BYTE_ORDER_MARK + csv_line(_COLUMNS)
    rows = chain(
        (_removal_row(one, lang) for one in report.all_removals()),
        (_change_row(one, lang) for one in report.all_changes()),
        chain.from_iterable(_held_rows(one, lang) for one in report.all_held()),
        chain.from_iterable(_repeating_rows(report, one, lang) for one in report.all_repeating()),
        (_problem_row(one, lang) for one in report.all_problems()),
    )
    for what, remote_id, *rest in rows:
        yield csv_line((what, report.run.source, remote_id, *rest))


def _removal_row(removal: WaitingRemoval, lang: Lang) -> tuple[str, ...]:
    title = pick(removal.title, lang)
    return ("to-remove", removal.remote_id, title, "", "", "", "", removal.url)


def _change_row(change: ReportChange, lang: Lang) -> tuple[str, ...]:
    title = pick(change.title, lang)
    return (change.effect, change.remote_id, title, "", "", "", "", change.url)


def _held_rows(held: HeldRecord, lang: Lang) -> Iterator[tuple[str, ...]]:
    title = pick(held.title, lang)
    for finding in held.findings:
        reason = (finding.rule, _in(finding.article, lang), _places(finding))
        message = _in(finding.message, lang)
        yield ("waiting", held.remote_id, title, *reason, message, held.url)
    for one in held.repeats:
        message = _repeats(one, lang)
        yield ("waiting", held.remote_id, title, REPEATS_RULE, "", "", message, held.url)
    for doubt in held.doubts:
        yield ("waiting", held.remote_id, title, "", "", "", _in(doubt, lang), held.url)


def _repeating_rows(
    report: Report, record: RepeatingRecord, lang: Lang
) -> Iterator[tuple[str, ...]]:
    rule = report.repeats_rule
    for one in record.repeats:
        message = translator(lang).gettext(
            "repeats “{title}” ({url}), sureness {score:.2f}: {reasons}",
            title=one.title,
            url=one.url,
            score=one.score,
            reasons=_reasons(one, lang),
        )
        reason = (rule.id, rule.source.en if lang == "en" else rule.source.zh, "", message)
        yield ("repeating", record.remote_id, record.title, *reason, record.url)


def _repeats(one: CityDataset, lang: Lang) -> str:
    return translator(lang).gettext(
        "repeats “{title}” ({url}), which the city publishes", title=one.title, url=one.url
    )


def _reasons(repeated: RepeatedDataset, lang: Lang) -> str:
    joiner = translator(lang).pgettext("reasons", "; ")
    return joiner.join(_in(reason, lang) for reason in repeated.reasons)


def _problem_row(problem: ProblemAnswer, lang: Lang) -> tuple[str, ...]:
    reason = (problem.code, "", problem.place or "", _in(problem.message, lang))
    return ("rejected", problem.remote_id or "", "", *reason, "")


def markdown(report: Report, lang: Lang) -> str:
    """Return the report as Markdown; of long lists the first entries."""
    return "".join(f"{line}\n" for line in _Markdown(report, lang).lines())


class _Markdown:
    """Writes one report in one language."""

    def __init__(self, report: Report, lang: Lang) -> None:
        self._report = report
        self._lang = lang
        self._texts = translator(lang)

    def lines(self) -> Iterator[str]:
        """Yield the lines."""
        _ = self._texts.gettext
        yield "# " + _("Run {run}", run=plain(self._report.run.id))
        yield ""
        yield from self._facts()
        yield from self._asked()
        yield from self._heading(_("What changed"))
        effects = self._report.effects()
        for effect, count in effects.items():
            yield _fact(self._called(effect), f"{count:,}")
        if not effects:
            yield _("Nothing.")
        yield ""
        yield from self._limited(self._report.all_changes(), self._change)
        if not self._report.steward:
            return
        yield from self._rules()
        yield from self._heading(_("What waits"))
        yield from self._limited(self._report.all_held(), self._held)
        yield from self._heading(_("What repeats the city’s"))
        yield from self._limited(self._report.all_repeating(), self._repeating)
        yield from self._heading(_("What was refused"))
        yield from self._limited(self._report.all_problems(), self._problem)
        yield from ("", plain(_in(MEND, self._lang)))

    def _rules(self) -> Iterator[str]:
        """Yield what the rules find, as a table, and how to mend it."""
        _, tallies = self._texts.gettext, self._report.rules()
        yield from self._heading(_("What the rules find"))
        if not tallies:
            yield _("Nothing.")
            return
        heads = (
            _("Rule"),
            _("Severity"),
            _("Article"),
            _("Held"),
            _("Taken in"),
            _("How to mend it"),
        )
        yield f"| {' | '.join(heads)} |"
        yield "|---" * len(heads) + "|"
        for one in tallies:
            cells = (
                f"{one.rule} {plain(_in(one.label, self._lang))}",
                self._label("severity", one.severity),
                plain(_in(one.article, self._lang)),
                f"{one.held:,}",
                f"{one.flagged:,}",
                plain(_in(one.message, self._lang)),
            )
            yield f"| {' | '.join(cells)} |"

    def _asked(self) -> Iterator[str]:
        """Yield what a steward is asked to remove, if anything."""
        removals, _ = self._report.removals(0, MOST_LISTED)
        if not removals:
            return
        yield from self._heading(self._texts.gettext("What would be removed"))
        count = self._report.renumbered()
        if count:
            yield from (renumbered_text(count, self._lang), "")
        yield from self._limited(self._report.all_removals(), self._removal)

    def _removal(self, removal: WaitingRemoval) -> Iterator[str]:
        title = plain(pick(removal.title, self._lang) or removal.remote_id)
        yield f"- [{title}](<{removal.url}>) {plain(removal.remote_id)}"

    def _facts(self) -> Iterator[str]:
        _, run = self._texts.gettext, self._report.detail()
        yield _fact(self._texts.pgettext("run", "Source"), plain(run.source))
        yield _fact(_("State"), self._called(run.status))
        yield _fact(_("Began"), time_of(run.started))
        if run.finished is not None:
            yield _fact(_("Ended"), time_of(run.finished))
        for name in COUNTERS:
            if run.counters is not None and run.counters.get(name):
                yield _fact(self._called(name), f"{run.counters[name]:,}")
        if run.error is not None:
            message = run.error.message
            told = "" if message is None else f" {plain(_in(message, self._lang))}"
            yield _fact(_("Reason"), f"`{run.error.code}`{told}")
        if run.decision is not None and run.decision.verdict is not None:
            verdict = self._label("verdict", run.decision.verdict)
            by, reason = plain(run.decision.actor or ""), plain(run.decision.reason or "")
            yield _fact(_("Decision"), f"{verdict} ({by}): {reason}")
        elif run.verdict is not None:
            yield _fact(_("Decision"), self._label("verdict", run.verdict))
        for remark in run.remarks or ():
            yield from ("", plain(_in(remark, self._lang)))

    @staticmethod
    def _heading(text: str) -> Iterator[str]:
        yield from ("", f"## {text}", "")

    def _limited(self, found: Iterable[T], write: Callable[[T], Iterator[str]]) -> Iterator[str]:
        for number, one in enumerate(found):
            if number == MOST_LISTED:
                yield self._texts.gettext("More stands in the CSV and JSON forms.")
                return
            yield from write(one)

    def _change(self, change: ReportChange) -> Iterator[str]:
        title = plain(pick(change.title, self._lang) or change.remote_id)
        yield f"- {self._called(change.effect)}: [{title}](<{change.url}>)"

    def _held(self, held: HeldRecord) -> Iterator[str]:
        title = plain(pick(held.title, self._lang) or held.remote_id)
        yield f"- [{title}](<{held.url}>)"
        for finding in held.findings:
            name, article = _in(finding.label, self._lang), _in(finding.article, self._lang)
            message, places = _in(finding.message, self._lang), _places(finding)
            where = f" `{places.replace('`', '')}`" if places else ""
            severity = self._label("severity", finding.severity)
            rule = f"{finding.rule} {plain(name)} ({plain(article)})"
            yield f"  - {severity}: {rule}{where}: {plain(message)}"
        for one in held.repeats:
            yield f"  - {plain(_repeats(one, self._lang))}"
        for doubt in held.doubts:
            yield f"  - {plain(_in(doubt, self._lang))}"

    def _repeating(self, record: RepeatingRecord) -> Iterator[str]:
        yield f"- [{plain(record.title)}](<{record.url}>)"
        rule = self._report.repeats_rule
        article = rule.source.en if self._lang == "en" else rule.source.zh
        for one in record.repeats:
            score, reasons = f"{one.score:.2f}", plain(_reasons(one, self._lang))
            repeated = f"[{plain(one.title)}](<{one.url}>)"
            yield f"  - {rule.id} ({plain(article)}) {repeated} {score}: {reasons}"

    def _problem(self, problem: ProblemAnswer) -> Iterator[str]:
        message = plain(_in(problem.message, self._lang))
        yield f"- {plain(problem.remote_id or '–')}: `{problem.code}`: {message}"

    def _called(self, name: str) -> str:
        return label(name, self._lang)

    def _label(self, group: str, value: str) -> str:
        return self._texts.pgettext(group, LABELS[group][value])


def renumbered_text(count: int, lang: Lang) -> str:
    """Return the doubt whether records to be removed came back under other identifiers."""
    return translator(lang).ngettext(
        "{count:,} new one has the same title: renumbered?",
        "{count:,} new ones have the same titles: renumbered?",
        count,
    )


def _fact(name: str, value: str) -> str:
    return f"- {name}: {value}"


def plain(text: str) -> str:
    """Return a text on one line in which nothing is Markdown or HTML."""
    return _MARKS.sub(r"\\\1", _SPACE.sub(" ", text).strip())


def time_of(moment: datetime) -> str:
    """Return a time as it is shown, in Shanghai's time, to the minute."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _in(message: Message, lang: Lang) -> str:
    return message.zh if lang == "zh" else message.en


def _places(finding: RuleFindings) -> str:
    """Return the properties in which a rule finds something, each once."""
    return ", ".join(dict.fromkeys(spot.path for spot in finding.spots if spot.path))
