"""``atlas duplicates``: records that repeat each other, and what stewards decide about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from catalog_service.console.opening import existing
from catalog_service.console.output import EXIT_FINDINGS, Output, gettext, language

if TYPE_CHECKING:
    from catalog_service.duplicates.model import JudgedPair, Side, Verdict
    from search.duplicates.model import Kind


class _DuplicatesGroup(TyperGroup):
    """``atlas duplicates --source ID`` is short for ``atlas duplicates list --source ID``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_DuplicatesGroup, help="Records that repeat each other, city and districts.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Iri = Annotated[str, typer.Argument(metavar="IRI", help="The record's IRI, or SOURCE/ID.")]


@app.command("list")
def list_duplicates(
    source: Annotated[str | None, typer.Option(help="Only pairs with a record of it.")] = None,
    relation: Annotated[
        str | None, typer.Option(help="Only this: repeats-city, replica, edition or variant.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many.")] = 40,
    json: Json = False,
) -> None:
    """List pairs of public records. Exit 1 where a district's record repeats the city's."""
    from catalog_service.duplicates.outcomes import pairs_answer
    from catalog_service.duplicates.service import list_pairs

    kind = _kind(relation)
    out = Output(as_json=json)
    with existing() as atlas:
        found = list_pairs(atlas, source=source, relation=kind, limit=limit)
    out.result(pairs_answer(found).model_dump(mode="json"))
    out.table(
        gettext("relation score record repeats-or-resembles decided").split(),
        [_row(pair) for pair in found.pairs],
    )
    out.text("  ".join(f"{name} {count}" for name, count in found.counts.items()))
    if found.counts["repeats-city"]:
        raise typer.Exit(EXIT_FINDINGS)


@app.command("show")
def show(iri: Iri, json: Json = False) -> None:
    """Show the pairs of one record, side by side, with the reasons."""
    from catalog_service.duplicates.outcomes import pairs_answer
    from catalog_service.duplicates.service import pairs_of
    from catalog_service.duplicates.wording import reason_text, relation_text
    from catalog_service.stored_records import record_iri

    out = Output(as_json=json)
    with existing() as atlas:
        found = pairs_of(atlas, record_iri(atlas.settings.base_iri, iri))
    out.result(pairs_answer(found).model_dump(mode="json"))
    for pair in found.pairs:
        words = relation_text(pair.relation, language())
        out.text(f"{pair.relation}  {pair.score:.2f}  {words}")
        for side in (pair.one, pair.other):
            out.text(f"  {_named(side)}  {side.title}  {' · '.join(side.publishers)}")
        for reason in pair.reasons:
            out.text(f"    {reason_text(reason, language())}")
        if pair.decision is not None:
            out.text("    " + gettext("decided: {reason}", reason=pair.decision.reason))


@app.command("decide")
def decide(
    one: Iri,
    other: Annotated[str, typer.Argument(metavar="IRI", help="The other record.")],
    relation: Annotated[
        str,
        typer.Argument(
            metavar="RELATION",
            help="repeats-city (the first repeats the second), replica, edition, variant or none.",
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why; it stays with the decision.")],
    json: Json = False,
) -> None:
    """Decide what two records are to each other; it holds against what is computed."""
    from catalog_service.duplicates.outcomes import decision_answer
    from catalog_service.duplicates.service import decide as decide_pair
    from catalog_service.duplicates.service import let_through
    from catalog_service.stored_records import record_iri

    verdict = _verdict(relation)
    if not reason.strip():
        raise typer.BadParameter(gettext("say why"), param_hint="--reason")
    out = Output(as_json=json)
    with existing() as atlas:
        made = decide_pair(
            atlas,
            record_iri(atlas.settings.base_iri, one),
            record_iri(atlas.settings.base_iri, other),
            verdict,
            reason=reason.strip(),
            actor="cli",
        )
        freed = let_through(atlas, made)
        if freed:
            atlas.bring_up(freed[-1].seq)
    released = [outcome.iri for outcome in freed]
    out.result({**decision_answer(made).model_dump(mode="json"), "released": released})
    out.text(f"{made.one}\n{made.other}\n{made.relation}")
    for iri in released:
        out.text(gettext("waits no more: {record}", record=iri))


@app.command("decisions")
def list_decisions(json: Json = False) -> None:
    """List every decision ever made, the oldest first: labels for measuring and tuning."""
    from catalog_service.duplicates.outcomes import decision_answer
    from catalog_service.duplicates.service import decisions

    out = Output(as_json=json)
    with existing() as atlas:
        made = decisions(atlas)
    out.result({"decisions": [decision_answer(one).model_dump(mode="json") for one in made]})
    out.table(
        gettext("record other relation reason").split(),
        [(one.one, one.other, one.relation, one.reason) for one in made],
    )


def _kind(given: str | None) -> Kind | None:
    from search.duplicates.model import KINDS

    for kind in KINDS:
        if given == kind:
            return kind
    if given is not None:
        raise typer.BadParameter(", ".join(KINDS), param_hint="--relation")
    return None


def _verdict(given: str) -> Verdict:
    from catalog_service.duplicates.model import VERDICTS

    for verdict in VERDICTS:
        if given == verdict:
            return verdict
    raise typer.BadParameter(", ".join(VERDICTS), param_hint="RELATION")


def _row(pair: JudgedPair) -> tuple[str, str, str, str, str]:
    return (
        pair.relation,
        f"{pair.score:.2f}",
        f"{_named(pair.one)} {pair.one.title}",
        f"{_named(pair.other)} {pair.other.title}",
        "✓" if pair.decision is not None else "–",
    )


def _named(side: Side) -> str:
    return f"{side.source}/{side.remote_id}"
