"""Decisions that a form brings: about one pair that it names, or about all pairs of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.duplicates.model import VERDICTS, Decision, Verdict
from catalog_service.duplicates.service import (
    decide,
    let_through,
    require_steward_of_either,
    standing_decision,
)
from catalog_service.duplicates.side_by_side import PAGE
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.token_forms import reason_of
from catalog_service.stored_records import known_record
from ontology.errors import AtlasError

MOST_FIELDS = 3 * PAGE + 20
"""Fields of a form: three of each pair, and what is there once."""

_MOST_NAME = 3_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form brought: shown again where a reason is missing, or it was refused."""

    verdicts: Mapping[str, str]
    """By the two IRIs of a pair, a blank between them; without those left open."""
    reasons: Mapping[str, str]
    """Of single pairs."""
    shared: str = ""
    """The reason of all others."""
    without_reason: frozenset[str] = field(default_factory=frozenset)
    """Pairs that are decided and have no reason: nothing is written then."""
    single: Mapping[str, str] = field(default_factory=dict)
    """Of the form about two records that are named: its fields as they were filled in."""


def typed_in(form: Mapping[str, str]) -> Typed:
    """Return what a form of pairs brings."""
    pairs = {n: form.get(f"pair-{n}", "").strip() for n in range(1, PAGE + 1)}
    verdicts = {pair: form[f"verdict-{n}"] for n, pair in pairs.items() if form.get(f"verdict-{n}")}
    reasons = {pair: form[f"reason-{n}"] for n, pair in pairs.items() if form.get(f"reason-{n}")}
    shared = form.get("reason", "")
    missing = {p for p in verdicts if not reasons.get(p, "").strip() and not shared.strip()}
    single = {name: form[name] for name in ("one", "other", "verdict") if form.get(name)}
    return Typed(verdicts, reasons, shared, frozenset(missing), single)


def decide_all(atlas: Service, principal: Principal | None, typed: Typed) -> list[Decision]:
    """Record the decisions about all pairs that have one; none of them where one is not allowed."""
    wanted = []
    for pair, verdict in typed.verdicts.items():
        one, _, other = pair.partition(" ")
        reason = typed.reasons.get(pair, "").strip() or typed.shared
        wanted.append(_wanted(atlas, principal, one, other, verdict, reason))
    return [_recorded(atlas, one) for one in wanted]


def decide_one(
    atlas: Service, principal: Principal | None, form: Mapping[str, str]
) -> list[Decision]:
    """Record the decision about the two records that a form names."""
    one, other = (form.get(name, "") for name in ("one", "other"))
    given = form.get("verdict", ""), form.get("reason", "")
    return [_recorded(atlas, _wanted(atlas, principal, one, other, *given))]


@dataclass(frozen=True, slots=True)
class _Wanted:
    one: str
    other: str
    verdict: Verdict
    reason: str
    actor: str


def _wanted(
    atlas: Service,
    principal: Principal | None,
    one: str,
    other: str,
    given: str,
    reason: str,
) -> _Wanted:
    records = [known_record(atlas, name.strip()[:_MOST_NAME]) for name in (one, other)]
    principal = require_steward_of_either(principal, *records)
    verdict = next((known for known in VERDICTS if known == given), None)
    if verdict is None:
        expected = ", ".join(VERDICTS)
        raise AtlasError(PARAMETER_INVALID, name="verdict", value=given[:80], expected=expected)
    told = reason_of({"reason": reason})
    return _Wanted(records[0].iri, records[1].iri, verdict, told, principal.actor)


def _recorded(atlas: Service, wanted: _Wanted) -> Decision:
    """Record a decision, unless it stands already: a page loaded anew sends its form again."""
    one, other = wanted.one, wanted.other
    there = standing_decision(atlas, one, other)
    if there is not None:
        again = Decision(one, other, wanted.verdict, wanted.reason, wanted.actor, there.time)
        if there == again:
            return there
    made = decide(atlas, one, other, wanted.verdict, reason=wanted.reason, actor=wanted.actor)
    let_through(atlas, made)
    return made
