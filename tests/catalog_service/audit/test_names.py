"""The audit by names: what is shown, what narrows it, and what a table says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from catalog_service.accounts.service import Role
from catalog_service.audit.commands import _name
from catalog_service.audit.export import lines
from catalog_service.audit.service import Entry, Wanted
from ontology.record import mint_iri
from tests.fixtures.people import ORGANIZATION, Browser, person, signed_in, use_counting_hasher
from tests.fixtures.web import BASE, House, opened, portal

SEEN = "https://atlas.example"
HEALTH = f"{ORGANIZATION}health"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Browser]]:
    with opened(tmp_path_factory.mktemp("audit_names") / "var", public_url=SEEN) as (house, client):
        use_counting_hasher(house.atlas)
        house.submit("city", [portal("N1", "算力券发放记录"), portal("N2", "算力券")])
        house.submit("city", [portal("N3", "Open data: Pudong City")])
        house.project()
        auditor = person(house.atlas, "shen", Role.AUDITOR)
        li = person(house.atlas, "li", Role.STEWARD, "health")
        city = mint_iri(house.atlas.settings.base_iri, "city", "N1")
        for entry in (
            Entry("judgement.write", city, source="city", actor=f"person:{li.id}"),
            Entry("open_list.draft", f"{HEALTH} 2026", organization=HEALTH),
            Entry("settings.change", HEALTH, organization=HEALTH),
            Entry("run.start", "source:city", source="city"),
            Entry("user.change", f"person:{li.id}"),
        ):
            house.atlas.audit.record(entry)
        yield house, signed_in(client, house.atlas, auditor)


def shown(browser: Browser, **given: str) -> list[str]:
    page = browser.get(f"/audit?{urlencode(given)}").text
    return re.findall(r'data-label="对象">(?:<[^>]*>)?([^<]*)', page)


def test_subjects_are_called_by_their_names(desk: tuple[House, Browser]) -> None:
    house, auditor = desk
    found = shown(auditor)
    title = house.atlas.journal.sources()[0].title
    for name in (
        "算力券发放记录",
        "上海市卫生健康委员会 2026",
        "上海市卫生健康委员会",
        "Li",
        title,
    ):
        assert name in found, found
    page = auditor.get("/audit").text
    assert 'href="/organization/health"' in page and f"<code>{HEALTH}</code>" in page
    assert "Shanghai Municipal Health Commission" in auditor.get("/audit?lang=en").text


def test_it_is_narrowed_by_name_or_reference(desk: tuple[House, Browser]) -> None:
    house, auditor = desk
    city = mint_iri(house.atlas.settings.base_iri, "city", "N1")
    for subject in ("算力券发放记录", "/dataset/city/N1", city):
        assert set(shown(auditor, subject=subject, action="judgement.write")) == {"算力券发放记录"}
    assert shown(auditor, subject="算力券") == []
    assert "Li" in shown(auditor, subject="li")
    assert shown(auditor, actor="Li", action="judgement.write") == ["算力券发放记录"]
    health = ["上海市卫生健康委员会", "上海市卫生健康委员会 2026"]
    for organization in ("市卫生健康委员会", "health", HEALTH):
        found = shown(auditor, organization=organization)
        assert set(health) <= set(found), organization
    assert shown(auditor, subject="上海市卫生健康委员会", action="settings.change") == health[:1]
    assert shown(auditor, organization="没有这个机构") == []


def test_a_name_hides_no_entries_of_a_reference(desk: tuple[House, Browser]) -> None:
    house, auditor = desk
    for actor in ("cli", "public"):
        house.atlas.audit.record(Entry("settings.change", f"of:{actor}", actor=actor))
        assert f"of:{actor}" in shown(auditor, actor=actor)
        account = person(house.atlas, actor)
        house.atlas.audit.record(
            Entry("settings.change", f"of:person-{actor}", actor=f"person:{account.id}")
        )
        assert {f"of:{actor}", f"of:person-{actor}"} <= set(shown(auditor, actor=actor))


def test_a_dataset_is_found_by_any_address_of_its_page_and_a_name_with_a_colon(
    desk: tuple[House, Browser],
) -> None:
    house, auditor = desk
    page = "/dataset/city/N1"
    for address in (
        f"{BASE}{page}?lang=en",
        f"{page}.html?lang=en#files",
        f"{SEEN}{page}",
        f"{SEEN}{page}?lang=en",
        f"{BASE}{page}#files",
    ):
        found = shown(auditor, subject=address, action="judgement.write")
        assert found == ["算力券发放记录"], address
    named = person(house.atlas, "pudong")
    house.atlas.accounts.people.change(named.id, name="Open data: Pudong")
    wanted = mint_iri(BASE, "city", "N3")
    house.atlas.audit.record(Entry("judgement.write", wanted, actor=f"person:{named.id}"))
    assert len(shown(auditor, actor="Open data: Pudong")) == 1
    title = "Open data: Pudong City"
    assert shown(auditor, subject=title, action="judgement.write") == [title]


def test_a_table_has_the_reference_and_the_name(desk: tuple[House, Browser]) -> None:
    house, _ = desk
    entries = house.atlas.audit.walk(Wanted())
    text = "".join(lines(entries, "csv", lambda one: _name(house.atlas, "zh", one)))
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    named = {row["subject"]: row["subject_name"] for row in rows}
    assert named[f"{HEALTH} 2026"] == "上海市卫生健康委员会 2026"
    assert not any(name for subject, name in named.items() if subject.startswith("person:"))
