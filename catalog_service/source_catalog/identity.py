"""When two claims are the same one, what identifies it, and which texts it may have."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Final

from catalog_service.source_catalog.errors import ITEM_INCOMPLETE, ITEM_TEXT_INVALID
from catalog_service.source_catalog.model import TEXTS, SourceItem, Text
from ontology.errors import AtlasError, FilePosition
from ontology.vocabulary import Known, Vocabulary
from search.analysis.normalization import normal
from search.relations.fields import field_key

HEADINGS: Final[dict[Text, str]] = {
    "item": "数据项",
    "department": "责任部门",
    "source": "数据来源",
    "mechanism": "更新机制",
    "quality": "质量标准",
    "use": "使用方式",
}
"""What the texts of a claim are called in tables."""

MAX_NAME: Final = 200
"""Characters of the name of a data item or department."""

MAX_TEXT: Final = 2_000
"""Characters of each of the other texts."""

_LINE_ENDS: Final = "\n\t"


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes two claims one: a name of the data item, and a department."""

    key: str
    department_key: str

    @property
    def id(self) -> str:
        """What identifies the claim in addresses: it depends on nothing else, for ever."""
        return hashlib.sha256(f"{self.key}\n{self.department_key}".encode()).hexdigest()[:16]

    @property
    def organization(self) -> str | None:
        """The department's IRI; None for a name that the vocabulary does not know."""
        return self.department_key if "://" in self.department_key else None


def identity_of(vocabulary: Vocabulary, item: str, department: str) -> Identity:
    """Return the identity of a department's claim on a data item."""
    return Identity(field_key(item), department_key(vocabulary, department))


def department_key(vocabulary: Vocabulary, name: str) -> str:
    """Return a department's IRI where the vocabulary knows one of its names, else the name."""
    meant = vocabulary.find("organization", name)
    return meant.concept.iri if isinstance(meant, Known) else normal(name).strip()


def checked(claim: SourceItem, place: FilePosition | None = None) -> SourceItem:
    """Return a claim with its texts trimmed, the names on one line.

    Raises ``item-incomplete`` and ``item-text-invalid``, with the place in a file.
    """
    texts = {name: _trimmed(name, claim.text(name)) for name in TEXTS}
    there: dict[Text, str] = {
        "item": field_key(texts["item"]),
        "department": normal(texts["department"]).strip(),
    }
    missing = [HEADINGS[name] for name, text in there.items() if not text]
    if missing:
        raise AtlasError(ITEM_INCOMPLETE, place=place, missing="、".join(missing))
    for name, text in texts.items():
        limit = MAX_NAME if name in ("item", "department") else MAX_TEXT
        if len(text) > limit or any(
            unicodedata.category(char) in ("Cc", "Cs") and char not in _LINE_ENDS for char in text
        ):
            raise AtlasError(ITEM_TEXT_INVALID, place=place, heading=HEADINGS[name], limit=limit)
    return SourceItem(*(texts[name] for name in TEXTS))


def _trimmed(name: Text, text: str) -> str:
    if name in ("item", "department"):
        return " ".join(text.split())
    # Forms send line ends as two characters.
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
