"""What services, routes and pages may use of the composition root.

Without the web framework: commands use services too, and would load it for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from catalog_service.accounts.accounts import Accounts
    from catalog_service.accounts.oidc.service import OidcSignIn
    from catalog_service.accounts.tokens import Tokens
    from catalog_service.audit.service import Audit
    from catalog_service.catalog import Catalog
    from catalog_service.catalog_map.maps import Maps
    from catalog_service.clock import Clock
    from catalog_service.datasets.preview import Previews
    from catalog_service.dumps.service import Dumps
    from catalog_service.duplicates.finder import Duplicates
    from catalog_service.entities.example_searches import ExampleSearches
    from catalog_service.entities.tallies import CatalogTallies
    from catalog_service.federation.known_catalogs import KnownCatalogs
    from catalog_service.graph import GraphReader
    from catalog_service.journal import Journal
    from catalog_service.publication.graph_figures import GraphFigures
    from catalog_service.settings import Settings
    from catalog_service.source_catalog.field_holders import FieldHolders
    from catalog_service.sparql.model import SparqlService
    from catalog_service.vocabulary_work.released import ReleasedVocabulary
    from ontology.vocabulary import Vocabulary
    from search.embeddings.factory import Embedding
    from search.index.protocol import SearchIndex
    from search.service import SearchService
    from search.thesaurus import ThesaurusHolder
    from shapes.report import Engine
    from shapes.rules import Rules


class Service(Protocol):
    """The parts of `catalog_service.atlas.Atlas` that services and routes use."""

    @property
    def settings(self) -> Settings:
        """The settings."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock."""
        ...

    @property
    def journal(self) -> Journal:
        """The journal."""
        ...

    @property
    def catalog(self) -> Catalog:
        """The one door for writes."""
        ...

    @property
    def embedding(self) -> Embedding | None:
        """What makes embeddings; None: searches go by words."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """All vocabularies."""
        ...

    @property
    def shipped_vocabulary(self) -> Vocabulary:
        """All vocabularies as they come with the product."""
        ...

    @property
    def released_vocabulary(self) -> ReleasedVocabulary:
        """The concepts and links released here, and the versions of the schemes."""
        ...

    @property
    def thesaurus(self) -> ThesaurusHolder:
        """Everyday words and official terms, with the steward's own."""
        ...

    def vocabulary_for(self, source: str) -> Vocabulary:
        """What the records of a source are mapped with: with what stewards decided."""
        ...

    @property
    def rules(self) -> Rules:
        """The register of rules."""
        ...

    def engine_named(self, name: Literal["shacl", "pyshacl"]) -> Engine:
        """The gate by its name: ``shacl`` or ``pyshacl``."""
        ...

    @property
    def index(self) -> SearchIndex:
        """The search index."""
        ...

    @property
    def search(self) -> SearchService:
        """Searching over the index."""
        ...

    @property
    def duplicates(self) -> Duplicates:
        """The finder of records that repeat each other."""
        ...

    @property
    def field_holders(self) -> FieldHolders:
        """The finder of datasets by their fields."""
        ...

    @property
    def tallies(self) -> CatalogTallies:
        """The counts of what public datasets hold together."""
        ...

    @property
    def example_searches(self) -> ExampleSearches:
        """The searches that the first page offers."""
        ...

    @property
    def previews(self) -> Previews:
        """The first rows of files."""
        ...

    @property
    def known_catalogs(self) -> KnownCatalogs:
        """The other catalogues that public records came through."""
        ...

    @property
    def figures(self) -> GraphFigures:
        """What the graph holds, in figures."""
        ...

    @property
    def dumps(self) -> Dumps:
        """The dumps that are offered."""
        ...

    @property
    def maps(self) -> Maps:
        """The map of the whole catalogue."""
        ...

    @property
    def graph(self) -> GraphReader:
        """The reader of published snapshots."""
        ...

    @property
    def sparql(self) -> SparqlService:
        """The pool of SPARQL workers."""
        ...

    @property
    def case_steps(self) -> Mapping[str, Mapping[str, Callable[..., Any]]]:
        """What steps of cases do for the rooms that keep more of them, by kind and step.

        Each is a `catalog_service.participation.transitions.Prepare`, which stands above this.
        """
        ...

    @property
    def tokens(self) -> Tokens:
        """The tokens."""
        ...

    @property
    def audit(self) -> Audit:
        """The audit."""
        ...

    @property
    def accounts(self) -> Accounts:
        """The people, their roles and sessions."""
        ...

    @property
    def oidc(self) -> OidcSignIn | None:
        """The OpenID provider that people may sign in by; None: none is set up."""
        ...
