"""Formats of nested JSON as short declarations: where a person's jobs lie in a record, and which path plays each role.

A declaration is a file in ``data/nested``. A path is made of keys joined by dots, from the record's root:
``key[]`` every element of a list, ``key[0]`` its first, ``key[only]`` its one element where it has just one. Its keys:

``marks``     records are of this format where the paths of one mark are in them and match their regular expressions
``needs``     paths (alternatives in one list) that some record must have; a file without them has changed its schema
``pages``     keys under which an answer of an API holds its records; ``keyed``: by their ids instead of in a list
``each``      the lists that are taken apart, outermost first; of alternatives the first that holds something
``roles``     role → paths, of which the first that says something counts; ``template``: what ``*`` is put into
``columns``   the path of the list of names that a file may choose for itself
Corrections, in this order: ``strip`` a prefix taken away; ``lengths`` characters kept of a date for each precision;
``patterns`` regular expressions replaced in turn; ``words`` the only words that count, and what they mean.
``refuse``    jobs with this value at this path are refused for this reason
``labels``    roles that hold ids of other records, which the same file may name
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mercato.sources.columns import CONSTANT

_FILES = ("people_data_labs", "openalex_authors", "openalex_works", "wikidata_dump", "sparql_results")

Paths = tuple[str, ...]


@dataclass(frozen=True)
class Lengths:
    """How many characters of a date count for each precision that is told at one of these paths."""

    by: Paths
    kept: Mapping[str, int]


@dataclass(frozen=True)
class Refusal:
    """Jobs that are refused: those with this value at this path."""

    path: str
    value: str
    reason: str


@dataclass(frozen=True)
class Labels:
    """Roles that hold the id of another record, and where records tell their id and their label."""

    id: str
    label: Paths
    roles: Paths


@dataclass(frozen=True)
class Declared:
    """One format of nested JSON, as its file declares it."""

    name: str
    description: str
    recognised: str
    layout: str
    marks: tuple[Mapping[str, str], ...]
    needs: tuple[Paths, ...]
    each: tuple[Paths, ...]
    roles: Mapping[str, Paths]
    licence: str = ""
    notes: Paths = ()
    pages: Paths = ()
    keyed: bool = False
    columns: str = ""
    strip: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, Lengths] = field(default_factory=dict)
    patterns: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    refuse: tuple[Refusal, ...] = ()
    labels: Labels | None = None

    @property
    def lists(self) -> Iterator[str]:
        """The paths of the lists that are taken apart."""
        return (path for alternatives in self.each for path in alternatives)

    @property
    def ends(self) -> Iterator[str]:
        """Every path at whose end a text is read."""
        for alternatives in (*self.roles.values(), *(told.by for told in self.lengths.values())):
            yield from (path for path in alternatives if not path.startswith(CONSTANT))
        yield from (refusal.path for refusal in self.refuse)
        if self.labels is not None:
            yield from (self.labels.id, *self.labels.label)

    def with_roles(self, roles: Mapping[str, Paths]) -> Declared:
        """The same format with other paths for its roles; what is corrected is only what it declared itself."""
        same = {role for role in roles if set(roles[role]) <= set(self.roles.get(role, ()))}

        def kept(told: Mapping[str, Any]) -> dict[str, Any]:
            return {role: said for role, said in told.items() if role in same}

        return replace(
            self, roles=dict(roles), strip=kept(self.strip), lengths=kept(self.lengths), patterns=kept(self.patterns),
            words=kept(self.words),
        )  # fmt: skip


@lru_cache(maxsize=1)
def declarations() -> tuple[Declared, ...]:
    """The declared formats, in the order in which they are tried."""
    return tuple(read(name) for name in _FILES)


def read(name: str) -> Declared:
    """The declaration in a file of this package."""
    text = files("mercato.sources").joinpath("data", "nested", f"{name}.toml").read_text("utf-8")
    return declared(tomllib.loads(text))


def declared(told: dict[str, Any]) -> Declared:
    """A declaration from its file's content."""
    told = dict(told)
    template = told.pop("template", "*")

    def paths(names: Sequence[str]) -> Paths:
        return tuple(template.replace("*", name) for name in names)

    labels = told.pop("labels", None)
    return Declared(
        marks=tuple(told.pop("marks")),
        needs=tuple(map(tuple, told.pop("needs"))),
        each=tuple(map(tuple, told.pop("each"))),
        roles={role: paths(names) for role, names in told.pop("roles").items()},
        notes=tuple(told.pop("notes", ())),
        pages=tuple(told.pop("pages", ())),
        lengths={
            role: Lengths(paths(said["by"]), {k: n for k, n in said.items() if k != "by"})
            for role, said in told.pop("lengths", {}).items()
        },
        patterns={role: tuple(map(tuple, pairs)) for role, pairs in told.pop("patterns", {}).items()},
        refuse=tuple(Refusal(**said) for said in told.pop("refuse", ())),
        labels=None if labels is None else Labels(labels["id"], tuple(labels["label"]), tuple(labels["roles"])),
        **told,
    )
