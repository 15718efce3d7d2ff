"""What the IRIs of a result are called on its page, and where they lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from catalog_service.context import Service
from catalog_service.links import page_path
from catalog_service.site.property_names import PROPERTY_NAMES
from catalog_service.site.rendering import View
from catalog_service.sparql.described_elsewhere import records_about
from catalog_service.sparql.model import Client
from catalog_service.sparql.result_table import Cell
from catalog_service.sparql.term_names import TERM_NAMES
from ontology.ontology import load_ontology
from ontology.record import PATH
from ontology.terms import SHD, VOCAB, shortened
from search.index.plan import Plan


@dataclass(frozen=True, slots=True)
class ShownName:
    """A name in the reader's language (empty: none is known), and a page of this site, or None."""

    name: str
    address: str | None


class ShownNames:
    """Names of the datasets, concepts and properties among some cells.

    A dataset with its publisher's own IRI is one of ours too, where a record describes it. All are
    asked for at once: over a search server each would be a request.
    """

    def __init__(
        self,
        atlas: Service,
        view: View,
        cells: Iterable[Cell],
        client: Client,
        told: Mapping[str, str] | None = None,
    ) -> None:
        """``told`` are names that the result itself gives to IRIs; ``client`` asked for it."""
        self._told = told or {}
        self._atlas = atlas
        self._view = view
        self._base = atlas.settings.base_iri
        records = f"{self._base}{PATH}"
        iris = dict.fromkeys(cell.text for cell in cells if cell.iri)
        elsewhere = (iri for iri in iris if not self._is_own(iri))
        self._records = records_about(atlas, client, elsewhere)
        self._records |= {iri: iri for iri in iris if iri.startswith(records)}
        index = atlas.index.view() if self._records else None
        asked = sorted(set(self._records.values()))
        self._documents = {} if index is None else index.among(asked, Plan())

    def _is_own(self, iri: str) -> bool:
        """Tell whether an IRI is this catalogue's, or one of a vocabulary that it knows."""
        return iri.startswith((f"{self._base}/", VOCAB, SHD)) or shortened(iri) != iri

    def of(self, iri: str) -> ShownName:
        """Return what an IRI is called and where it leads."""
        record = self._records.get(iri, "")
        document = self._documents.get(record)
        if document is not None:
            texts = {"zh": document.title, "en": document.title_en or ""}
            page = page_path(self._base, record)
            return ShownName(self._view.pick(texts), self._view.link(page))
        if iri.startswith(VOCAB):
            return self._of_concept(iri)
        if iri.startswith(SHD):
            term = load_ontology().terms.get(iri.removeprefix(SHD))
            name = "" if term is None else self._view.name(term.label)
            return ShownName(name, self._view.link(f"/def/#{iri.removeprefix(SHD)}"))
        if iri in PROPERTY_NAMES:
            return ShownName(self._view.gettext(PROPERTY_NAMES[iri]), None)
        if iri.startswith(f"{self._base}/"):
            # The address answers in place of the IRI, which may be of another host.
            parts = urlsplit(iri)
            query = f"?{parts.query}" if parts.query else ""
            # Two slashes at the beginning would lead to another site.
            is_own = not parts.path.startswith(("//", "/\\"))
            fragment = f"#{parts.fragment}" if parts.fragment else ""
            address = f"{parts.path}{query}{fragment}" if is_own else None
            return ShownName(self._told.get(iri, ""), address)
        short = shortened(iri)
        told = self._told.get(iri) or (short if short != iri else "")
        return ShownName(self._view.name(TERM_NAMES[short]) if short in TERM_NAMES else told, None)

    def _of_concept(self, iri: str) -> ShownName:
        concept = self._atlas.vocabulary.concept(iri)
        if concept is None:
            return ShownName("", None)
        page = self._view.entity(iri) or self._view.link(
            f"/vocabulary/{concept.scheme}#{quote(concept.notation, safe='')}"
        )
        return ShownName(self._view.name(concept), page)

    def text_of(self, cell: Cell) -> str:
        """Return the text for a picture: the name of an IRI, else the value."""
        return (self.of(cell.text).name or cell.text) if cell.iri else cell.text

    def address_of(self, cell: Cell) -> str | None:
        """Return the page of this site that an IRI leads to, for a picture."""
        return self.of(cell.text).address if cell.iri else None
