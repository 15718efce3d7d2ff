"""Plain DCAT 3: what the record says in public vocabularies, with the names of what it points at.

This catalogue's own terms are left out, and so are nodes to which only they lead. Concepts, which
the record only names, are described: labels in both languages, and their scheme.
"""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from catalog_service.datasets.profiles.draft import Draft
from catalog_service.datasets.profiles.model import Source
from ontology.terms import FOAF, ORG, RDF, SHD, SKOS, VOCAB

_ORGANIZATIONS: Final = f"{VOCAB}organization/"


def graph(source: Source) -> list[ox.Triple]:
    """Return the statements of a version in plain DCAT."""
    version = source.version
    draft = Draft(source.statements, version.iri)
    if version.iri != version.focus:
        draft.link(version.iri, FOAF.primaryTopic, version.focus)
    waiting, seen = [version.focus, version.iri], set[str]()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for predicate, values in source.statements.nodes.get(node, {}).items():
            if predicate.startswith(SHD):
                continue
            for value in values:
                if isinstance(value, ox.NamedNode):
                    if predicate == RDF.type and value.value.startswith(SHD):
                        continue
                    waiting.append(value.value)
                draft.add(node, predicate, value)
    for node in sorted(seen):
        if node.startswith(_ORGANIZATIONS):
            draft.typed(node, ORG.Organization, FOAF.Agent)
            draft.say(node, SKOS.prefLabel, draft.name(node))
            draft.say(node, FOAF.name, draft.name(node))
        elif node.startswith(VOCAB) and source.vocabulary.concept(node) is not None:
            draft.concept(node)
    return draft.triples
