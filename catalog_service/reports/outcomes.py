"""Reports as JSON and CSV have them; the same report is the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from catalog_service.answers import Shown
from catalog_service.csv_cells import BYTE_ORDER_MARK, csv_line
from catalog_service.reports.model import Counted, Line, Peer, Report, Reported
from catalog_service.reports.wording import Words
from catalog_service.shares import rounded_percent
from translations import Lang


class CountedAnswer(Shown):
    """``counted`` of ``whole`` on a day; of a plain count there is no whole, and no share.

    ``definition``: the version of the figure's definition; those of one version can be compared.
    """

    day: date
    counted: int
    whole: int | None
    percent: float | None
    definition: int


class AimAnswer(Shown):
    """What is to be reached, and the article that says so."""

    value: float
    since: date
    until: date | None
    article: dict[str, str]
    reached: bool | None


class PlaceAnswer(Shown):
    """Rank 1 is the highest share among those of the same kind; ``equal`` have the same."""

    rank: int
    equal: int
    of: int
    median: float


class FigureAnswer(Shown):
    """One figure: how it is made, what was counted, and how it moved.

    ``defined_since``: the first day that was counted as ``now`` was, where others were not.
    """

    figure: str
    rule: str | None
    label: dict[str, str]
    definition: dict[str, str]
    now: CountedAnswer
    before: CountedAnswer | None
    change: float | None
    defined_since: date | None
    aim: AimAnswer | None
    place: PlaceAnswer | None
    course: list[CountedAnswer]


class OrganizationAnswer(Shown):
    """As it was called on the report's day; the whole city has no IRI."""

    iri: str | None
    name: dict[str, str]
    kind: str


class DueAnswer(Shown):
    """What of a list was still to be done."""

    organization: OrganizationAnswer
    year: int
    cycle: str
    day: date
    late: bool
    """Whether that day was past; what is done with an unpublished list is not public."""
    done: date | None
    """The day on which it was done late."""


class PeerAnswer(Shown):
    """An organization's figures in the city's report."""

    organization: OrganizationAnswer
    figures: dict[str, CountedAnswer]
    changes: dict[str, float]


class ReportAnswer(Shown):
    """A report as of the end of a day."""

    period: str
    kind: str
    first: date
    last: date
    day: date
    whole: bool
    lasts: bool
    """Whether ``day`` was not over: its figures may still change."""
    notice: dict[str, str] | None
    """Of a period that is not over: until when it lasts, and up to when figures are."""
    organization: OrganizationAnswer
    figures: list[FigureAnswer]
    better: list[str]
    worse: list[str]
    due: list[DueAnswer]
    organizations: list[PeerAnswer]
    others: int


def report_answer(report: Report) -> ReportAnswer:
    """Return a report as JSON has it, in both languages."""
    words = {lang: Words(lang) for lang in ("zh", "en")}
    return ReportAnswer(
        period=report.period.name,
        kind=report.period.kind,
        first=report.period.first,
        last=report.period.last,
        day=report.day,
        whole=report.is_whole,
        lasts=report.lasts,
        notice={lang: one.unfinished(report) for lang, one in words.items()}
        if report.is_unfinished
        else None,
        organization=_organization(report.organization),
        figures=[_figure(one, words) for one in report.lines],
        better=[one.kind.name for one in report.better],
        worse=[one.kind.name for one in report.worse],
        due=[
            DueAnswer(
                organization=_organization(report.names[one.organization]),
                year=one.year,
                cycle=one.cycle,
                day=one.day,
                late=one.day < report.day,
                done=one.done,
            )
            for one in report.due
        ],
        organizations=[_peer(one) for one in report.peers],
        others=report.others,
    )


def as_json(report: Report) -> bytes:
    """Return the file."""
    return report_answer(report).model_dump_json(indent=2).encode() + b"\n"


def as_csv(report: Report, lang: Lang) -> bytes:
    """Return a table: a row for each figure of the organization, then of those in the city's."""
    words = Words(lang)
    period = words.period_cells(report)
    lines = [csv_line([*words.columns, *words.period_columns])]
    lines += [csv_line([*row, *period]) for row in rows(report, words)]
    return (BYTE_ORDER_MARK + "".join(lines)).encode()


def rows(report: Report, words: Words) -> Iterator[list[str]]:
    """Yield the rows under `Words.columns`."""
    for line in report.lines:
        then, aim, place = line.before, line.aim, line.place
        yield [
            words.name(report.organization),
            words.label(line.kind.name),
            line.kind.rule,
            line.now.day.isoformat(),
            *_numbers(line.now),
            "" if then is None else then.day.isoformat(),
            *(("", "", "") if then is None else _numbers(then)),
            words.number(line.change),
            "" if aim is None else words.number(aim.value),
            "" if place is None else f"{place.span}/{place.of}",
            "" if line.defined_since is None else line.defined_since.isoformat(),
        ]
    for peer in report.peers:
        for figure, now in peer.figures.items():
            yield [
                words.name(peer.organization),
                words.label(figure),
                "",
                now.day.isoformat(),
                *_numbers(now),
                *[""] * 4,
                words.number(peer.changes.get(figure)),
                *[""] * 3,
            ]


def _numbers(counted: Counted) -> tuple[str, str, str]:
    share = counted.percent
    return (
        str(counted.counted),
        "" if counted.whole is None else str(counted.whole),
        "" if share is None else f"{rounded_percent(share):.1f}",
    )


def _counted(one: Counted) -> CountedAnswer:
    share = one.percent
    return CountedAnswer(
        day=one.day,
        counted=one.counted,
        whole=one.whole,
        percent=None if share is None else rounded_percent(share, 2),
        definition=one.definition,
    )


def _figure(line: Line, words: Mapping[str, Words]) -> FigureAnswer:
    aim, place = line.aim, line.place
    return FigureAnswer(
        figure=line.kind.name,
        rule=line.kind.rule or None,
        label={lang: one.label(line.kind.name) for lang, one in words.items()},
        definition={lang: one.defined(line) for lang, one in words.items()},
        now=_counted(line.now),
        before=None if line.before is None else _counted(line.before),
        change=None if line.change is None else round(line.change, 2),
        defined_since=line.defined_since,
        aim=None
        if aim is None
        else AimAnswer(
            value=aim.value,
            since=aim.since,
            until=aim.until,
            article=dict(aim.article),
            reached=line.reached,
        ),
        place=None
        if place is None
        else PlaceAnswer(
            rank=place.rank, equal=place.equal, of=place.of, median=rounded_percent(place.median, 2)
        ),
        course=[_counted(one) for one in line.course],
    )


def _organization(one: Reported) -> OrganizationAnswer:
    return OrganizationAnswer(iri=one.iri or None, name=one.names, kind=one.kind)


def _peer(peer: Peer) -> PeerAnswer:
    return PeerAnswer(
        organization=_organization(peer.organization),
        figures={name: _counted(one) for name, one in peer.figures.items()},
        changes={name: round(change, 2) for name, change in peer.changes.items()},
    )
