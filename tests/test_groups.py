"""Tests that share a dear fixture run in one worker."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("number", range(6))
def test_tests_of_a_file_stay_together(
    request: pytest.FixtureRequest, number: int, testrun_uid: str, worker_id: str
) -> None:
    folder = request.getfixturevalue("tmp_path_factory").getbasetemp().parent
    mark = folder / f"groups-{testrun_uid}"
    if number == 0:
        mark.write_text(worker_id, "utf-8")
    assert mark.read_text("utf-8") == worker_id
