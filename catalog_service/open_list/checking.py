"""What rules find in a list: the gate's findings of its datasets, and what only a list shows.

R04 (an item's name and its four statements), R05 (inside the catalogue, and as it says), R07 (what
the city or the list itself has already), V-unknown (words of no vocabulary), R12
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
from ontology.spelling import spelling_key
from ontology.vocabulary import Scheme, Unknown

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
        *_twice(content),
        *_unlike_the_catalogue(own, content),
        *_repeating(atlas, content),
        *_left_out(atlas, own, content),
        *_planless(atlas, organization),
    ]
    return sorted(found, key=lambda one: (one.severity != "Violation", one.rule, one.key))


def check_items(atlas: Service, content: Content) -> list[ListFinding]:
    """Return what is found in items themselves, whatever else is on the list."""
    return [*_in_items(atlas, content), *_outside(atlas, content), *_by_the_gate(atlas, content)]


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


def _in_items(atlas: Service, content: Content) -> Iterator[ListFinding]:
    for item in content.items.values():
        if not item.title.strip():
            yield _told(item, "R04", "没有数据集名称。", "The dataset has no name.")
        if item.open_type == CLOSED:
            yield _told(
                item,
                "R04",
                "非开放的数据不列入开放清单。请改正开放类型，或撤回该条目。",
                "Closed data is not on an open list. Correct the open type, or withdraw the item.",
                # One that is restricted during its year stays on the list until it ends.
                "Warning",
            )
        elif item.open_type not in OPEN_TYPES:
            yield _told(item, "R04", "未写明开放类型。", "States no open type.")
        if not item.frequency:
            yield _told(item, "R04", "未写明更新频率。", "States no update frequency.")
        elif unknown := _unknown(atlas, "frequency", item.frequency):
            zh = f"更新频率“{unknown}”不在词表之内。请改用词表的取值。"
            en = f"The update frequency “{unknown}” is in no vocabulary. Use a value that is."
            yield _told(item, "R04", zh, en)
        worded: tuple[tuple[Scheme, str, str, str], ...] = (
            ("format", item.form, "开放形式", "form"),
            ("domain", item.domain, "领域", "domain"),
        )
        for scheme, text, zh, en in worded:
            if unknown := _unknown(atlas, scheme, text):
                yield _told(
                    item,
                    "V-unknown",
                    f"{zh}“{unknown}”不在词表之内。请改用词表的取值。",
                    f"The {en} “{unknown}” is in no vocabulary. Use a value that is.",
                    "Warning",
                )
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


def _unknown(atlas: Service, scheme: Scheme, text: str) -> str:
    """Return the first of some words that a vocabulary does not know; empty: it knows all."""
    found = atlas.vocabulary.find_all(scheme, text)
    return next((one.text for one in found if isinstance(one, Unknown)), "")[:80]


def _twice(content: Content) -> Iterator[ListFinding]:
    """R07: an item stands once on a list."""
    first: dict[str, ListItem] = {}
    for item in content.items.values():
        name = spelling_key(item.title)
        if name and first.setdefault(name, item) is not item:
            zh, en = "清单中另有同名条目。", "Another item of the list has the same name."
            yield _told(item, "R07", zh, en, "Warning")


def _unlike_the_catalogue(own: Iterable[ListItem], content: Content) -> Iterator[ListFinding]:
    """R05: what an item says of its opening is held against the dataset's own record."""
    for there in own:
        item = content.items.get(there.key)
        if item is None or not (item.openness and there.openness):
            continue
        if item.openness != there.openness:
            narrower = item.openness < there.openness
            yield _told(
                item,
                "R05",
                f"目录中的开放类型是“{there.open_type}”，清单写的是“{item.open_type}”。",
                f"The catalogue says “{there.open_type}”, the list “{item.open_type}”.",
                # What is to be opened further is on the list before it is done.
                "Warning" if narrower else "Info",
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
    verdicts = atlas.journal.public_verdicts(list(iris))
    for iri, item in iris.items():
        passed = excepted.get((item.source, item.remote_id), {})
        for rule_id, level in sorted(_gravest(verdicts.get(iri, ())).items()):
            if level not in _TOLD or rule_id == "R04" or rule_id not in atlas.rules:
                continue
            rule = atlas.rules.get(rule_id)
            severity: Severity = (
                "Violation" if level == "Violation" and rule_id not in passed else "Warning"
            )
            yield _told(item, rule_id, rule.message.zh, rule.message.en, severity)


def _gravest(verdicts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the gravest level that each rule has found."""
    found: dict[str, str] = {}
    for rule, level in verdicts:
        if found.get(rule) != "Violation":
            found[rule] = level
    return found


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
