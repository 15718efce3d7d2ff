"""A Linked Data Event Stream: versions of datasets in pages that never change once they are full.

https://w3id.org/ldes/specification and https://w3id.org/tree/specification
"""

from __future__ import annotations

from typing import Final

from harvesters.simulator.catalogue import CatalogueView, Change
from harvesters.simulator.dataset import Dataset
from harvesters.simulator.defects import Defects
from harvesters.simulator.faults import Fault
from harvesters.simulator.listing import Listing
from harvesters.simulator.messages import Request, Response
from harvesters.simulator.rdf import Triples, dataset_iri, expand, triples, typed
from harvesters.simulator.rdf_formats import Format, chosen

STREAM: Final = "/ldes"
IMMUTABLE: Final = "public, max-age=31536000, immutable"
FRESH: Final = "public, max-age=5"


class EventStream:
    """Serves ``/ldes``, the first page of the log of changes, and ``?page=N``, the others.

    With ``latest_only`` the stream keeps the newest version of each dataset only
    (`ldes:LatestVersionSubset`): pages lose members, and are not immutable.
    """

    name = "ldes"
    connections = (("ldes", STREAM),)

    def __init__(
        self,
        defects: Defects | None = None,
        *,
        page_size: int = 50,
        latest_only: bool = False,
    ) -> None:
        self._defects = defects or Defects()
        self._size = page_size
        self._latest_only = latest_only
        self._members: dict[int, bytes] = {}

    def remote_id(self, dataset_id: str) -> str:
        """Return what a harvest calls a dataset: its id."""
        return dataset_id

    def answer(
        self, request: Request, view: CatalogueView, faults: frozenset[Fault]
    ) -> Response | None:
        """Answer a page of the stream."""
        form = chosen(request, STREAM)
        if form is None:
            return None
        asked = request.query.get("page", "1")
        number = max(int(asked), 1) if asked.isdecimal() else 1
        listing = Listing(view.changes, faults)
        if number > 1 and not listing.has_next((number - 2) * self._size, self._size):
            return Response(b"", status=404, content_type=form.media_type)
        return self._page(request, form, number, view, listing)

    def member(self, change: Change) -> bytes:
        """Return the N-Triples of a member: a version, or word that the dataset is gone."""
        found = self._members.get(change.seq)
        if found is None:
            found = self._members[change.seq] = bytes(self._made(change))
        return found

    def _page(
        self,
        request: Request,
        form: Format,
        number: int,
        view: CatalogueView,
        listing: Listing[Change],
    ) -> Response:
        offset = (number - 1) * self._size
        changes = listing.page(offset, self._size)
        stream = f"{request.base}{request.path}"
        node = stream if number == 1 else f"{stream}?page={number}"
        out = Triples(stream)
        out.say("rdf:type", expand("ldes:EventStream"))
        out.say("ldes:timestampPath", expand("prov:generatedAtTime"))
        out.say("ldes:versionOfPath", expand("dct:isVersionOf"))
        out.say("tree:view", f"<{stream}>")
        out.about(f"<{node}>", "rdf:type", expand("tree:Node"))
        if self._latest_only:
            policy = out.node("retention", "ldes:LatestVersionSubset")
            out.about(policy, "ldes:amount", typed(1, "integer"))
            out.about(f"<{stream}>", "ldes:retentionPolicy", policy)
            changes = [change for change in changes if _is_latest(change, view)]
        out.say("tree:member", *(f"<{version_iri(change)}>" for change in changes))
        following = listing.has_next(offset, self._size)
        if following:
            start = listing.page(offset + self._size, self._size)
            relation = out.node(f"relation-{number}", "tree:GreaterThanOrEqualToRelation")
            out.about(f"<{node}>", "tree:relation", relation)
            out.about(relation, "tree:path", expand("prov:generatedAtTime"))
            out.about(relation, "tree:node", f"<{stream}?page={number + 1}>")
            if start:
                out.about(relation, "tree:value", typed(start[0].time.isoformat(), "dateTime"))
        full = following and not self._latest_only
        return Response(
            form.write(bytes(out) + b"".join(map(self.member, changes))),
            f"{form.media_type}; charset=utf-8",
            headers=(("Cache-Control", IMMUTABLE if full else FRESH), ("Vary", "Accept")),
            tagged=True,
        )

    def _made(self, change: Change) -> Triples:
        iri = version_iri(change)
        if change.dataset is None:
            out = Triples(iri)
            out.say("rdf:type", expand("as:Delete"))
            out.say("as:object", f"<{dataset_iri(change.id)}>")
        else:
            out = triples(self._defects.describe(change.dataset), iri)
        out.say("dct:isVersionOf", f"<{dataset_iri(change.id)}>")
        out.say("prov:generatedAtTime", typed(change.time.isoformat(), "dateTime"))
        return out


def version_iri(change: Change) -> str:
    """Return the IRI of a member."""
    return f"{dataset_iri(change.id)}/version/{change.seq}"


def _is_latest(change: Change, view: CatalogueView) -> bool:
    now: Dataset | None = view.by_id.get(change.id)
    return change.dataset == now
