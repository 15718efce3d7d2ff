"""A right holds over an organization, what lies below it, and what followed upon it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from catalog_service.accounts.errors import RIGHT_MISSING, UNKNOWN_ORGANIZATION
from catalog_service.accounts.organization_links import LinksInForce
from catalog_service.accounts.organizations import Organizations, organization_named
from catalog_service.accounts.service import Action, Grant, Person, Role
from ontology.concepts import Concept
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary, load_vocabulary
from tests.fixtures.organizations import vocabulary_with_below

ORGANIZATION = "https://w3id.org/shdata/vocab/organization/"
HEALTH, OLD_HEALTH = f"{ORGANIZATION}health", f"{ORGANIZATION}health-2014"
HOSPITALS, WATER = f"{ORGANIZATION}shenkang", f"{ORGANIZATION}water"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return vocabulary_with_below(shenkang="health")


@pytest.fixture(scope="module")
def hierarchy(vocabulary: Vocabulary) -> Organizations:
    return Organizations(lambda: vocabulary)


@pytest.mark.parametrize(
    ("granted", "asked", "holds"),
    [
        (None, None, True),
        (None, HEALTH, True),
        (HEALTH, None, False),
        (HEALTH, HEALTH, True),
        (HEALTH, HOSPITALS, True),
        (HOSPITALS, HEALTH, False),
        (HEALTH, WATER, False),
        (HEALTH, OLD_HEALTH, True),
        (OLD_HEALTH, HEALTH, True),
        (OLD_HEALTH, HOSPITALS, True),
        (HEALTH, "https://elsewhere.example/x", False),
    ],
)
def test_what_a_right_covers(
    hierarchy: Organizations, granted: str | None, asked: str | None, holds: bool
) -> None:
    assert hierarchy.covers(granted, asked) is holds


def test_who_carries_on(vocabulary: Vocabulary) -> None:
    links = LinksInForce(1, {HEALTH: (WATER,)}, {HOSPITALS: (WATER,)})
    told = Organizations(lambda: vocabulary, lambda: links)
    assert told.carried_on_by(OLD_HEALTH) == {HEALTH} == told.carried_on_by(HEALTH)
    assert told.carried_on_by(HOSPITALS) == {WATER}
    circle = LinksInForce(2, {}, {WATER: (HOSPITALS,), HOSPITALS: (WATER,)})
    told = Organizations(lambda: vocabulary, lambda: circle)
    assert told.carried_on_by(WATER) == {WATER}


def test_all_that_a_right_covers(hierarchy: Organizations) -> None:
    below = hierarchy.below(HEALTH)
    assert below is not None
    assert {HEALTH, HOSPITALS, OLD_HEALTH} <= below and WATER not in below
    assert hierarchy.below(None) is None


@pytest.mark.parametrize("text", [HEALTH, "health", "上海市卫生健康委员会", "市卫生健康委"])
def test_an_organization_by_its_names(vocabulary: Vocabulary, text: str) -> None:
    assert organization_named(vocabulary, text) == HEALTH


def test_an_organization_that_there_is_not(vocabulary: Vocabulary) -> None:
    with pytest.raises(AtlasError) as error:
        organization_named(vocabulary, "nowhere")
    assert error.value.kind is UNKNOWN_ORGANIZATION


def test_a_person_acts_where_the_role_holds(hierarchy: Organizations) -> None:
    owners = {"a": HOSPITALS, "b": WATER}
    grants = (Grant(Role.STEWARD, HEALTH),)
    person = Person("1", "li", "李", None, grants, hierarchy, owners.get)
    assert person.actor == "person:1"
    assert person.may(Action.DATASET_EDIT, HOSPITALS)
    assert not person.may(Action.DATASET_EDIT, None)
    assert not person.may(Action.AUDIT_READ, HEALTH)
    assert person.may_over(Action.DATASET_READ_HELD, "a")
    assert not person.may_over(Action.DATASET_READ_HELD, "b")
    assert not person.may_over(Action.DATASET_READ_HELD, "city's")
    with pytest.raises(AtlasError) as error:
        person.require_over(Action.HELD_DECIDE, "b")
    assert error.value.kind is RIGHT_MISSING
    assert person.organizations(Action.DATASET_EDIT) == hierarchy.below(HEALTH)
    assert person.organizations(Action.USER_MANAGE) == frozenset()


def test_whoever_signs_in_is_a_citizen(hierarchy: Organizations) -> None:
    person = Person("1", "li", "李", None, (), hierarchy, dict[str, str]().get)
    assert person.may(Action.ACCOUNT_MANAGE_OWN, WATER)
    assert not person.may(Action.WORKBENCH_READ, None)


def test_a_right_that_is_being_looked_up_does_not_outlast_its_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = HEALTH, WATER
    vocabulary = vocabulary_with_below()
    in_force = [LinksInForce(1, {one: (other,)}, {})]
    organizations = Organizations(lambda: vocabulary, lambda: in_force[0])
    broader = vocabulary.broader

    def undone_meanwhile(iri: str) -> Iterable[Concept]:
        # As another thread that asks while this one walks.
        if iri == other and in_force[0].version == 1:
            in_force[0] = LinksInForce(2, {}, {})
            organizations.covers(other, f"{ORGANIZATION}transport")
        return broader(iri)

    monkeypatch.setattr(vocabulary, "broader", undone_meanwhile)
    organizations.covers(other, one)
    assert in_force[0].version == 2
    assert not organizations.covers(other, one)


def ended(*names: str, **above: str) -> Vocabulary:
    vocabulary = vocabulary_with_below(**above)
    lines = "".join(f"\n<{ORGANIZATION}{name}> owl:deprecated true .\n" for name in names)
    turtle = vocabulary.graph_turtle("organization") + lines
    return vocabulary.with_turtle({"organization": turtle.encode()})


def test_what_is_to_be_used_no_more_takes_over_from_nobody() -> None:
    new, over, old = (f"{ORGANIZATION}{name}" for name in ("shenkang", "health", "water"))
    links = LinksInForce(1, {}, {old: (new,)})
    in_use = vocabulary_with_below(shenkang="health")
    before = Organizations(lambda: in_use, lambda: links)
    assert before.covers(over, old) and before.covers(new, old)
    assert before.covers(old, new)

    vocabulary = ended("shenkang", shenkang="health")
    after = Organizations(lambda: vocabulary, lambda: links)
    assert not after.covers(over, old) and not after.covers(new, old)
    assert not after.covers(old, new)
    # Its own records are looked after as before; and a circle through it would be one.
    assert after.covers(over, new) and after.covers(new, new)
    assert after.leads_to(old, over)

    # What followed upon it takes over, as 银保监局 passed on 银监局 to 金融监管局.
    audit = f"{ORGANIZATION}audit"
    followed = LinksInForce(2, {}, {old: (new,), new: (audit,)})
    later = Organizations(lambda: vocabulary, lambda: followed)
    assert later.covers(audit, old) and later.covers(audit, new) and later.covers(old, audit)
    assert not later.covers(over, old)
    shipped = Organizations(load_vocabulary)
    assert shipped.covers(f"{ORGANIZATION}financial-supervision", f"{ORGANIZATION}banking")
