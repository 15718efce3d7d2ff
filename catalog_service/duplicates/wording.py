"""Relations and reasons in words, in both languages."""

from __future__ import annotations

from typing import Final

from catalog_service.duplicates.model import Verdict
from search.duplicates.model import Reason, ReasonKind
from translations import N_, translator

_NAMED: Final = 6
"""Data items that a reason names; the records' own pages have them all."""

RELATIONS: Final[dict[Verdict, str]] = {
    "repeats-city": N_("repeats what the city publishes"),
    "replica": N_("the same data twice"),
    "edition": N_("another period of the same data"),
    "variant": N_("the same kind of data of another place"),
    "none": N_("nothing to do with each other"),
}
_REASONS: Final[dict[ReasonKind, str]] = {
    "same-subject": N_("both about “{one}”"),
    "same-fields": N_("data items in common: {names}"),
    "same-office": N_("both from the same kind of office ({one})"),
    "other-office": N_("from different offices ({one}; {other})"),
    "same-area": N_("both of {one}"),
    "area-within": N_("{one} lies in {other}"),
    "other-area": N_("{one} and {other} are different places"),
    "same-period": N_("both of {one}"),
    "other-period": N_("different periods ({one}; {other})"),
    "other-form": N_("one is a file, the other an interface"),
}


def relation_text(relation: Verdict, language: str) -> str:
    """Return a relation in words; ``language`` is ``zh`` or ``en``."""
    return translator(language).gettext(RELATIONS[relation])


def reason_text(reason: Reason, language: str) -> str:
    """Return a reason in words, with what was compared."""
    values = [value or "–" for value in reason.values] + ["–", "–"]
    words = translator(language)
    names = words.pgettext("list", ", ").join(reason.values[:_NAMED])
    more = "…" if len(reason.values) > _NAMED else ""
    return words.gettext(_REASONS[reason.kind], one=values[0], other=values[1], names=names + more)
