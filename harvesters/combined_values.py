"""Values that depend on each other: a place on its jurisdiction, a file on its landing page."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from harvesters.chunk import EMPTY, URL, Chunk, D, line
from harvesters.distributions import Distributions
from harvesters.draft import Draft
from harvesters.field_names import field_chunk, field_lines, fields_in_description
from harvesters.nodes import condition_chunk, list_item_lines, place_lines
from harvesters.privacy.addresses import clean_web_address
from harvesters.privacy.lines import Net
from harvesters.privacy.texts import clean_text
from harvesters.providers import Providers
from harvesters.single_values import NEEDS_CARE, short_name
from harvesters.steps import MEMO_LIMIT
from harvesters.values import as_list, as_text, plain_text
from ontology.errors import AtlasError
from ontology.ntriples import escape, iri
from ontology.terms import DCAT, DCT
from ontology.vocabulary import Known, Vocabulary

_WEB: Final = ("http://", "https://")
_SHANGHAI: Final = ("上海市", "上海", "")
_LANDING: Final = DCAT.landingPage
_DESCRIPTION: Final = DCT.description


class CombinedValues:
    """Writes what a record's collected values say together. Not safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, net: Net, *, base_iri: str, source: str) -> None:
        self._vocabulary = vocabulary
        self._net = net
        self._providers = Providers(vocabulary, base_iri, source)
        self._distributions = Distributions(vocabulary)
        self._places: dict[tuple[str, str], Chunk] = {}

    def combine(self, draft: Draft, remote_id: str, given: dict[str, object]) -> None:
        """Add the lines of the values collected from one record, by target."""
        url = ""
        if "landing_page" in given:
            url = self._landing(draft, as_text(given["landing_page"]))
        jurisdiction = _jurisdiction(given)
        if "publisher" in given:
            # One label, which may hold several names: a second label says the same otherwise.
            draft.take(self._providers.chunk(given["publisher"], jurisdiction))
        if jurisdiction or "spatial" in given:
            draft.take(self._places_of(given.get("spatial"), jurisdiction))
        if "formats" in given or "files" in given or "api" in given:
            self._distribute(draft, given, url)
        if "description" in given:
            self._describe(draft, given)
        if "fields" in given:
            draft.take(field_chunk(given["fields"]))
        if "condition" in given or "condition_supplement" in given:
            supplement = as_text(given.get("condition_supplement"))
            draft.take(condition_chunk(as_text(given.get("condition")), supplement))
        if "list_year" in given or "open_scope" in given:
            year = as_text(given.get("list_year"))
            scope = as_text(given.get("open_scope"))
            item = list_item_lines(remote_id, year if year.isdigit() else None, scope)
            draft.parts.append(item)

    @staticmethod
    def _landing(draft: Draft, address: str) -> str:
        if not address:
            return ""
        address, kinds = clean_web_address(address)
        if kinds:
            draft.removed += [f"{short_name(_LANDING)}: {kind}" for kind in kinds]
            if not address:
                return ""
        try:
            web = address.startswith(_WEB)
            (draft.seen if web else draft.parts).append(f"<{D}> <{_LANDING}> {iri(address)} .")
        except AtlasError as error:
            draft.note(Chunk("", (), ((error.kind, error.params),)))
            return ""
        return address

    @staticmethod
    def _describe(draft: Draft, given: dict[str, object]) -> None:
        value = given["description"]
        raw = value if isinstance(value, str) else as_text(value)
        kinds: tuple[str, ...] = ()
        if NEEDS_CARE.search(raw) is None:
            draft.seen.append(f'<{D}> <{_DESCRIPTION}> "{raw}"@zh .')
        else:
            text = plain_text(raw)
            if not text:
                return
            text, kinds = clean_text(text)
            draft.parts.append(f'<{D}> <{_DESCRIPTION}> "{escape(text)}"@zh .')
            draft.removed += [f"description: {kind}" for kind in kinds]
        if "fields" not in given and not kinds:
            names = fields_in_description(raw)
            if names:
                draft.take(field_lines([(name, "", "", "") for name in names]))

    def _places_of(self, value: object, jurisdiction: str) -> Chunk:
        key = (value if type(value) is str else repr(value), jurisdiction)
        chunk = self._places.get(key)
        if chunk is None:
            lines: list[str] = []
            number = 0
            for label in as_list(value) or [jurisdiction]:
                found = self._vocabulary.find("place", label, local=not jurisdiction)
                if isinstance(found, Known):
                    lines.append(line(DCT.spatial, f"<{found.concept.iri}>"))
                else:
                    number += 1
                    lines.append(place_lines(number, label))
            chunk = Chunk("\n".join(lines))
            if len(self._places) < MEMO_LIMIT:
                self._places[key] = chunk
        return chunk

    def _distribute(self, draft: Draft, given: dict[str, object], url: str) -> None:
        formats = given.get("formats")
        chunk = EMPTY
        if "files" in given:
            chunk = self._distributions.of_files(given["files"], formats, bool(url))
        elif formats is not None:
            chunk = self._distributions.of_formats(formats, bool(url))
        if chunk is not EMPTY:
            text, removed = chunk.text, chunk.removed
            if not self._net.passes(text):
                # Before the address stands in it: that is unique, and full of numbers.
                text, more = self._net.cleaned(text)
                removed += more
            draft.seen.append(text.replace(URL, url) if url else text)
            draft.removed += removed
        if "api" in given:
            count = chunk.text.count(f" <{DCAT.distribution}> ")
            manual = as_text(given.get("api_manual"))
            draft.take(self._distributions.of_api(given["api"], manual, count + 1))


@lru_cache(maxsize=1024)
def _tidied(name: str) -> str:
    return as_text(name)


def _jurisdiction(given: dict[str, object]) -> str:
    for name in ("city", "province"):
        value = given.get(name)
        if value is not None and value not in _SHANGHAI:
            return _tidied(value) if type(value) is str else as_text(value)
    return ""
