"""Questions that can be asked of the graph, each with its query, by task.

A query stands in ``examples/{name}.rq`` without its prefixes, which are put before it: those that
it uses. What depends on the reader's language and on the day stands in braces there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from ontology.freshness import PERIOD_DAYS
from ontology.terms import PREFIXES, VOCAB
from translations import N_, Lang

_FOLDER: Final = Path(__file__).with_name("examples")
_IRI: Final = re.compile(r"<[^<>\s]*>")
_PREFIXED: Final = re.compile(r"(?<![\w:])([a-z]+):[A-Za-z]")
_MONTH: Final = 31

TASKS: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    (
        N_("Overview"),
        (
            ("datasets-by-district", N_("How many datasets there are of each district")),
            ("datasets-by-domain", N_("How many datasets there are in each domain")),
            ("largest-publishers", N_("Who opens the most datasets")),
        ),
    ),
    (
        N_("Up to date?"),
        (
            ("late-datasets", N_("Which datasets are later than promised")),
            ("last-month", N_("What was updated in the last month")),
            ("updates-by-month", N_("When datasets were last updated, by month")),
        ),
    ),
    (
        N_("Who opens what"),
        (
            ("api-share", N_("What share of their datasets publishers offer by an API")),
            ("without-open-data", N_("Which bodies of the city have no open data here")),
            ("around-a-publisher", N_("A publisher, its datasets and their domains as a graph")),
        ),
    ),
    (
        N_("What goes together"),
        (
            ("common-fields", N_("Which data items occur in many datasets")),
            ("sharing-a-field", N_("Which datasets share the most common data item")),
        ),
    ),
)
"""Names and titles of the examples under the task that they help with; the page opens with the
first, which is answered in milliseconds."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the query that answers it."""

    name: str
    task: str
    title: str
    query: str


def examples(lang: Lang, today: date) -> list[Example]:
    """Return all examples; ``task`` and ``title`` are English texts, to be translated."""
    values = {
        "lang": lang,
        "vocab": VOCAB,
        "today": today.isoformat(),
        "month_ago": (today - timedelta(days=_MONTH)).isoformat(),
        "due": _due(today),
    }
    return [
        Example(name, task, title, _filled(name, values))
        for task, questions in TASKS
        for name, title in questions
    ]


def with_prefixes(query: str) -> str:
    """Return a query with the prefixes of the catalogue that it uses declared before it."""
    used = {found[1] for found in _PREFIXED.finditer(_IRI.sub("", query))} & PREFIXES.keys()
    head = "\n".join(f"PREFIX {name}: <{PREFIXES[name]}>" for name in sorted(used))
    return f"{head}\n\n{query}" if head else query


def _filled(name: str, values: dict[str, str]) -> str:
    text = _template(name)
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return with_prefixes(text)


@cache
def _template(name: str) -> str:
    return (_FOLDER / f"{name}.rq").read_text("utf-8").rstrip()


def _due(today: date) -> str:
    """Return for each frequency the day before which the last update must not lie."""
    return "\n".join(
        f'    (<{VOCAB}frequency/{name}> "{(today - timedelta(days=days)).isoformat()}")'
        for name, days in PERIOD_DAYS.items()
    )
