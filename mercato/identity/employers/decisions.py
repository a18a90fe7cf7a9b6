"""What the user has decided of names: which are one employer, which are two; read from, and added to, the aliases."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mercato.errors import DataError
from mercato.identity.employers.listfiles import columns_of, header_of, read_text, separator_of, table_rows
from mercato.identity.employers.lists import Alias, Faults, decision, unquoted
from mercato.identity.employers.normalise import reduce_name
from mercato.identity.folding import folded, shown

EXPECTED = "every alias with one name, and no two names both the same and apart"
HEADER = ("name", "alias", "decision")
_BOM = b"\xef\xbb\xbf"


def alias_key(name: str) -> str:
    """The key of an alias; a name without letters or digits is compared as it is."""
    return reduce_name(name).key or shown(name)


@dataclass
class Decisions:
    """The decisions of a list of aliases, by the keys of the names.

    direct: the key of an alias → that of its name, with the line; names and aliases: each key as the list writes it;
    apart: two keys, in order → the line.
    """

    direct: dict[str, tuple[str, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    apart: dict[tuple[str, str], str] = field(default_factory=dict)

    def end(self, key: str) -> str:
        """The key to which aliases lead a key."""
        return self._way(key)[0]

    def ends(self) -> dict[str, str]:
        """The key of each alias → that of its employer."""
        return {key: self.end(key) for key in sorted(self.direct)}

    def told_apart(self) -> dict[tuple[str, str], str]:
        """Pairs of employers, by keys in order, that are two."""
        return {_pair(self.end(one), self.end(other)): line for (one, other), line in self.apart.items()}

    def decided(self, left: str, right: str) -> str:
        """What is decided of two names: same, apart, or nothing."""
        one, other = (self.end(alias_key(name)) for name in (left, right))
        return "same" if one == other else "apart" if _pair(one, other) in self.told_apart() else ""

    def take(self, told: Alias, faults: Faults) -> None:
        """Take in one line of a list."""
        key, target = alias_key(told.alias), alias_key(told.name)
        self.names.setdefault(target, shown(told.name))
        self.aliases.setdefault(key, shown(told.alias))
        if told.apart:
            self.apart.setdefault(_pair(key, target), told.line)
            if key == target:
                faults.add(told.line, f"{told.name[:60]!r} and {told.alias[:60]!r} are read as one name")
        elif key != target and self.direct.setdefault(key, (target, told.line))[0] != target:
            faults.add(told.line, f"{told.alias[:60]!r} has another name already ({self.direct[key][1]})")

    def check(self, faults: Faults) -> None:
        """Add what contradicts itself: circles, and names that are told both the same and apart."""
        for key in sorted(self.direct):
            if circle := self._way(key)[2]:
                faults.add(circle, "the aliases go round in a circle")
        for (one, other), line in self.apart.items():
            (first, here, _), (second, there, _) = self._way(one), self._way(other)
            if one != other and first == second:
                names = " and ".join(repr((self.aliases | self.names)[key][:60]) for key in (one, other))
                lines = ", ".join(dict.fromkeys([*here, *there]))
                faults.add(line, f"{names} are told apart, and the same ({lines})")

    def _way(self, key: str) -> tuple[str, list[str], str]:
        """Where aliases lead a key, the lines on the way, and the line that closes a circle."""
        seen, lines = {key}, []
        while key in self.direct:
            key, line = self.direct[key]
            lines.append(line)
            if key in seen:
                return key, lines, line
            seen.add(key)
        return key, lines, ""


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def decisions_of(told: Iterable[Alias], path: Path) -> Decisions:
    """The decisions of the lines of a list. Raises DataError with all that contradict each other."""
    faults, found = Faults(path, EXPECTED), Decisions()
    for alias in told:
        found.take(alias, faults)
    found.check(faults)
    faults.stop()
    return found


def read_decided(path: Path) -> list[Alias]:
    """The pairs of a CSV ``left,right,decision`` that are decided: aliases of the right name, or apart from it.

    Raises DataError with every line whose names are blank or whose decision is none.
    """
    faults = Faults(path, "the columns left, right and decision, which is same, apart or blank")
    found = []
    for line, row in table_rows(path, ("left", "right", "decision"), strict=False):
        made = decision(line, row, faults, blank="")
        blank = [side for side in ("left", "right") if not alias_key(row[side])]
        for side in blank if made else ():
            faults.add(line, f"{side} is blank")
        if made and not blank:
            where = f"{path.name} {line}"
            found.append(Alias(where, unquoted(row["right"]), unquoted(row["left"]), made == "apart"))
    faults.stop()
    return found


def added(known: Sequence[Alias], new: Iterable[Alias], path: Path) -> list[Alias]:
    """What of new decisions must be written to a list of known ones: nothing that these already say.

    An alias that has a name already gives its new one to that name. Raises DataError for contradictions.
    """
    book, faults, written = decisions_of(known, path), Faults(path, EXPECTED), list[Alias]()
    apart = book.told_apart()
    for told in new:
        alias, target = book.end(alias_key(told.alias)), book.end(alias_key(told.name))
        if told.apart:
            fresh, made = _pair(alias, target) not in apart, told
        else:
            fresh = alias != target
            moved = alias != alias_key(told.alias)
            made = Alias(told.line, told.name, book.names[alias], False) if moved else told
        if not fresh:
            continue
        book.take(made, faults)
        written.append(made)
        if made.apart:
            apart[_pair(alias, target)] = made.line
        else:
            apart = book.told_apart()
    book.check(faults)
    faults.stop()
    return written


def remember(path: Path, told: Sequence[Alias]) -> None:
    """Append decisions to a CSV of aliases, whose lines, order, delimiter and encoding stay; it is made where absent.

    A header without a column of decisions gets one where something is told apart. Raises DataError where a name cannot
    be written in the file's encoding.
    """
    path = path.resolve()
    content = path.read_bytes() if path.exists() else b""
    encoding = _encoding(content)
    text = content.removeprefix(_BOM).decode(encoding)
    text = _with_rows(path, text, told)
    try:
        made = (_BOM if content.startswith(_BOM) else b"") + text.encode(encoding)
    except UnicodeEncodeError as error:
        name = error.object[error.start : error.end]
        raise DataError(
            f"is in the encoding {encoding}, which has no sign for {name[:20]!r}",
            where=str(path),
            remedy="Save it as UTF-8, and decide again.",
        ) from None
    _replace(path, made)


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            content.decode("cp1252")
        except UnicodeDecodeError:
            return "latin-1"
        return "cp1252"
    return "utf-8"


def _with_rows(path: Path, text: str, told: Sequence[Alias]) -> str:
    """The text of a list with more rows."""
    newline = "\r\n" if "\r\n" in text else "\n"
    header = header_of(text)
    if not header:
        header = ",".join(HEADER)
        text += ("" if not text or text.endswith("\n") else newline) + header + newline
    separator = separator_of(header)
    cells = next(csv.reader([header], delimiter=separator))
    where = columns_of(path, cells, ("name", "alias"), ("decision",), strict=False)
    if "decision" not in where and any(alias.apart for alias in told):
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        where["decision"] = max(len(row) for row in rows)
        french = folded(cells[where["name"]].strip()) in ("nom", "employeur", "entreprise")
        longer = header + separator * (where["decision"] - len(cells) + 1) + ("décision" if french else "decision")
        text = text.replace(header, longer, 1)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=newline)
    for alias in told:
        said = {"name": alias.name, "alias": alias.alias, "decision": "apart" if alias.apart else "same"}
        row = [""] * (max(where.values()) + 1)
        for column, place in where.items():
            row[place] = _safe(said[column])
        writer.writerow(row)
    return text + ("" if text.endswith("\n") else newline) + out.getvalue()


def _safe(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula, and that is no comment."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r", "#")) else cell


def _replace(path: Path, content: bytes) -> None:
    """The whole file at once, so that stopping leaves the old one or the new one."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(content)
        if path.exists():
            shutil.copymode(path, partial)
        partial.replace(path)
    except OSError as error:
        raise DataError(
            f"cannot be written ({error.strerror})", where=str(path), remedy="Check the folder and the rights."
        ) from None
    finally:
        partial.unlink(missing_ok=True)


def known_aliases(path: Path | None) -> list[Alias]:
    """The aliases of a list, none where it is absent or empty."""
    from mercato.identity.employers.lists import read_aliases

    if path is None or not path.is_file() or not header_of(read_text(path)):
        return []
    return read_aliases(path)
