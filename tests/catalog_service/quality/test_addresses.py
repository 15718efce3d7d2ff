"""Addresses of records: asked politely where that is allowed, kept by digest, dead after days."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from catalog_service.quality.addresses.asking import ask
from catalog_service.quality.addresses.asking_hosts import Manners
from catalog_service.quality.addresses.keeping import closed_hosts, states_of
from catalog_service.quality.addresses.model import (
    HOLDS,
    AddressState,
    Asked,
    Outcome,
    first_state,
    key_of,
)
from catalog_service.quality.addresses.planning import host_allowed, plan
from catalog_service.quality.addresses.robots import Robots
from catalog_service.quality.service import (
    ask_addresses,
    evaluate,
    measurements_of,
    points_kept,
)
from catalog_service.quality.tables import quality_addresses, quality_hosts
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from ontology.errors import AtlasError
from tests.catalog_service.quality.answering import Server, answering, robots
from tests.fixtures.web import HTML, House, served

TODAY = date(2026, 9, 1)
LOCAL = ("127.0.0.1",)
QUICK = Manners(pause=0, answer=0.4, unasked_pause=0.01, slow=2)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with answering(
        {
            "/ok": (200, {}),
            "/none": (204, {}),
            # HEAD is refused in many ways; of the body that GET announces nothing is taken in.
            "/nohead": lambda method: (405 if method == "HEAD" else 200, {}),
            "/badhead": lambda method: (404 if method == "HEAD" else 206, {}),
            "/empty": lambda method: (501 if method == "HEAD" else 416, {}),
            "/shut": (403, {}),
            "/sign-in": (401, {}),
            "/gone": (410, {}),
            "/error": (500, {}),
            "/moved": (301, {"Location": "/ok"}),
            "/found": (302, {"Location": "/ok"}),
            "/then-moved": (302, {"Location": "/moved"}),
            "/inner": (302, {"Location": "http://10.0.0.1/ok"}),
            "/metadata": (307, {"Location": "http://169.254.169.254/latest/"}),
            "/loop": (302, {"Location": "/loop"}),
            "/mail": (302, {"Location": "mailto:a@b.example"}),
            "/busy": (429, {}),
        }
    ) as found:
        yield found


def client(url: str, *, allow: tuple[str, ...] = LOCAL, **more: object) -> GuardedClient:
    return GuardedClient(
        url,
        turns=HostTurns(),
        agent="test/1",
        allow=allow,
        politeness=Politeness(per_second=None, parallel=1, attempts=1),
        limits=RequestLimits(seconds=0.4, body=1_000),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("path", "outcome", "status"),
    [
        ("/ok", "answers", 200),
        ("/none", "answers", 204),
        ("/nohead", "answers", 200),
        ("/badhead", "answers", 206),
        ("/empty", "answers", 416),
        ("/shut", "refused", 403),
        ("/sign-in", "refused", 401),
        ("/gone", "not-found", 410),
        ("/nothing", "not-found", 404),
        ("/error", "server-error", 500),
        ("/moved", "moved", 200),
        ("/found", "answers", 200),
        ("/then-moved", "answers", 200),
        ("/inner", "not-allowed", None),
        ("/metadata", "not-allowed", None),
        ("/loop", "not-allowed", None),
        ("/mail", "not-allowed", None),
        ("/busy", "later", 429),
        ("/hang", "timed-out", None),
    ],
)
def test_what_an_address_answers(
    server: Server, path: str, outcome: Outcome, status: int | None
) -> None:
    with client(server.url) as asking:
        assert ask(asking, f"{server.url}{path}") == Asked(outcome, status)


def test_what_is_wrong_with_a_host_holds_of_all_its_addresses(server: Server) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    with client("http://a.example/", resolve=unknown) as asking:
        assert ask(asking, "http://a.example/x") == Asked("name-unknown", is_of_host=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with client(server.url) as asking:
        shut = ask(asking, f"http://127.0.0.1:{port}/")
        assert shut == Asked("unreachable", is_of_host=True)
        # A host that speaks no TLS.
        tls = ask(asking, server.url.replace("http:", "https:") + "/ok")
        assert tls == Asked("tls", is_of_host=True)
        # Where it redirects to is no fault of the host's.
        server.answers["/away"] = (302, {"Location": f"http://127.0.0.1:{port}/"})
        assert ask(asking, f"{server.url}/away") == Asked("unreachable")
    # Without an allowance no inner address is reached.
    with client(server.url, allow=()) as asking:
        assert ask(asking, f"{server.url}/ok").outcome == "not-allowed"


@pytest.mark.parametrize(
    ("text", "allowed", "pause"),
    [
        ("", True, 0),
        ("User-agent: *\nDisallow: /\nCrawl-delay: 5\n", False, 5),
        ("User-agent: *\nDisallow: /\n\nUser-agent: shanghai-data-atlas\nDisallow:\n", True, 0),
        ("User-agent: *\nCrawl-delay: 86400\n", True, 30),
        # What cannot be read is no rule.
        ("User-agent: *\nDisallow: //[\n", True, 0),
        ("<html>\x00\ud800", True, 0),
    ],
)
def test_rules_for_programs_are_kept(text: str, allowed: bool, pause: float) -> None:
    rules = Robots(text, "shanghai-data-atlas/1.0 (+https://a.example)")
    assert (rules.allows("https://a.example/b?c=d"), rules.pause) == (allowed, pause)


def states(*found: tuple[int, Outcome]) -> AddressState:
    """Return what is kept of an address that was asked on days of September."""
    state: AddressState | None = None
    for number, outcome in found:
        day = date(2026, 9, number)
        one = Asked(outcome)
        state = first_state(one, day) if state is None else state.after(one, day)
    assert state is not None
    return state


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        ([(1, "answers")], "answers"),
        ([(1, "moved")], "answers"),
        ([(1, "not-found")], "failing"),
        # However often it failed on one day.
        ([(1, "not-found"), (1, "timed-out"), (1, "not-found"), (2, "not-found")], "failing"),
        ([(1, "not-found"), (2, "timed-out"), (5, "tls")], "dead"),
        ([(1, "not-found"), (2, "timed-out"), (3, "answers"), (5, "tls")], "failing"),
        ([(1, "not-found"), (2, "not-found"), (3, "later"), (4, "not-found")], "dead"),
        ([(1, "not-found"), (2, "not-found"), (3, "refused"), (4, "not-found")], "failing"),
        # What says nothing changes nothing.
        ([(1, "answers"), (2, "later")], "answers"),
        ([(1, "later")], "unasked"),
        ([(1, "not-allowed"), (2, "answers")], "answers"),
        ([(1, "refused")], "refused"),
    ],
)
def test_an_address_is_dead_after_several_days(
    found: list[tuple[int, Outcome]], standing: str
) -> None:
    state = states(*found)
    assert state.standing(state.tried, 3) == standing


def test_what_is_kept_of_an_address_has_its_days() -> None:
    state = states((1, "answers"), (8, "not-found"), (9, "not-found"), (10, "later"))
    assert (state.good, state.since, state.seen) == (
        date(2026, 9, 1),
        date(2026, 9, 8),
        date(2026, 9, 9),
    )
    assert (state.failed_days, state.tried) == (2, date(2026, 9, 10))
    # One that failed has its turn the next day until it is dead; others when their days are over.
    assert state.is_due(date(2026, 9, 11), 7, 3) and not state.is_due(date(2026, 9, 11), 7, 2)
    assert not state.is_due(date(2026, 9, 10), 7, 3)
    # An old answer says nothing.
    old = states((1, "answers"))
    assert old.standing(old.seen + HOLDS, 3) == "answers"
    assert old.standing(old.seen + HOLDS + timedelta(1), 3) == "unasked"


def test_ten_thousand_addresses_of_a_host_leave_the_others_their_turn() -> None:
    many = [f"https://many.example/{number}" for number in range(10_000)]
    few = ["https://few.example/1", "https://few.example:8443/2", "ftp://few.example/3"]
    known = {
        key_of(many[0]): states((1, "answers")),
        key_of(few[0]): states((1, "answers")),
    }

    def planned(budget: int, day: int, closed: tuple[str, ...] = ()) -> dict[str, list[str]]:
        return plan(
            [*many, *few],
            known,
            date(2026, 9, day),
            allowed="many.example,few.example",
            budget=budget,
            days=7,
            dead_days=3,
            closed=closed,
        )

    found = planned(100, 8)
    assert {host: len(found[host]) for host in found} == {
        **{"many.example": 98, "few.example": 1, "few.example:8443": 1}
    }
    # The oldest come last of those that were never asked.
    assert many[0] not in found["many.example"]
    assert sum(map(len, planned(100_000, 8).values())) == 10_002
    assert sum(map(len, planned(100_000, 7).values())) == 10_000
    assert planned(0, 8) == {} and "many.example" not in planned(9, 8, ("many.example",))


@pytest.mark.parametrize(
    ("allowed", "host", "expected"),
    [
        ("", "a.example", False),
        ("*", "a.example", True),
        ("a.example", "a.example", True),
        ("example", "a.example", True),
        ("b.example,a.example", "x.a.example", True),
        ("a.example", "aa.example", False),
        ("a.example", "example", False),
        ("1.1", "1.1.1.1", False),
        ("1.1.1.1", "1.1.1.1", True),
    ],
)
def test_hosts_are_named_by_the_operator(allowed: str, host: str, expected: bool) -> None:
    assert host_allowed(allowed, host) is expected


def turtle(name: str, download: str, access: str, page: str) -> str:
    return f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://elsewhere.example/{name}> a dcat:Dataset ; dct:identifier "{name}" ;
  dct:title "站点"@zh ; dcat:theme <https://w3id.org/shdata/vocab/domain/4> ;
  dcat:landingPage <{page}> ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> ;
  dcat:distribution [ a dcat:Distribution ; dct:title "文件" ; dct:format "CSV" ;
    dcat:downloadURL <{download}> ; dcat:accessURL <{access}> ] .
"""


