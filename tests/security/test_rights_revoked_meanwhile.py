"""A right that ends while its use is under way stops it: nothing is released by it any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.service import OPERATOR, Principal, Role, set_owner
from catalog_service.classification import service as classification
from catalog_service.classification.model import Agreement
from catalog_service.editing import releasing, service
from catalog_service.editing.form_fields import read_entries
from catalog_service.editing.forms import form_writer
from catalog_service.editing.model import Draft
from catalog_service.open_list import service as open_lists
from catalog_service.open_list.exchange import service as exchange
from catalog_service.open_list.exchange.answers import workbook_of
from catalog_service.open_list.systems import enter
from catalog_service.rule_work.service import ask
from catalog_service.thesaurus_work import service as thesaurus
from catalog_service.thesaurus_work.model import Draft as Word
from catalog_service.vocabulary_work import concept_work, hierarchy
from catalog_service.vocabulary_work import service as values
from catalog_service.workbench.decisions import Choice, decide
from catalog_service.working_calendar.service import set_working_day, working_days
from ontology.errors import AtlasError
from ontology.record import mint_iri
from ontology.released_concepts import ConceptChange
from ontology.terms import VOCAB
from tests.fixtures.people import person, use_counting_hasher
from tests.fixtures.web import BASE, House, portal

TRANSPORT = f"{VOCAB}organization/transport"
CONCEPT = f"{VOCAB}organization/nebula"
FORM = {
    "title/0": "停车场名录",
    "description/0": "全市经营性停车场的名称、地址和泊位数。",
    "publisher/0": "上海市交通委员会",
    "accessRights/0": "无条件开放",
    "accrualPeriodicity/0": "每月",
    "landingPage/0": "https://data.sh.gov.cn/view/detail/index.html?type=cp&id=77",
}
LEVELS = "级别,名称,开放类型\nX1,甲级,无条件开放\n".encode()
CONDITIONS = "级别,名称,开放条件\ntraffic,交通类,仅限科研使用\n".encode()
AGREEMENT = Agreement({"zh": "数据利用协议"}, "乙方：____")
_NUMBERS = count()

Revoked = Callable[..., Principal]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("revoked") / "var")
    with made.atlas:
        use_counting_hasher(made.atlas)
        made.submit("city", [portal("N1", "算力券", update_frequency="隔三差五")])
        made.submit("city", [portal("H1", "轨道站点", is_open="")], gate="enforce")
        set_owner(made.atlas.journal, made.atlas.vocabulary, "city", TRANSPORT)
        yield made


@pytest.fixture
def revoked(house: House) -> Revoked:
    """Make a person as a request found them, whose role has ended since."""

    def made(role: Role, organization: str | None = None) -> Principal:
        account = person(house.atlas, f"person{next(_NUMBERS)}", role, organization)
        found = house.atlas.accounts.principal(account)
        (grant,) = house.atlas.accounts.grants.of(account.id)
        house.atlas.accounts.grants.revoke(grant.id, by="test")
        return found

    return made


def stops(act: Callable[[], Any]) -> bool:
    with pytest.raises(AtlasError) as caught:
        act()
    return caught.value.code == "right-missing"


def drafted(house: House) -> Draft:
    draft = service.begin(house.atlas, OPERATOR, TRANSPORT)
    record = form_writer(house.atlas).write(draft.record, read_entries(FORM), complete=True)
    return service.save(house.atlas, OPERATOR, draft, record, version=1).draft


def test_a_draft_is_not_submitted(house: House, revoked: Revoked) -> None:
    atlas, draft, who = house.atlas, drafted(house), revoked(Role.STEWARD, "transport")
    assert stops(lambda: releasing.submit(atlas, who, draft, version=draft.version))
    assert atlas.journal.get(draft.record.iri) is None
    assert service.read(atlas, OPERATOR, draft.id).state == "editing"
    assert releasing.submit(atlas, OPERATOR, draft, version=draft.version).state == "released"


def test_a_draft_is_not_released(house: House, revoked: Revoked) -> None:
    atlas, draft, eyes = house.atlas, drafted(house), FourEyes(house.atlas.journal)
    eyes.demand(TRANSPORT, True)
    try:
        releasing.submit(atlas, OPERATOR, draft, version=draft.version)
        waiting = service.read(atlas, OPERATOR, draft.id)
        who = revoked(Role.REVIEWER, "transport")
        assert stops(lambda: releasing.release(atlas, who, waiting, version=waiting.version))
    finally:
        eyes.demand(TRANSPORT, False)
    assert atlas.journal.get(draft.record.iri) is None
    assert service.read(atlas, OPERATOR, draft.id).state == "submitted"


def test_held_versions_are_not_let_through(house: House, revoked: Revoked) -> None:
    state = house.atlas.journal.states("city", ["H1"])["H1"]
    who, choice = revoked(Role.STEWARD, "transport"), Choice("city", "H1", state.held_hash or "")
    effects = decide(house.atlas, who, "release", [choice], "看过了")
    assert not effects.done
    assert [one.why.code for one in effects.skipped] == ["right-missing"]
    assert house.atlas.journal.states("city", ["H1"])["H1"] == state


def test_a_record_is_not_excepted_from_a_rule(house: House, revoked: Revoked) -> None:
    until = house.clock.today() + timedelta(10)
    who = revoked(Role.DISTRICT_OFFICE, "transport")
    assert stops(
        lambda: ask(house.atlas, who, "R01", ("city", "H1"), until=until, reason="历史数据")
    )
    stored = house.atlas.journal.get(mint_iri(BASE, "city", "H1"))
    assert stored is not None and not stored.public


def test_a_value_is_not_mapped(house: House, revoked: Revoked) -> None:
    atlas, who = house.atlas, revoked(Role.CITY_OFFICE)
    ask_for = values.Ask("frequency", "隔三差五", "frequency/monthly", None, "就是每月")
    assert stops(lambda: values.decide(atlas, who, ask_for))
    assert values.count_decisions(atlas, OPERATOR) == 0
    made = values.decide(atlas, OPERATOR, ask_for)
    assert stops(lambda: values.undo(atlas, revoked(Role.CITY_OFFICE), made.number, "错了"))
    assert values.decisions_for(atlas, OPERATOR)[0].state == "released"


def test_a_concept_is_neither_released_nor_undone(house: House, revoked: Revoked) -> None:
    atlas, name = house.atlas, "上海市星云算力调度中心"
    change = ConceptChange("new", "organization", CONCEPT, "nebula", name, "Nebula Centre")
    number = concept_work.propose(atlas, OPERATOR, change, "新设").number
    assert stops(lambda: concept_work.release(atlas, revoked(Role.CITY_OFFICE), number, "属实"))
    assert concept_work.concepts_of(atlas).get(number).state == "proposed"
    office = atlas.accounts.principal(person(atlas, "office", Role.CITY_OFFICE))
    concept_work.release(atlas, office, number, "属实")
    assert stops(
        lambda: concept_work.undo(atlas, revoked(Role.CITY_OFFICE), number, "错了", uses=())
    )
    assert concept_work.concepts_of(atlas).get(number).state == "released"


def test_a_link_is_neither_released_nor_undone(house: House, revoked: Revoked) -> None:
    atlas = house.atlas
    number = hierarchy.propose(atlas, OPERATOR, "below", "water", "audit", None, "下属").number
    assert stops(lambda: hierarchy.release(atlas, revoked(Role.CITY_OFFICE), number, "属实"))
    assert atlas.accounts.links.get(number).state == "proposed"
    office = atlas.accounts.principal(person(atlas, "linker", Role.CITY_OFFICE))
    hierarchy.release(atlas, office, number, "属实")
    assert stops(lambda: hierarchy.undo(atlas, revoked(Role.CITY_OFFICE), number, "错了"))
    assert atlas.accounts.links.get(number).state == "released"


def test_an_open_list_takes_no_step(house: House, revoked: Revoked) -> None:
    atlas, year = house.atlas, house.clock.today().year
    assert stops(
        lambda: open_lists.draft(atlas, revoked(Role.STEWARD, "transport"), TRANSPORT, year)
    )
    # Nothing was begun.
    assert open_lists.draft(atlas, OPERATOR, TRANSPORT, year).state == "draft"


def test_calendar_register_and_workbooks_of_lists_stay(house: House, revoked: Revoked) -> None:
    atlas, today = house.atlas, house.clock.today()
    civil = (f"{VOCAB}organization/civil-affairs", today.year)
    house.submit("civil", [portal("C1", "养老机构", department="上海市民政局")])
    open_lists.draft(atlas, OPERATOR, *civil)
    sheet = workbook_of(atlas, "zh", open_lists.get(atlas, *civil).content, civil)

    def steward() -> Principal:
        return revoked(Role.STEWARD, "civil-affairs")

    assert stops(lambda: set_working_day(atlas, revoked(Role.CITY_OFFICE), today, True, "补班"))
    assert stops(lambda: enter(atlas, steward(), civil[0], "新系统", today, plan="逐步开放"))
    assert stops(lambda: exchange.receive(atlas, steward(), civil, "own.xlsx", sheet))
    assert working_days(atlas).overrides == {} and exchange.kept(atlas, OPERATOR, civil) == []


def test_a_review_of_secrecy_is_not_confirmed(house: House, revoked: Revoked) -> None:
    atlas, today = house.atlas, house.clock.today()
    number = classification.review(
        atlas, OPERATOR, "city/N1", "secrecy", today, "unconditional", "无密"
    )
    who = revoked(Role.REVIEWER, "transport")
    assert stops(lambda: classification.confirm(atlas, who, number))
    office = atlas.accounts.principal(person(atlas, "confirmer", Role.CITY_OFFICE))
    assert classification.confirm(atlas, office, number).number == number


@pytest.mark.parametrize("kind", ["guide", "conditions", "agreement"])
def test_no_text_of_classification_is_kept(house: House, revoked: Revoked, kind: str) -> None:
    atlas, today = house.atlas, house.clock.today()
    writing: dict[str, tuple[Callable[[Principal], Any], Callable[[], list[Any]]]] = {
        "guide": (
            lambda who: classification.import_guide(atlas, who, ("t.csv", LEVELS), today, ""),
            lambda: list(classification.guides(atlas)),
        ),
        "conditions": (
            lambda who: classification.import_conditions(
                atlas, who, ("c.csv", CONDITIONS), today, ""
            ),
            lambda: list(classification.conditions_versions(atlas)),
        ),
        "agreement": (
            lambda who: classification.put_agreement(atlas, who, "use", AGREEMENT, today, ""),
            lambda: list(classification.agreement_versions(atlas)),
        ),
    }
    write, kept = writing[kind]
    assert stops(lambda: write(revoked(Role.CITY_OFFICE)))
    assert kept() == []
    write(OPERATOR)
    assert len(kept()) == 1


def test_a_word_is_neither_released_nor_undone(house: House, revoked: Revoked) -> None:
    atlas, edits = house.atlas, thesaurus.edits_of(house.atlas)
    word = Word("add", "长者之家", "养老机构", "synonym", 1.0, False, "都这样说")
    assert stops(lambda: thesaurus.propose(atlas, revoked(Role.CITY_OFFICE), word))
    assert [one.state for one in edits.all()] == ["proposed"]
    number = edits.all()[0].number
    thesaurus.release(atlas, OPERATOR, number, "属实")
    assert stops(lambda: thesaurus.undo(atlas, revoked(Role.CITY_OFFICE), number, "错了"))
    assert edits.get(number).state == "released"


def test_a_word_is_held_against_what_was_released_while_it_was_looked_at(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    atlas, edits = house.atlas, thesaurus.edits_of(house.atlas)
    new = Word("add", "云上菜篮", "菜篮子云", "synonym", 1.0, True, "新词")
    entry = thesaurus.propose(atlas, OPERATOR, new).number
    word = Word("add", "菜篮云", "菜篮子云", "synonym", 1.0, False, "简称")
    waiting = edits.propose(word, "person:li").number
    read = thesaurus.entries_with

    def overtaken(*given: Any) -> Any:
        found = read(*given)
        monkeypatch.setattr(thesaurus, "entries_with", read)
        # The entry that the word is led to goes, once it was seen to be there.
        edits.move(entry, "undone", actor="cli", reason="错了")
        return found

    monkeypatch.setattr(thesaurus, "entries_with", overtaken)
    with pytest.raises(AtlasError) as caught:
        thesaurus.release(atlas, OPERATOR, waiting, "属实")
    assert caught.value.code == "thesaurus-no-such-entry"
    assert edits.get(waiting).state == "proposed"


def test_what_a_token_ended_with_is_demanded_of_it_too(house: House) -> None:
    tokens = house.atlas.tokens
    made = tokens.create("desk", ["steward:city"])
    found = tokens.authenticate(made.secret)
    assert found.anew().may_over(values.Action.VALUE_MAP, "city")
    tokens.revoke(made.token.id)
    with pytest.raises(AtlasError) as caught:
        found.anew()
    assert caught.value.code == "not-authenticated"


def test_rights_of_now_are_those_of_the_session_and_of_the_own_token(house: House) -> None:
    atlas = house.atlas
    account = person(atlas, "zhou", Role.STEWARD, "transport")
    secret = tokens_of(house, account.id)
    found = atlas.tokens.authenticate(secret)
    assert found.anew().may_over(values.Action.VALUE_MAP, "city")
    (grant,) = atlas.accounts.grants.of(account.id)
    atlas.accounts.grants.revoke(grant.id, by="test")
    assert found.may_over(values.Action.VALUE_MAP, "city")
    assert not found.anew().may_over(values.Action.VALUE_MAP, "city")
    atlas.accounts.people.disable(account.id, None)
    with pytest.raises(AtlasError) as caught:
        found.anew()
    assert caught.value.code == "not-authenticated"


def tokens_of(house: House, owner: str) -> str:
    return house.atlas.tokens.create("own", ["steward"], owner=owner).secret
