"""``atlas vocabulary``: values that no vocabulary knows, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import EXIT_FINDINGS, Output, gettext

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from catalog_service.vocabulary_work.model import Decision, Work

app = typer.Typer(no_args_is_help=True, help="Values that no vocabulary knows, and what they mean.")

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
FieldName = Annotated[
    str, typer.Argument(metavar="FIELD", help="publisher, theme, frequency, format, place …")
]
ValueText = Annotated[str, typer.Argument(metavar="TEXT", help="The value as records give it.")]
OfSource = Annotated[str | None, typer.Option("--source", help="Only for records of this source.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The decision's number.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stays with the decision.")]


@app.command("list")
def list_values(
    field: Annotated[str | None, typer.Option(help="Only of this field.")] = None,
    source: OfSource = None,
    text: Annotated[str, typer.Option(help="A part of the text.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many.")] = 40,
    json: Json = False,
) -> None:
    """List values that no vocabulary knows, those of most records first. Exit 1 where some are."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.vocabulary_work.outcomes import unmapped_answer
    from catalog_service.vocabulary_work.service import Wanted, unmapped
    from catalog_service.vocabulary_work.tally import Tally

    out = Output(as_json=json)
    with existing() as atlas:
        Tally(atlas.journal).catch_up()
        found = unmapped(atlas, OPERATOR, Wanted(field, source, text), limit=limit)
    out.result(unmapped_answer(found).model_dump(mode="json"))
    out.table(
        gettext("field text records sources decided").split(),
        [
            (
                one.field,
                one.text,
                str(one.records),
                " ".join(one.sources),
                "–" if one.decision is None else f"{one.decision.number} {one.decision.state}",
            )
            for one in found.values
        ],
    )
    out.text("  ".join(f"{name} {count}" for name, count in found.counts.items()))
    if found.total:
        raise typer.Exit(EXIT_FINDINGS)


@app.command("show")
def show(field: FieldName, text: ValueText, json: Json = False) -> None:
    """Show one value: its records, and the concepts that it may mean, with the reasons."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.vocabulary_work.outcomes import value_answer
    from catalog_service.vocabulary_work.service import examples, suggested, value_named
    from catalog_service.vocabulary_work.tally import Tally

    out = Output(as_json=json)
    with existing() as atlas:
        Tally(atlas.journal).catch_up()
        value = value_named(atlas, OPERATOR, field, text)
        records = [record.iri for record in examples(atlas, OPERATOR, value)]
        found = suggested(atlas, field, value.text)
    out.result(value_answer(value, records, found).model_dump(mode="json"))
    out.text(f"{value.text}  {value.records}  {' '.join(value.sources)}")
    out.table(
        gettext("concept label because like").split(),
        [(f"{s.concept.scheme}/{s.concept.notation}", s.concept.zh, s.why, s.label) for s in found],
    )
    for iri in records:
        out.text(iri)


@app.command("map")
def map_value(
    field: FieldName,
    text: ValueText,
    concept: Annotated[
        str | None,
        typer.Argument(metavar="CONCEPT", help="IRI, SCHEME/NOTATION or label."),
    ] = None,
    no_concept: Annotated[
        bool, typer.Option("--no-concept", help="The value means no concept.")
    ] = False,
    source: OfSource = None,
    reason: Why = "",
    preview: Annotated[bool, typer.Option("--preview", help="Say what would happen.")] = False,
    json: Json = False,
) -> None:
    """Say what a value means, and map the records that are there anew."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.vocabulary_work.outcomes import preview_answer
    from catalog_service.vocabulary_work.service import Ask, decide, look_ahead
    from catalog_service.vocabulary_work.tally import Tally

    if (concept is None) != no_concept:
        raise typer.BadParameter(gettext("a concept, or --no-concept"), param_hint="CONCEPT")
    if not preview and not reason.strip():
        raise typer.BadParameter(gettext("say why"), param_hint="--reason")
    out = Output(as_json=json)
    ask = Ask(field, text, concept, source, reason.strip())
    with existing() as atlas:
        Tally(atlas.journal).catch_up()
        if not preview:
            _done(out, atlas, decide(atlas, OPERATOR, ask))
            return
        found = look_ahead(atlas, OPERATOR, ask)
    out.result(preview_answer(found).model_dump(mode="json"))
    out.text(
        gettext(
            "{records} records have it; tried on {tried}:", records=found.records, tried=found.tried
        )
    )
    out.text("  ".join(f"{name} {count}" for name, count in found.statuses.items()))
    for heading, rules in (
        (gettext("find it no more"), found.passing),
        (gettext("find something new"), found.failing),
    ):
        if rules:
            told = "  ".join(f"{rule} {count}" for rule, count in sorted(rules.items()))
            out.text(f"{heading}: {told}")
    for error in found.refused:
        out.remark(str(error))


@app.command("decisions")
def list_decisions(
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those that wait for release.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many.")] = 1_000,
    json: Json = False,
) -> None:
    """List what was decided about values, the newest first."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.vocabulary_work.outcomes import decision_answer
    from catalog_service.vocabulary_work.service import count_decisions, decisions_for

    out = Output(as_json=json)
    with existing() as atlas:
        found = decisions_for(atlas, OPERATOR, waiting=waiting, limit=limit)
        total = count_decisions(atlas, OPERATOR, waiting=waiting)
    told = [decision_answer(one).model_dump(mode="json") for one in found]
    out.result({"total": total, "decisions": told})
    out.table(
        gettext("number field text concept source state").split(),
        [
            (str(o.number), o.field, o.text, o.concept or "–", o.source or "–", o.state)
            for o in found
        ],
    )


@app.command("release")
def release(number: Number, reason: Why, json: Json = False) -> None:
    """Release a decision that waits for somebody else."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.vocabulary_work.service import release as release_decision

    out = Output(as_json=json)
    with existing() as atlas:
        _done(out, atlas, release_decision(atlas, OPERATOR, number, reason))


@app.command("refuse")
def refuse(number: Number, reason: Why, json: Json = False) -> None:
    """Refuse a decision that waits, or take one's own back."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.vocabulary_work.service import refuse as refuse_decision

    out = Output(as_json=json)
    with existing() as atlas:
        _done(out, atlas, refuse_decision(atlas, OPERATOR, number, reason))


@app.command("undo")
def undo(number: Number, reason: Why, json: Json = False) -> None:
    """End a decision that is in force, and map its records back."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.vocabulary_work.service import undo as undo_decision

    out = Output(as_json=json)
    with existing() as atlas:
        _done(out, atlas, undo_decision(atlas, OPERATOR, number, reason))


def _done(out: Output, atlas: Atlas, decision: Decision) -> None:
    """Map the records that a step is about, here or by the running worker, and tell it."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.console.projecting import projecting
    from catalog_service.vocabulary_work.outcomes import decision_answer
    from catalog_service.vocabulary_work.service import decision_named, map_waiting

    work: list[Work] = []
    if decision.state in ("released", "undone") and decision.concept is not None:
        with projecting(atlas, beside=False):
            map_waiting(atlas, number=decision.number)
    _, work = decision_named(atlas, OPERATOR, decision.number)
    out.result(decision_answer(decision, work, told=True).model_dump(mode="json"))
    out.text(gettext("decision {number}: {state}", number=decision.number, state=decision.state))
    for one in work:
        out.text(f"{one.direction} {one.source} {one.state} {one.run or '–'} {one.changed}")