@contextmanager
def opened(folder: Path, **settings: object) -> Iterator[House]:
    house = House(folder, **{"quality_links": "127.0.0.1", **settings})
    with house.atlas:
        yield house


def on(house: House, day: date) -> None:
    house.clock.today = lambda: day  # type: ignore[method-assign]


def links_of(house: House, name: str) -> list[tuple[str, str]]:
    iri = house.atlas.journal.states("city", [name])[name].iri
    return [(one.result, one.reason) for one in measurements_of(house.atlas, iri)["links"]]


def test_links_are_measured_shown_and_give_points(tmp_path: Path) -> None:
    with answering({"/a": (200, {}), "/b": (200, {})}) as server, opened(tmp_path) as house:
        one = f"{server.url}/a"
        # An address that many records use is asked once; one with a key is kept by its digest.
        secret = f"{server.url}/b?token=s3cret"
        server.answers["/b?token=s3cret"] = (200, {})
        house.submit_turtle("city", turtle("A", one, secret, one))
        house.submit_turtle("city", turtle("B", f"{server.url}/gone", one, one))
        house.project()
        evaluate(house.atlas)
        assert links_of(house, "A") == [("unjudged", "unasked")]
        for days in range(3):
            on(house, TODAY + timedelta(days))
            done = ask_addresses(house.atlas, allow=LOCAL, manners=QUICK)
            assert (done.addresses, done.asked) == (3, 3 if days == 0 else 1)
            # What was asked today is not asked again.
            assert ask_addresses(house.atlas, allow=LOCAL, manners=QUICK).asked == 0
            evaluate(house.atlas)
        assert server.asked.count("HEAD /a") == 1
        # A measurement is dated: that of the first day was made before anything was asked.
        assert links_of(house, "A") == [("pass", "")]
        assert links_of(house, "B") == [("fail", "dead"), ("unjudged", "failing")]
        iri = house.atlas.journal.states("city", ["B"])["B"].iri
        assert {"download-answers"} == {
            name for name in points_kept(house.atlas, iri)[0][1].missing if "answers" in name
        }
        kept = states_of(house.atlas)
        assert kept[key_of(secret)].outcome == "answers"
        with house.atlas.journal.reading_tables() as connection:
            rows = connection.execute(sa.select(quality_addresses)).all()
            assert "s3cret" not in repr(rows) and "127.0.0.1" not in repr(rows)
        with served(house) as address, httpx.Client(base_url=address, timeout=60) as web:
            page = web.get("/dataset/city/B?lang=en", headers=HTML).text
            assert "An address has failed on several days" in page
            assert "nothing is there" in page and "on 3 days so far" in page
            answer = web.get("/api/v1/datasets/city/B/quality").json()
            found = {one["part"]: (one["outcome"], one["good"]) for one in answer["addresses"]}
            assert found == {"download": ("not-found", None), "access": ("answers", "2026-09-01")}
            assert 'id="links"' in web.get("/quality?lang=zh&metric=links", headers=HTML).text
            assert "measured-links-" in web.get("/api/v1/datasets/city/B/quality.ttl").text


