"""``atlas rules``: the register of rules, and what a changed rule would do."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import (
    EXIT_FINDINGS,
    Output,
    chosen,
    gettext,
    ngettext,
    pgettext,
    severity_name,
)
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from catalog_service.rules.service import RuleDetail
    from shapes.impact import Impact

app = typer.Typer(no_args_is_help=True, help="The open-list rules.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
MAX_LISTED = 1_000


_COLUMNS = (
    *("id", "levels", "status", "severity", "label", "message", "article", "judged"),
    *("since", "until", "parameters", "turtle"),
)


def _row(detail: RuleDetail, *, turtle: bool = False) -> dict[str, object]:
    """Return a rule as printed with ``--json``."""
    found = detail.model_dump(mode="json")
    return {name: found[name] for name in (_COLUMNS if turtle else _COLUMNS[:-1])}


@app.command("list")
def list_rules(json: Json = False) -> None:
    """List all rules with severity, name and article."""
    from catalog_service.rules.service import rule_detail
    from shapes.rules import Rules

    out = Output(as_json=json)
    rules = Rules.load()
    out.result({"rules": [_row(rule_detail(rule)) for rule in rules]})
    # Days, level and status stand in `rules show`: with them no row fits a usual terminal.
    out.table(
        gettext("id severity label article").split(),
        [(r.id, severity_name(r.severity), chosen(r.label), chosen(r.source)) for r in rules],
    )
    out.remark(
        gettext("days in force, level, status and shape: atlas rules show ID; of all rules: --json")
    )


def _whole(rule_id: str) -> str:
    """Return ``R04`` for ``r4``: as it is said, the id needs neither capital nor zero."""
    number = rule_id[1:]
    if rule_id[:1] in ("R", "r") and number.isascii() and number.isdigit():
        return f"R{int(number):02d}" if len(number) < 9 else rule_id
    return rule_id


@app.command("show")
def show_rule(rule_id: Annotated[str, typer.Argument(metavar="ID")], json: Json = False) -> None:
    """Show one rule: what it demands, from which article, its shape and its examples."""
    from catalog_service.rules.service import rule_detail
    from shapes.rules import Rules

    out = Output(as_json=json)
    rule = Rules.load().get(_whole(rule_id))
    detail = rule_detail(rule)
    out.result(_row(detail, turtle=True))
    out.text(f"{rule.id}  {rule.label.zh} · {rule.label.en}")
    out.text(f"{'+'.join(rule.levels)}  {severity_name(rule.severity)}  {rule.status}")
    out.text(f"{rule.in_force.start} – {rule.in_force.end or '…'}")
    for text in (rule.message, rule.source, rule.judged):
        if text is not None:
            out.text(text.zh)
            out.text(text.en)
    out.text()
    out.text(detail.turtle)


@app.command("impact")
def impact(
    file: Annotated[Path, typer.Argument(help="A changed or new rule file, or a folder of them.")],
    json: Json = False,
) -> None:
    """Say which records would change their verdict. Changes nothing; exit 1 where some would."""
    from catalog_service.rules.service import severity_changes
    from catalog_service.stored_records import latest_records
    from harvesters.errors import FILE_MISSING
    from shapes.impact import impact as measure_impact
    from shapes.impact import proposed

    out = Output(as_json=json)
    if not file.exists():
        raise AtlasError(FILE_MISSING, file=str(file))
    began = time.perf_counter()
    with existing() as atlas:
        result = measure_impact(
            atlas.rules,
            proposed(atlas.rules, file),
            latest_records(atlas.journal),
            atlas.clock.today(),
        )
    seconds = time.perf_counter() - began
    stricter = [c.record for c in result.verdicts if not c.after]
    milder = [c.record for c in result.verdicts if c.after]
    severities = severity_changes(result.changes)
    out.result(
        {
            "rules": list(result.rules),
            "day": result.day.isoformat(),
            "records": result.records,
            "seconds": round(seconds, 3),
            "changed": len(result.changes),
            "newly_violating": len(stricter),
            "no_longer_violating": len(milder),
            "appeared": result.appeared,
            "disappeared": result.disappeared,
            "severity_changed": [
                {"rule": rule, "from": before, "to": after, "records": count}
                for (rule, before, after), count in sorted(severities.items())
            ],
            "records_changed": [c.record for c in result.changes][:MAX_LISTED],
            "records_newly_violating": stricter[:MAX_LISTED],
            "records_no_longer_violating": milder[:MAX_LISTED],
        }
    )
    out.text(
        ngettext(
            "{count} record in {seconds:.1f} s; rules that differ: {rules}",
            "{count} records in {seconds:.1f} s; rules that differ: {rules}",
            result.records,
            seconds=seconds,
            rules=pgettext("list", ", ").join(result.rules) or pgettext("rules", "none"),
        )
    )
    out.text(
        gettext(
            "{stricter} would no longer conform, {milder} would conform now",
            stricter=len(stricter),
            milder=len(milder),
        )
    )
    _print_findings(out, result, severities)
    for iri in stricter[:10]:
        out.text(f"  − {iri}")
    for iri in milder[:10]:
        out.text(f"  + {iri}")
    if result.changes:
        raise typer.Exit(EXIT_FINDINGS)


def _print_findings(out: Output, result: Impact, severities: Counter[tuple[str, str, str]]) -> None:
    """Print what appears and disappears by rule, also where no verdict turns on it."""
    out.text(
        ngettext(
            "the findings of {count} record would change",
            "the findings of {count} records would change",
            len(result.changes),
        )
    )
    for rule in sorted(result.appeared.keys() | result.disappeared.keys()):
        new, gone = result.appeared.get(rule, 0), result.disappeared.get(rule, 0)
        out.text(
            gettext(
                "  {rule}: {new}, {gone}",
                rule=rule,
                new=ngettext("{count} appears", "{count} appear", new),
                gone=ngettext("{count} vanishes", "{count} vanish", gone),
            )
        )
    for (rule, before, after), count in sorted(severities.items()):
        out.text(
            ngettext(
                "  {rule}: {before} becomes {after} in {count} record",
                "  {rule}: {before} becomes {after} in {count} records",
                count,
                rule=rule,
                before=severity_name(before),
                after=severity_name(after),
            )
        )
    shown = {c.record for c in result.verdicts}
    for change in [c for c in result.changes if c.record not in shown][:10]:
        out.text(f"  ~ {change.record}")


@app.command("measure")
def measure_rules(json: Json = False) -> None:
    """Measure how many public records pass today, as the worker does while a day lasts.

    A day that is over is not measured again.
    """
    from catalog_service.rule_work.service import measure

    out = Output(as_json=json)
    with existing() as atlas:
        began = time.perf_counter()
        day = measure(atlas)
        seconds = time.perf_counter() - began
    out.result({"day": None if day is None else day.isoformat(), "seconds": round(seconds, 3)})
    if day is None:
        out.text(gettext("a later day was measured already: nothing is written"))
    else:
        out.text(gettext("{day} measured in {seconds:.1f} s", day=day.isoformat(), seconds=seconds))


@app.command("recheck")
def recheck(
    source_id: Annotated[str, typer.Argument(metavar="SOURCE")], json: Json = False
) -> None:
    """Hold a source's records against the rules of today, after these have changed.

    Findings are brought up to date; a waiting version that conforms now is released.
    """
    from catalog_service.console.projecting import projecting
    from harvesters.protocols import Submission

    out = Output(as_json=json)
    with existing() as atlas:
        submission = Submission(source=source_id, actor="cli", reason="recheck")
        with projecting(atlas, beside=False):
            statuses = Counter(outcome.status for outcome in atlas.catalog.recheck(submission))
    out.result({"source": source_id, "read": statuses.total(), "released": statuses["updated"]})
    out.text(
        gettext(
            "{checked} checked, {released} released",
            checked=statuses.total(),
            released=statuses["updated"],
        )
    )
