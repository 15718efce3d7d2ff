"""Why two things are related, in the page's language."""

from __future__ import annotations

from typing import Final

from catalog_service.site.rendering import View
from search.relations.model import Evidence
from search.relations.network import Neighbor, Network
from search.relations.paths import Step

_FIELDS_NAMED: Final = 6


def why(view: View, network: Network, near: Neighbor | Step) -> str:
    """Return the reason why something stands next to another; empty where it speaks for itself."""
    if near.evidence is None:
        shared = int(near.weight)
        return (
            view.npgettext("evidence", "{count} dataset", "{count} datasets", shared)
            if near.weight > 1
            else ""
        )
    return _told(view, network, near.evidence)


def _told(view: View, network: Network, evidence: Evidence) -> str:
    parts = []
    if evidence.subject:
        parts.append(view.gettext("both about “{subject}”", subject=evidence.subject))
    if evidence.edition and evidence.other_edition and evidence.edition != evidence.other_edition:
        editions = ("-".join(map(str, e)) for e in (evidence.edition, evidence.other_edition))
        parts.append(view.gettext("{one} and {other}", one=next(editions), other=next(editions)))
    if evidence.place and evidence.other_place and evidence.place != evidence.other_place:
        parts.append(
            view.gettext("{one} and {other}", one=evidence.place, other=evidence.other_place)
        )
    if evidence.key_items:
        keys = [n for iri in evidence.key_items if (n := network.nodes.node(iri))]
        parts.append(view.gettext("joined by {names}", names=view.listed(map(view.name, keys))))
    elif evidence.fields:
        names = view.listed(evidence.fields[:_FIELDS_NAMED])
        more = "…" if len(evidence.fields) > _FIELDS_NAMED else ""
        parts.append(
            view.ngettext(
                "{count} data item in common: {names}",
                "{count} data items in common: {names}",
                len(evidence.fields),
                names=names + more,
            )
        )
    return view.pgettext("list", "; ").join(parts)
