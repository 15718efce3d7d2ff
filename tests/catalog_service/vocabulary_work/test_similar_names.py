"""Names of concepts: which are alike, and which can be no name."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from catalog_service.context import Service
from catalog_service.vocabulary_work.concept_work import similar
from catalog_service.vocabulary_work.proposed_concepts import NameFields, change_of
from ontology.errors import AtlasError
from ontology.released_concepts import ConceptChange
from ontology.vocabulary import Vocabulary, load_vocabulary


def atlas(vocabulary: Vocabulary | None = None) -> Service:
    return cast(Service, SimpleNamespace(vocabulary=vocabulary or load_vocabulary()))


def like(zh: str, en: str, *others: str) -> set[str]:
    change = ConceptChange("new", "organization", "urn:new", "new", zh, en, others)
    return {one.notation for one in similar(atlas(), change)}


@pytest.mark.parametrize(
    ("zh", "en", "found"),
    [
        ("上海市水利局", "Shanghai Water Resources Bureau", {"water"}),
        ("上海市数据管理局", "Shanghai Data Administration", {"data-bureau", "big-data-center"}),
        ("市交委", "Shanghai Transport Commission", {"transport", "road-transport"}),
        ("上海市消防总队", "Shanghai Fire Corps", {"fire-2014", "fire-rescue"}),
        ("上海市徐汇区政府", "Xuhui District Government", {"district-xuhui"}),
        ("市场监管局", "Market Regulation", {"market-supervision"}),
        # These share nothing with any but the city and the kind.
        ("上海市儿童局", "Shanghai Bureau of Children", set()),
        ("上海市图书馆", "Shanghai Library", set()),
    ],
)
def test_what_all_names_share_makes_none_alike(zh: str, en: str, found: set[str]) -> None:
    assert like(zh, en) == found


def test_any_of_the_names_may_be_alike() -> None:
    assert like("上海市星云调度中心", "Nebula", "市审计部") == {"audit"}


def fields(zh: str = "", en: str = "", others: str = "") -> NameFields:
    return NameFields(zh, en, others, "", "", "", None, "", None)


def refused(**given: Any) -> str:
    with pytest.raises(AtlasError) as caught:
        change_of(atlas(), "new", "organization", "nebula", fields(**given))
    return str(caught.value.params["name"])


@pytest.mark.parametrize("en", ["上海", "上海市", "上海 Nebula", "々", "2026"])
def test_a_chinese_text_is_no_english_name(en: str) -> None:
    assert refused(zh="上海市星云算力中心", en=en) == "en"


def test_a_concept_keeps_a_name_that_none_may_get_anew() -> None:
    turtle = load_vocabulary().graph_turtle("domain").replace("信用服务", "其他")
    own = atlas(load_vocabulary().with_turtle({"domain": turtle.encode()}))
    change = change_of(own, "name", "domain", "12", fields(en="Other services"))
    assert (change.zh, change.en) == ("其他", "Other services")
    with pytest.raises(AtlasError):
        change_of(own, "name", "domain", "11", fields(zh="其它"))
    assert refused(zh="其他", en="Other services") == "zh"
