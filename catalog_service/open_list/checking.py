"""What rules find in a list: the gate's findings of its datasets, and what only a list shows.

R04 (an item's four statements), R05 (inside the catalogue), R07 (what the city has already), R12
(what is open and on no list), R26 (new systems without an opening plan), R27 (what concerns
people's livelihood and is on no list). What the gate finds in a referenced dataset (R25 on the
review of secrecy among it) is told under the gate's own rules; an exception that runs lets it pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, Literal

from catalog_service.context import Service
from catalog_service.duplicates.service import repeats_of_city
from catalog_service.journal.model import version_of
from catalog_service.open_list.demanded import livelihood_domains
from catalog_service.open_list.drafting import SEPARATOR, items_of
from catalog_service.open_list.errors import LIST_VIOLATIONS
from catalog_service.open_list.model import (
    CLOSED,
    CONDITIONAL,
    OPEN_TYPES,
    Content,
    ListFinding,
    ListItem,
)
from catalog_service.open_list.systems import without_plan
from catalog_service.rule_work.service import excepted_from
from ontology.errors import AtlasError
from ontology.record import mint_iri

_TOLD: Final = frozenset({"Violation", "Warning"})

Severity = Literal["Violation", "Warning", "Info"]


def check(
    atlas: Service, organization: str, content: Content, own: Collection[ListItem] | None = None
) -> list[ListFinding]:
    """Return what is found, violations first; raises what reading the index does.

    ``own``: the items of all the organization's datasets, where they have been read already.
    """
    if own is None:
        own = items_of(atlas, [organization])[organization]
    found = [
        *check_items(atlas, content),
        *_repeating(atlas, content),
        *_left_out(atlas, own, content),
        *_planless(atlas, organization),
    ]
    return sorted(found, key=lambda one: (one.severity != "Violation", one.rule, one.key))


def check_items(atlas: Service, content: Content) -> list[ListFinding]:
    """Return what is found in items themselves, whatever else is on the list."""
    return [*_in_items(content), *_outside(atlas, content), *_by_the_gate(atlas, content)]


def violations(findings: Iterable[ListFinding]) -> list[ListFinding]:
    """Return those that keep a list from being filed."""
    return [one for one in findings if one.severity == "Violation"]


def refuse_violations(found: Iterable[ListFinding]) -> None:
    """Raise ``open-list-violations`` where one is among what was found."""
    wrong = violations(found)
    if wrong:
        first = f"{wrong[0].rule} {wrong[0].title}"
        raise AtlasError(LIST_VIOLATIONS, number=len(wrong), first=first)


def _told(
    item: ListItem, rule: str, zh: str, en: str, severity: Severity = "Violation"
) -> ListFinding:
    return ListFinding(rule, item.key, item.title, severity, zh, en)


def _in_items(content: Content) -> Iterator[ListFinding]:
    for item in content.items.values():
        if item.open_type not in OPEN_TYPES:
            yield _told(item, "R04", "未写明开放类型。", "States no open type.")
        if not item.frequency:
            yield _told(item, "R04", "未写明更新频率。", "States no update frequency.")
        if item.open_type == CONDITIONAL and not item.conditions:
            yield _told(item, "R04", "未写明开放条件。", "States no conditions.")
        if not (item.scope or item.content):
            yield _told(
                item,
                "R04",
                "开放范围和数据项均未写明。",
                "States neither its scope nor its data items.",
            )
        elif not item.scope:
            yield _told(
                item,
                "R04",
                "开放范围仅由数据项写明。",
                "States its scope by data items alone.",
                "Warning",
            )


def _iris(atlas: Service, content: Content) -> dict[str, ListItem]:
    base = atlas.settings.base_iri
    items = (one for one in content.items.values() if one.is_catalogued)
    return {mint_iri(base, one.source, one.remote_id): one for one in items}


def _outside(atlas: Service, content: Content) -> Iterator[ListFinding]:
    """R05: every item refers to a catalogued dataset, which is public."""
    iris = _iris(atlas, content)
    there = atlas.journal.get_many(list(iris))
    for iri, item in iris.items():
        stored = there.get(iri)
        if stored is None or not stored.public or version_of(stored) is None:
            yield _told(
                item,
                "R05",
                "所指数据集不在公开目录中。",
                "Its dataset is not in the public catalogue.",
            )
    for item in content.items.values():
        if not item.is_catalogued:
            yield _told(item, "R05", "未指向已编目的数据集。", "Refers to no catalogued dataset.")


def _by_the_gate(atlas: Service, content: Content) -> Iterator[ListFinding]:
    by_source: dict[str, list[str]] = {}
    iris = _iris(atlas, content)
    for item in iris.values():
        by_source.setdefault(item.source, []).append(item.remote_id)
    excepted: dict[tuple[str, str], Mapping[str, object]] = {}
    for source, remote_ids in by_source.items():
        for remote_id, rules in excepted_from(atlas, source, remote_ids).items():
            excepted[source, remote_id] = rules
    for iri, item in iris.items():
        report = atlas.journal.findings(iri)
        passed = excepted.get((item.source, item.remote_id), {})
        seen: set[str] = set()
        for one in report.findings if report is not None else ():
            if one.severity not in _TOLD or one.rule_id in seen or one.rule_id == "R04":
                continue
            if one.rule_id not in atlas.rules:
                continue
            seen.add(one.rule_id)
            rule = atlas.rules.get(one.rule_id)
            severity: Severity = (
                "Violation"
                if one.severity == "Violation" and one.rule_id not in passed
                else "Warning"
            )
            yield _told(item, one.rule_id, rule.message.zh, rule.message.en, severity)


def _repeating(atlas: Service, content: Content) -> Iterator[ListFinding]:
    """R07: what the city publishes already is not split into copies."""
    iris = _iris(atlas, content)
    for iri, pairs in (repeats_of_city(atlas, list(iris), wait=True) or {}).items():
        other = pairs[0].other
        yield _told(
            iris[iri],
            "R07",
            f"与市级数据集“{other.title}”重复。",
            f"Repeats the city's dataset “{other.title}”.",
            "Warning",
        )


def _left_out(atlas: Service, own: Iterable[ListItem], content: Content) -> Iterator[ListFinding]:
    """R12: what the organization opens is on its list. R27: so is what concerns livelihood."""
    livelihood = _livelihood(atlas)
    for item in own:
        if item.key in content.items:
            continue
        if item.open_type != CLOSED and not livelihood.isdisjoint(item.domain.split(SEPARATOR)):
            yield ListFinding(
                "R27",
                item.key,
                item.title,
                "Info",
                "属民生服务领域而未列入清单。",
                "Concerns people's livelihood and is not on the list.",
            )
        if item.openness:
            yield ListFinding(
                "R12",
                item.key,
                item.title,
                "Warning",
                "已开放而未列入清单。",
                "Is open and not on the list.",
            )


def _planless(atlas: Service, organization: str) -> Iterator[ListFinding]:
    """R26: a new information system comes with an opening plan."""
    for one in without_plan(atlas, {organization}):
        zh = f"新建信息系统“{one.name}”没有开放计划。"
        en = f"The new information system “{one.name}” has no opening plan."
        yield ListFinding("R26", "", "", "Info", zh, en)


def _livelihood(atlas: Service) -> frozenset[str]:
    """Return what the data domains of people's livelihood are called, by R27 as of today."""
    domains = livelihood_domains(atlas.rules, atlas.clock.today())
    found = map(atlas.vocabulary.concept, domains)
    return frozenset(one.zh for one in found if one is not None)
