"""Values whose mapping depends on other values of the record: place, publisher, files, access."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from harvesters.mapping.access_labels import HINT, LEVEL, OPEN_TYPE, OPENED, SECRECY, TAKEN_DOWN
from harvesters.mapping.access_rights import map_access
from harvesters.mapping.data_items import data_item_lines, fields_in_description, map_data_items
from harvesters.mapping.distributions import Distributions
from harvesters.mapping.literal_values import NEEDS_CARE, short_name
from harvesters.mapping.mapped_value import EMPTY, URL, D, MappedValue, line
from harvesters.mapping.node_values import list_item_lines, map_condition, place_lines
from harvesters.mapping.publishers import Publishers
from harvesters.mapping.record_draft import CollectedValues, RecordDraft
from harvesters.mapping.target_mapper import CACHE_LIMIT
from harvesters.mapping.value_parsing import as_list, as_text
from harvesters.mapping.web_addresses import address, addresses, is_plain, is_web
from harvesters.privacy.lines import LineCleaner
from harvesters.privacy.personal_data import clean_text
from harvesters.privacy.web_addresses import clean_web_address
from ontology.ntriples import escape, iri
from ontology.terms import DCAT, DCT
from ontology.texts import plain_text
from ontology.vocabulary import Known, Vocabulary

_SHORT: Final = 30
"""Characters; a longer condition is a description, not an open type."""
_YEAR: Final = re.compile(r"(\d+)\s*年?度?")
_SHANGHAI: Final = ("上海市", "上海", "")
_LANDING: Final = DCAT.landingPage
_DESCRIPTION: Final = DCT.description


class CombinedValues:
    """Maps the collected values of a record. Not safe to share between threads."""

    def __init__(
        self, vocabulary: Vocabulary, net: LineCleaner, *, base_iri: str, source: str
    ) -> None:
        self._vocabulary = vocabulary
        self._lines = net
        self._providers = Publishers(vocabulary, base_iri, source)
        self._distributions = Distributions(vocabulary)
        self._access: dict[str, MappedValue] = {}
        self._places: dict[tuple[str, str], MappedValue] = {}

    def access(self, draft: RecordDraft, collected: CollectedValues) -> None:
        """Add the access rights, from all labels about access."""
        given = collected.values
        said = given.get(OPEN_TYPE, ())
        hints = [*given.get(HINT, ())]
        for name in ("condition", "condition_supplement", "open_scope"):
            text = as_text(given[name]) if name in given else ""
            if text and len(text) <= _SHORT:
                hints.append(text)
        asked = [given.get(target, ()) for target in (SECRECY, OPENED, TAKEN_DOWN, LEVEL)]
        if len(said) == 1 and type(said[0]) is str and not hints and not any(asked):
            mapped = self._access.get(said[0])
            if mapped is None:
                mapped = self._access[said[0]] = map_access(self._vocabulary, said)
                if len(self._access) > CACHE_LIMIT:
                    self._access.clear()
            draft.take(mapped)
        elif said or hints or any(asked):
            mapped = map_access(self._vocabulary, said, hints, *asked)
            draft.take(mapped, collected.labels.get(OPEN_TYPE) or collected.labels.get(SECRECY, ""))

    def combine(self, draft: RecordDraft, remote_id: str, collected: CollectedValues) -> None:
        """Add the lines of the values collected from one record, by target."""
        given, where = collected.values, collected.labels
        url = ""
        if "landing_page" in given:
            url = self._landing(draft, given["landing_page"], where["landing_page"])
        jurisdiction = _jurisdiction(given)
        if "publisher" in given:
            # Only one label is read, which may hold several names.
            mapped = self._providers.map_value(given["publisher"], jurisdiction)
            if mapped is EMPTY:
                draft.not_read(where["publisher"], given["publisher"])
            draft.take(mapped)
        if jurisdiction or "spatial" in given:
            draft.take(self._places_of(given.get("spatial"), jurisdiction))
        if "formats" in given or "files" in given or "api" in given:
            self._distribute(draft, collected, url)
        if "api_manual" in given and "api" not in given:
            draft.not_read(where["api_manual"], given["api_manual"])
        if "description" in given:
            self._describe(draft, given, where["description"])
        if "fields" in given:
            mapped = map_data_items(given["fields"])
            if not mapped.text and not mapped.removed and not mapped.problems:
                draft.not_read(where["fields"], given["fields"])
            draft.take(mapped, where["fields"])
        if "condition" in given or "condition_supplement" in given:
            supplement = as_text(given.get("condition_supplement"))
            draft.take(map_condition(as_text(given.get("condition")), supplement))
        if "list_year" in given or "open_scope" in given:
            year = as_text(given.get("list_year"))
            told = _YEAR.fullmatch(year)
            if told is None and year not in ("", "?"):
                draft.not_read(where["list_year"], year)
            scope = as_text(given.get("open_scope"))
            item = list_item_lines(remote_id, told[1] if told is not None else None, scope)
            draft.parts.append(item)

    @staticmethod
    def _landing(draft: RecordDraft, value: object, label: object) -> str:
        """Add the landing pages; return the first, used for files without an address."""
        if type(value) is str and is_plain(value):
            page, kinds = clean_web_address(value)
            if not kinds:
                draft.seen.append(f"<{D}> <{_LANDING}> <{page}> .")
                return page
        first = ""
        texts = addresses(value)
        if not texts:
            draft.not_read(label, value)
        for text in texts:
            given, kinds = clean_web_address(text)
            draft.removed += [f"{short_name(_LANDING)}: {kind}" for kind in kinds]
            if not given:
                continue
            found = address(given)
            for kind, params in found.problems:
                draft.warn(kind, **params)
            if found.iri:
                page = f"<{D}> <{_LANDING}> {iri(found.iri)} ."
                (draft.seen if is_web(found.iri) else draft.parts).append(page)
                first = first or found.iri
        return first

    @staticmethod
    def _describe(draft: RecordDraft, given: dict[str, Any], label: object) -> None:
        value = given["description"]
        raw = value if isinstance(value, str) else as_text(value)
        kinds: tuple[str, ...] = ()
        if NEEDS_CARE.search(raw) is None:
            draft.seen.append(f'<{D}> <{_DESCRIPTION}> "{raw}"@zh .')
        else:
            text = plain_text(raw)
            if not text:
                draft.not_read(label, raw)
                return
            text, kinds = clean_text(text)
            draft.parts.append(f'<{D}> <{_DESCRIPTION}> "{escape(text)}"@zh .')
            draft.removed += [f"description: {kind}" for kind in kinds]
        if "fields" not in given and not kinds:
            names = fields_in_description(raw)
            if names:
                draft.take(data_item_lines([(name, "", "", "") for name in names]))

    def _places_of(self, value: object, jurisdiction: str) -> MappedValue:
        key = (value if type(value) is str else repr(value), jurisdiction)
        mapped = self._places.get(key)
        if mapped is None:
            lines: list[str] = []
            number = 0
            for label in as_list(value) or [jurisdiction]:
                found = self._vocabulary.find("place", label, local=not jurisdiction)
                if isinstance(found, Known):
                    lines.append(line(DCT.spatial, f"<{found.concept.iri}>"))
                else:
                    number += 1
                    lines.append(place_lines(number, label))
            mapped = MappedValue("\n".join(lines))
            if len(self._places) < CACHE_LIMIT:
                self._places[key] = mapped
        return mapped

    def _distribute(self, draft: RecordDraft, collected: CollectedValues, url: str) -> None:
        given, where = collected.values, collected.labels
        formats = given.get("formats")
        mapped = EMPTY
        if "files" in given:
            mapped = self._distributions.of_files(given["files"], formats, bool(url))
        elif formats is not None:
            mapped = self._distributions.of_formats(formats, bool(url))
        if mapped is not EMPTY:
            text, removed = mapped.text, mapped.removed
            if not self._lines.passes(text):
                # Before the landing page is filled in, which is unique and full of digits.
                text, more = self._lines.cleaned(text)
                removed += more
            draft.seen.append(text.replace(URL, url) if url else text)
            draft.note(MappedValue("", removed, mapped.problems), where.get("files", ""))
        if not mapped.text and not mapped.removed and not mapped.problems:
            for name in ("files", "formats"):
                if name in given:
                    draft.not_read(where[name], given[name])
        if "api" in given:
            count = mapped.text.count(f" <{DCAT.distribution}> ")
            manual = as_text(given.get("api_manual"))
            made = self._distributions.of_api(given["api"], manual, count + 1)
            if not made.text and not made.removed and not made.problems:
                draft.not_read(where["api"], given["api"])
            draft.take(made, where["api"])


@lru_cache(maxsize=1024)
def _tidied(name: str) -> str:
    return as_text(name)


def _jurisdiction(given: dict[str, object]) -> str:
    for name in ("city", "province"):
        value = given.get(name)
        if value is not None and value not in _SHANGHAI:
            return _tidied(value) if type(value) is str else as_text(value)
    return ""
