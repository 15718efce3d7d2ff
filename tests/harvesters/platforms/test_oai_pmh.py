"""OAI-PMH: pages by token, increments, deletions, expired tokens, both formats."""

from __future__ import annotations

import pytest

from harvesters.platforms.protocol import look_up_of
from harvesters.protocols import Incoming
from ontology.errors import AtlasError
from ontology.terms import DCAT, DCT
from tests.harvesters.platforms.memory import ROOT, Answer, Asked, platform, walk

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def envelope(content: str) -> str:
    return (
        f'{HEAD}<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2026-12-01T04:00:00Z</responseDate><request/>{content}</OAI-PMH>"
    )


def record(number: int, metadata: str | None = None) -> str:
    dc = (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>公园{number}</dc:title><dc:publisher>上海市绿化和市容管理局</dc:publisher>"
        "<dc:subject>公园</dc:subject><dc:subject>绿地</dc:subject><dc:date>2026-02-01</dc:date>"
        f"<dc:date>2025-01-01</dc:date><dc:identifier>{ROOT}/d/{number}</dc:identifier>"
        "<dc:format>CSV</dc:format></oai_dc:dc>"
    )
    return (
        f"<record><header><identifier>oai:x:{number}</identifier><datestamp>2026-11-0{number}"
        f"</datestamp></header><metadata>{metadata or dc}</metadata></record>"
    )


DELETED = (
    '<record><header status="deleted"><identifier>oai:x:9</identifier>'
    "<datestamp>2026-11-09</datestamp></header></record>"
)


class Repository:
    """Two pages, the second with a deletion; ``good`` are the tokens that are still known."""

    def __init__(self) -> None:
        self.pages = [record(1) + record(2), record(3) + DELETED]
        self.granularity = "YYYY-MM-DDThh:mm:ssZ"
        self.good = {"t2"}
        self.changed = False

    def __call__(self, asked: Asked) -> Answer:
        if asked.params["verb"] == "Identify":
            return envelope(f"<Identify><granularity>{self.granularity}</granularity></Identify>")
        if asked.params.get("from") and not self.changed:
            return envelope('<error code="noRecordsMatch">none</error>')
        token = asked.params.get("resumptionToken")
        if token is None:
            after = '<resumptionToken completeListSize="4">t2</resumptionToken>'
            return envelope(f"<ListRecords>{self.pages[0]}{after}</ListRecords>")
        if token not in self.good:
            self.good.add(token)
            return envelope('<error code="badResumptionToken">expired</error>')
        return envelope(f"<ListRecords>{self.pages[1]}<resumptionToken/></ListRecords>")


def test_a_walk_brings_records_and_deletions_and_an_increment_what_changed() -> None:
    repository = Repository()
    harvested, client = platform("oai-pmh", repository, f"{ROOT}/oai", set="open")
    walked = walk(harvested)
    assert walked.names == ["oai:x:1", "oai:x:2", "oai:x:3"]
    assert (walked.removed, walked.total, walked.incomplete) == (["oai:x:9"], 4, None)
    assert client.asked[1].params["set"] == "open"
    assert client.asked[2].params == {"verb": "ListRecords", "resumptionToken": "t2"}
    text = walked.records["oai:x:1"]
    assert f'<{DCT.title}> "公园1"@zh' in text and f'<{DCAT.keyword}> "绿地"@zh' in text
    assert f"<{DCAT.landingPage}> <{ROOT}/d/1>" in text and '"2026-02-01"' in text
    again = walk(harvested, walked.bookmark)
    assert again.unchanged and client.asked[-1].params["from"] == "2026-12-01T03:55:00Z"
    repository.changed, repository.pages = True, [DELETED + record(1), record(2)]
    first = harvested.page(None, walked.bookmark)
    # A deletion is told at the end, so that a restart in between forgets none.
    assert first.removed == ()
    assert harvested.page(first.next, walked.bookmark).removed == ("oai:x:9",)
    repository.changed, repository.granularity = False, "YYYY-MM-DD"
    walk(harvested, walk(harvested, fetch=False).bookmark)
    assert client.asked[-1].params["from"] == "2026-12-01"


