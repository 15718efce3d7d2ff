"""The words of a report in one language, wherever it is written."""

from __future__ import annotations

from typing import Final

from catalog_service.open_list.model import Due
from catalog_service.quality.service import METRICS
from catalog_service.reports.model import Counted, Line, Report, Reported
from catalog_service.reports.period import Period
from catalog_service.shares import shown_percent
from catalog_service.site.labels import LABELS
from translations import N_, Lang, translator

_COLUMNS: Final = (
    N_("Organization"),
    N_("Figure"),
    N_("Rule"),
    N_("Day"),
    N_("Counted"),
    N_("Of"),
    N_("Per cent"),
    N_("Day before"),
    N_("Counted before"),
    N_("Of, before"),
    N_("Per cent before"),
    N_("Change"),
    N_("Aim"),
    N_("Place"),
    N_("Defined differently since"),
)
_OF_PERIOD: Final = (
    N_("Period"),
    N_("Period lasts until"),
    N_("Figures up to"),
    N_("State of the period"),
)

_OWED: Final = {
    "filed": N_("owed {owed:,}, filed {done:,}"),
    "opened": N_("owed {owed:,}, published {done:,}"),
}
_HEADINGS: Final = (N_("Figure"), N_("Now"), N_("Change"), N_("Aim"), N_("Place among peers"))


