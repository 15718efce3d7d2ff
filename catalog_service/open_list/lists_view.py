"""``/workbench/open-lists``: the lists at work, and what is done with several of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.token_forms import MAX_REASON, PRIVATE
from catalog_service.open_list.bulk import (
    FILL,
    MOST_AT_ONCE,
    TOGETHER,
    Outcome,
    begin_all,
    steps_for,
    take_all,
    to_begin,
)
from catalog_service.open_list.errors import LIST_REASON
from catalog_service.open_list.lifecycle import BY_NAME, named_step
from catalog_service.open_list.list_view import Refused
from catalog_service.open_list.model import GIVEN_UP, YEARS, State
from catalog_service.open_list.naming import WORK, list_path
from catalog_service.open_list.seen import Seen
from catalog_service.open_list.service import listed
from catalog_service.open_list.step_forms import fields_at_fault
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View
from ontology.errors import AtlasError, Named, Phrase
from translations import N_

_FILL_LABEL: Final = N_("Fill empty cells from the catalogue")
_STATES: Final = get_args(State)


def together(
    view: View, atlas: Service, worker: Principal, fields: Mapping[str, list[str]]
) -> Response:
    """Begin the ticked lists, or take each of them by a step; tell which of them refused."""
    form = {name: values[0] for name, values in fields.items()}
    step, reason = form.get("step", ""), form.get("reason", "").strip()[:MAX_REASON]
    shown = [(name, form[name]) for name in ("year", "state") if form.get(name)]
    if step == "begin-all":
        year = year_of(form.get("year", ""), "year")
        chosen = list(dict.fromkeys(fields.get("organization", [])))
        known = {one.iri for one in atlas.vocabulary.concepts("organization")}
        chosen = [one for one in chosen if one in known]
        outcomes = begin_all(atlas, worker, chosen, year, form.get("from") == "last-year")
    else:
        if step not in (*TOGETHER, FILL):
            expected = ", ".join((*TOGETHER, FILL))
            raise AtlasError(PARAMETER_INVALID, name="step", value=step[:80], expected=expected)
        needs_reason = step != FILL and BY_NAME[step].needs_reason
        if needs_reason and not reason:
            problem = AtlasError(LIST_REASON, step=named_step(step))
            return show_lists(
                view, atlas, worker, form.get("year", ""), form.get("state", ""), problem=problem
            )
        named = "all" if form.get("which") == "all" else "list"
        lists = dict(_list(value) for value in dict.fromkeys(fields.get(named, [])))
        outcomes = take_all(atlas, worker, lists, step, reason, seen=lists)
    if all(one.error is None for one in outcomes):
        return RedirectResponse(view.link(WORK, shown), 303, PRIVATE)
    return show_lists(
        view, atlas, worker, form.get("year", ""), form.get("state", ""), outcomes=outcomes
    )


def year_of(text: str, name: str) -> int:
    """Return a year of lists; raises ``parameter-invalid``."""
    # Four digits, and no zeros before them: what is looked at is what is returned.
    if not text.isascii() or not text.isdecimal() or len(text) != 4 or int(text) not in YEARS:
        called = Named(name, N_("Year")) if name == "year" else name
        expected = Phrase("a year, as 2026")
        raise AtlasError(PARAMETER_INVALID, name=called, value=text[:80], expected=expected)
    return int(text)


def _list(value: str) -> tuple[tuple[str, int], Seen]:
    """Return a list and what was shown of it: ``year organization [content]``."""
    year, _, rest = value.partition(" ")
    organization, _, content = rest.partition(" ")
    return (organization, year_of(year, "list")), Seen(content or None)


def show_lists(
    view: View,
    atlas: Service,
    worker: Principal,
    year: str,
    state: str,
    *,
    begin: int | None = None,
    outcomes: list[Outcome] | None = None,
    problem: AtlasError | None = None,
    refused: Refused | None = None,
) -> Response:
    """Answer with the lists of a year and a state, where these are given, and what may be done.

    ``begin``: a year of which lists are to be begun; ``outcomes``: what was done just now;
    ``refused``: the form that did not begin a list. Lists that were given up are shown when asked
    for by their state.
    """
    problem = refused.error if refused is not None else problem
    typed = {} if refused is None else refused.form
    everything = listed(atlas, worker, given_up=True)
    lists = [
        one
        for one in everything
        if (not year or str(one.year) == year)
        and (one.state == state if state else one.state != GIVEN_UP)
    ]
    allowed = worker.organizations(Action.OPEN_LIST_EDIT)
    known = atlas.vocabulary.offered("organization")
    names = atlas.accounts.hierarchy.names
    labels = {one.name: one.label for one in BY_NAME.values()} | {FILL: _FILL_LABEL}
    left = [one for one in outcomes or () if one.error is not None]
    this = atlas.clock.today().year
    steps = steps_for(worker, lists)
    status = 200 if problem is None else problem.kind.status
    return render_desk(
        view,
        worker,
        "open_lists_at_work.html",
        WORK,
        [(view.gettext("Open lists"), None)],
        409 if left else status,
        lists=lists[:MOST_AT_ONCE],
        left_out=len(lists) - MOST_AT_ONCE,
        name_of=lambda iri: view.pick(names(iri)),
        path_of=lambda one: list_path(atlas.vocabulary, one.organization, one.year),
        organizations=[
            (one.iri, view.name(one)) for one in known if allowed is None or one.iri in allowed
        ],
        years=sorted({one.year for one in everything}, reverse=True),
        states=[one for one in _STATES if one in {step.state for step in everything}],
        wanted_year=year,
        wanted_state=state,
        steps=[(one, view.gettext(labels[one])) for one in steps],
        asks_reason="return" in steps,
        most_reason=MAX_REASON,
        year=begin or this,
        first_year=this,
        typed=typed,
        fault="" if refused is None else fields_at_fault(refused.error),
        reads_searches=worker.may(Action.QUERY_LOG_READ, None),
        begin=begin,
        beginning=[] if begin is None else sorted(to_begin(atlas, worker, begin).items()),
        problem=problem,
        refused=left,
        done=len(outcomes or ()) - len(left),
    )