def test_a_repository_whose_clock_is_ahead_hides_no_later_change() -> None:
    repository = Repository()
    ahead = platform(
        "oai-pmh", lambda asked: str(repository(asked)).replace("2026-12-01T04", "2026-12-09T04")
    )
    walk(ahead[0], walk(ahead[0], fetch=False).bookmark)
    assert ahead[1].asked[-1].params["from"] == "2026-12-01T11:55:00Z"


def test_an_expired_token_begins_the_walk_anew() -> None:
    repository = Repository()
    repository.good.clear()
    walked = walk(platform("oai-pmh", repository)[0], fetch=False)
    assert set(walked.names) == {"oai:x:1", "oai:x:2", "oai:x:3"}
    assert walked.incomplete is None


def test_dcat_in_rdf() -> None:
    dataset = (
        f'<dcat:Dataset xmlns:dcat="{DCAT}" xmlns:dct="{DCT}" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'rdf:about="{ROOT}/d/1"><dct:title xml:lang="zh">公园</dct:title></dcat:Dataset>'
    )
    root = f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{dataset}</rdf:RDF>'
    for metadata in (dataset, root):
        answer = envelope(f"<ListRecords>{record(1, metadata)}{record(2, '<rdf/>')}</ListRecords>")
        walked = walk(platform("oai-pmh", lambda _: answer, prefix="dcat_ap")[0])  # noqa: B023
        assert '"公园"@zh' in walked.records["oai:x:1"]
        assert [error.code for error in walked.unreadable] == ["no-title"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("<html><body/></html>", "not-the-platform"),
        ("{}", "not-the-platform"),
        (envelope(record(1))[:-90], "not-the-platform"),
        (f'{HEAD}<!DOCTYPE x [<!ENTITY a "b">]><x/>', "xml-bomb"),
        (envelope('<error code="cannotDisseminateFormat">no</error>'), "platform-reports"),
    ],
)
def test_what_is_no_list_stops_the_walk(answer: str, code: str) -> None:
    with pytest.raises(AtlasError) as caught:
        walk(platform("oai-pmh", lambda _: answer)[0])
    assert caught.value.code == code


def test_a_token_for_ever_and_characters_that_xml_forbids() -> None:
    same = envelope(f"<ListRecords>{record(1)}<resumptionToken>t</resumptionToken></ListRecords>")
    with pytest.raises(AtlasError, match="page-loop"):
        walk(platform("oai-pmh", lambda _: same)[0])
    dirty = envelope(f"<ListRecords>{record(1)}</ListRecords>").replace("公园1", "公\x0b园1")
    assert walk(platform("oai-pmh", lambda _: dirty)[0]).names == ["oai:x:1"]


def test_one_record_is_asked_for_by_get_record() -> None:
    answers = {
        "oai:x:1": f"<GetRecord>{record(1)}</GetRecord>",
        "oai:x:9": f"<GetRecord>{DELETED}</GetRecord>",
        "oai:x:7": '<error code="idDoesNotExist">none</error>',
        "oai:x:8": '<error code="badArgument">what?</error>',
    }
    harvested, _ = platform("oai-pmh", lambda asked: envelope(answers[asked.params["identifier"]]))
    look_up = look_up_of(harvested)
    assert look_up is not None
    assert isinstance(look_up("oai:x:1"), Incoming)
    assert look_up("oai:x:9") is None
    assert look_up("oai:x:7") is None
    with pytest.raises(AtlasError, match="platform-reports"):
        look_up("oai:x:8")
    # A record that left a set is still in the repository.
    assert look_up_of(platform("oai-pmh", lambda _: 404, set="datasets")[0]) is None
