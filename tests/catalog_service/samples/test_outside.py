"""A table that somebody sends is drawn from by a process of its own, within bounds."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from catalog_service.samples import outside
from catalog_service.samples.model import Plan
from catalog_service.samples.outside import make_outside
from catalog_service.samples.service import make_here
from harvesters.limits import DEFAULT
from harvesters.readers.files import Input
from ontology.errors import AtlasError
from tests.catalog_service.samples.conftest import TABLE

PLAN = Plan(50, "42", ("区",), ("备注",), 5)


def refused(table: Input, plan: Plan = PLAN, **bounds: float) -> AtlasError:
    with pytest.raises(AtlasError) as caught:
        make_outside(table, DEFAULT, plan, 0.5, **bounds)  # type: ignore[arg-type]
    return caught.value


def test_what_is_drawn_outside_is_what_is_drawn_here() -> None:
    assert make_outside(TABLE, DEFAULT, PLAN, 0.5) == make_here(TABLE, DEFAULT, PLAN, 0.5)


@pytest.mark.parametrize(
    ("table", "plan"),
    [
        (Input("x.csv", content="编号,区,区,备注\n1,2,3,4\n".encode()), PLAN),
        (Input("x.csv", content=b'a,b\n1,"2\n3,4\n'), PLAN),
        (TABLE, Plan(290, "42", ("区",))),
        (Input("x.xlsx", content=b"PK\x03\x04" + bytes(100)), PLAN),
    ],
    ids=["phrase", "place", "numbers", "workbook"],
)
def test_why_there_is_none_is_told_as_here(table: Input, plan: Plan) -> None:
    told = refused(table, plan)
    with pytest.raises(AtlasError) as caught:
        make_here(table, DEFAULT, plan, 0.5)
    for lang in ("zh", "en"):
        assert told.message(lang) == caught.value.message(lang)


def test_it_is_stopped_after_its_time_and_beyond_its_memory() -> None:
    assert refused(TABLE, seconds=0.01).code == "sample-stopped"
    # Less than Python needs.
    assert refused(TABLE, megabytes=1).code == "sample-stopped"


def test_no_more_than_a_few_draw_at_once() -> None:
    with patch.object(outside._free, "acquire", return_value=False):
        assert refused(TABLE).code == "sample-busy"
