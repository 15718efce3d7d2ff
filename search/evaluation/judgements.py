"""Queries with what should be found: graded documents, or patterns of titles."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ontology.errors import AtlasError, Phrase
from search.errors import JUDGEMENTS_UNREADABLE

SUCCESS = 2
"""The least grade that serves the need."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One query; ``grades`` by remote id, or a pattern that titles must match and another that the
    first one must not."""

    qid: str
    text: str
    kind: str
    grades: Mapping[str, int] = field(default_factory=dict)
    expected: re.Pattern[str] | None = None
    refused: re.Pattern[str] | None = None

    def grade(self, remote_id: str, title: str, rank: int) -> int:
        """Return the grade of a document at a rank (1 is the first): 0 to 3, by patterns 3 or 0."""
        if self.expected is None:
            return self.grades.get(remote_id, 0)
        if rank == 1 and self.refused is not None and self.refused.search(title):
            return 0
        return 3 if self.expected.search(title) else 0


def read_judged(queries: Path, qrels: Path | None) -> list[Judged]:
    """Read tab-separated queries, with graded judgements or with patterns.

    Columns: ``qid``, ``query``, ``kind`` (else ``data_domain``); with ``qrels`` (``qid``, ``doc``,
    ``grade``), else ``expected_title_regex`` and ``must_not_be_first_regex``. Raises `AtlasError`
    (``judgements-unreadable``).
    """
    grades: dict[str, dict[str, int]] = {}
    if qrels is not None:
        for row in _rows(qrels, ("qid", "doc", "grade")):
            if not row["grade"]:
                # A seed (`atlas search-log export`), which is not to be measured by unseen.
                reason = Phrase("a grade is empty: judge it first")
                raise AtlasError(JUDGEMENTS_UNREADABLE, path=qrels, reason=reason)
            try:
                grades.setdefault(row["qid"], {})[row["doc"]] = int(row["grade"])
            except ValueError as error:
                raise AtlasError(JUDGEMENTS_UNREADABLE, path=qrels, reason=error) from error
    wanted = ("qid", "query") if qrels is not None else ("qid", "query", "expected_title_regex")
    found: list[Judged] = []
    for row in _rows(queries, wanted):
        kind = row.get("kind") or row.get("data_domain") or ""
        if qrels is not None:
            found.append(Judged(row["qid"], row["query"], kind, grades.get(row["qid"], {})))
            continue
        refused = row.get("must_not_be_first_regex")
        try:
            found.append(
                Judged(
                    row["qid"],
                    row["query"],
                    kind,
                    expected=re.compile(row["expected_title_regex"]),
                    refused=re.compile(refused) if refused else None,
                )
            )
        except re.error as error:
            raise AtlasError(JUDGEMENTS_UNREADABLE, path=queries, reason=error) from error
    return found


def read_texts(queries: Path) -> list[str]:
    """Read the searches of a file with the columns of `read_judged` and without judgements."""
    return [row["query"] for row in _rows(queries, ("qid", "query"))]


def _rows(path: Path, wanted: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AtlasError(JUDGEMENTS_UNREADABLE, path=path, reason=error) from error
    missing = [name for name in wanted if not rows or name not in rows[0]]
    if missing:
        reason = f"{', '.join(missing)}?"
        raise AtlasError(JUDGEMENTS_UNREADABLE, path=path, reason=reason)
    return rows
