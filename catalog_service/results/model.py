"""What people made of public data, as it is submitted, and as everybody reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ontology.languages import Texts


@dataclass(frozen=True, slots=True)
class Submitted:
    """The form of a result, as its maker sent it; encrypted until it is shown."""

    title: str
    title_en: str
    summary: str
    summary_en: str
    does: str
    made: str
    """A code of `RESULT_KINDS`."""
    address: str
    """An https address, or empty: it is nowhere to be had."""
    datasets: Sequence[str]
    """IRIs, without repeats."""
    contact: str = field(repr=False)
    consent: bool
    """Whether everybody may read the contact."""

    def as_json(self) -> dict[str, Any]:
        """Return it as the paper of its case keeps it."""
        return {
            "title": self.title,
            "title_en": self.title_en,
            "summary": self.summary,
            "summary_en": self.summary_en,
            "does": self.does,
            "made": self.made,
            "address": self.address,
            "datasets": list(self.datasets),
            "contact": self.contact,
            "consent": "yes" if self.consent else "",
        }


def submitted_from(form: dict[str, Any]) -> Submitted:
    """Return a form from what the paper of its case keeps."""
    values = {name: value for name, value in form.items() if name != "consent"}
    return Submitted(**values, consent=bool(form.get("consent")))


@dataclass(frozen=True, slots=True)
class Result:
    """A result that is shown to everybody."""

    case: int
    name: str
    """The number that people quote."""
    made: str
    title: Texts
    summary: Texts
    does: str
    address: str
    contact: str
    """Empty: none, or its maker did not consent."""
    topic: str | None
    """IRI of a data domain."""
    day: date
    """On which it was first shown."""
    datasets: Sequence[str]
    """IRIs of records as they were named, public or not by now."""
