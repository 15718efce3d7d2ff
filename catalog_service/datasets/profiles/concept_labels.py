"""What the concepts and organizations are called that a record only points at."""

from __future__ import annotations

from typing import Final

from catalog_service.datasets.profiles.eu_tables import eu_label
from catalog_service.datasets.record_statements import Concepts
from ontology.languages import Texts
from ontology.ntriples import iri as written
from ontology.ntriples import literal, triple
from ontology.terms import SKOS

_LABEL: Final = f"<{SKOS.prefLabel}>"


def label_lines(nquads: str, concepts: Concepts) -> str:
    """Return the preferred labels of the concepts that are objects in a canonical form, as lines.

    Organizations of the vocabulary are concepts, too. What the record itself has labels for is left
    as it is.
    """
    objects = {line.rsplit(" ", 2)[1] for line in nquads.split("\n") if line.endswith("> .")}
    lines = [
        triple(written(iri), _LABEL, literal(text, lang=lang or None))
        for iri in sorted(name[1:-1] for name in objects if name.startswith("<"))
        if f"<{iri}> {_LABEL} " not in nquads
        for lang, text in _name(iri, concepts).items()
    ]
    return "".join(f"{line}\n" for line in lines)


def _name(iri: str, concepts: Concepts) -> Texts:
    concept = concepts.concept(iri)
    return eu_label(iri) if concept is None else {"zh": concept.zh, "en": concept.en}