def test_hosts_are_treated_politely(tmp_path: Path) -> None:
    busy = iter([429, 429])

    def sometimes(method: str) -> tuple[int, dict[str, str]]:
        status = next(busy, 204)
        return status, {"Retry-After": "0"} if status == 429 else {}

    with (
        answering(
            {
                "/robots.txt": robots("User-agent: shanghai-data-atlas\nDisallow: /private\n"),
                "/busy": sometimes,
                "/private": (200, {}),
            }
        ) as server,
        answering({"/long": (503, {"Retry-After": "7200"})}) as closing,
        answering({f"/hang{number}": (200, {}) for number in range(5)}) as hanging,
        opened(tmp_path) as house,
    ):
        url = server.url
        house.submit_turtle("city", turtle("A", f"{url}/busy", f"{url}/private", f"{url}/ok"))
        far = closing.url
        house.submit_turtle("city", turtle("B", f"{far}/long", f"{far}/long", f"{far}/long"))
        slow = hanging.url
        house.submit_turtle("city", turtle("C", f"{slow}/hang1", f"{slow}/hang2", f"{slow}/hang3"))
        done = ask_addresses(house.atlas, allow=LOCAL, manners=QUICK)
        assert dict(done.outcomes) == {
            **{"answers": 1, "not-allowed": 1, "not-found": 1},
            **{"later": 1, "timed-out": 2},
        }
        assert not any("/private" in one for one in server.asked)
        assert server.asked.count("HEAD /busy") == 3
        # Of a host that hangs two are waited for, and the others left for another night.
        assert len([one for one in hanging.asked if "hang" in one]) == 2
        assert max(one.most_at_once for one in (server, closing)) == 1
        # A host that wants to be left alone is, by other processes too.
        assert len([one for one in closing.asked if "long" in one]) == 1
        assert closed_hosts(house.atlas) == {far.removeprefix("http://")}
        on(house, TODAY + timedelta(8))
        assert ask_addresses(house.atlas, allow=LOCAL, manners=QUICK).asked > 0
        assert len([one for one in closing.asked if "long" in one]) == 1
        house.clock.moment += timedelta(365)
        assert closed_hosts(house.atlas) == set()
        with house.atlas.journal.reading_tables() as connection:
            assert len(connection.execute(sa.select(quality_hosts)).all()) <= 2


