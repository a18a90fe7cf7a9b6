"""Files made plain: compressed files unpacked, texts turned into UTF-8, both in a stream and with a limit."""

from __future__ import annotations

import codecs
import gzip
import mmap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from mercato.errors import DataError

SAMPLE = 1 << 18
_LONGEST_SAMPLE = 1 << 25
_CHUNK = 1 << 20
_LOOKED_AT = 1 << 22
BOMB_RATIO = 200
BOMB_BYTES = 2 << 30
_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"%PDF", "pdf"),
    (b"SQLite format 3", "sqlite"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ONE_BYTE = (
    "cp1252",
    "mac_roman",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp850",
    "shift_jis",
    "gb18030",
    "euc_kr",
    "big5",
)
_WESTERN = frozenset("éèêëàâäçîïôöùûüÿñáíóúßæøåÉÈÊÀÂÇÎÔÖÜÄÑœŒ«»°€’‘“”–—…·\u00a0".encode("cp1252"))


@dataclass(frozen=True)
class Text:
    """What a text file is: how it is compressed, its encoding, and its beginning as text, cut at a whole line."""

    path: Path
    compression: str
    encoding: str
    sample: str
    whole: bool

    @property
    def is_plain(self) -> bool:
        return not self.compression and self.encoding == "utf-8"


def kind_of(path: Path) -> str:
    """The kind told by a file's first bytes: gzip, zstd, parquet, zip, … or an empty text."""
    with path.open("rb") as stream:
        start = stream.read(16)
    return next((kind for magic, kind in _MAGIC if start.startswith(magic)), "")


def look(path: Path) -> Text:
    """The beginning of a text file, unpacked and decoded. Raises DataError for what is not text, or is empty."""
    kind = kind_of(path)
    _refuse_false_name(path, kind)
    compression = kind if kind in ("gzip", "zstd") else ""
    begun, lines = bytearray(), 0
    with _opened(path, compression) as stream:
        while _is_short(begun, lines) and (chunk := _read(stream, SAMPLE, path)):
            begun += chunk
            lines += chunk.count(b"\n") + chunk.count(b"\r")
            if kind not in ("", "gzip", "zstd") or (len(begun) <= SAMPLE and not _encoding(bytes(begun), False)):
                break
    start, whole = bytes(begun), _is_short(begun, lines)
    if not start.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise DataError("is empty", where=path.name, expected="a table with a header")
    encoding = _encoding(start, whole)
    if kind not in ("", "gzip", "zstd") or not encoding:
        what = f"looks like a {kind} file" if kind else "is not text (it holds bytes that no text holds)"
        raise DataError(what, where=path.name, expected="CSV, TSV, JSON lines, Parquet or Excel", remedy=_remedy(kind))
    text = codecs.getincrementaldecoder(encoding)("replace").decode(start, whole).lstrip("\ufeff")
    if not whole:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    return Text(path, compression, encoding, text, whole)


def decoded(data: bytes) -> str | None:
    """The text of a whole file in whatever encoding it is; None where it is no text."""
    encoding = _encoding(data, True)
    return data.decode(encoding, "replace").lstrip("\ufeff") if encoding else None


_PACKED, _ZIPPED = ("gzip", "zstd"), ("zip",)
_ENDINGS = {
    ".gz": _PACKED,
    ".zst": _PACKED,
    ".parquet": ("parquet",),
    ".xlsx": _ZIPPED,
    ".xlsm": _ZIPPED,
    ".zip": _ZIPPED,
}
"""What files of an ending begin with; packed files are read by what they hold, whichever of the two they are."""


def _refuse_false_name(path: Path, kind: str) -> None:
    """Raises DataError for a file that is not of the kind that its name ends in, unless it is empty."""
    told = path.suffix.lower()
    if kind not in _ENDINGS.get(told, (kind,)) and path.stat().st_size:
        raise DataError(
            f"is named {told}, but does not hold what such a file begins with",
            where=path.name,
            expected=f"a {told} file",
            remedy="Get the file again where it was cut or changed; give it its own ending where it is another kind.",
        )


def _is_short(start: bytearray, lines: int) -> bool:
    """Whether more is needed of a file to see a header and some rows, however long its lines are."""
    return len(start) <= SAMPLE or (len(start) < _LONGEST_SAMPLE and lines < 4)


def make_plain(text: Text, into: Path) -> Path:
    """The file itself where it is plain UTF-8, else a copy that is. Raises DataError for a broken or exploding file."""
    if text.is_plain:
        return text.path
    plain = into / "plain.txt"
    decoder = codecs.getincrementaldecoder(text.encoding)("replace")
    with plain.open("wb") as out:
        for chunk in _chunks(text.path, text.compression):
            out.write(chunk if text.encoding == "utf-8" else decoder.decode(chunk).encode("utf-8", "replace"))
        if text.encoding != "utf-8":
            out.write(decoder.decode(b"", True).encode("utf-8", "replace"))
    return plain


def mend(path: Path, into: Path) -> tuple[Path, str]:
    """A copy of a file that turned out not to be UTF-8 beyond its sample, and the encoding that it was read in.

    Where fewer than one in a hundred of its lines are damaged it is UTF-8 with damaged characters, which are marked.
    """
    lines = damaged = 0
    odd = b""
    with path.open("rb") as stream:
        for line in stream:
            lines += 1
            if not line.isascii() and _undecodable(line):
                damaged += 1
                odd = odd + line if len(odd) < SAMPLE else odd
    encoding = "utf-8" if damaged * 100 < lines else (_encoding(odd, True) or "cp1252")
    mended = into / "mended.txt"
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with mended.open("wb") as out:
        for chunk in _chunks(path, ""):
            out.write(decoder.decode(chunk).encode("utf-8", "replace"))
        out.write(decoder.decode(b"", True).encode("utf-8", "replace"))
    return mended, encoding if encoding != "utf-8" else f"utf-8, in which {damaged:,} lines hold damaged characters"


def holds_nul(path: Path) -> bool:
    """Whether a file holds a NUL byte anywhere."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return whole.find(b"\x00") >= 0


def _undecodable(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _chunks(path: Path, compression: str) -> Iterator[bytes]:
    packed, unpacked = path.stat().st_size, 0
    with _opened(path, compression) as stream:
        while chunk := _read(stream, _CHUNK, path):
            unpacked += len(chunk)
            if compression and unpacked > BOMB_BYTES and unpacked > BOMB_RATIO * packed:
                raise DataError(
                    f"expands to more than {BOMB_RATIO} times its size",
                    where=path.name,
                    remedy="Unpack it yourself if you trust it.",
                )
            yield chunk


def _opened(path: Path, compression: str) -> IO[bytes]:
    if compression == "gzip":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    if compression == "zstd":
        import zstandard

        return _Zstd(zstandard.ZstdDecompressor(max_window_size=1 << 27), path.open("rb"))  # type: ignore[return-value]
    return path.open("rb")


class _Zstd:
    """A zstd stream that says when it is cut short: its last frame must be whole."""

    def __init__(self, decompressor: Any, stream: IO[bytes]) -> None:
        self._new, self._stream = decompressor.decompressobj, stream
        self._frame = self._new()
        self._fed = False

    def __enter__(self) -> _Zstd:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stream.close()

    def read(self, size: int) -> bytes:
        while True:
            packed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._fed = self._new(), False
            packed = packed or self._stream.read(1 << 16)
            if not packed:
                if self._fed:
                    raise EOFError
                return b""
            self._fed = True
            if found := self._frame.decompress(packed):
                return bytes(found)


def _read(stream: Any, size: int, path: Path) -> bytes:
    try:
        return bytes(stream.read(size))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _cut(path, error) from None
    except Exception as error:
        if type(error).__module__.startswith("zstandard"):
            raise _cut(path, error) from None
        raise


def _cut(path: Path, error: Exception) -> DataError:
    return DataError(
        f"is cut short or damaged ({str(error) or 'it ends in the middle'})",
        where=path.name,
        expected="a whole compressed file",
        remedy="Fetch it again from where it came.",
    )


def _encoding(start: bytes, whole: bool) -> str:
    """The encoding of a text, or nothing where the bytes are of no text."""
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    zeros = start[:4096].count(0)
    if zeros > len(start[:4096]) // 4:
        return _wide(start[:4096])
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start, whole)
        return "utf-8" if _is_text(start) else ""
    except UnicodeDecodeError:
        pass
    lines = start.splitlines(keepends=True)
    if len(lines) > 200 and sum(map(_undecodable, lines[:-1])) * 100 < len(lines):
        return "utf-8"
    return _guessed(start) if _is_text(start) else ""


def _wide(start: bytes) -> str:
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else ""


def _is_text(start: bytes) -> bool:
    start = start[:_LOOKED_AT]
    odd = sum(start.count(byte) for byte in (*range(1, 9), *range(14, 32), 127))
    return (odd + start.count(0)) * 50 < len(start) + 100


def _guessed(start: bytes) -> str:
    from charset_normalizer import from_bytes

    odd = b"\n".join(line for line in start.splitlines() if not line.isascii())[:65536]
    if not odd.strip(bytes(range(128))):
        return "cp1252"
    if _is_western(odd):
        return "cp1252"
    best = from_bytes(odd, cp_isolation=list(_ONE_BYTE)).best()
    return str(best.encoding) if best is not None else "cp1252"


def _is_western(odd: bytes) -> bool:
    """Whether the bytes beyond ASCII are, nearly all, the accents and quotes of western languages in cp1252."""
    beyond = [byte for byte in odd if byte > 127]
    usual = sum(byte in _WESTERN for byte in beyond)
    return usual >= 0.95 * len(beyond)


def _remedy(kind: str) -> str:
    if kind in ("zip", "bzip2", "xz"):
        return "Unpack it first."
    return "Export the table as CSV."
