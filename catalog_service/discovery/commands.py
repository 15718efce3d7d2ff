"""``atlas search``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, cast

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext, language, ngettext, pgettext
from catalog_service.discovery.errors import FILTER_INVALID
from ontology.errors import AtlasError
from search.facets import FACETS
from search.limits import MAX_LIMIT
from search.model import Hit, Query

if TYPE_CHECKING:
    from translations import Lang

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search")(search)


def _filters(given: list[str]) -> dict[str, tuple[str, ...]]:
    from search.facets import expand

    chosen: dict[str, tuple[str, ...]] = {}
    for text in given:
        facet, equals, value = text.partition("=")
        if not equals or facet not in FACETS or not value:
            raise AtlasError(FILTER_INVALID, value=text, known=", ".join(FACETS))
        chosen[facet] = (*chosen.get(facet, ()), expand(facet, value))
    return chosen


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What is looked for.")],
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many are listed.")] = 20,
    filter: Annotated[  # noqa: A002 — the option's name is fixed
        list[str] | None,
        typer.Option(
            metavar="FACET=VALUE",
            help=f"May be given several times. Facets: {', '.join(FACETS)}.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Search the public datasets."""
    # The web framework comes with it and is not worth loading for the other commands.
    from catalog_service.discovery.filter_warnings import warnings_of
    from catalog_service.discovery.service import named_facet_value, total_without_filters

    out = Output(as_json=json)
    filters = _filters(filter or [])
    asked = Query(text=query, filters=filters, limit=limit)
    with existing() as atlas:
        result = atlas.search.search(asked)
        warnings = warnings_of(atlas, asked, cast("Lang", language()))
        wider = total_without_filters(atlas, asked) if filters and not result.total else 0
        facets = {
            name: [named_facet_value(atlas, name, value).model_dump() for value in values]
            for name, values in result.facets.items()
        }
    sure = result.confidence
    out.result(
        {
            "query": query,
            "total": result.total,
            "by_meaning": result.by_meaning,
            "milliseconds": round(result.milliseconds, 2),
            "checkpoint": result.checkpoint,
            "hits": [asdict(hit) for hit in result.hits],
            "similar": [asdict(hit) for hit in result.similar[:limit]],
            "confidence": (
                {"verdict": sure.verdict, "answered": sure.answered} if sure is not None else None
            ),
            "did_you_mean": list(result.did_you_mean),
            "facets": facets,
            "warnings": [warning.model_dump() for warning in warnings],
        }
    )
    for warning in warnings:
        out.remark(f"{warning.code}: {warning.message}")
    out.text(ngettext("{count} dataset", "{count} datasets", result.total))
    if result.by_meaning:
        out.text(
            ngettext(
                "{count} more is near in meaning, without the words",
                "{count} more are near in meaning, without the words",
                result.by_meaning,
            )
        )
    if sure is not None and sure.verdict == "none":
        out.text(gettext("the catalogue seems to have none of it; what is listed is only near"))
    elif sure is not None and sure.verdict == "near":
        out.text(gettext("what is asked for may not be among these; they are the nearest"))
    if result.hits:
        _table(out, result.hits)
    if result.total > limit:
        _tell_of_more(out, result.total, limit)
    if result.did_you_mean:
        meant = pgettext("list", ", ").join(result.did_you_mean)
        out.text(gettext("did you mean: {meant}", meant=meant))
    if wider:
        out.text(gettext("{wider} without the filters", wider=wider))
    elif not result.total and not result.did_you_mean:
        out.text(gettext("try a more common word, or fewer words"))
    if result.similar:
        out.text(gettext("Similar in meaning, without the words:"))
        _table(out, result.similar[:limit])


def _tell_of_more(out: Output, total: int, limit: int) -> None:
    most = min(total, MAX_LIMIT)
    out.text(
        ngettext(
            "the first {count} is listed; --limit {most} lists more, --filter narrows",
            "the first {count} are listed; --limit {most} lists more, --filter narrows",
            limit,
            most=most,
        )
    )


def _table(out: Output, hits: Sequence[Hit]) -> None:
    out.table(
        gettext("title publisher id").split(),
        [
            (h.worded(language()).title, "、".join(h.publishers), f"{h.source}/{h.remote_id}")
            for h in hits
        ],
    )