def test_a_night_has_a_budget_and_the_operator_decides(tmp_path: Path) -> None:
    with answering({}) as server, opened(tmp_path, quality_link_budget=2) as house:
        url = server.url
        house.submit_turtle("city", turtle("A", f"{url}/1", f"{url}/2", f"{url}/3"))
        house.submit_turtle("city", turtle("B", "https://other.example/", f"{url}/4", f"{url}/5"))
        for days, asked in ((0, 2), (0, 0), (1, 2), (2, 2)):
            on(house, TODAY + timedelta(days))
            done = ask_addresses(house.atlas, allow=LOCAL, manners=QUICK)
            assert (done.addresses, done.asked) == (6, asked)
        assert key_of("https://other.example/") not in states_of(house.atlas)
    with opened(tmp_path / "b") as house:
        house.submit_turtle("city", turtle("A", f"{url}/1", f"{url}/2", f"{url}/3"))
        # Inner addresses are named by no setting.
        assert dict(ask_addresses(house.atlas, manners=QUICK).outcomes) == {"not-allowed": 3}
    with opened(tmp_path / "c", quality_links="") as house, pytest.raises(AtlasError) as caught:
        ask_addresses(house.atlas)
    assert caught.value.code == "links-not-allowed"


def test_a_redirect_is_held_against_what_may_be_asked(tmp_path: Path) -> None:
    with (
        answering({"/there": (200, {})}) as other,
        answering(
            {
                "/robots.txt": robots("User-agent: *\nDisallow: /private\n"),
                "/own": (302, {"Location": "/private"}),
                "/away": (
                    302,
                    {"Location": other.url.replace("127.0.0.1", "localhost") + "/there"},
                ),
            }
        ) as server,
        opened(tmp_path, quality_links="127.0.0.1") as house,
    ):
        house.submit_turtle(
            "city", turtle("A", f"{server.url}/own", f"{server.url}/away", f"{server.url}/x")
        )
        done = ask_addresses(house.atlas, allow=(*LOCAL, "localhost"), manners=QUICK)
        assert dict(done.outcomes) == {"not-allowed": 2, "not-found": 1}
        assert other.asked == [] and not any("private" in one for one in server.asked)


def test_one_address_that_keeps_a_connection_from_its_host_tells_nothing_of_others(
    tmp_path: Path,
) -> None:
    with answering({}) as server, opened(tmp_path) as house:
        tls = server.url.replace("http:", "https:")
        house.submit_turtle("city", turtle("A", f"{tls}/1", f"{server.url}/2", f"{server.url}/3"))
        for days in range(3):
            on(house, TODAY + timedelta(8 * days))
            ask_addresses(house.atlas, allow=LOCAL, manners=QUICK)
        states = states_of(house.atlas)
        plain = [states.get(key_of(f"{server.url}/{number}")) for number in (2, 3)]
        assert all(one is None or one.outcome != "tls" for one in plain)
