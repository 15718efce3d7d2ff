"""The composition root: every part of the service, made once, from the settings.

Each part is imported where it is made: a command loads only what it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, Final, get_args

from catalog_service.clock import Clock, SystemClock
from catalog_service.errors import JOURNAL_MISSING, RECORD_NOT_FOUND
from catalog_service.journal import Journal
from catalog_service.journal.model import version_of
from catalog_service.projections.errors import PROJECTIONS_LOCKED
from catalog_service.projections.lock import ProjectionLock
from catalog_service.projections.lost_journal import Traces
from catalog_service.projections.projection_health import ProjectionHealth, Published, look
from catalog_service.projections.revocations import Revocations
from catalog_service.projections.status import read_status
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from ontology.ontology import load_ontology
from ontology.record import Record, mint_iri
from ontology.terms import SHD, VOCAB
from ontology.vocabulary import Scheme, Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from catalog_service.accounts.tokens import Tokens
    from catalog_service.catalog import Catalog
    from catalog_service.catalog.repeat_check import RepeatCheck
    from catalog_service.dumps.service import Dumps
    from catalog_service.duplicates.checking import RecordComparison
    from catalog_service.duplicates.finder import Duplicates
    from catalog_service.federation.known_catalogs import KnownCatalogs
    from catalog_service.graph import FixedGraph, GraphReader, GraphStore
    from catalog_service.projections.index import CommitListener
    from catalog_service.projections.protocol import Projection
    from catalog_service.projections.rebuild_requests import Action
    from catalog_service.projections.runner import ProjectionRunner
    from catalog_service.publication.graph_figures import GraphFigures
    from catalog_service.sparql.limits import SparqlLimits
    from catalog_service.sparql.model import SparqlService
    from catalog_service.sparql.peers import Peers
    from search.embeddings.factory import Embedding
    from search.embeddings.query_embedder import QueryEmbedder
    from search.index.protocol import SearchIndex
    from search.service import SearchService
    from search.thesaurus import ThesaurusHolder
    from shapes.engines import EngineName, PyShaclEngine, ShaclEngine
    from shapes.rules import Rules

PROJECTIONS: Final = ("graph", "index")
"""The projections by name, as `Atlas.open_projections` makes them."""

CATCH_UP_SECONDS: Final = 600.0
"""How long a command waits for the running worker to show what it wrote."""


class Atlas:
    """All parts, each made when it is first asked for; a context manager that closes them.

    Without ``create`` there must be a journal already: commands that only read make no catalogue.
    With ``new_journal`` an empty one is meant, whatever graph and index hold.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        *,
        create: bool = True,
        new_journal: bool = False,
    ) -> None:
        self.settings = settings
        self._create = create
        self._new_journal = new_journal
        self.clock: Clock = clock or SystemClock(settings.today)
        self._stack = ExitStack()
        self._daily = Lock()
        self._of_today: tuple[ShaclEngine, Catalog | None] | None = None

    def __enter__(self) -> Atlas:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # -- what records mean and must fulfil -------------------------------------------------------

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All vocabularies."""
        return load_vocabulary()

    @cached_property
    def rules(self) -> Rules:
        """The register of rules, with the hosts of R10 that this operator adds."""
        from shapes.placeholders import read_access_hosts
        from shapes.rules import Rules

        rules = Rules.load()
        if self.settings.access_hosts is None:
            return rules
        own = read_access_hosts(self.settings.access_hosts)
        named = {host.host for host in own}
        kept = (host for host in rules.access_hosts if host.host not in named)
        return Rules.of(list(rules.rules), (*kept, *own))

    @property
    def engine(self) -> ShaclEngine:
        """The gate with the rules in force today; made anew every day."""
        return self._gate()[0]

    def _gate(self) -> tuple[ShaclEngine, Catalog | None]:
        from shapes.engines import ShaclEngine

        today = self.clock.today()
        with self._daily:
            if self._of_today is None or self._of_today[0].day != today:
                self._of_today = (ShaclEngine(self.rules, today), None)
            return self._of_today

    def engine_named(self, name: EngineName) -> ShaclEngine | PyShaclEngine:
        """Return the gate, or the referee ``pyshacl``."""
        from shapes.engines import PyShaclEngine

        return PyShaclEngine(self.rules, self.clock.today()) if name == "pyshacl" else self.engine

    # -- the journal and the door to it ----------------------------------------------------------

    @cached_property
    def journal(self) -> Journal:
        """The journal, made and migrated where needed.

        Raises `AtlasError`, also ``journal-lost`` where it is missing or empty, and graph or index
        hold what can only come from another one.
        """
        if self._create:
            self.settings.home.mkdir(parents=True, exist_ok=True)
        url, traces = self.settings.journal_url, self._traces()
        try:
            journal = Journal.open(
                url,
                self.clock,
                create=self._create and (self._new_journal or not traces.forbid(url)),
                folders=not self.settings.database_url,
            )
        except AtlasError as error:
            if error.kind is JOURNAL_MISSING:
                traces.refuse(url)
            raise
        try:
            if self._new_journal:
                journal.begin_anew()
            journal.confirm_with(partial(traces.refuse, url))
        except AtlasError:
            journal.close()
            raise
        self._stack.callback(journal.close)
        return journal

    def _traces(self) -> Traces:
        return Traces(self.settings.home, self.published, PROJECTIONS)

    @property
    def catalog(self) -> Catalog:
        """The one door for writes, with the gate of today."""
        from catalog_service.catalog import Catalog

        engine, catalog = self._gate()
        if catalog is None:
            catalog = Catalog(
                self.journal, engine, self.settings.base_iri, repeats=self._repeat_check()
            )
            with self._daily:
                self._of_today = (engine, catalog)
        return catalog

    @cached_property
    def tokens(self) -> Tokens:
        """Who may write."""
        from catalog_service.accounts.tokens import Tokens

        return Tokens(self.journal, self.clock)

    def record_iri(self, name: str) -> str:
        """Return the IRI of a record given by IRI or as ``source/remote id``, as search prints it.

        Raises `AtlasError` (``record-not-found``) for a name that is neither.
        """
        source, slash, remote_id = name.partition("/")
        if ":" in source:
            return name
        if not slash or not remote_id:
            raise AtlasError(RECORD_NOT_FOUND, iri=name)
        return mint_iri(self.settings.base_iri, source, remote_id)

    def latest_records(self) -> Iterator[Record]:
        """Yield the latest version of every record that lives, waiting or not, as of now."""
        for stored in self.journal.snapshot(public_only=False)[1]:
            if stored.state not in ("active", "held"):
                continue
            held = self.journal.waiting(stored)
            version = (held and version_of(held)) or version_of(stored)
            if version is not None:
                yield version

    # -- what readers see ------------------------------------------------------------------------

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
    def duplicates(self) -> Duplicates:
        """The finder of records that repeat each other."""
        from catalog_service.duplicates.finder import Duplicates

        return Duplicates(self.index)

    @cached_property
    def known_catalogs(self) -> KnownCatalogs:
        """The other catalogues that public records came through."""
        from catalog_service.federation.known_catalogs import KnownCatalogs

        return KnownCatalogs(self.journal, self.sparql, self.settings.base_iri)

    @cached_property
    def figures(self) -> GraphFigures:
        """What the graph holds, in figures."""
        from catalog_service.publication.graph_figures import GraphFigures

        return GraphFigures(self.journal, self.sparql, self.settings.base_iri)

    @cached_property
    def dumps(self) -> Dumps:
        """The dumps that are offered."""
        from catalog_service.dumps.service import Dumps

        return Dumps(self.settings.home, lambda: self.journal)

    @cached_property
    def comparison(self) -> RecordComparison:
        """The comparison of records, in the catalogue or not, with the public ones."""
        from catalog_service.duplicates.checking import RecordComparison

        return RecordComparison(self.duplicates, self.journal, self.clock, self.vocabulary)

    def _repeat_check(self) -> RepeatCheck:
        from catalog_service.duplicates.gate_check import GateCheck
        from catalog_service.duplicates.settings import RepeatSettings

        return GateCheck(RepeatSettings(self.journal), lambda: self.comparison)

    def _revocations(self) -> Revocations:
        """Return the revocations since a checkpoint; one object for each projection read."""
        return Revocations(lambda: self.journal)

    @cached_property
    def embedding(self) -> Embedding | None:
        """The service of embeddings; None where ``ATLAS_EMBEDDING_URL`` is not set."""
        settings = self.settings
        if not settings.embedding_url:
            return None
        from search.embeddings.factory import Embedding

        return Embedding(
            url=settings.embedding_url,
            model=settings.embedding_model,
            folder=settings.home / "vectors",
            key=settings.embedding_secret,
            elastic=(settings.search_url, settings.search_index) if settings.search_url else None,
            prefix=settings.embedding_prefix,
            seconds=settings.embedding_seconds,
            least=settings.embedding_least,
            batch=settings.embedding_batch,
        )

    def fill_vectors(self) -> int:
        """Give every record of the index its vector, and return how many had none.

        Raises `AtlasError`: ``embedding-not-set``, ``projections-locked`` where another process
        does it, and what keeps the service of embeddings from it; what was reached is kept.
        """
        from search.embeddings.errors import EMBEDDING_NOT_SET

        if self.embedding is None:
            raise AtlasError(EMBEDDING_NOT_SET)
        lock = ProjectionLock(self.settings.home)
        if not lock.acquire():
            raise AtlasError(PROJECTIONS_LOCKED, home=self.settings.home)
        try:
            with self.embedding.indexer(self.index.view) as indexer:
                return indexer.fill()
        finally:
            lock.release()

    def _query_embedder(self) -> QueryEmbedder | None:
        if self.embedding is None:
            return None
        query_embedder = self.embedding.query_embedder()
        self._stack.callback(query_embedder.close)
        return query_embedder

    def _has_changes(self) -> bool:
        return self.journal.head() > 0

    @cached_property
    def graph(self) -> GraphReader:
        """The reader of published snapshots."""
        from catalog_service.graph import GraphReader

        return GraphReader(self.settings.home)

    @cached_property
    def sparql(self) -> SparqlService:
        """Public SPARQL: the workers, or the server of ``ATLAS_GRAPH_URL``."""
        from catalog_service.sparql.limits import SparqlLimits
        from catalog_service.sparql.revocation_check import CachedNumber, RevocationCheck

        limits = SparqlLimits.from_settings(self.settings)
        base = f"{self.settings.public_url}/sparql"
        service: SparqlService
        checkpoint: Callable[[], int]
        state: Callable[[], int]
        if self.settings.graph_url:
            from catalog_service.sparql.remote import RemoteSparql

            service = RemoteSparql(self.settings.graph_url, limits, base=base)
            checkpoint = state = CachedNumber(service.state)
        else:
            from catalog_service.sparql.pool import SparqlPool

            service = SparqlPool(self.graph, limits, peers=self._peers(limits), base=base)
            checkpoint, state = self._graph_checkpoint, service.state
        self._stack.callback(service.close)
        return RevocationCheck(service, checkpoint, self._revocations(), self.clock, state=state)

    def _peers(self, limits: SparqlLimits) -> Peers | None:
        if not self.settings.sparql_peers:
            return None
        from catalog_service.sources.service import peer_endpoints
        from catalog_service.sparql.peers import Peers
        from catalog_service.user_agent import agent

        return Peers(partial(peer_endpoints, self), agent(self.settings), limits)

    def _graph_checkpoint(self) -> int:
        return self.graph.current().checkpoint

    @cached_property
    def _served_graph(self) -> GraphStore:
        # For reading: it brings no fixed graphs of its own, and takes none away.
        store = self._remote_graph()
        self._stack.callback(store.close)
        return store

    def _remote_graph(self, fixed: Sequence[FixedGraph] | None = None) -> GraphStore:
        from catalog_service.graph.remote import RemoteGraph

        return RemoteGraph(self.settings.graph_url, fixed=fixed)

    # -- projections -----------------------------------------------------------------------------

    def fixed_graphs(self) -> list[FixedGraph]:
        """Return the named graphs that do not come from the journal."""
        from catalog_service.graph import FixedGraph

        vocabulary = self.vocabulary
        return [
            FixedGraph(str(SHD), load_ontology().turtle),
            *(FixedGraph(VOCAB.term(s), vocabulary.graph_turtle(s)) for s in get_args(Scheme)),
        ]

    def open_projections(self, stack: ExitStack) -> Sequence[Projection]:
        """Open graph and index for writing; the lock of the projections must be held."""
        from catalog_service.graph import EmbeddedGraph
        from catalog_service.projections.graph import GraphProjection
        from catalog_service.projections.index import IndexProjection, no_listener

        store: GraphStore
        if self.settings.graph_url:
            store = self._remote_graph(self.fixed_graphs())
        else:
            store = EmbeddedGraph(self.settings.home, fixed=self.fixed_graphs())
        stack.callback(store.close)
        mark = self.journal.mark
        on_commit: CommitListener = no_listener
        if self.embedding is not None:
            on_commit = stack.enter_context(self.embedding.following(self.index.view))
        return [
            GraphProjection(store, mark),
            IndexProjection(self.index, self.vocabulary, mark, on_commit),
        ]

    def runner(self) -> ProjectionRunner:
        """Return the runner; entering it takes the lock."""
        from catalog_service.projections.runner import ProjectionRunner

        self.settings.home.mkdir(parents=True, exist_ok=True)
        return ProjectionRunner(self.journal, self.open_projections, self.settings.home, self.clock)

    def bring_up(self, seq: int | None = None) -> None:
        """Make readers see change ``seq`` (default: the last): project, or wait for the worker."""
        self.runner().bring_up(timeout=CATCH_UP_SECONDS, until=seq)

    def ask_projections(self, action: Action, names: Sequence[str]) -> None:
        """Have projections rebuilt or repaired, by the running worker or in this process.

        Returns once readers see it. Raises `AtlasError` (``projection-failed``).
        """
        self.runner().request(action, names)

    def published(self, name: str) -> Published:
        """Return what readers see of graph or index; raises `AtlasError` where that is nothing."""
        from catalog_service.projections.reader_view import PublishedGraph, PublishedIndex

        if name == "index":
            return PublishedIndex(self.index)
        if self.settings.graph_url:
            from catalog_service.projections.graph import GraphProjection

            server = GraphProjection(self._served_graph)
            server.inspect(thorough=True)
            return server
        return PublishedGraph(self.graph)

    def projection_health(self) -> list[ProjectionHealth]:
        """Return the health of each projection as its readers find it."""
        status = read_status(self.settings.home)
        said = {row.name: row for row in status.projections} if status is not None else {}
        return [
            look(name, partial(self.published, name), self.journal, said.get(name))
            for name in PROJECTIONS
        ]
