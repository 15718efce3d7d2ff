"""The W3C suite for SHACL Core, where its folder is given, against both engines."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from pathlib import Path

import pytest

from tests.standards.shacl_suite import Case, Verdict, cases, run_pyshacl, run_shacl

FOLDER = "ATLAS_W3C_SHACL_TESTS"
KNOWN = {
    "pyshacl": {
        "property/uniqueLang-002": 'takes sh:uniqueLang "1"^^xsd:boolean for true; the test says no'
    },
    "shacl": {},
}
"""Where an engine departs from the suite, and in what; a departure that is mended fails."""


@pytest.fixture(scope="module")
def suite() -> list[Case]:
    folder = os.environ.get(FOLDER)
    if not folder:
        pytest.skip(f"the W3C data-shapes suite is not present: {FOLDER} names no folder")
    found = list(cases(Path(folder)))
    assert len(found) > 90, f"{FOLDER} must be the suite's tests/core"
    return found


def _outcome(engine: str, case: Case) -> Counter[Verdict] | None:
    run = run_shacl if engine == "shacl" else run_pyshacl
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pySHACL warns of the suite's deliberately odd shapes
        try:
            return run(case.shapes, case.data)
        except Exception:
            return None


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_an_engine_gives_the_reports_of_the_suite(engine: str, suite: list[Case]) -> None:
    wrong = {case.name for case in suite if _outcome(engine, case) != case.expected}
    assert wrong == set(KNOWN[engine])


@pytest.mark.slow
def test_the_engines_agree_where_both_support_the_test(suite: list[Case]) -> None:
    left_out = {name for known in KNOWN.values() for name in known}
    for case in suite:
        if case.name not in left_out:
            assert _outcome("shacl", case) == _outcome("pyshacl", case), case.name
