"""``/rules/exceptions``: exceptions from rules, asking for one, releasing and ending them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal, require_over
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.datasets.service import shown_titles
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID, RECORD_NOT_FOUND
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE, reason_of
from catalog_service.rule_work.errors import EXCEPTION_END, EXCEPTION_THERE
from catalog_service.rule_work.exceptions import ExceptionFilter
from catalog_service.rule_work.model import STATES, RuleException, State
from catalog_service.rule_work.service import (
    GUARDING,
    OPEN,
    Made,
    ask,
    count_listed,
    end,
    last_day,
    listed,
    release,
)
from catalog_service.rules.service import by_rule
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.dates import read_date
from ontology.errors import AtlasError, Phrase
from ontology.record import mint_iri

router = APIRouter(include_in_schema=False)

HERE: Final = "/rules/exceptions"
PER_PAGE: Final = 25
USUAL_DAYS: Final = 90
"""How long an exception is offered to last."""

Name = Annotated[str | None, Query(max_length=100)]


@router.get(HERE)
def exceptions_page(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    state: Annotated[State | str | None, Query(max_length=20)] = None,
    rule: Name = None,
    source: Name = None,
) -> Response:
    """Exceptions of one's organizations: those that run and wait, or of one state."""
    view = View(request)
    chosen: tuple[State, ...] = tuple(one for one in STATES if one == state) or OPEN
    wanted = ExceptionFilter(chosen, rule or None, source or None)
    given = (("state", state), ("rule", rule), ("source", source))
    own = [(name, value) for name, value in given if value]
    part = part_of(view, HERE, count_listed(atlas, worker, wanted), PER_PAGE, own)
    found = listed(atlas, worker, wanted, offset=part.offset, limit=PER_PAGE)
    today = atlas.clock.today()
    return render_desk(
        view,
        worker,
        "rule_exceptions.html",
        HERE,
        [(view.gettext("Exceptions from rules"), None)],
        part=part,
        exceptions=found,
        state_of=lambda one: one.state(today),
        states=STATES,
        wanted=wanted,
        state=state if state in STATES else "",
        rules=atlas.rules,
        titles=shown_titles(atlas, [(one.source, one.remote_id) for one in found], worker),
        people=names_of(atlas, _actors(found)),
        may_release=lambda one: (
            one.asked_by != worker.actor and worker.may_over(Action.RULE_EXCEPT, one.source)
        ),
        may_end=lambda one: (
            worker.may_over(Action.RULE_EXCEPT, one.source)
            or (one.released is None and one.asked_by == worker.actor)
        ),
        may_ask=lambda one: worker.may_over(Action.RULE_ASK, one.source),
        freed=request.query_params.get("freed") == "yes",
        most_reason=MAX_REASON,
    )


def _actors(found: list[RuleException]) -> list[str]:
    return [
        actor
        for one in found
        for actor in (one.asked_by, one.released_by, one.ended_by)
        if actor is not None
    ]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the form asks for, as it was typed."""

    rule: str
    source: str
    remote_id: str
    until: str = ""
    reason: str = ""


@router.get(f"{HERE}/new")
def ask_form(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    rule: Annotated[str, Query(max_length=100)],
    source: Annotated[str, Query(max_length=100)],
    remote_id: Annotated[str, Query(max_length=1_024)],
) -> Response:
    """The form by which an exception of one record from one rule is asked for."""
    require_over(worker, Action.RULE_ASK, source)
    return _form(View(request), atlas, worker, _Wanted(rule, source, remote_id))


@router.post(HERE)
async def change_exception(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Ask for an exception, release one, or end one."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        step = form.get("step", "")
        if step == "ask":
            return _asked(request, atlas, worker, form)
        if step == "release":
            return _done(View(request), atlas, release(atlas, worker, _number(form)))
        if step == "end":
            made = end(atlas, worker, _number(form), reason_of(form))
            return _done(View(request), atlas, made)
        raise AtlasError(
            PARAMETER_INVALID, name="step", value=step[:80], expected="ask, release, end"
        )

    return await run_in_pool(thread_pools(request).writes, work)


def _asked(
    request: Request, atlas: Service, worker: Principal, form: Mapping[str, str]
) -> Response:
    wanted = _Wanted(
        form.get("rule", "").strip(),
        form.get("source", ""),
        form.get("remote_id", ""),
        form.get("until", "").strip(),
        form.get("reason", ""),
    )
    worker.require_over(Action.RULE_ASK, wanted.source)
    try:
        made = ask(
            atlas,
            worker,
            wanted.rule,
            (wanted.source, wanted.remote_id),
            until=_day(atlas, wanted.until),
            reason=reason_of(form),
        )
    except AtlasError as error:
        # Whoever forgot the reason or chose another day sees the form again, with what was typed.
        if error.kind not in (EXCEPTION_END, EXCEPTION_THERE, PARAMETER_INVALID):
            raise
        return _form(View(request), atlas, worker, wanted, problem=error)
    return _done(View(request), atlas, made)


def _form(
    view: View,
    atlas: Service,
    worker: Principal,
    wanted: _Wanted,
    problem: AtlasError | None = None,
) -> Response:
    rule = atlas.rules.get(wanted.rule)
    iri = mint_iri(atlas.settings.base_iri, wanted.source, wanted.remote_id)
    if wanted.remote_id not in atlas.journal.states(wanted.source, [wanted.remote_id]):
        raise AtlasError(RECORD_NOT_FOUND, iri=iri)
    name = (wanted.source, wanted.remote_id)
    report = atlas.journal.findings(iri)
    found = [f for f in (report.findings if report else ()) if f.rule_id == rule.id]
    today = atlas.clock.today()
    usual = min(today + timedelta(USUAL_DAYS), last_day(atlas))
    return render_desk(
        view,
        worker,
        "rule_exception_new.html",
        HERE,
        [
            (view.gettext("Exceptions from rules"), view.link(HERE)),
            (view.gettext("Ask for an exception"), None),
        ],
        400 if problem is not None and problem.kind is PARAMETER_INVALID else _status(problem),
        rule=rule,
        source=wanted.source,
        remote_id=wanted.remote_id,
        title=shown_titles(atlas, [name], worker).get(name, {}),
        findings=by_rule(found, atlas.rules),
        first=today,
        last=last_day(atlas),
        until=wanted.until or usual.isoformat(),
        reason=wanted.reason,
        problem=problem,
        guards=rule.id in GUARDING,
        releases=worker.may_over(Action.RULE_EXCEPT, wanted.source),
        most_reason=MAX_REASON,
    )


def _status(problem: AtlasError | None) -> int:
    return 200 if problem is None else problem.kind.status


def _done(view: View, atlas: Service, made: Made) -> Response:
    """Lead to the list in which the exception stands now."""
    one = made.exception
    state = one.state(atlas.clock.today())
    freed = "yes" if made.freed else None
    place = f"{HERE}#exception-{one.number}"
    shown = None if state in OPEN else quote(state)
    return RedirectResponse(view.link(place, state=shown, freed=freed), 303, PRIVATE)


def _day(atlas: Service, text: str) -> date:
    found = read_date(text)
    if found is None or found.precision != "day":
        first, last = atlas.clock.today(), last_day(atlas)
        raise AtlasError(EXCEPTION_END, until=text[:40] or "–", first=first, last=last)
    return found.day


def _number(form: Mapping[str, str]) -> int:
    text = form.get("exception", "")
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise AtlasError(
            PARAMETER_INVALID,
            name="exception",
            value=text[:80],
            expected=Phrase("a number of the list"),
        )
    return int(text)
