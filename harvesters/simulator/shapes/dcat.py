"""DCAT catalogues in pages, linked by Hydra in its older and its present vocabulary."""

from __future__ import annotations

from typing import Final

from harvesters.simulator.catalogue import CatalogueView
from harvesters.simulator.dataset import Dataset
from harvesters.simulator.defects import Defects
from harvesters.simulator.description import SITE
from harvesters.simulator.faults import Fault
from harvesters.simulator.listing import Listing, datasets
from harvesters.simulator.messages import Request, Response
from harvesters.simulator.rdf import Triples, dataset_iri, expand, plain, text, triples, typed
from harvesters.simulator.rdf_formats import Format, chosen

OLD: Final = "/catalog"
"""`hydra:PagedCollection`, whose links are texts, as CKAN's extension has long written them."""
NEW: Final = "/dcat"
"""`hydra:PartialCollectionView`, whose links are IRIs, with the header ``Link`` beside."""


class DcatCatalog:
    """Serves ``/catalog`` and ``/dcat``, with endings ``.ttl``, ``.jsonld``, ``.rdf``, ``.nt``."""

    name = "dcat"
    connections = (("dcat", f"{OLD}.ttl"), ("dcat", NEW))

    def __init__(self, defects: Defects | None = None, *, page_size: int = 100) -> None:
        self._defects = defects or Defects()
        self._size = page_size
        self._described: dict[tuple[str, int], bytes] = {}
        self._pages: dict[tuple[object, ...], Response] = {}
        self._version = -1

    def remote_id(self, dataset_id: str) -> str:
        """Return what a harvest calls a dataset: its id."""
        return dataset_id

    def answer(
        self, request: Request, view: CatalogueView, faults: frozenset[Fault]
    ) -> Response | None:
        """Answer a page of the catalogue."""
        for path in (OLD, NEW):
            form = chosen(request, path)
            if form is not None:
                return self._page(request, path, form, view, faults)
        return None

    def document(self, dataset: Dataset) -> bytes:
        """Return the N-Triples of a dataset, as a harvest should read them."""
        key = (dataset.id, dataset.version)
        found = self._described.get(key)
        if found is None:
            found = self._described[key] = bytes(triples(self._defects.describe(dataset)))
        return found

    def _page(
        self,
        request: Request,
        path: str,
        form: Format,
        view: CatalogueView,
        faults: frozenset[Fault],
    ) -> Response:
        asked = request.query.get("page", "1")
        number = max(int(asked), 1) if asked.isdecimal() else 1
        if self._version != view.version:
            self._pages.clear()
            self._version = view.version
        key = (request.path, form, number, faults)
        found = self._pages.get(key)
        if found is None:
            found = self._pages[key] = self._made(request, path, form, number, view, faults)
        return found

    def _made(
        self,
        request: Request,
        path: str,
        form: Format,
        number: int,
        view: CatalogueView,
        faults: frozenset[Fault],
    ) -> Response:
        listing = datasets(view.datasets, faults)
        offset = (number - 1) * self._size
        rows = listing.page(offset, self._size)
        address = request.base + request.path
        following = f"{address}?page={number + 1}" if listing.has_next(offset, self._size) else ""
        out = Triples(f"{SITE}/id/catalog/simulated")
        out.say("rdf:type", expand("dcat:Catalog"))
        out.say("dct:title", text("上海市公共数据目录（模拟）"))
        out.say("dcat:dataset", *(f"<{dataset_iri(d.id)}>" for d in rows))
        if path == OLD:
            self._paged_collection(out, address, number, listing, following)
        else:
            self._partial_view(out, address, number, listing, following)
        body = bytes(out) + b"".join(map(self.document, rows))
        link = (("Link", f'<{following}>; rel="next"'),) if following and path == NEW else ()
        return Response(
            form.write(body),
            f"{form.media_type}; charset=utf-8",
            headers=(("Vary", "Accept"), *link),
            tagged=True,
        )

    def _paged_collection(
        self, out: Triples, address: str, number: int, listing: Listing[Dataset], following: str
    ) -> None:
        node = f"<{address}?page={number}>"
        out.about(node, "rdf:type", expand("hydra:PagedCollection"))
        out.about(node, "hydra:totalItems", typed(listing.total, "integer"))
        out.about(node, "hydra:itemsPerPage", typed(self._size, "integer"))
        out.about(node, "hydra:firstPage", plain(f"{address}?page=1"))
        last = max(listing.pages(self._size), 1)
        out.about(node, "hydra:lastPage", plain(f"{address}?page={last}"))
        if number > 1:
            out.about(node, "hydra:previousPage", plain(f"{address}?page={number - 1}"))
        if following:
            out.about(node, "hydra:nextPage", plain(following))

    def _partial_view(
        self, out: Triples, address: str, number: int, listing: Listing[Dataset], following: str
    ) -> None:
        collection, node = f"<{address}>", f"<{address}?page={number}>"
        out.about(collection, "rdf:type", expand("hydra:Collection"))
        out.about(collection, "hydra:totalItems", typed(listing.total, "integer"))
        out.about(collection, "hydra:view", node)
        out.about(node, "rdf:type", expand("hydra:PartialCollectionView"))
        out.about(node, "hydra:first", f"<{address}?page=1>")
        last = max(listing.pages(self._size), 1)
        out.about(node, "hydra:last", f"<{address}?page={last}>")
        if number > 1:
            out.about(node, "hydra:previous", f"<{address}?page={number - 1}>")
        if following:
            out.about(node, "hydra:next", f"<{following}>")
