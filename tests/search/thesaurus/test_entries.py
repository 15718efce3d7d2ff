"""The entries that come with the program: enough, well formed, and without contradictions."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest

from ontology.terms import DCT, RDF, SKOS, VOCAB
from ontology.vocabulary import load_vocabulary
from search.analysis.normalization import normal
from search.thesaurus import Thesaurus, builtin
from search.thesaurus.checks import Finding, findings
from search.thesaurus.load import ENTRIES, files
from search.thesaurus.model import KINDS, TH, THESAURUS
from search.thesaurus.turtle import read

DEFINITIONS = ENTRIES.parent / "thesaurus.ttl"


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return builtin()


def test_there_are_enough_pairs(thesaurus: Thesaurus) -> None:
    assert len(thesaurus) == len(list(thesaurus.pairs())) >= 8_000


def test_every_domain_has_its_share(thesaurus: Thesaurus) -> None:
    count = Counter(pair.entry.subject for pair in thesaurus.pairs())
    domains = [f"{VOCAB}domain/{n}" for n in range(1, 13)]
    assert {domain: count[domain] for domain in domains if count[domain] < 150} == {}


def test_every_scheme_is_about_something_known(thesaurus: Thesaurus) -> None:
    vocabulary = load_vocabulary()
    subjects = {entry.subject for entry in thesaurus.entries} - {""}
    assert {iri for iri in subjects if vocabulary.concept(iri) is None} == set()
    assert len(subjects) > 20


def test_many_concepts_are_found_in_english(thesaurus: Thesaurus) -> None:
    named = {pair.entry.iri for pair in thesaurus.pairs() if pair.word.lang == "en"}
    assert len(named) >= 500


def test_every_kind_is_used(thesaurus: Thesaurus) -> None:
    assert {pair.word.kind for pair in thesaurus.pairs()} == set(KINDS)


def test_nothing_is_wrong_with_them(thesaurus: Thesaurus) -> None:
    assert findings(thesaurus.entries) == []


def test_every_entry_is_called_by_its_official_term(thesaurus: Thesaurus) -> None:
    names = {
        entry.iri: entry.iri.removeprefix(THESAURUS).removeprefix("数据项-")
        for entry in thesaurus.entries
    }
    wrong = [entry.iri for entry in thesaurus.entries if names[entry.iri] != entry.official[0]]
    assert wrong == []


def test_every_english_word_is_tagged_so(thesaurus: Thesaurus) -> None:
    # Lower-case Latin words with a blank in them are English, whatever their tag says.
    wrong = [
        pair.word.text
        for pair in thesaurus.pairs()
        if pair.word.lang == "zh" and pair.word.text.isascii() and " " in pair.word.text
    ]
    assert wrong == []


def test_every_word_finds_its_entry(thesaurus: Thesaurus) -> None:
    lost = [
        pair.word.text
        for pair in thesaurus.pairs()
        if pair.entry.iri not in {e.concept for e in thesaurus.expansions(pair.word.text)}
    ]
    assert lost == []


def test_a_word_by_itself_is_found_whole(thesaurus: Thesaurus) -> None:
    broken = [
        word for word in thesaurus.words() if [m.text for m in thesaurus.lookup(word)] != [word]
    ]
    assert broken == []


def test_each_file_is_one_scheme_of_skos_concepts() -> None:
    for path in files(ENTRIES):
        triples = {
            (quad.subject, quad.predicate.value, quad.object)
            for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
        }
        schemes = [s for s, p, o in triples if o == ox.NamedNode(SKOS.ConceptScheme)]
        assert schemes == [ox.NamedNode(f"{THESAURUS}scheme/{path.stem}")]
        concepts = {s for s, p, o in triples if p == RDF.type} - set(schemes)
        assert concepts == {s for s, p, _ in triples if p == SKOS.prefLabel} - set(schemes)
        assert {p for s, p, _ in triples if s == schemes[0]} <= {
            RDF.type,
            SKOS.prefLabel,
            DCT.subject,
        }


def test_every_property_is_defined() -> None:
    defined = {
        quad.subject.value
        for quad in ox.parse(DEFINITIONS.read_bytes(), format=ox.RdfFormat.TURTLE)
        if isinstance(quad.subject, ox.NamedNode)
    }
    names = "official abbreviation narrower broader field related weighted word kind weight without"
    assert {str(TH) + name for name in names.split()} <= defined


@pytest.mark.parametrize(
    ("query", "official"),
    [
        ("哪里可以给狗看病", "动物诊疗机构"),
        ("小孩放学没人接", "校内课后服务"),
        ("where can I find a nursing home", "养老机构"),
        ("bus stop near me", "公交站点"),
        ("PM2.5", "细颗粒物"),
        ("社零数据", "社会消费品零售总额"),
        ("水保方案", "水土保持"),
        ("廢品回收", "再生资源回收"),
        ("欠钱不还的人", "失信被执行人"),
        ("厕所在哪里", "公共厕所"),
    ],
)
def test_people_meet_departments(thesaurus: Thesaurus, query: str, official: str) -> None:
    terms = {
        term
        for match in thesaurus.lookup(query)
        for term in (match.text, *(t for e in match.expansions for t in e.terms))
    }
    assert official in terms


# -- the checks themselves ------------------------------------------------------------------------

HEAD = """@prefix : <https://w3id.org/shdata/thesaurus/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix th: <https://w3id.org/shdata/def/thesaurus#> .
:scheme\\/own a skos:ConceptScheme .
"""


def found(body: str) -> list[Finding]:
    from search.thesaurus.load import merged

    return findings(merged([read(HEAD + body, "own.ttl")]))


@pytest.mark.parametrize(
    ("body", "problem", "word"),
    [
        (
            ':a skos:prefLabel "药店"@zh ; skos:altLabel "药店"@zh, "药房"@zh .',
            "official-word",
            "药店",
        ),
        (
            ':a skos:prefLabel "药店"@zh ; skos:altLabel "ATM"@zh, "atm"@en .',
            "twice",
            "",
        ),
        (':a skos:prefLabel "药店"@zh .', "no-words", "药店"),
        (
            ':a skos:prefLabel "药店"@zh ; skos:altLabel "甲甲"@zh .'
            ' :b skos:prefLabel "药店"@zh ; skos:altLabel "乙乙"@zh .',
            "same-term",
            "药店",
        ),
        (
            ':a skos:prefLabel "药店"@zh ; skos:altLabel "药房"@zh .'
            ' :b skos:prefLabel "药房"@zh ; skos:altLabel "药店"@zh .',
            "cycle",
            "",
        ),
        (
            "".join(
                f':{n} skos:prefLabel "{n}机构"@zh ; skos:altLabel "地方"@zh .'
                for n in "甲乙丙丁戊"
            ),
            "ambiguous",
            "地方",
        ),
    ],
)
def test_a_steward_is_told(body: str, problem: str, word: str) -> None:
    (finding,) = found(body)
    assert finding.problem == problem
    assert finding.file == "own.ttl"
    assert not word or normal(finding.word) == word


def test_a_longer_circle_is_found_once() -> None:
    body = "".join(
        f':{a} skos:prefLabel "{a}{a}"@zh ; skos:altLabel "{b}{b}"@zh .'
        for a, b in ("甲乙", "乙丙", "丙甲")
    )
    (finding,) = found(body)
    assert finding.problem == "cycle"
    assert len(finding.entries) == 4
