"""``/duplicates``: pairs of records side by side, and deciding about them; for stewards.

Nothing is shown before a form sent a token; see `catalog_service.http.token_forms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, Principal, require, require_over, sources_of
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.duplicates.form_decisions import (
    MOST_FIELDS,
    Typed,
    decide_all,
    decide_one,
    typed_in,
)
from catalog_service.duplicates.model import VERDICTS, Decision, Verdict
from catalog_service.duplicates.service import RULE
from catalog_service.duplicates.side_by_side import PairsPage, pairs_page
from catalog_service.duplicates.wording import reason_text, relation_text
from catalog_service.errors import PARAMETER_INVALID, UNKNOWN_SOURCE
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import (
    MAX_REASON,
    PRIVATE,
    receive_form,
    sender_of,
)
from catalog_service.site.rendering import View
from ontology.errors import AtlasError
from ontology.formats import format_label
from search.duplicates.model import KINDS, Kind

router = APIRouter()

SourceName = Annotated[str | None, Query(max_length=100)]

_MOST_PAGES: Final = 100_000
_NOT_ALLOWED: Final = (401, 403)


@router.get("/duplicates", include_in_schema=False)
def duplicates(request: Request, atlas: Atlas, source: SourceName = None) -> Response:
    """What the page is for, and the form that opens it; ``source``: with that one chosen."""
    return _render(View(request), atlas, None, source=source or None, relation=None)


@router.post("/duplicates", include_in_schema=False)
async def show_or_decide(request: Request, atlas: Atlas) -> Response:
    """Show pairs, or decide about some and show them; for whom the form's token allows it."""
    form = await receive_form(request, MOST_FIELDS)

    def work() -> Response:
        view = View(request)
        try:
            return _answer(view, atlas, form)
        except AtlasError as error:
            # The page is itself an answer to a form and kept by nobody: a browser cannot go back
            # to it, so what was typed stands on the page that tells of the refusal.
            if error.kind.status not in _NOT_ALLOWED:
                raise
            return _refused(view, atlas, form, error)

    return await run_in_pool(thread_pools(request).writes, work)


def _answer(view: View, atlas: Service, form: Mapping[str, str]) -> Response:
    principal = sender_of(view.request, form)
    decided: list[Decision] | None = None
    typed, undecided = None, False
    action = form.get("action", "show")
    if action == "decide":
        decided = decide_one(atlas, principal, form)
    elif action == "decide-all":
        typed = typed_in(form)
        if not typed.without_reason:
            decided, typed = decide_all(atlas, principal, typed), None
    elif action != "show":
        raise _invalid("action", action, "show, decide, decide-all")
    elif "page" in form:
        typed = typed_in(form)
        undecided = bool(typed.verdicts)
        typed = typed if undecided else None
    source = _source(atlas, principal, form)
    relation = _relation(form)
    number = _page_number(form, stays=action != "show" or undecided)
    found = pairs_page(atlas, source=source, relation=relation, number=number)
    return _render(
        view,
        atlas,
        found,
        source=source,
        relation=relation,
        decided=decided,
        typed=typed,
        undecided=undecided,
    )


def _refused(view: View, atlas: Service, form: Mapping[str, str], error: AtlasError) -> Response:
    """Show the form again with what was typed, for another token; nothing of the pairs."""
    deciding = form.get("action") in ("decide", "decide-all")
    typed = typed_in(form)
    return _render(
        view,
        atlas,
        None,
        source=form.get("source") or None,
        relation=next((kind for kind in KINDS if kind == form.get("relation")), None),
        typed=typed if deciding or typed.verdicts else None,
        here=form.get("here", ""),
        refused=error,
    )


def _source(atlas: Service, principal: Principal | None, form: Mapping[str, str]) -> str | None:
    """Return the source whose pairs are asked for; None: all, which is for the administrator."""
    given = form.get("source", "").strip()
    if not given and principal is not None:
        own = sources_of(atlas.journal, principal, Action.DUPLICATE_DECIDE) or ()
        given = next(iter(own)) if len(own) == 1 else ""
    if not given:
        require(principal, Action.DUPLICATE_DECIDE, None)
        return None
    require_over(principal, Action.DUPLICATE_DECIDE, given)
    if atlas.journal.source(given) is None:
        raise AtlasError(UNKNOWN_SOURCE, source=given)
    return given


def _relation(form: Mapping[str, str]) -> Kind | None:
    given = form.get("relation", "")
    for kind in KINDS:
        if given == kind:
            return kind
    if given:
        raise _invalid("relation", given, ", ".join(KINDS))
    return None


def _page_number(form: Mapping[str, str], *, stays: bool) -> int:
    """Return the page that is wanted; who decides stays on the one where that was done."""
    given = form.get("here", "1") if stays else form.get("page", "1")
    if len(given) < 10 and given.isascii() and given.isdigit() and 1 <= int(given) <= _MOST_PAGES:
        return int(given)
    raise _invalid("page", given, f"1–{_MOST_PAGES}")


def _invalid(name: str, value: str, expected: str) -> AtlasError:
    return AtlasError(PARAMETER_INVALID, name=name, value=value[:80], expected=expected)


def _render(
    view: View,
    atlas: Service,
    found: PairsPage | None,
    *,
    source: str | None,
    relation: Kind | None,
    decided: list[Decision] | None = None,
    typed: Typed | None = None,
    undecided: bool = False,
    here: str = "",
    refused: AtlasError | None = None,
) -> Response:
    def called(verdict: Verdict) -> str:
        text = relation_text(verdict, view.lang)
        return text[:1].upper() + text[1:]

    def concept(value: str) -> str:
        known = atlas.vocabulary.concept(value)
        return view.name(known) if known is not None else format_label(value)

    def pair_names(made: Decision) -> list[str]:
        titles = shown.get((made.one, made.other), ("", ""))
        return [titles[0] or made.one, titles[1] or made.other]

    shown = {(d.decision.one, d.decision.other): d.titles for d in (found.decided if found else ())}
    status = 400 if typed is not None else 200
    if refused is not None:
        status = refused.kind.status
    return view.render(
        "duplicates.html",
        status,
        headers=PRIVATE if found is not None or refused is not None else {},
        section="/duplicates",
        trail=[(view.gettext("Records that repeat each other"), None)],
        found=found,
        source=source,
        relation=relation,
        decided=decided,
        typed=typed,
        undecided=undecided,
        here=here,
        refused=refused,
        pair_names=pair_names,
        sources=[one for one in atlas.journal.sources() if one.removed is None],
        kinds=KINDS,
        verdicts=VERDICTS,
        rule=RULE,
        called=called,
        concept=concept,
        told=lambda reason: reason_text(reason, view.lang),
        most_reason=MAX_REASON,
    )
