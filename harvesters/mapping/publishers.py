"""Publishers: several names in one cell, names of other cities, organisations that get an IRI."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from harvesters.errors import NEAR_PUBLISHER
from harvesters.mapping.mapped_value import EMPTY, TYPE, D, MappedValue, line, text_term
from harvesters.mapping.misspelled_names import NearNames
from harvesters.mapping.value_parsing import as_list, as_text, split_outside_brackets
from harvesters.privacy.chinese_names import is_person_name
from harvesters.privacy.personal_data import clean_text
from harvesters.privacy.removed_kinds import NAME
from ontology.errors import ErrorKind
from ontology.terms import DCT, ORG, SKOS
from ontology.vocabulary import Known, Vocabulary

_ORGANISATION_END = re.compile(
    r"(?:局|委|办|厅|院|会|部|署|处|站|所|队|社|校|学|行|馆|司|科|区|市|县|镇|街道|集团|中心|政府|海关|"
    r"公司|单位|机构|银行|总局|分局|支行|大队|总队|学校|协会|基地|园|台|室)(?:[（(].{1,20}[)）])?$"
)
_SEPARATORS: Final = "、，,；;/|\n"


class Publishers:
    """Maps the cell or label of the data provider to the publishers of a record.

    ``base`` and ``source`` are part of the IRIs of organizations that no vocabulary knows.
    """

    def __init__(self, vocabulary: Vocabulary, base: str, source: str) -> None:
        self._vocabulary = vocabulary
        self._prefix = f"{base}/id/organization/{source}/"
        self._near = NearNames(vocabulary)
        self._cache: dict[tuple[str, str], MappedValue] = {}

    def split(self, value: object, *, elsewhere: bool = False) -> list[str]:
        """Return the names in a cell; a name that holds a separator itself stays whole.

        A cell is split only where every part ends like an organisation's name or is known.
        """
        if isinstance(value, (list, tuple)):
            return as_list(value)
        text = as_text(value)
        if not any(mark in text for mark in _SEPARATORS):
            return [text] if text else []
        if self._known(text, elsewhere) is not None:
            return [text]
        if text[0] == "[":
            return as_list(text)
        parts = list(dict.fromkeys(split_outside_brackets(text, _SEPARATORS)))
        if all(self._stands_alone(part, elsewhere) for part in parts):
            return parts
        return [text.replace("\n", " ")]

    def _stands_alone(self, part: str, elsewhere: bool) -> bool:
        if len(part) >= 3 and _ORGANISATION_END.search(part) is not None:
            return True
        return self._known(part, elsewhere) is not None

    def _known(self, name: str, elsewhere: bool) -> str | None:
        found = self._vocabulary.organization(name, local=not elsewhere)
        return found.concept.iri if isinstance(found, Known) else None

    def map_value(self, value: object, jurisdiction: str = "") -> MappedValue:
        """Return the publisher lines of a cell.

        ``jurisdiction`` names the city or province of a portal elsewhere: 市统计局 is then not
        Shanghai's, and is kept apart from that of every other city.
        """
        if type(value) is str:
            known = self._cache.get((value, jurisdiction))
            if known is not None:
                return known
        mapped = self._make(value, jurisdiction)
        if type(value) is str:
            self._cache[value, jurisdiction] = mapped
        return mapped

    def _make(self, value: object, jurisdiction: str) -> MappedValue:
        lines: list[str] = []
        removed: list[str] = []
        doubts: list[tuple[ErrorKind, dict[str, Any]]] = []
        for name in self.split(value, elsewhere=bool(jurisdiction)):
            if is_person_name(name):
                removed.append(f"dct:publisher: {NAME}")
                continue
            # Before hashing the name to an IRI: a number in it could be found by trying all.
            left, kinds = clean_text(name)
            if kinds:
                removed += [f"dct:publisher: {kind}" for kind in kinds]
                left = left.strip(_SEPARATORS + " :：")
                if not left or is_person_name(left):
                    continue
            lines.extend(self._one(left, jurisdiction))
            near = None if jurisdiction else self._misspelt(left)
            if near is not None:
                doubts.append((NEAR_PUBLISHER, {"name": left, "near": near}))
        if not (lines or removed):
            return EMPTY
        return MappedValue("\n".join(lines), tuple(removed), tuple(doubts))

    def _misspelt(self, name: str) -> str | None:
        return self._near.near(name) if self._known(name, False) is None else None

    def _one(self, name: str, jurisdiction: str) -> list[str]:
        concept = self._known(name, bool(jurisdiction))
        if concept is not None:
            return [line(DCT.publisher, f"<{concept}>")]
        own = f"{jurisdiction}/{name}" if jurisdiction else name
        node = f"<{self._prefix}{hashlib.sha256(own.encode()).hexdigest()[:12]}>"
        return [
            f"<{D}> <{DCT.publisher}> {node} .",
            f"{node} {TYPE} <{ORG.Organization}> .",
            f"{node} <{SKOS.prefLabel}> {text_term(name)} .",
        ]
