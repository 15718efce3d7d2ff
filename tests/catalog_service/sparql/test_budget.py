"""Work is charged and waiting is not; whoever is refused comes back at the time told."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import pairwise

import pytest

from catalog_service.sparql import budget
from catalog_service.sparql.budget import Budgets
from catalog_service.sparql.limits import FULL, SHARED, SparqlLimits
from catalog_service.sparql.model import Client
from ontology.errors import AtlasError

ONE, OTHER = Client("one"), Client("other")


class Watch:
    """A clock in seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def budgets(watch: Watch) -> Budgets:
    """One half second of work comes back each second."""
    return Budgets(SparqlLimits(client_seconds=30), monotonic=watch)


def ask(budgets: Budgets, watch: Watch, client: Client, seconds: float = 0.0) -> int:
    """Have so much work done; return after how many seconds to come back, 0 where it was done."""
    try:
        with budgets.visit(client) as visit, visit.work():
            watch.now += seconds
    except AtlasError as error:
        assert error.kind.status == 429
        return int(str(error.params["retry_after"]))
    return 0


def test_a_client_gets_its_work_back(budgets: Budgets, watch: Watch) -> None:
    assert ask(budgets, watch, ONE, 40) == 0
    assert ask(budgets, watch, ONE) == 21
    assert ask(budgets, watch, OTHER) == 0
    with budgets.visit(None):
        pass
    watch.now += 21
    assert ask(budgets, watch, ONE) == 0


def test_waiting_is_not_charged(budgets: Budgets, watch: Watch) -> None:
    for _ in range(20):
        with budgets.visit(ONE) as visit:
            watch.now += 1000
            with visit.work():
                pass
    assert budgets.allowance(ONE).left >= 29


def test_what_runs_counts_before_it_has_ended(budgets: Budgets, watch: Watch) -> None:
    with budgets.visit(ONE) as first, first.work():
        watch.now += 50
        with pytest.raises(AtlasError) as caught, budgets.visit(ONE):
            pass
        assert caught.value.code == "sparql-budget"
        assert budgets.allowance(ONE).left == 0


def test_two_hundred_aggregations_go_on_at_an_even_pace(budgets: Budgets, watch: Watch) -> None:
    """Ten connections that come back when they are told: none is refused twice in a row."""
    ends: list[float] = []
    comes = [(watch.now, connection, False) for connection in range(10)]
    while len(ends) < 200:
        comes.sort()
        at, connection, was_refused = comes.pop(0)
        watch.now = max(watch.now, at)
        wait = ask(budgets, watch, ONE, 1.0)
        assert not (wait and was_refused), "the time that was told is true"
        if not wait:
            ends.append(watch.now)
        comes.append((watch.now + wait, connection, bool(wait)))
    gaps = [later - one for one, later in pairwise(ends[100:])]
    assert max(gaps) <= 4
    assert sum(gaps) / len(gaps) == pytest.approx(2.0, abs=0.2)


def test_an_honest_client_is_never_refused(budgets: Budgets, watch: Watch) -> None:
    for _ in range(50):
        with ExitStack() as ten:
            visits = [ten.enter_context(budgets.visit(ONE)) for _ in range(10)]
            for visit in visits:
                with visit.work():
                    watch.now += 0.04
    for _ in range(1000):
        assert ask(budgets, watch, ONE, 0.003) == 0


def test_a_promise_holds_whatever_came_inside_meanwhile(budgets: Budgets, watch: Watch) -> None:
    with ExitStack() as inside:
        for _ in range(SHARED):
            inside.enter_context(budgets.visit(ONE))
        # All places are taken, and the work of none is counted yet: who was told comes in.
        assert ask(budgets, watch, OTHER, 40) == 0
        again = ask(budgets, watch, OTHER)
        assert again
        own = [inside.enter_context(budgets.visit(None)) for _ in range(3)]
        assert own
        watch.now += again
        assert ask(budgets, watch, OTHER) == 0


def test_a_promised_query_is_no_query_too_many(budgets: Budgets, watch: Watch) -> None:
    with ExitStack() as inside:
        first = inside.enter_context(budgets.visit(ONE))
        for _ in range(SHARED - 1):
            inside.enter_context(budgets.visit(ONE))
        work = inside.enter_context(ExitStack())
        work.enter_context(first.work())
        watch.now += 40
        work.close()
        # One leaves, one is refused with a time, and another takes the place before it is up.
        account = budgets._accounts[ONE.name]
        account.promised.append(watch.now + 1)
        watch.now += 1
        assert account.inside == SHARED
        with budgets.visit(ONE):
            pass
        with pytest.raises(AtlasError) as caught, budgets.visit(ONE):
            pass
        assert caught.value.code == "sparql-at-once"


def test_clients_with_all_their_work_are_forgotten(
    budgets: Budgets, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "_MANY", 3)
    ask(budgets, watch, ONE, 40)
    with budgets.visit(Client("inside")):
        ask(budgets, watch, OTHER)
        watch.now += 10
        ask(budgets, watch, Client("new"))
        # Neither who owes work nor who is inside: only then may both begin anew.
        assert set(budgets._accounts) == {"one", "inside", "new"}
        assert ask(budgets, watch, ONE)
        watch.now += 0.5
        ask(budgets, watch, Client("newer"))
        assert "new" in budgets._accounts, "not looked through twice in a second"
    watch.now += 1000
    ask(budgets, watch, Client("last"))
    assert set(budgets._accounts) == {"last"}


def test_the_places_are_shared_among_those_who_are_inside(budgets: Budgets) -> None:
    def refused(client: Client) -> str:
        try:
            with budgets.visit(client):
                return ""
        except AtlasError as error:
            return error.code

    with ExitStack() as inside:
        for _ in range(SHARED):
            inside.enter_context(budgets.visit(ONE))
        assert refused(ONE) == "sparql-at-once"
        for number in range(FULL - SHARED):
            new = Client(f"client {number}")
            assert refused(new) == ""
            inside.enter_context(budgets.visit(new))
        assert refused(new) == "sparql-at-once"
        assert refused(OTHER) == "sparql-busy"
        with budgets.visit(None):
            pass
    for client in (ONE, OTHER):
        assert refused(client) == ""


def test_an_account_in_debt_is_kept_among_many(budgets: Budgets, watch: Watch) -> None:
    ask(budgets, watch, ONE, 50)
    for number in range(10_050):
        ask(budgets, watch, Client(f"client {number}"))
        watch.now += 0.001
    assert len(budgets._accounts) < 10_002
    assert ask(budgets, watch, ONE) > 0


def test_what_is_left_is_told(budgets: Budgets, watch: Watch) -> None:
    ask(budgets, watch, ONE, 10)
    told = budgets.allowance(ONE)
    assert (told.limit, told.window, told.left, told.reset) == (30, 60, 20, 20)
    bearer = budgets.allowance(Client("token 1", registered=True))
    assert bearer.limit > told.limit
