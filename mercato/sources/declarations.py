"""Table formats declared in TOML: which columns tell one, what they mean, and what their codes say."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mercato.settings import SourceSettings
from mercato.sources.columns import Roles, normal, recognise_roles
from mercato.sources.formats import Format

_FOLDER = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Declaration:
    """One kind of table; see the head of a file in ``data/`` for what each part says."""

    name: str
    description: str
    recognised: str
    has: tuple[str, ...]
    any: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    months_where_first: bool = False
    notes: tuple[str, ...] = ()

    def fits(self, header: Sequence[str]) -> bool:
        """Whether names of columns are those of this kind of table."""
        names = {normal(name) for name in header}
        return set(self.has) <= names and (not self.any or bool(set(self.any) & names))

    def roles(self, header: Sequence[str], settings: SourceSettings, where: str) -> Roles:
        """The roles of the columns; what the user says of them goes before. Raises DataError where they make none."""
        by_normal = {normal(name): name for name in reversed(header)}
        columns = {
            role: next((by_normal[name] for name in names if name in by_normal), "")
            for role, names in self.fields.items()
        }
        if columns.get("employer") == columns.get("employer_raw"):
            columns["employer_raw"] = ""
        told = recognise_roles(header, replace(settings, columns={**columns, **settings.columns}), where)
        values = {role: said for role, said in self.values.items() if told.columns.get(role) == columns.get(role)}
        return replace(told, values=values, months_where_first=self.months_where_first, notes=self.notes)

    @property
    def format(self) -> Format:
        """The declaration as an entry of the list of formats."""
        from mercato.sources.tablefiles import may_be_table

        return Format(self.name, self.description, self.recognised, may_be_table, notes=self.notes)


@lru_cache(maxsize=1)
def declared() -> tuple[Declaration, ...]:
    """Every table format that is declared, in the order of names."""
    told = [tomllib.loads(file.read_text("utf-8")) for file in sorted(_FOLDER.glob("*.toml"))]
    return tuple(_declaration(said) for said in told if "fields" in said)


def declaration_of(header: Sequence[str], settings: SourceSettings) -> Declaration | None:
    """The declaration that names of columns fit, unless the user says another layout than jobs."""
    if settings.layout not in ("", "positions"):
        return None
    return next((one for one in declared() if one.fits(header)), None)


def _declaration(said: dict[str, Any]) -> Declaration:
    return Declaration(
        said["name"],
        said["description"],
        said["recognised"],
        tuple(said["has"]),
        tuple(said.get("any", ())),
        {role: tuple(names) for role, names in said["fields"].items()},
        {role: said[role] for role in ("level", "family") if role in said},
        said.get("months_where_first", False),
        tuple(said.get("notes", ())),
    )
