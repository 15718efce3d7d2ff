"""Findings as a steward reads them: by severity, by rule with title and article, by field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, get_args

from catalog_service.console.output import Output, chosen, gettext, ngettext, pgettext
from catalog_service.rules.validation import PlacedFinding
from ontology.errors import FilePosition
from shapes.report import Severity
from shapes.rules import Rules
from translations import N_

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""The severities, gravest first."""

WIDTH: Final = 300
"""Characters of one line."""

_HEADINGS: Final = {
    "Violation": N_("Violations: to be mended; an enforcing gate holds the record"),
    "Warning": N_("Warnings: better mended; nothing is held back"),
    "Info": N_("Hints"),
}


def print_findings(
    out: Output, rules: Rules, findings: Mapping[str, Sequence[PlacedFinding]], limit: int | None
) -> None:
    """Print findings, given by rule id; ``limit`` is how many places of one field are named.

    A rule with findings of two severities is printed under both.
    """
    for severity in SEVERITIES:
        of_this = {
            rule_id: found
            for rule_id, listed in sorted(findings.items())
            if (found := [f for f in listed if f.severity == severity])
        }
        if not of_this:
            continue
        heading = gettext(_HEADINGS[severity])
        out.text(f"{heading} ({len(of_this)})")
        for rule_id, found in of_this.items():
            _print_rule(out, rules, rule_id, found, limit)
        out.text()


def _print_rule(
    out: Output, rules: Rules, rule_id: str, found: Sequence[PlacedFinding], limit: int | None
) -> None:
    rule = rules.get(rule_id)
    records = len({finding.record for finding in found})
    count = gettext(
        "{found} in {records}",
        found=len(found),
        records=ngettext("{count} record", "{count} records", records),
    )
    out.text(f"  {rule_id}  {chosen(rule.label)}  [{chosen(rule.source)}]  {count}")
    out.text(f"    {chosen(rule.message)}")
    by_field: dict[str, list[PlacedFinding]] = defaultdict(list)
    for finding in found:
        by_field[finding.field or ""].append(finding)
    # Fields at fault in the same places, each without a value, are named once: a list without some
    # columns would repeat all of its rows for each of them.
    alike: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for name, places in by_field.items():
        alike[tuple((f.record, f.file, f.line, f.column, f.value) for f in places)].append(name)
    for names in alike.values():
        places = by_field[names[0]]
        whole = gettext("(whole record)")
        named = pgettext("list", ", ").join(name or whole for name in names)
        each = gettext("each ") if len(names) > 1 else ""
        out.text(f"    {named}  {each}×{len(places)}")
        for finding in places[:limit]:
            place = FilePosition(finding.file, finding.line, finding.column)
            value = "" if finding.value is None else f"  {finding.value}"
            out.text(f"      {place}  {finding.remote_id}{value}"[:WIDTH])
            if finding.excepted is not None:
                until, reason = finding.excepted.until.isoformat(), finding.excepted.reason
                told = gettext("excepted until {day}, because: {reason}", day=until, reason=reason)
                out.text(f"        {told}"[:WIDTH])
        if limit is not None and len(places) > limit:
            out.text(f"      {more(len(places))}")


def more(count: int) -> str:
    """Return the line that counts what is not printed."""
    return gettext("… {count} in all (--all lists them, --json is always complete)", count=count)
