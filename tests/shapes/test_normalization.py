"""Records as the rules see them: the fast way past the levelling says what the slow one would."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable

import pytest

from ontology.dates import Moment, read_date
from ontology.record import Record
from ontology.terms import DCT, XSD
from shapes.normalization import _Spans, normalized


def seen(text: str) -> str:
    line = f'<urn:d> <{DCT.issued}> "{text}"^^<{XSD.date}> .\n'
    return normalized(Record("urn:d", "s", "d", "urn:d", line)).record.nquads


@pytest.mark.parametrize("year", [1, 99, 1900, 1970, 2000, 2024, 2026, 9999])
def test_plain_days_are_what_the_slow_way_makes_of_them(year: int) -> None:
    for month in range(1, 13):
        for day in range(1, monthrange(year, month)[1] + 1):
            text = f"{year:04d}-{month:02d}-{day:02d}"
            moment = read_date(text)
            assert moment is not None
            assert moment.day.isoformat() == text
            assert f'"{text}"^^<{XSD.date}>' in seen(text)


@pytest.mark.parametrize("text", ["2025-02-29", "2026-02-30", "2026-04-31", "2026-13-01"])
def test_days_that_no_calendar_has_are_no_dates_for_the_rules(text: str) -> None:
    assert f'"{text}" .' in seen(text)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("2026-11-20Z", f'"2026-11-20"^^<{XSD.date}>'),
        ("0000-01-01", f'"0001"^^<{XSD.gYear}>'),
        ("12026-01-01", f'"9999"^^<{XSD.gYear}>'),
        ("2026-1-01", '"2026-01-01"'),
    ],
)
def test_other_dates_are_levelled(text: str, becomes: str) -> None:
    assert f"> {becomes} ." in seen(text)


def test_a_year_is_a_day_only_where_it_is_before_or_after_all_that_it_is_compared_with() -> None:
    def lines(year: str, *modified: str) -> str:
        said = [f'<urn:d> <{DCT.issued}> "{year}"^^<{XSD.gYear}> .']
        said += [f'<urn:d> <{DCT.modified}> "{day}"^^<{XSD.date}> .' for day in modified]
        record = Record.from_lines(said, iri="urn:d", source="s", remote_id="d")
        return normalized(record).record.nquads

    assert f'"2026-01-01"^^<{XSD.date}>' in lines("2026", "2025-12-31", "2027-01-01")
    assert f'"2026"^^<{XSD.gYear}>' in lines("2026", "2025-12-31", "2026-05-01")
    assert f'"2026"^^<{XSD.gYear}>' in lines("2026", "2020-01-01", "2026-01-01", "2029-01-01")
    assert f'"2026"^^<{XSD.gYear}>' in lines("2026")


def test_ten_thousand_dates_that_are_compared_take_no_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each is looked up among the others, not held against each of them."""
    built = []
    original = _Spans.__init__

    def counted(self: _Spans, moments: Iterable[Moment]) -> None:
        built.append(1)
        original(self, moments)

    monkeypatch.setattr(_Spans, "__init__", counted)
    said = [f'<urn:d> <{DCT.issued}> "{year}"^^<{XSD.gYear}> .' for year in range(1000, 6000)]
    said += [f'<urn:d> <{DCT.modified}> "{year}"^^<{XSD.gYear}> .' for year in range(1000, 6000)]
    normalized(Record.from_lines(said, iri="urn:d", source="s", remote_id="d"))
    assert len(built) == 2
