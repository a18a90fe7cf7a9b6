"""Archives, XML and JSON made to harm: each ends in a clear error or a counted reject, in bounded time and memory."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mercato
from mercato.errors import DataError
from mercato.sources import archives, jsonresume, orcid
from mercato.sources.formats import Context, Reject

FIXTURES = Path(__file__).parent / "fixtures"
RECORD = (FIXTURES / "orcid" / "ORCID_summaries" / "001" / "0000-0001-0000-0002.xml").read_bytes()
RESUME = b'{"id": "ada", "work": [{"name": "Acme", "startDate": "2016"}]}'
SECRET = "a secret that must not be read"


def read(path: Path) -> tuple[list[dict], list[Reject]]:
    reader = jsonresume if ".json" in path.name else orcid
    batches = list(reader.read_batches(path, Context()))
    return [row for b in batches for row in b.positions.to_pylist()], [r for b in batches for r in b.rejects]


def refused(path: Path) -> str:
    """The one reason for which nothing of a file is accepted."""
    rows, rejects = read(path)
    assert rows == []
    assert len(rejects) == 1
    return rejects[0].reason


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.size, made.type, made.linkname = size, kind, link
    return made


def xml_tar(path: Path, *headers: tarfile.TarInfo) -> Path:
    """A tar.gz with these members and, before and after them, a good record."""
    with tarfile.open(path, "w:gz") as tar:
        tar.addfile(header("first.xml", len(RECORD)), io.BytesIO(RECORD))
        for made in headers:
            tar.addfile(made, io.BytesIO(RECORD) if made.isreg() else None)
        tar.addfile(header("last.xml", len(RECORD)), io.BytesIO(RECORD))
    return path


# XML -------------------------------------------------------------------------------------------------------------

LAUGHS = "<!DOCTYPE r [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{('&' + a + ';') * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
DECLARES = "declares a document type; entities are never resolved"


def with_doctype(doctype: str, employer: str) -> bytes:
    text = RECORD.decode().replace("<r:record", doctype + "<r:record", 1)
    return text.replace("Old Version College", employer).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_billion_laughs(tmp_path: Path, encoding: str) -> None:
    text = with_doctype(LAUGHS + "]>", "&j;").decode().replace('encoding="UTF-8"', "")
    start = time.perf_counter()
    assert refused(put(tmp_path / "laughs.xml", text.encode(encoding))) == DECLARES
    assert time.perf_counter() - start < 1


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = put(tmp_path / "secret.txt", SECRET.encode())
    for address in (secret.as_uri(), str(secret), "http://127.0.0.1:9/x"):
        kind = f'SYSTEM "{address}"'
        path = put(tmp_path / "external.xml", with_doctype(f"<!DOCTYPE r [<!ENTITY x {kind}>]>", "&x;"))
        rows, rejects = read(path)
        assert ([r.reason for r in rejects], rows) == ([DECLARES], [])
        assert SECRET not in str(rejects)


def test_an_encoding_that_would_hide_a_declaration_is_refused(tmp_path: Path) -> None:
    text = with_doctype(LAUGHS + "]>", "&j;").decode()
    hidden = text.replace("UTF-8", "UTF-7").replace("<!", "+ADwAIQ-")
    assert refused(put(tmp_path / "a.xml", hidden.encode())) == "an encoding that is not read: save it as UTF-8"
    assert refused(put(tmp_path / "b.xml", text.encode("utf-16-le"))) == "not a text file"
    assert refused(put(tmp_path / "c.xml", text.encode("cp037"))).startswith("not well-formed XML")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "an empty file"),
        (b"  \n", "an empty file"),
        (b"\x00\x01\x02" * 100, "not a text file"),
        (b"plain words", "not well-formed XML"),
        (RECORD[:900], "not well-formed XML"),
        (RECORD.replace(b"</e:organization>", b""), "not well-formed XML"),
        (RECORD.replace(b"Old Version", b"\xff\xfe\xfa"), "not well-formed XML"),
        (b"<html><body>Not found</body></html>", "not an ORCID record"),
        (b'<record path="x"></record>' + b"<record/>", "not well-formed XML"),
        (b"<record>" * 100_000 + b"</record>" * 100_000, "not well-formed XML"),
        (RECORD.replace(b"orcid.org/ns", b"example.org"), "not an ORCID record"),
        (RECORD.replace(b"0000-0001-0000-0002", b"nobody"), "no ORCID iD"),
    ],
)
def test_broken_xml_is_one_reject(tmp_path: Path, data: bytes, reason: str) -> None:
    assert refused(put(tmp_path / "x.xml", data)).startswith(reason)


def test_one_bad_file_among_good_ones_costs_one_reject(tmp_path: Path) -> None:
    put(tmp_path / "a.xml", RECORD)
    put(tmp_path / "b.xml", RECORD[:500])
    put(tmp_path / "c.xml.gz", gzip.compress(RECORD)[:-20])
    put(tmp_path / "d.xml", RECORD)
    rows, rejects = read(tmp_path)
    assert len(rows) == 2
    assert [r.file for r in rejects] == ["b.xml", "c.xml.gz"]


def test_names_full_of_markup_and_control_characters_stay_text(tmp_path: Path) -> None:
    name = "&lt;script&gt;alert(1)&lt;/script&gt; =cmd()&#9;&#10; A"
    rows, _ = read(put(tmp_path / "x.xml", RECORD.replace(b"Old Version College", name.encode())))
    assert rows[0]["employer_name"] == "<script>alert(1)</script> =cmd() A"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_damage_to_a_record_is_counted(tmp_path: Path, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(RECORD)))
    gap = data.draw(st.integers(0, 40))
    junk = data.draw(st.binary(max_size=20))
    put(tmp_path / "x.xml", RECORD[:cut] + junk + RECORD[cut + gap :])
    rows, rejects = read(tmp_path)
    assert len(rows) + len(rejects) <= 1


# Archives --------------------------------------------------------------------------------------------------------


def test_names_that_lead_outside_are_not_read(tmp_path: Path) -> None:
    names = ["../evil.xml", "/etc/evil.xml", "a/../../evil.xml", "..\\evil.xml", "C:\\evil.xml"]
    rows, rejects = read(xml_tar(tmp_path / "x.tar.gz", *(header(name, len(RECORD)) for name in names)))
    assert len(rows) == 2
    assert [(r.file, r.reason) for r in rejects] == [(name, "its name leads outside the archive") for name in names]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.tar.gz"], "nothing is unpacked"


def test_links_and_devices_are_not_followed(tmp_path: Path) -> None:
    secret = put(tmp_path / "secret.xml", RECORD)
    path = xml_tar(
        tmp_path / "x.tar.gz",
        header("soft.xml", kind=tarfile.SYMTYPE, link=str(secret)),
        header("hard.xml", kind=tarfile.LNKTYPE, link="first.xml"),
        header("device.xml", kind=tarfile.CHRTYPE),
        header("pipe.xml", kind=tarfile.FIFOTYPE),
        header("folder.xml", kind=tarfile.DIRTYPE),
    )
    rows, rejects = read(path)
    assert len(rows) == 2
    assert [(r.file, r.reason) for r in rejects] == [(n, "a link, not a file") for n in ("soft.xml", "hard.xml")]


def test_long_names_hidden_files_and_large_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST_MEMBER", 100_000)
    long = "é/" * 300 + "long.xml"
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        with tarfile.open(tmp_path / "x.tar.gz", "w:gz", format=form) as tar:
            tar.addfile(header("._a.xml", 4), io.BytesIO(b"junk"))
            tar.addfile(header(long, 9), io.BytesIO(b"<nothing>"))
            tar.addfile(header("huge.xml", 200_000), io.BytesIO(b" " * 200_000))
            tar.addfile(header("good.xml", len(RECORD)), io.BytesIO(RECORD))
        rows, rejects = read(tmp_path / "x.tar.gz")
        assert len(rows) == 1
        assert [r.file for r in rejects] == [long, "huge.xml"]
        assert rejects[1].reason == "larger than 0 MB"


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.7, 0.99, 0.999])
def test_an_archive_cut_off_says_how_far_it_could_be_read(tmp_path: Path, share: float) -> None:
    many = [header(f"{n:03d}.xml", len(RECORD)) for n in range(200)]
    whole = xml_tar(tmp_path / "whole.tar.gz", *many).read_bytes()
    path = put(tmp_path / "cut.tar.gz", whole[: int(len(whole) * share)])
    with pytest.raises(DataError, match=r"cut\.tar\.gz.* is cut off after [\d,]+ (bytes|members)"):
        read(path)


def test_a_tar_cut_off_between_two_members_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as tar:
        for name in ("a.xml", "b.xml"):
            tar.addfile(header(name, len(RECORD)), io.BytesIO(RECORD))
    block = 512 * (1 + -(-len(RECORD) // 512))
    with pytest.raises(DataError, match=r"the archive is cut off after 1 members \(the last one 'a\.xml'\)"):
        read(put(path, path.read_bytes()[:block]))
    with pytest.raises(DataError, match="is damaged after 1 members"):
        read(put(path, (tmp_path / "x.tar").read_bytes()[:block] + b"x" * 5120))


def test_damaged_gzip(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(RESUME * 1000))
    whole[len(whole) // 2] ^= 0xFF
    with pytest.raises(DataError, match="damaged after"):
        read(put(tmp_path / "x.jsonl.gz", bytes(whole)))
    with pytest.raises(DataError, match="cut off after"):
        read(put(tmp_path / "x.jsonl.gz", gzip.compress(RESUME)[:-4]))
    with pytest.raises(DataError, match="damaged after"):
        read(put(tmp_path / "x.jsonl.gz", gzip.compress(RESUME) + b"rubbish"))
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path / "absent.jsonl.gz")


def test_gzip_in_several_parts_and_filled_up_with_zeros_is_whole(tmp_path: Path) -> None:
    data = gzip.compress(RESUME + b"\n") + gzip.compress(RESUME + b"\n") + b"\0" * 1000
    assert len(read(put(tmp_path / "x.jsonl.gz", data))[0]) == 2


def zeros(size: int) -> Iterator[bytes]:
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    for _ in range(size >> 20):
        yield engine.compress(block)
    yield engine.flush()


@pytest.mark.parametrize("name", ["bomb.tar.gz", "bomb.xml.gz", "bomb.jsonl.gz"])
def test_a_zip_bomb_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREE_EXPANSION", 16 << 20)
    start = gzip.compress(header("x.xml", 60 << 20).tobuf()) if "tar" in name else b""
    data = start + b"".join(zeros(64 << 20))
    tracemalloc.start()
    with pytest.raises(DataError, match="a zip bomb"):
        read(put(tmp_path / name, data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150_000_000


def test_the_limit_of_expansion_is_that_of_the_work() -> None:
    assert (archives.LARGEST_RATIO, archives.FREE_EXPANSION) == (200, 2 * 1024**3)


@pytest.mark.parametrize("size", [1 << 40, 8 << 30])
def test_a_size_that_is_a_lie(tmp_path: Path, size: int) -> None:
    lie = header("x.xml", size).tobuf(format=tarfile.GNU_FORMAT)
    named = header("x.xml", size, tarfile.GNUTYPE_LONGNAME).tobuf(format=tarfile.GNU_FORMAT)
    extended = header("x", size, tarfile.XHDTYPE).tobuf(format=tarfile.GNU_FORMAT)
    for data in (lie, named, extended):
        with pytest.raises(DataError, match=r"cut off|more than 64 kB"):
            read(put(tmp_path / "x.tar.gz", gzip.compress(data + bytes(2000))))


@pytest.mark.parametrize(
    "line", [b"9999999 path=x\n", b"-5 path=x\n", b"12 size=1e99\n", b"junk", b"38 size=" + b"9" * 29 + b"\n", b""]
)
def test_extended_headers_of_rubbish(tmp_path: Path, line: bytes) -> None:
    data = header("x", len(line), tarfile.XHDTYPE).tobuf() + line.ljust(512 if line else 0, b"\0")
    data += header("good.xml", len(RECORD)).tobuf() + RECORD + bytes(-len(RECORD) % 512) + bytes(1024)
    assert len(read(put(tmp_path / "x.tar", data))[0]) == 1


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_damage_to_an_archive_is_an_error_or_counted(tmp_path: Path, data: st.DataObject) -> None:
    whole = bytearray(gzip.decompress(xml_tar(tmp_path / "x.tar.gz").read_bytes()))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        rows, rejects = read(put(tmp_path / "y.tar", bytes(whole)))
    except DataError:
        return
    assert len(rows) + len(rejects) <= 2


def test_a_folder_that_holds_itself(tmp_path: Path) -> None:
    put(tmp_path / "a.xml", RECORD)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert len(read(tmp_path)[0]) == 1


# JSON ------------------------------------------------------------------------------------------------------------

DEEP = b'{"work": ' * 100_000 + b"1" + b"}" * 100_000


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (DEEP, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"work": [{"name": ' + b"[" * 900 + b"]" * 900 + b"}]}", None),
        (b'{"work": [{"name": "Acme", "startDate": ' + b"9" * 100_000 + b"}]}", "too long to be a date"),
        (b'{"work": [{"name": "Acme", "startDate": 1e999999}]}', "not a date"),
        (b'{"work": [{"name": "Acme", "startDate": NaN}]}', "no dates"),
        (b'{"work": [{"name": "Acme", "startDate": -Infinity}]}', "no dates"),
        (b'{"work": [{"name": "\\u0000", "startDate": "2016"}]}', "no employer"),
        (b'{"work": [{"name": 17, "startDate": true}]}', "no dates"),
        (b'{"work": {"a": {"b": {}}}}', "blank entry"),
        (b'{"work": 5}', "not a list of jobs"),
        (b'{"unlike": 5}', "not a resume: no work, no basics, no education"),
        (b'"a text"', "not a resume: not a JSON object"),
        (b"17", "not a resume: not a JSON object"),
        (b"null", "not a resume: not a JSON object"),
        (b'{"work": [', "not JSON: "),
        (b'{"work": []} trailing', "not JSON: "),
        (b"\x00\x00\x00", "not JSON: "),
        (b"\xff\xfe\xfa\xfb", "not JSON: "),
        (b'{"work": "\xe9"}', "not JSON: not a text in UTF-8"),
    ],
)
def test_a_hostile_line_costs_one_reject(tmp_path: Path, line: bytes, reason: str | None) -> None:
    rows, rejects = read(put(tmp_path / "x.jsonl", RESUME + b"\n" + line + b"\n\n" + RESUME + b"\n"))
    assert len(rows) == 2
    assert len(rejects) == 1
    assert rejects[0].reason.startswith(reason or "")
    assert len(rejects[0].value) <= 200
    (tmp_path / "x.json").write_bytes(line)
    assert len(read(tmp_path / "x.json")[1]) == 1


def test_nul_and_broken_characters_do_not_reach_a_table(tmp_path: Path) -> None:
    job = b'{"name": "A\\u0000B \\ud800C\\n=1", "position": "\\udfff", "startDate": "2016"}'
    row = read(put(tmp_path / "x.jsonl", b'{"id": "p\\u0000q", "work": [' + job + b"]}"))[0][0]
    assert (row["person_id"], row["employer_name"], row["title"]) == ("p q", "A B C =1", None)


def test_a_line_without_end_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mercato.sources.jsondocuments.LONGEST_LINE", 1000)
    long = json.dumps({"work": [], "summary": "x" * 5_000_000}).encode()
    rows, rejects = read(put(tmp_path / "x.jsonl", RESUME + b"\n" + long + b"\n" + RESUME))
    assert len(rows) == 2
    assert [(r.value, r.reason) for r in rejects] == [("line 2", "longer than 0 MB")]
    assert refused(put(tmp_path / "x.json", long)) == "longer than 0 MB"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["work", "basics", "name", "company", "positions", "startDate", "date", "location", "id"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_read_or_counted(tmp_path: Path, value: object) -> None:
    path = put(tmp_path / "x.json", json.dumps({"work": value, "volunteer": [value]}).encode())
    jsonresume.matches(path)
    rows, rejects = read(path)
    assert all(row["employer_name"] for row in rows)
    assert all(reject.reason for reject in rejects)


@pytest.mark.parametrize("name", ["staff.xlsx", "staff.csv.gz", "staff.parquet", "export.zip"])
def test_a_file_that_is_not_what_its_name_says_is_told_so(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"person,employer,start\nann,Acme,2015\n")
    with pytest.raises(DataError, match=rf"is named \.{name.rsplit('.', 1)[1]}, but does not hold"):
        mercato.read(file)
