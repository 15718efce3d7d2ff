"""Input that is broken or hostile: a typed error that names the place, memory bounded."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from harvesters.limits import Limits
from harvesters.readers.formats import open_reader
from harvesters.readers.workbook_guard import guard_workbook
from harvesters.readers.xml_guard import has_doctype
from ontology.errors import AtlasError
from ontology.limits import MIB
from ontology.vocabulary import Vocabulary
from tests.harvesters.conftest import BASE, Result

Read = Callable[..., Result]
GOOD = '{"id":"%d","title":"t"}\n'


def refused(read: Read, content: bytes, name: str, **options: object) -> AtlasError:
    with pytest.raises(AtlasError) as caught:
        read(content, name, **options)
    error = caught.value
    assert name.split(".", maxsplit=1)[0] in error.message("zh")
    assert name.split(".", maxsplit=1)[0] in error.message("en")
    return error


def zipped(**parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_files_that_are_none(tmp_path: Path, vocabulary: Vocabulary) -> None:
    def code(path: Path) -> str:
        reader = open_reader(path, source="s", base_iri=BASE, vocabulary=vocabulary)
        with pytest.raises(AtlasError) as caught:
            list(reader)
        assert path.name in caught.value.message("en")
        return caught.value.code

    (tmp_path / "empty.csv").touch()
    (tmp_path / "blank.jsonl").write_text(" \n\n")
    assert code(tmp_path / "missing.csv") == "file-missing"
    assert code(tmp_path) == "not-a-file"
    assert code(tmp_path / "empty.csv") == "file-empty"
    assert code(tmp_path / "blank.jsonl") == "file-empty"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\x00", "p.csv", "binary-file"),
        (b"abc\x00def,\n", "n.csv", "binary-file"),
        (b"%PDF-1.7", "d.jsonl", "binary-file"),
        (b"PK\x03\x04rubbish", "z.xlsx", "bad-spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000, "o.xls", "bad-spreadsheet"),
        (b"one word", "word.xyz", "unknown-format"),
        (b"[" * 100_000, "deep.json", "bad-json"),
        (b'{"@context":{},"a":' * 10_000, "deep.jsonld", "bad-json"),
        (b"\x1f\x8b\x08", "cut.jsonl.gz", "truncated-gzip"),
    ],
)
def test_content_that_is_something_else(read: Read, content: bytes, name: str, code: str) -> None:
    assert refused(read, content, name).code == code


@pytest.mark.parametrize("cut", [0.3, 0.7, 0.99])
def test_a_truncated_gzip_keeps_what_came_before(read: Read, cut: float) -> None:
    packed = gzip.compress(b"".join((GOOD % n).encode() for n in range(20_000)))
    result = read(packed[: int(len(packed) * cut)], "cut.jsonl.gz")
    assert result.codes == ["truncated-gzip"]
    assert 0 < len(result.mapped) < 20_000


def test_a_gzip_that_unpacks_without_end(read: Read) -> None:
    content = (GOOD % 1).encode() + b"x" * (80 * MIB)
    result = read(gzip.compress(content), "bomb.jsonl.gz", limits=Limits(ratio=100))
    assert result.codes == ["record-too-long", "decompression-bomb"]
    assert len(result.mapped) == 1


def test_workbooks_that_unpack_without_end(read: Read) -> None:
    limits = Limits(document=4 * MIB)
    sheet = zipped(xl__worksheets__sheet1=b"0" * (5 * MIB))
    assert refused(read, sheet, "bomb.xlsx", limits=limits).code == "decompression-bomb"
    far = b'<worksheet><row><c r="A1"/><c r="XFD1048576"/></row></worksheet>'
    content = zipped(**{"xl__worksheets__sheet1.xml": far})
    assert refused(read, content, "far.xlsx").code == "sheet-too-large"
    laughs = b'<?xml version="1.0"?><!-- x --><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    content = zipped(**{"xl__workbook.xml": laughs})
    assert refused(read, content, "laughs.xlsx").code == "xml-bomb"


SHEET = '<worksheet><sheetData><row r="1"><c r="A1"/></row>%s</sheetData></worksheet>'
FAR = '<row r="1048576"><c r="XFD1048576"/></row>'


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        ("xl/worksheets/s.xml", SHEET % '<row><c r="xfd1048576"/></row>', "sheet-too-large"),
        ("xl/worksheets/s.xml", SHEET % "<row><c r='XFD1048576'/></row>", "sheet-too-large"),
        ("xl/worksheets/s.xml", SHEET % '<x:row><x:c r = "XFD9999"/></x:row>', "sheet-too-large"),
        ("xl/worksheets/s.xml", (SHEET % FAR).encode("utf-16"), "bad-spreadsheet"),
        ("xl/worksheets/s.xml", SHEET % '<row r="900000"><c/><c r="Z1"/></row>', "sheet-too-large"),
        ("xl/worksheets/s.xml", SHEET % '<row><c r="A4294967295"/></row>', "bad-spreadsheet"),
        ("xl/worksheets/s.xml", SHEET % '<row r="4294967295"><c/></row>', "bad-spreadsheet"),
        ("xl/worksheets/s.xml", SHEET % '<row><c r="ZZZZ9999999"/></row>', "bad-spreadsheet"),
        ("xl/worksheets/s.xml", SHEET % '<row><c r="A1" r="XFD9"/></row>', "bad-spreadsheet"),
        ("xl/worksheets/s.xml", '<a><dimension ref="A1:A4294967295"/></a>', "bad-spreadsheet"),
        ("xl/worksheets/s.xml", '<a><mergeCell ref="A1:ZZZZ2"/></a>', "bad-spreadsheet"),
        ("xl/media/picture.png", SHEET % FAR, "sheet-too-large"),
        ("xl/media/picture.png", "no XML" + SHEET % FAR, "bad-spreadsheet"),
        ("xl/media/picture.png", ("no XML" + SHEET % FAR).encode("utf-16-le"), "bad-spreadsheet"),
        ("xl/workbook.bin", "", "bad-spreadsheet"),
    ],
    ids=range(15),
)
def test_cells_where_no_sheet_has_any_are_never_allocated(
    part: str, content: str | bytes, code: str
) -> None:
    with pytest.raises(AtlasError) as caught:
        guard_workbook(zipped(**{part: content}), "a.xlsx", Limits())
    assert caught.value.code == code


def test_an_archive_behind_other_bytes_is_looked_at_too(read: Read) -> None:
    content = zipped(**{"xl/worksheets/s.xml": SHEET % FAR})
    behind = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + content
    assert refused(read, behind, "a.xls").code == "sheet-too-large"


def test_a_repetition_that_programs_read_differently_is_refused() -> None:
    row = '<table-row number-rows-repeated="+60000"><table-cell value="1"/></table-row>'
    with pytest.raises(AtlasError) as caught:
        guard_workbook(zipped(**{"content.xml": f"<table>{row}</table>"}), "a.ods", Limits())
    assert caught.value.code == "bad-spreadsheet"


def test_parts_that_are_no_sheets_may_hold_anything() -> None:
    chain = '<calcChain><c r="A1048576"/><c r="XFD1"/></calcChain>'
    sheet = '<worksheet><dimension ref="A1:XFD1048576"/>' + SHEET % "<row r='7'><c/></row>"
    parts = {
        "xl/calcChain.xml": chain,
        "xl/drawings/vmlDrawing1.vml": "<xml><br></xml>",
        "xl/media/picture.png": b"\x89PNG\r\n\x1a\n",
        "xl/worksheets/s.xml": sheet + "</worksheet>",
    }
    guard_workbook(zipped(**parts), "a.xlsx", Limits())


@pytest.mark.parametrize(
    ("rows", "columns", "refused"),
    [(1_048_576, 1, False), (1_048_576, 16_384, True), (10, 4_294_967_295, False)],
)
def test_repeated_cells_of_an_open_document_are_counted(
    rows: int, columns: int, refused: bool
) -> None:
    filler = '<t:table-row t:number-rows-repeated="1048576"><t:table-cell/></t:table-row>'
    table = (
        f'<o xmlns:t="t"><t:table><t:table-row t:number-rows-repeated="{rows}">'
        f'<t:table-cell t:number-columns-repeated="{columns}" t:value-type="string"/>'
        f"</t:table-row>{filler}</t:table></o>"
    )
    with pytest.raises(AtlasError, match="too-large") if refused else nullcontext():
        guard_workbook(zipped(**{"content.xml": table}), "a.ods", Limits())


def test_a_billion_laughs_in_rdf_xml(read: Read) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    content = f'<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY e0 "ha">{entities}]><r>&e11;</r>'
    assert refused(read, content.encode(), "laughs.rdf").code == "xml-bomb"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_a_doctype_is_seen_in_every_encoding_of_xml(encoding: str) -> None:
    assert has_doctype('<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e "ha">]><r/>'.encode(encoding))
    assert not has_doctype('<?xml version="1.0"?><r><!-- <!DOCTYPE r> --></r>'.encode(encoding))


def test_a_long_line_is_skipped_and_the_rest_goes_on(read: Read) -> None:
    content = (GOOD % 1).encode() + b"x" * 5_000 + b"\n" + (GOOD % 2).encode() + b"y" * 5_000
    result = read(content, "long.jsonl", limits=Limits(line=1_000))
    assert list(zip(result.codes, result.places, strict=True)) == [
        ("record-too-long", "long.jsonl:2"),
        ("record-too-long", "long.jsonl:4"),
    ]
    assert [m.record.remote_id for m in result.mapped] == ["1", "2"]


CHILD = """
import json, resource, sys
from pathlib import Path
from harvesters.protocols import Unreadable
from harvesters.readers.formats import open_reader as read
from ontology.errors import AtlasError
from ontology.vocabulary import load_vocabulary
vocabulary = load_vocabulary()
limit = int(sys.argv[2]) * 1024 * 1024
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
codes, count = [], 0
try:
    for item in read(Path(sys.argv[1]), source="s", base_iri="http://b", vocabulary=vocabulary):
        if isinstance(item, Unreadable):
            codes.append(item.error.code)
        else:
            item.make()
            count += 1
