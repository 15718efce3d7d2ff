"""``/workbench/held``: versions that wait, one of them, and deciding about one or many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, Principal, require_over
from catalog_service.context import Service
from catalog_service.datasets.service import described
from catalog_service.dependencies import Atlas
from catalog_service.duplicates.service import waits_for
from catalog_service.errors import NOTHING_WAITS, PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.identifiers import Ref
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, reason_of
from catalog_service.rule_work.service import with_exceptions
from catalog_service.rules.service import by_rule
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from catalog_service.sources.service import doubts_of, titles
from catalog_service.workbench.decisions import (
    MOST,
    VERDICTS,
    Choice,
    Release,
    Verdict,
    decide,
    look_ahead,
    undo,
)
from catalog_service.workbench.held import (
    HeldFilter,
    count_held,
    decidable_sources,
    held_named,
    held_versions,
    readable_sources,
)
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

HERE: Final = "/workbench/held"
PER_PAGE: Final = 25

Source = Annotated[str | None, Query(max_length=100)]
Rule = Annotated[str | None, Query(max_length=100)]


@router.get("/workbench/held")
def held_list(
    request: Request, atlas: Atlas, worker: Worker, source: Source = None, rule: Rule = None
) -> Response:
    """Versions that wait, the longest waiting first."""
    view = View(request)
    wanted = HeldFilter(source or None, rule or None)
    sources = readable_sources(atlas, worker)
    own = [(name, value) for name, value in (("source", source), ("rule", rule)) if value]
    deciding = decidable_sources(atlas, worker)
    part = part_of(view, "/workbench/held", count_held(atlas, sources, wanted), PER_PAGE, own)
    return render_desk(
        view,
        worker,
        "held.html",
        HERE,
        [(view.gettext("Held versions"), None)],
        part=part,
        versions=held_versions(atlas, sources, wanted, offset=part.offset, limit=PER_PAGE),
        wanted=wanted,
        sources=_sources(atlas, sources),
        titles=titles(atlas.journal),
        rules=atlas.rules,
        may_decide=lambda name: worker.may_over(Action.HELD_DECIDE, name),
        decides=deciding is None or bool(deciding),
        most=MOST,
    )


@router.get("/workbench/held/{source}/{remote_id}")
def held_version(request: Request, atlas: Atlas, worker: Worker, ref: Ref) -> Response:
    """One version that waits: what is found in it, and the decision."""
    view = View(request)
    require_over(worker, Action.DATASET_READ_HELD, ref.source)
    version = held_named(atlas, [(ref.source, ref.remote_id)]).get((ref.source, ref.remote_id))
    state = atlas.journal.states(ref.source, [ref.remote_id]).get(ref.remote_id)
    change = atlas.journal.change(version.seq) if version is not None else None
    if version is None or state is None or change is None or change.nquads is None:
        raise AtlasError(NOTHING_WAITS, remote_id=ref.remote_id)
    report = atlas.journal.findings(version.iri)
    return render_desk(
        view,
        worker,
        "held_version.html",
        HERE,
        [
            (view.gettext("Held versions"), view.link(HERE)),
            (view.pick(version.title) or ref.remote_id, None),
        ],
        version=version,
        said=described(atlas, change.nquads, version.iri, change.focus),
        findings=with_exceptions(
            atlas,
            ref.source,
            ref.remote_id,
            by_rule(report.findings if report is not None else (), atlas.rules),
        ),
        doubts=doubts_of(atlas.journal, state),
        repeats=waits_for(atlas, report),
        source_title=titles(atlas.journal).get(ref.source, ref.source),
        may_decide=worker.may_over(Action.HELD_DECIDE, ref.source),
        may_ask=worker.may_over(Action.RULE_ASK, ref.source),
        may_review=worker.may_over(Action.SECRECY_REVIEW, ref.source),
        most_reason=MAX_REASON,
    )


@router.post("/workbench/held")
async def held_decision(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Show what a decision would do; make it where it has been looked at; take it back."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        step = form.get("step", "preview")
        if step == "undo":
            return _taken_back(View(request), atlas, worker, fields, form)
        verdict = _verdict(form)
        choices = _choices(atlas, worker, fields, form)
        view = View(request)
        if step == "decide" and form.get("reason", "").strip():
            effects = decide(atlas, worker, verdict, choices, reason_of(form))
            return _told(view, worker, "held_done.html", effects=effects, reason=form["reason"])
        if step not in ("preview", "decide"):
            raise _invalid("step", step, "preview, decide, undo")
        return _told(
            view,
            worker,
            "held_preview.html",
            # Whoever forgot the reason sees the look ahead again, and what is missing.
            status=400 if step == "decide" else 200,
            effects=look_ahead(atlas, worker, verdict, choices),
            lacks_reason=step == "decide",
            reason=form.get("reason", ""),
        )

    return await run_in_pool(thread_pools(request).writes, work)


def _taken_back(
    view: View,
    atlas: Service,
    worker: Principal,
    fields: Mapping[str, list[str]],
    form: Mapping[str, str],
) -> Response:
    releases = []
    for text in fields.get("release", [])[:MOST]:
        seq, _, name = text.partition(" ")
        source, _, remote_id = name.partition("/")
        if not seq.isascii() or not seq.isdecimal() or len(seq) > 18 or not remote_id:
            raise _invalid("release", text, "NUMBER SOURCE/ID")
        releases.append(Release(source, remote_id, int(seq)))
    done, skipped = undo(atlas, worker, releases, reason_of(form))
    return _told(view, worker, "held_undone.html", done=done, skipped=skipped)


def _told(
    view: View, worker: Principal, template: str, status: int = 200, **values: Any
) -> Response:
    return render_desk(
        view,
        worker,
        template,
        HERE,
        [
            (view.gettext("Held versions"), view.link(HERE)),
            (view.gettext("Decision"), None),
        ],
        status,
        most_reason=MAX_REASON,
        **values,
    )


def _verdict(form: Mapping[str, str]) -> Verdict:
    given = form.get("verdict", "")
    for verdict in VERDICTS:
        if given == verdict:
            return verdict
    raise _invalid("verdict", given, ", ".join(VERDICTS))


def _choices(
    atlas: Service, worker: Principal, fields: Mapping[str, list[str]], form: Mapping[str, str]
) -> list[Choice]:
    """Return the versions that a form names, or all that its filter finds, up to `MOST`."""
    if form.get("all") == "yes":
        wanted = HeldFilter(form.get("source") or None, form.get("rule") or None)
        found = held_versions(atlas, readable_sources(atlas, worker), wanted, limit=MOST)
        return [Choice(one.source, one.remote_id, one.hash) for one in found]
    choices = []
    for text in fields.get("version", [])[:MOST]:
        content_hash, _, name = text.partition(" ")
        source, _, remote_id = name.partition("/")
        if not remote_id:
            raise _invalid("version", text, "HASH SOURCE/ID")
        choices.append(Choice(source, remote_id, content_hash))
    return choices


def _sources(atlas: Service, sources: frozenset[str] | None) -> list[tuple[str, str]]:
    """Return those sources of which something waits, with their titles."""
    waiting = {one.source for one in atlas.journal.counts() if one.waiting}
    return [
        (one.id, one.title)
        for one in atlas.journal.sources()
        if one.id in waiting and (sources is None or one.id in sources)
    ]


def _invalid(name: str, value: str, expected: str) -> AtlasError:
    return AtlasError(PARAMETER_INVALID, name=name, value=value[:80], expected=expected)
