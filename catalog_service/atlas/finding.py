"""The parts that find: index and thesaurus, searching by words and meaning, records that repeat."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from catalog_service.atlas.ground import Ground
from catalog_service.projections.revocations import Revocations

if TYPE_CHECKING:
    from catalog_service.datasets.preview import Previews
    from catalog_service.duplicates.checking import RecordComparison
    from catalog_service.duplicates.finder import Duplicates
    from catalog_service.entities.example_searches import ExampleSearches
    from catalog_service.entities.tallies import CatalogTallies
    from catalog_service.source_catalog.field_holders import FieldHolders
    from search.embeddings.factory import Embedding
    from search.embeddings.query_embedder import QueryEmbedder
    from search.index.protocol import SearchIndex
    from search.service import SearchService
    from search.thesaurus import ThesaurusHolder


LEAST_OF_SERVICES: Final = 0.5
"""Cosine from which on something counts as similar, where nothing is known of the model."""


class Finding(Ground):
    """What readers find records with."""

    @cached_property
    def thesaurus(self) -> ThesaurusHolder:
        """Everyday words and official terms, with the steward's own; edits are seen at once."""
        from search.thesaurus import ThesaurusHolder

        return ThesaurusHolder(self.settings.home / "thesaurus")

    @cached_property
    def index(self) -> SearchIndex:
        """The search index: in the data folder, or on the server of ``ATLAS_SEARCH_URL``."""
        settings, hidden = self.settings, self._revocations().since
        index: SearchIndex
        if settings.search_url:
            from search.index.elastic import ElasticIndex

            index = ElasticIndex(
                settings.search_url,
                settings.search_index,
                required=self._has_changes,
                hidden=hidden,
            )
        else:
            from search.index.embedded import EmbeddedIndex

            index = EmbeddedIndex(
                settings.home / "index", required=self._has_changes, hidden=hidden
            )
        self._stack.callback(index.close)
        return index

    @cached_property
    def search(self) -> SearchService:
        """Searching over the index, by words and, where set up, by meaning."""
        from search.service import SearchService

        query_embedder = self._query_embedder()
        return SearchService(
            self.index,
            self.thesaurus.current,
            query_embedder.ask if query_embedder is not None else None,
            today=self.clock.today,
        )

    @cached_property
    def embedding(self) -> Embedding | None:
        """What makes embeddings: a service, or an installed model; None: searches go by words."""
        settings = self.settings
        if settings.embedding == "off":
            return None
        from search.embeddings.installed import LEAST, installed

        url = settings.embedding_url
        model = settings.embedding_model if url else installed()
        if model is None:
            return None
        from search.embeddings.factory import Embedding

        least = settings.embedding_least
        if least is None:
            least = LEAST_OF_SERVICES if url else LEAST
        return Embedding(
            url=url,
            model=model,
            folder=settings.home / "vectors",
            key=settings.embedding_secret,
            elastic=(settings.search_url, settings.search_index) if settings.search_url else None,
            query_prefix=settings.embedding_prefix,
            passage_prefix=settings.embedding_passage_prefix,
            seconds=settings.embedding_seconds,
            least=least,
            batch=settings.embedding_batch,
        )

    def _query_embedder(self) -> QueryEmbedder | None:
        if self.embedding is None:
            return None
        query_embedder = self.embedding.query_embedder()
        self._stack.callback(query_embedder.close)
        return query_embedder

    @cached_property
    def duplicates(self) -> Duplicates:
        """The finder of records that repeat each other."""
        from catalog_service.duplicates.finder import Duplicates

        return Duplicates(self.index)

    @cached_property
    def field_holders(self) -> FieldHolders:
        """The finder of datasets by their fields."""
        from catalog_service.source_catalog.field_holders import FieldHolders

        return FieldHolders(self.index, lambda: self.vocabulary)

    @cached_property
    def tallies(self) -> CatalogTallies:
        """The counts of what public datasets hold together."""
        from catalog_service.entities.tallies import CatalogTallies

        return CatalogTallies(self.index)

    @cached_property
    def example_searches(self) -> ExampleSearches:
        """The searches that the first page offers."""
        from catalog_service.entities.example_searches import ExampleSearches

        return ExampleSearches(self.index, self.search)

    @cached_property
    def previews(self) -> Previews:
        """The first rows of files, where ``ATLAS_PREVIEW`` allows them."""
        from catalog_service.datasets.preview import Previews

        return Previews(self.settings, self.clock)

    @cached_property
    def comparison(self) -> RecordComparison:
        """The comparison of records, in the catalogue or not, with the public ones."""
        from catalog_service.duplicates.checking import RecordComparison

        return RecordComparison(self.duplicates, self.journal, self.clock, lambda: self.vocabulary)

    def _revocations(self) -> Revocations:
        """Return the revocations since a checkpoint; one object for each projection read."""
        return Revocations(lambda: self.journal)

    def _has_changes(self) -> bool:
        return self.journal.head() > 0
