"""The W3C suites for SHACL Core and SHACL-SPARQL, against both engines."""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.standards.departures import assert_only_known, reasons
from tests.standards.shacl_suite import Case, Verdict, cases, run_pyshacl, run_shacl

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def suite(w3c: Callable[[str], Path]) -> list[Case]:
    found = list(cases(w3c("shacl") / "shacl" / "tests"))
    assert len(found) == 121
    return found


Outcomes = dict[str, Counter[Verdict] | None]


@pytest.fixture(scope="module")
def outcomes(suite: list[Case]) -> dict[str, Outcomes]:
    """What each engine reports of each case; None where it refuses the shapes."""
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    return {
        engine: {case.name: _outcome(engine, case) for case in suite}
        for engine in ("shacl", "pyshacl")
    }


def _outcome(engine: str, case: Case) -> Counter[Verdict] | None:
    run = run_shacl if engine == "shacl" else run_pyshacl
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pySHACL warns of the suite's deliberately odd shapes
        try:
            return run(case.shapes, case.data)
        except Exception:
            return None


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_an_engine_gives_the_reports_of_the_suite(
    engine: str, suite: list[Case], outcomes: dict[str, Outcomes]
) -> None:
    found = outcomes[engine]
    wrong = {c.name: str(found[c.name]) for c in suite if found[c.name] != c.expected}
    assert_only_known(engine, wrong)


def test_the_engines_agree_where_neither_departs(outcomes: dict[str, Outcomes]) -> None:
    left_out = reasons("shacl").keys() | reasons("pyshacl").keys()
    differing = {
        name
        for name, found in outcomes["shacl"].items()
        if name not in left_out and found != outcomes["pyshacl"][name]
    }
    assert differing == set()
