"""Namespaces of the vocabularies used in records, and the IRIs minted by this project.

Terms are plain strings: a record is handled as N-Triples text on the hot path, where an object
for each term would cost more than the work itself.
"""

from __future__ import annotations

from typing import Final


class Namespace(str):
    """A namespace IRI; ``NS.term`` and ``NS["term"]`` give the full IRI as a string."""

    __slots__ = ()

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return str.__add__(self, name)

    def term(self, name: str) -> str:
        """Return the IRI of ``name``, for names that are not Python's, such as ``in``."""
        return str.__add__(self, name)

    # ``dct:title`` and ``dct:format`` are wanted far oftener than the methods of ``str`` that
    # would stand in their place without a word.
    @property
    def title(self) -> str:  # type: ignore[override]
        """The IRI of the term ``title``."""
        return str.__add__(self, "title")

    @property
    def format(self) -> str:  # type: ignore[override]
        """The IRI of the term ``format``."""
        return str.__add__(self, "format")


ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
CSVW: Final = Namespace("http://www.w3.org/ns/csvw#")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
DCT: Final = Namespace("http://purl.org/dc/terms/")
DQV: Final = Namespace("http://www.w3.org/ns/dqv#")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
LOCN: Final = Namespace("http://www.w3.org/ns/locn#")
OA: Final = Namespace("http://www.w3.org/ns/oa#")
ODRL: Final = Namespace("http://www.w3.org/ns/odrl/2/")
ORG: Final = Namespace("http://www.w3.org/ns/org#")
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")
PROV: Final = Namespace("http://www.w3.org/ns/prov#")
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
VOID: Final = Namespace("http://rdfs.org/ns/void#")
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")

SHD: Final = Namespace("https://w3id.org/shdata/def/")
"""Classes and properties of this project; defined in ``ontology/shdata.ttl``."""

VOCAB: Final = Namespace("https://w3id.org/shdata/vocab/")
"""Concept schemes and concepts: ``VOCAB + "{scheme}"`` and ``VOCAB + "{scheme}/{notation}"``."""

RULE: Final = Namespace("https://w3id.org/shdata/rule/")
"""SHACL shapes of the rules: ``RULE + "R01"``."""

PREFIXES: Final[dict[str, str]] = {
    "adms": ADMS,
    "csvw": CSVW,
    "dcat": DCAT,
    "dct": DCT,
    "dqv": DQV,
    "foaf": FOAF,
    "locn": LOCN,
    "odrl": ODRL,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "rule": RULE,
    "sh": SH,
    "shd": SHD,
    "skos": SKOS,
    "vcard": VCARD,
    "vocab": VOCAB,
    "void": VOID,
    "xsd": XSD,
}
"""The prefixes offered everywhere: Turtle output, the SPARQL editor, ``context.jsonld``."""


def shortened(iri: str) -> str:
    """Return ``dct:title`` for a property's IRI; anything unknown as it is."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
