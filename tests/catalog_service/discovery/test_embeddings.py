"""Searching by meaning in the whole service: off unless it is set, and what is sent to whom."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from catalog_service.operations.checks import look_at_vectors
from catalog_service.operations.vectors import fill_vectors
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from search.model import Query
from tests.fixtures.embeddings import EmbeddingStandIn
from tests.fixtures.web import HTML, House, portal, served

KEY = "sk-very-secret"

_WITHOUT = """
import sys
from pathlib import Path
from catalog_service.atlas import Atlas
from catalog_service.app import create_app
from catalog_service.settings import Settings
from search.model import Query
with Atlas(Settings(home=Path(sys.argv[1]))) as atlas:
    create_app(atlas)
    assert atlas.search.search(Query("x")).similar == ()
    with atlas.runner() as runner:
        runner.catch_up()
assert not (Path(sys.argv[1]) / "vectors").exists()
print(*(n for n in sys.modules if n == "numpy" or n.startswith("search.embeddings.")))
"""


@pytest.mark.slow
def test_without_the_setting_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT, tmp_path],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    assert set(done.stdout.split()) <= {"search.embeddings.errors"}


@pytest.fixture
def make(tmp_path: Path, embeddings: EmbeddingStandIn) -> Iterator[Callable[..., House]]:
    embeddings.key = KEY
    with ExitStack() as stack:

        def made(**settings: object) -> House:
            usual = {
                "embedding": "auto",
                "embedding_url": embeddings.url,
                "embedding_model": "m",
                "embedding_key": KEY,
                "embedding_least": 0.2,
                "embedding_seconds": 10.0,
            }
            house = House(tmp_path / "home", **{**usual, **settings})
            stack.enter_context(house.atlas)
            return house

        yield made


def fill(house: House) -> int:
    assert house.atlas.embedding is not None
    with house.atlas.embedding.indexer(house.atlas.index.view) as indexer:
        return indexer.fill()


def test_only_what_is_public_is_sent_and_only_to_the_address_that_was_set(
    make: Callable[..., House], embeddings: EmbeddingStandIn
) -> None:
    house = make()
    house.submit(
        "city",
        [
            portal("VETS", "动物诊疗机构"),
            portal("CLOSED", "内部线路", is_open="非开放"),
            portal("GONE", "旧公交线路"),
        ],
    )
    house.submit("strict", [portal("HELD", "等待的线路", is_open="")], gate="enforce")
    house.withdraw("city", "GONE")
    house.project()
    fill(house)
    # What a thread had asked for when it was stopped is asked for again.
    (text,) = set(embeddings.texts)
    assert text.startswith("动物诊疗机构\n动物诊疗机构的说明。")
    assert all(h["Authorization"] == f"Bearer {KEY}" for h in embeddings.headers)


def test_what_is_near_in_meaning_stands_under_its_own_heading(
    make: Callable[..., House], embeddings: EmbeddingStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    house = make()
    house.submit("city", [portal("VETS", "动物诊疗机构"), portal("BUS", "公交线路")])
    house.project()
    fill(house)
    with (
        caplog.at_level(logging.DEBUG),
        served(house) as address,
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        vectors = client.get("/health/ready").json()["parts"]["vectors"]
        assert vectors == {"ok": True, "reason": None, "figures": {"made": 2, "records": 2}}
        assert "atlas_vectors 2.0" in client.get("/metrics").text
        answer = client.get("/api/v1/search", params={"q": "毛孩子"}).json()
        assert (answer["total"], answer["hits"], answer["next"]) == (0, [], None)
        assert answer["similar"][0]["remote_id"] == "VETS"
        for lang, heading in (("zh", "意思相近的数据"), ("en", "Similar in meaning")):
            params = {"q": "毛孩子", "lang": lang}
            page = client.get("/datasets", params=params, headers=HTML).text
            assert page.index(heading) < page.index("动物诊疗机构")
        other = client.get("/datasets", params={"q": "公交线路"}, headers=HTML).text
        assert "公交线路" in other
        embeddings.status = 500
        away = client.get("/api/v1/search", params={"q": "毛小孩"})
        assert (away.status_code, away.json()["similar"]) == (200, [])
    semantic = [r.getMessage() for r in caplog.records if r.name.startswith("search.")]
    assert [line for line in semantic if "embedding-unreachable" in line]
    assert not [line for line in semantic if "毛小孩" in line or "毛孩子" in line]
    assert KEY not in caplog.text


def test_an_index_is_built_while_the_service_of_embeddings_is_away(
    make: Callable[..., House], embeddings: EmbeddingStandIn
) -> None:
    embeddings.status = 503
    house = make()
    house.submit("city", [portal("VETS", "动物诊疗机构")])
    house.project()
    assert house.atlas.search.search(Query("动物诊疗机构")).total == 1
    with pytest.raises(AtlasError):
        fill(house)
    embeddings.status = 200
    assert fill(house) == 1


def test_a_command_makes_what_is_missing_unless_another_process_does(
    make: Callable[..., House], embeddings: EmbeddingStandIn
) -> None:
    house = make()
    house.submit("city", [portal("VETS", "动物诊疗机构"), portal("BUS", "公交线路")])
    embeddings.status = 503
    house.project()
    embeddings.status = 200
    with house.atlas.runner(), pytest.raises(AtlasError) as caught:
        fill_vectors(house.atlas)
    assert caught.value.code == "projections-locked"
    fill_vectors(house.atlas)
    assert fill_vectors(house.atlas) == 0
    embedding = house.atlas.embedding
    assert embedding is not None
    with closing(embedding.vectors()) as vectors:
        assert vectors.size() == 2


def test_without_the_setting_the_command_says_what_to_set(tmp_path: Path) -> None:
    with House(tmp_path).atlas as atlas, pytest.raises(AtlasError) as caught:
        fill_vectors(atlas)
    assert caught.value.code == "embedding-not-set"


def test_the_doctor_says_how_far_the_vectors_are(
    make: Callable[..., House], embeddings: EmbeddingStandIn
) -> None:
    house = make()
    house.submit("city", [portal("VETS", "动物诊疗机构")])
    house.project()
    embedding = house.atlas.embedding
    assert embedding is not None
    fill(house)
    check = look_at_vectors(house.atlas, embedding)
    assert check.verdict == "ok"
    assert "64" in check.detail
    embeddings.dimension = 32
    check = look_at_vectors(house.atlas, embedding)
    assert (check.verdict, check.detail.partition(":")[0]) == ("warning", "embedding-changed")
    embeddings.key = "another"
    check = look_at_vectors(house.atlas, embedding)
    assert (check.verdict, check.detail.partition(":")[0]) == ("warning", "embedding-refused")
    assert KEY not in check.detail


def test_the_key_is_told_to_the_children_and_to_nobody_else(tmp_path: Path) -> None:
    settings = Settings(embedding_url="http://h/v1/", embedding_model="m", embedding_key=KEY)  # type: ignore[arg-type]
    assert settings.embedding_url == "http://h/v1"
    assert settings.environment()["ATLAS_EMBEDDING_KEY"] == KEY
    for said in (repr(settings), str(settings), str(settings.model_dump(mode="json"))):
        assert KEY not in said
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    settings = Settings(embedding_url="http://h", embedding_model="m", embedding_key_file=path)
    assert settings.embedding_secret == KEY
    assert KEY not in repr(settings) + str(settings.environment())
    assert settings.environment()["ATLAS_EMBEDDING_KEY_FILE"] == str(path.resolve())


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"embedding_url": "http://h/v1"}, ValidationError),
        ({"embedding_url": "h:80/v1", "embedding_model": "m"}, ValidationError),
        ({"embedding_url": "http://me:pw@h/v1", "embedding_model": "m"}, ValidationError),
        ({"embedding_url": "http://h/v1?key=1", "embedding_model": "m"}, ValidationError),
        ({"embedding_key": "two words"}, AtlasError),
        ({"embedding_key": "schlüssel"}, AtlasError),
        ({"embedding_key": "a\r\nX-Other: b"}, AtlasError),
        ({"embedding_key_file": "nowhere"}, ValidationError),
        ({"embedding_key": "a", "embedding_key_file": __file__}, ValidationError),
        ({"embedding_seconds": 0}, ValidationError),
    ],
)
def test_settings_that_cannot_work_are_told_at_the_start(
    values: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        Settings.model_validate(values)
    assert "schlüssel" not in str(caught.value)
    assert "two words" not in str(caught.value)
