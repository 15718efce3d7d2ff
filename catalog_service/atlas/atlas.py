"""The whole: every part of the service, made once, from the settings.

Each part is imported where it is made: a command loads only what it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, get_args

from catalog_service.atlas.finding import Finding
from catalog_service.atlas.ground import PROJECTIONS
from catalog_service.projections.projection_health import ProjectionHealth, Published, look_at_all
from ontology.errors import AtlasError
from ontology.ontology import load_ontology
from ontology.terms import SHD, VOCAB
from ontology.vocabulary import Scheme

if TYPE_CHECKING:
    from catalog_service.catalog import Catalog
    from catalog_service.catalog.repeat_check import RepeatCheck
    from catalog_service.catalog_map.maps import Maps
    from catalog_service.dumps.service import Dumps
    from catalog_service.federation.known_catalogs import KnownCatalogs
    from catalog_service.graph import FixedGraph, GraphReader, GraphStore, KeptGraphs
    from catalog_service.graph.remote import RemoteGraph
    from catalog_service.graph.server import Engine
    from catalog_service.participation.transitions import Prepare
    from catalog_service.projections.index import CommitListener
    from catalog_service.projections.protocol import BesideRecords, Projection
    from catalog_service.projections.rebuild_requests import Action
    from catalog_service.projections.runner import ProjectionRunner
    from catalog_service.publication.graph_figures import GraphFigures
    from catalog_service.sparql.limits import SparqlLimits
    from catalog_service.sparql.model import SparqlService
    from catalog_service.sparql.peers import Peers

CATCH_UP_SECONDS: Final = 600.0
"""How long a command waits for the running worker to show what it wrote."""


class Atlas(Finding):
    """All parts, each made when it is first asked for; a context manager that closes them.

    Without ``create`` there must be a journal already: commands that only read make no catalogue.
    With ``new_journal`` an empty one is meant, whatever graph and index hold.
    """

    # -- the door to the journal -----------------------------------------------------------------

    @property
    def catalog(self) -> Catalog:
        """The one door for writes, with the gate of today."""
        from catalog_service.catalog import Catalog
        from catalog_service.rule_work.exceptions import RunningExceptions
        from catalog_service.vocabulary_work.concepts import ended

        engine, catalog = self._gate()
        if catalog is None:
            catalog = Catalog(
                self.journal,
                engine,
                self.settings.base_iri,
                repeats=self._repeat_check(),
                exceptions=RunningExceptions(self.journal, self.clock),
                ended=ended,
                note=self.audit.append,
            )
            with self._daily:
                self._of_today = (engine, catalog)
        return catalog

    @cached_property
    def case_steps(self) -> Mapping[str, Mapping[str, Prepare]]:
        """What steps of cases do for the rooms that keep more of them, by kind and step."""
        from catalog_service.results.service import RESULT_STEPS

        return {"result": RESULT_STEPS}

    # -- what readers see ------------------------------------------------------------------------

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
    def maps(self) -> Maps:
        """The map of the whole catalogue."""
        from catalog_service.catalog_map.maps import Maps

        settings = self.settings
        return Maps(settings.home, lambda: self.journal, lambda: self.vocabulary, settings.base_iri)

    def _repeat_check(self) -> RepeatCheck:
        from catalog_service.duplicates.gate_check import GateCheck
        from catalog_service.duplicates.settings import RepeatSettings

        return GateCheck(RepeatSettings(self.journal), lambda: self.comparison)

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

    def graph_engine(self) -> Engine:
        """Return which engine answers at ``ATLAS_GRAPH_URL``; raises `AtlasError`."""
        with closing(self._remote_graph()) as server:
            return server.engine

    def _remote_graph(self, fixed: Sequence[FixedGraph] | None = None) -> RemoteGraph:
        from catalog_service.graph.remote import RemoteGraph

        return RemoteGraph(self.settings.graph_url, fixed=fixed)

    # -- projections -----------------------------------------------------------------------------

    def fixed_graphs(self) -> list[FixedGraph]:
        """Return the named graphs that do not come from the journal's changes."""
        from catalog_service.graph import FixedGraph

        vocabulary = self.vocabulary
        return [
            FixedGraph(str(SHD), load_ontology().turtle),
            *(FixedGraph(VOCAB.term(s), vocabulary.graph_turtle(s)) for s in get_args(Scheme)),
            *(graph for kept in self._kept_graphs for graph in kept.graphs()),
        ]

    @cached_property
    def _kept_graphs(self) -> tuple[KeptGraphs, ...]:
        """What makes graphs from the journal's database, not from its changes."""
        from catalog_service.open_list.service import ListGraphs
        from catalog_service.participation.service import FeedbackGraphs
        from catalog_service.quality.service import BadgeGraphs
        from catalog_service.results.service import ResultGraphs
        from catalog_service.samples.service import SampleGraphs

        return (
            ListGraphs(self),
            SampleGraphs(self),
            BadgeGraphs(self),
            ResultGraphs(self),
            FeedbackGraphs(self),
        )

    def _beside_records(self) -> tuple[BesideRecords, ...]:
        """Return what gives facets that stand in no record; the index has a thread of its own."""
        from catalog_service.quality.service import BadgeGraphs
        from catalog_service.samples.service import SampleGraphs

        return (SampleGraphs(self), BadgeGraphs(self))

    def _mark_of_graphs(self) -> tuple[object, ...]:
        """Return what changes where one of the fixed graphs is to be made anew."""
        return (self.vocabulary, *(one.mark() for one in self._kept_graphs))

    def _renewed_graphs(self) -> Callable[[], list[FixedGraph] | None]:
        """Return what tells the fixed graphs anew when one of them is another, else None."""
        known = self._mark_of_graphs()

        def renewed() -> list[FixedGraph] | None:
            nonlocal known
            try:
                now = self._mark_of_graphs()
            except AtlasError:
                # While the journal is away what is published stays.
                return None
            if now == known:
                return None
            made = self.fixed_graphs()
            # Not before they are made: where the journal goes away in between, the next look does.
            known = now
            return made

        return renewed

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
            GraphProjection(store, mark, base=self.settings.base_iri, fixed=self._renewed_graphs()),
            IndexProjection(
                self.index,
                lambda: self.vocabulary,
                mark,
                on_commit,
                self.released_vocabulary.once_renamed,
                self._beside_records(),
            ),
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
        return look_at_all(PROJECTIONS, self.published, self.journal, self.settings.home)