class Words:
    """Says what a report says."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        texts = translator(lang)
        self.gettext, self.ngettext, self.pgettext = texts.gettext, texts.ngettext, texts.pgettext

    @property
    def columns(self) -> list[str]:
        """The headings of the table of figures."""
        return [self.gettext(one) for one in _COLUMNS]

    @property
    def headings(self) -> list[str]:
        """The headings of the table that one reads."""
        return [self.gettext(one) for one in _HEADINGS]

    def label(self, figure: str) -> str:
        """Return what a figure is called."""
        group = "metric" if figure in METRICS else "report figure"
        return self.pgettext(group, LABELS[group][figure])

    def definition(self, figure: str, version: int | None = None) -> str:
        """Return how a figure is made; None: by the newest version of its definition."""
        group = "how" if figure in METRICS else "report how"
        texts = LABELS[group]
        return self.pgettext(group, texts.get(f"{figure} {version}", texts[figure]))

    def defined(self, line: Line) -> str:
        """Return how a line's figure is made, and since when it is where others were not."""
        text = self.definition(line.kind.name, line.now.definition)
        return f"{text} {self.redefined(line)}".rstrip()

    def redefined(self, line: Line) -> str:
        """Return since when a figure is defined as it is; empty where it always was in a line."""
        if line.defined_since is None:
            return ""
        return self.gettext(
            "Defined differently since {day}: earlier days are not compared with it.",
            day=line.defined_since.isoformat(),
        )

    def name(self, organization: Reported) -> str:
        """Return what an organization is called."""
        return organization.zh if self.lang == "zh" else organization.en

    def number(self, value: float | None) -> str:
        """Return a number with at most one decimal; nothing of nothing."""
        return "" if value is None else f"{value:.1f}".removesuffix(".0")

    def counted(self, one: Counted | None) -> str:
        """Return a figure as one reads it: a share with what it is of, or a number."""
        if one is None:
            return "–"
        if one.whole is None:
            return f"{one.counted:,}"
        if one.percent is None:
            return self.gettext("none can be judged")
        return f"{shown_percent(one.percent)} % ({one.counted:,}/{one.whole:,})"

    def owed(self, line: Line) -> str:
        """Return how many lists are owed, and what of them was done; empty of other figures.

        By their first definition lists were counted that were begun, and not those owed.
        """
        told = _OWED.get(line.kind.name)
        if told is None or not line.now.whole or line.now.definition == 1:
            return ""
        return self.gettext(told, owed=line.now.whole, done=line.now.counted)

    def now(self, line: Line) -> str:
        """Return a figure as it stands, as one reads it."""
        owed = self.owed(line)
        return f"{self.counted(line.now)}; {owed}" if owed else self.counted(line.now)

    def change(self, line: Line) -> str:
        """Return by how much a figure changed, with its sign, or why that cannot be said."""
        then, since = line.before, line.defined_since
        if then is not None and since is not None and then.definition != line.now.definition:
            return self.gettext("defined differently since {day}", day=since.isoformat())
        return self.signed(line.change, is_share=line.kind.is_share)

    def signed(self, change: float | None, *, is_share: bool) -> str:
        """Return a change with its sign; of a share in percentage points."""
        if change is None:
            return "–"
        text = f"{change:+.1f}" if is_share else f"{change:+,.0f}"
        return "0" if text in ("+0.0", "-0.0", "+0", "-0") else text

    def aim(self, line: Line) -> str:
        """Return what is to be reached, and whether it is."""
        if line.aim is None:
            return "–"
        value = f"{line.aim.value:g}"
        text = (
            self.gettext("at least {percent} %", percent=value)
            if line.kind.is_share
            else self.gettext("at least {number}", number=value)
        )
        if line.reached is None:
            return text
        told = self.gettext("reached") if line.reached else self.gettext("not reached")
        comma = self.pgettext("list", ", ")
        return f"{text}{comma}{told}"

    def place(self, line: Line) -> str:
        """Return the place among peers."""
        if line.place is None:
            return "–"
        return self.gettext(
            "{rank} of {of}; in the middle {median} %",
            rank=line.place.span,
            of=line.place.of,
            median=shown_percent(line.place.median),
        )

    def title(self, report: Report) -> str:
        """Return the title of a report."""
        return self.title_of(report.period, report.organization)

    def title_of(self, period: Period, organization: Reported) -> str:
        """Return the title of the report of a period."""
        kind = self.pgettext("report kind", LABELS["report kind"][period.kind])
        return self.gettext(
            "{kind} on open data, {period}: {organization}",
            kind=kind,
            period=period.name,
            organization=self.name(organization),
        )

    def span(self, report: Report) -> str:
        """Return which days it covers."""
        first, last = report.period.first.isoformat(), report.day.isoformat()
        if report.is_whole:
            return self.gettext("From {first} to {last}.", first=first, last=last)
        return self.gettext(
            "From {first} to {last}; the period ends on {end}.",
            first=first,
            last=last,
            end=report.period.last.isoformat(),
        )

    def unfinished(self, report: Report) -> str:
        """Return that a report is not of a whole period, and up to when its figures are."""
        told = []
        if not report.is_whole:
            told.append(
                self.gettext(
                    "This is not the report of the whole period: the period lasts until {end}; "
                    "figures up to {day}.",
                    end=report.period.last.isoformat(),
                    day=report.day.isoformat(),
                )
            )
        if report.lasts:
            told.append(
                self.gettext(
                    "{day} was not over: its figures may still change.",
                    day=report.day.isoformat(),
                )
            )
        return ("" if self.lang == "zh" else " ").join(told)

    @property
    def period_columns(self) -> list[str]:
        """The headings of what a table says of the period in each row."""
        return [self.gettext(one) for one in _OF_PERIOD]

    def period_cells(self, report: Report) -> list[str]:
        """Return what stands under these headings."""
        state = (
            self.pgettext("report period", "not over")
            if report.is_unfinished
            else self.pgettext("report period", "over")
        )
        days = (report.period.last.isoformat(), report.day.isoformat())
        return [report.period.name, *days, state]

    def due(self, report: Report, one: Due) -> str:
        """Return what of a list was to be done by when, and whether that day was past."""
        text = self.gettext(
            "{organization}, list of {year}: {what} by {day}",
            organization=self.name(report.names[one.organization]),
            year=one.year,
            what=self.pgettext("report due", LABELS["report due"][one.cycle]),
            day=one.day.isoformat(),
        )
        if one.day >= report.day:
            return text
        comma, late = self.pgettext("list", ", "), self.pgettext("report due", "late")
        if one.done is not None:
            late = self.pgettext("report due", "done late, on {day}", day=one.done.isoformat())
        return f"{text}{comma}{late}"

    def counted_as(self, report: Report) -> str:
        """Return of which day an organization's figures are, how they count, and what differs."""
        return self.gettext(
            "Figures are as of the last measured day up to {day}. An organization’s hold what lies "
            "below it and what it took over, each dataset once; measured quality by publisher, "
            "as of last night, has the publisher’s own datasets alone.",
            day=report.day.isoformat(),
        )

    @property
    def comparable(self) -> str:
        """What of figures may be compared."""
        return self.gettext(
            "Shares are compared, among departments or among districts: these have different "
            "tasks, and counts only tell their size. A share of few datasets moves much by one of "
            "them; how many it is of stands beside it. What a figure leaves out as not judged "
            "differs between organizations. No text weighs figures together, so no total is made."
        )

    @property
    def sources(self) -> str:
        """From what a report is made."""
        return self.gettext(
            "Made from what was measured up to the end of the day and kept by day, and from open "
            "lists as they stood then. What changes later changes no report of a day that is over."
        )