except AtlasError as error:
    codes.append(error.code)
print(json.dumps([codes, count]))
"""


def in_a_small_process(path: Path, megabytes: int) -> str:
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), str(megabytes)],
        capture_output=True, text=True, cwd=root, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["big.jsonl", "big.csv", "big.nt"])
def test_a_line_of_a_gigabyte_in_a_small_process(tmp_path: Path, name: str) -> None:
    heads = {
        "big.jsonl": (GOOD % 1, GOOD % 2),
        "big.csv": ("编号,数据集名称,提供单位\n1,一,市教委\n", "2,二,市教委\n"),
        "big.nt": (
            "<http://p/d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<http://www.w3.org/ns/dcat#Dataset> .\n",
            '<http://p/d> <http://purl.org/dc/terms/title> "t" .\n',
        ),
    }
    path = tmp_path / name
    with path.open("wb") as file:
        # A hole in the file: a gigabyte to read, next to nothing on the disk.
        file.write(heads[name][0].encode() + b"x" * MIB)
        file.seek(1024 * MIB, os.SEEK_CUR)
        file.write(b"\n" + heads[name][1].encode())
    counts = {"big.jsonl": 2, "big.csv": 2, "big.nt": 1}
    assert in_a_small_process(path, 700) == f'[["record-too-long"], {counts[name]}]'


@pytest.mark.slow
def test_a_zip_bomb_in_a_small_process(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(1024):
            part.write(b"0" * MIB)
    path.write_bytes(out.getvalue())
    assert in_a_small_process(path, 700) == '[["decompression-bomb"], 0]'


@pytest.mark.parametrize(
    "ends",
    [("\r", "\r"), ("\r", "\n"), ("\n", "\r"), ("\r\n", "\r"), ("\r", "\r\n")],
)
def test_lines_may_end_with_cr(read: Read, ends: tuple[str, str]) -> None:
    one, two = ends
    content = (
        f"编号,数据集名称,提供单位{one}1,一,市教委{two}2,二,市教委{one}3,,,x,y{two}4,四,市教委"
    )
    result = read(content.encode(), "cr.csv")
    assert [item.remote_id for item in result.incoming] == ["1", "2", "4"]
    # Each end counts as one, also in the places of faults.
    assert [item.place.line for item in result.incoming] == [2, 3, 5]
    assert result.places == ["cr.csv:4:4"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("编号,数据集名称,提供单位\n", "list.csv"),
        ("编号,数据集名称,提供单位\n,,\n\n", "list.csv"),
        ("[]", "a.json"),
        ('{"data": {"content": []}}', "a.json"),
    ],
)
def test_an_input_without_records_is_named(read: Read, content: str, name: str) -> None:
    assert refused(read, content.encode(), name).code == "no-records"


@pytest.mark.slow
def test_blank_lines_are_not_records_however_many(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "bomb.jsonl.gz"
    line = b'{"id": "1", "title": "t"}\n'
    path.write_bytes(gzip.compress(b"\n" * (40 * MIB)))
    assert in_a_small_process(path, 400) == '[["decompression-bomb"], 0]'
    result = read(b"\n" * MIB + line + b"\n \n" * MIB + line[:-2], "a.jsonl")
    assert [item.place.line for item in result.incoming] == [MIB + 1]
    assert result.places == [f"a.jsonl:{3 * MIB + 2}:{len(line) - 1}"]


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x0c", "\x7f", "\ufffe"])
def test_control_characters_are_told_with_their_field(read: Read, character: str) -> None:
    bad = f"甲{character}乙"
    made = {"id": "1", "名称": bad, "无关": bad, "raw": {"摘要": "\\b 反斜杠", "关键词": [bad]}}
    result = read(json.dumps(made).encode(), "a.jsonl")
    (unknown, *told) = [(w.code, str(w.place)) for w in result.mapped[0].warnings]
    assert unknown == ("unknown-field", "a.jsonl:1")
    assert told == [("control-characters", f"a.jsonl:1:{label}") for label in ("名称", "关键词")]
    assert character not in result.text
    if character != "\x00":
        rows = f"编号,数据集名称,提供单位,备注\n1,{bad},市教委,{bad}"
        (mapped,) = read(rows.encode(), "a.csv").mapped
        told = [(w.code, str(w.place)) for w in mapped.warnings]
        assert told == [("unknown-column", "a.csv:1:4"), ("control-characters", "a.csv:2:2")]


def test_deep_json_is_a_fault_of_its_record(read: Read) -> None:
    deep = "[" * 400 + "]" * 400
    content = (
        '{"data": {"content": [{"id": "1", "title": "t", "x": %s}, {"id": "2", "title": "u"}]}}'
    )
    result = read((content % deep).encode(), "a.json")
    assert result.codes == ["nested-too-deep"]
    assert [item.remote_id for item in result.incoming] == ["2"]
