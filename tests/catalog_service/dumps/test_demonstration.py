"""The demo has a dump, made beside it."""

from __future__ import annotations

from threading import Event
from typing import Any, cast

import pytest

from catalog_service.atlas import Atlas
from catalog_service.dumps import work
from catalog_service.dumps.demonstration import demonstrate
from catalog_service.dumps.nightly import Job
from tests.fixtures.web import House, own_site

__all__ = ["own_site"]


@pytest.mark.parametrize("there", [False, True])
def test_a_dump_is_made_where_there_is_none(own_site: tuple[House, Any], there: bool) -> None:
    house, _ = own_site
    if there:
        work.create(house.atlas)
    done: list[Job] = []
    made = Event()

    def perform(_atlas: Atlas, job: Job, _stop: Event) -> None:
        done.append(job)
        made.set()

    out = cast("Any", None)
    with demonstrate(house.atlas, out, soon=0.01, perform=perform):
        assert there or made.wait(30)
    assert done == ([] if there else ["create"])
