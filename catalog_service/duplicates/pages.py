"""``/duplicates``: pairs of records side by side, and deciding about them; for stewards.

Nothing is shown before a form sent a token; see `catalog_service.http.token_forms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.accounts.service import Principal, require_admin, require_steward
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.duplicates.model import VERDICTS, Decision, Verdict
from catalog_service.duplicates.service import (
    RULE,
    decide,
    let_through,
    require_steward_of_either,
    standing_decision,
)
from catalog_service.duplicates.side_by_side import PairsPage, pairs_page
from catalog_service.duplicates.wording import reason_text, relation_text
from catalog_service.errors import PARAMETER_INVALID, UNKNOWN_SOURCE
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import (
    MAX_REASON,
    PRIVATE,
    reason_of,
    receive_form,
    sender_of,
)
from catalog_service.site.rendering import View
from catalog_service.stored_records import known_record
from ontology.errors import AtlasError
from ontology.formats import format_label
from search.duplicates.model import KINDS, Kind

router = APIRouter()

_MOST_PAGES: Final = 100_000
_MOST_NAME: Final = 3_000
_STEWARD: Final = "steward:"


@router.get("/duplicates", include_in_schema=False)
def duplicates(request: Request) -> Response:
    """What the page is for, and the form that opens it."""
    return _render(View(request), None, source=None, relation=None)


@router.post("/duplicates", include_in_schema=False)
async def show_or_decide(request: Request, atlas: Atlas) -> Response:
    """Show pairs, or decide about one and show them again; for whom the form's token allows it."""
    form = await receive_form(request)

    def work() -> Response:
        principal = sender_of(form, atlas.tokens)
        decided = None
        action = form.get("action", "show")
        if action == "decide":
            decided = _decide(atlas, principal, form)
        elif action != "show":
            raise _invalid("action", action, "show, decide")
        source = _source(atlas, principal, form)
        relation, number = _relation(form), _page_number(form)
        found = pairs_page(atlas, source=source, relation=relation, number=number)
        return _render(
            View(request), found, source=source, relation=relation, decided=decided, atlas=atlas
        )

    return await run_in_pool(thread_pools(request).writes, work)


def _decide(atlas: Service, principal: Principal | None, form: Mapping[str, str]) -> Decision:
    """Record a decision, unless it stands already: a page loaded anew sends its form again."""
    one, other = (
        known_record(atlas, form.get(name, "").strip()[:_MOST_NAME]) for name in ("one", "other")
    )
    principal = require_steward_of_either(principal, one, other)
    given = form.get("verdict", "")
    verdict = next((known for known in VERDICTS if known == given), None)
    if verdict is None:
        raise _invalid("verdict", given, ", ".join(VERDICTS))
    reason, actor = reason_of(form), f"token:{principal.name}"
    there = standing_decision(atlas, one.iri, other.iri)
    if there is not None:
        again = Decision(one.iri, other.iri, verdict, reason, actor, there.time)
        if there == again:
            return there
    made = decide(atlas, one.iri, other.iri, verdict, reason=reason, actor=actor)
    let_through(atlas, made)
    return made


def _source(atlas: Service, principal: Principal | None, form: Mapping[str, str]) -> str | None:
    """Return the source whose pairs are asked for; None: all, which is for the administrator."""
    given = form.get("source", "").strip()
    if not given and principal is not None and not principal.allows("admin"):
        own = [scope.removeprefix(_STEWARD) for scope in principal.scopes if _STEWARD in scope]
        given = own[0] if len(own) == 1 else ""
    if not given:
        require_admin(principal)
        return None
    require_steward(principal, given)
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


def _page_number(form: Mapping[str, str]) -> int:
    given = form.get("page", "1")
    if len(given) < 10 and given.isascii() and given.isdigit() and 1 <= int(given) <= _MOST_PAGES:
        return int(given)
    raise _invalid("page", given, f"1–{_MOST_PAGES}")


def _invalid(name: str, value: str, expected: str) -> AtlasError:
    return AtlasError(PARAMETER_INVALID, name=name, value=value[:80], expected=expected)


def _render(
    view: View,
    found: PairsPage | None,
    *,
    source: str | None,
    relation: Kind | None,
    decided: Decision | None = None,
    atlas: Service | None = None,
) -> Response:
    def called(verdict: Verdict) -> str:
        text = relation_text(verdict, view.lang)
        return text[:1].upper() + text[1:]

    def concept(value: str) -> str:
        known = atlas.vocabulary.concept(value) if atlas is not None else None
        return view.name(known) if known is not None else format_label(value)

    return view.render(
        "duplicates.html",
        headers=PRIVATE if found is not None else {},
        section="/duplicates",
        trail=[(view.gettext("Records that repeat each other"), None)],
        found=found,
        source=source,
        relation=relation,
        decided=decided,
        kinds=KINDS,
        verdicts=VERDICTS,
        rule=RULE,
        called=called,
        concept=concept,
        told=lambda reason: reason_text(reason, view.lang),
        most_reason=MAX_REASON,
    )
