"""Declared formats as SQL, in DuckDB's words: records read leniently, their jobs taken apart, roles as texts."""

from __future__ import annotations

from collections.abc import Sequence

from mercato.sources.columns import CONSTANT, DATES
from mercato.sources.declared import Declared, Lengths, Paths
from mercato.sources.formats import MAXIMUM_VALUE
from mercato.sources.jsonpaths import followed, root, shape, steps, taken_of
from mercato.sources.relations import named, quoted

NOT_JSON = "not JSON"
TOO_COARSE = "coarser than a year"
_SPACES = " \t\r\n\u00a0"
_ODD = "{0}[1] <= ' ' OR {0}[-1] <= ' ' OR {0}[1] = '\u00a0' OR {0}[-1] = '\u00a0'"
_WITH_TIME = "strlen({0}) > 10 AND {0}[11] IN ('T', ' ') AND {0}[5] = '-'"


def records_of_pages(form: Declared, pages: str) -> str:
    """A query for the records within the rows of ``pages``; a row that is no page is itself a record."""
    cases = []
    for key in form.pages:
        kind, at = f"json_type(json, {quoted(f'$.{key}')})", quoted(f"$.{key}")
        every = f"json_extract(json, {quoted(f'$.{key}[*]')})"
        inner = f"json_extract(json, {quoted(f'$.{key}.*')})" if form.keyed else f"[json_extract(json, {at})]"
        cases.append(f"WHEN {kind} = 'ARRAY' THEN {every} WHEN {kind} = 'OBJECT' THEN {inner}")
    return f"SELECT line, unnest(CASE {' '.join(cases)} ELSE [json] END) AS json FROM ({pages})"


def lines(form: Declared, numbered: str) -> str:
    """A query for records: their first keys as structs and texts, and why one holds no jobs although it should.

    ``numbered`` has the columns ``line`` and ``json``; what is of the wrong type in a record is null.
    """
    ends = list(form.ends)
    structure = quoted(shape(form.lists, ends))
    keys = list(dict.fromkeys(root(path) for path in (*form.lists, *ends)))
    listed = ", ".join(f"r.{named(key)} AS {_key(key)}" for key in keys)
    return (
        f"SELECT line, {listed}, {_refusal(form)} AS refused, "
        f"CASE WHEN refused IS NOT NULL THEN left(CAST(json AS VARCHAR), {MAXIMUM_VALUE}) END AS found "
        f"FROM (SELECT line, json, json_transform(json, {structure}) AS r FROM ({numbered}))"
    )


def _key(key: str) -> str:
    return named(f"k_{key}")


def _refusal(form: Declared) -> str:
    """Why a record is refused as a whole: what it lacks is looked for only where its list of jobs is not there."""
    first = form.each[0][0]
    listed = followed("r", steps(first))
    where = "$." + ".".join(f'"{key}"' for key, _ in steps(first))
    shown = first.removesuffix("[]")
    needed = dict.fromkeys(root(paths[0]) for paths in form.needs if "." not in paths[0] and len(paths) == 1)
    kind = f"json_type(json, {quoted(where)})"
    lacking = " ".join(
        f"WHEN json_type(json, {quoted(f'$.{key}')}) IS NULL THEN {quoted(f'no {key} in it')}" for key in needed
    )
    return (
        f"CASE WHEN {listed} IS NOT NULL THEN NULL WHEN json IS NULL THEN {quoted(NOT_JSON)} "
        f"WHEN json_type(json) <> 'OBJECT' THEN 'not a JSON object' {lacking} "
        f"WHEN {kind} NOT IN ('ARRAY', 'NULL') THEN {quoted(f'{shown} is not a list')} END"
    )


def jobless(form: Declared) -> str:
    """Whether a record that is not refused lists no job, as a condition on the rows of ``lines``."""
    return f"refused IS NULL AND coalesce(len({_from_root(steps(form.each[0][0]))}), 0) = 0"


def labels(form: Declared, rows: str) -> str:
    """A query for the ids of records and what they are called, from the rows of ``lines``."""
    assert form.labels is not None
    said = ", ".join(f"nullif({_from_root(steps(path))}, '')" for path in form.labels.label)
    identity = _from_root(steps(form.labels.id))
    return f"SELECT {identity} AS id, coalesce({said}) AS label FROM {rows} WHERE {identity} IS NOT NULL"


def _from_root(path: Sequence[tuple[str, str]]) -> str:
    (key, taken), *rest = path
    return followed(taken_of(_key(key), taken), rest)


class Jobs:
    """The jobs of records as a query with one row each: ``said_…`` for each role, ``refused`` and ``line``.

    An element of the outermost list makes a row at least, even where the lists within it are empty, so that it is
    refused for what it lacks instead of being lost.
    """

    def __init__(self, form: Declared, relation: str) -> None:
        self._form = form
        query = relation
        for depth, alternatives in enumerate(form.each):
            query = f"(SELECT *, {self._taken_apart(depth, alternatives)} AS e{depth} FROM {query})"
        self._places = {path: f"p{place}" for place, path in enumerate(dict.fromkeys(form.ends))}
        ends = ", ".join(f"{self._at(steps(path), len(form.each))} AS {name}" for path, name in self._places.items())
        raw = f"(SELECT line, {ends} FROM {query})"
        said = ", ".join(f"{expression} AS {name}" for name, expression in self._said().items())
        roles = ", ".join(f"{self._corrected(role)} AS said_{role}" for role in form.roles)
        self.query = f"SELECT {roles}, line, refused FROM (SELECT line, {said} FROM {raw})"

    def _taken_apart(self, depth: int, alternatives: Paths) -> str:
        """The elements of a list, or their places where it may be one list or another."""
        lists = [self._at(steps(path), depth) for path in alternatives]
        if len(lists) > 1:
            counts = " ".join(f"WHEN len({one}) > 0 THEN len({one})" for one in lists)
            return f"unnest(range(1, CASE {counts} ELSE {int(depth > 0)} END + 1))"
        return f"unnest({lists[0] if depth == 0 else f'CASE WHEN len({lists[0]}) > 0 THEN {lists[0]} ELSE [NULL] END'})"

    def _at(self, path: Sequence[tuple[str, str]], depth: int) -> str:
        """A path as SQL, begun at the innermost list above ``depth`` that it passes through."""
        for level in reversed(range(depth)):
            for place, one in enumerate(self._form.each[level]):
                through = steps(one)
                if list(path[: len(through)]) == through:
                    return self._within(level, place, path[len(through) :])
        return _from_root(path)

    def _within(self, level: int, place: int, rest: Sequence[tuple[str, str]]) -> str:
        alternatives = [self._at(steps(path), level) for path in self._form.each[level]]
        if len(alternatives) == 1:
            return followed(f"e{level}", rest)
        element = followed(f"{alternatives[place]}[e{level}]", rest)
        before = " AND ".join(f"coalesce(len({one}), 0) = 0" for one in alternatives[:place])
        return f"(CASE WHEN {before} THEN {element} END)" if before else element

    def _said(self) -> dict[str, str]:
        """What a job says for each role and for the precision of its dates, and why it is refused."""
        told = {f"said_{role}": self._first(paths) for role, paths in self._form.roles.items()}
        told |= {f"by_{role}": self._first(lengths.by) for role, lengths in self._form.lengths.items()}
        refusals = {f"{self._places[one.path]} = {quoted(one.value)}": one.reason for one in self._form.refuse}
        cases = " ".join(f"WHEN {said} THEN {quoted(reason)}" for said, reason in refusals.items())
        return {**told, "refused": f"CASE {cases} END" if cases else "CAST(NULL AS VARCHAR)"}

    def _first(self, paths: Paths) -> str:
        """The text at the first path that has one; an object or a list in the place of a text is none."""
        told = []
        for path in paths:
            if path.startswith(CONSTANT):
                told.append(quoted(path[1:]))
                continue
            at = self._places[path]
            nested = f"{at}[1] IN ('{{', '[') AND {at}[-1] IN ('}}', ']') AND json_valid({at})"
            trimmed = f"WHEN {_ODD.format(at)} THEN nullif(trim({at}, {quoted(_SPACES)}), '')"
            told.append(f"CASE WHEN {at} = '' OR ({nested}) THEN NULL {trimmed} ELSE {at} END")
        return told[0] if len(told) == 1 else f"coalesce({', '.join(told)})"

    def _corrected(self, role: str) -> str:
        """The text of a role, corrected as the format declares."""
        form, said = self._form, f"said_{role}"
        if prefix := form.strip.get(role):
            bare = f"substr({said}, {len(prefix) + 1})"
            said = f"(CASE WHEN starts_with({said}, {quoted(prefix)}) THEN {bare} ELSE {said} END)"
        found = said
        for pattern, instead in form.patterns.get(role, ()):
            found = f"regexp_replace({found}, {quoted(pattern)}, {quoted(instead)})"
        if role in form.lengths:
            found = _shortened(said, f"by_{role}", form.lengths[role], found)
        if role in form.words:
            meant = " ".join(f"WHEN {quoted(word)} THEN {quoted(as_)}" for word, as_ in form.words[role].items())
            found = f"(CASE lower({found}) {meant} END)"
        return (
            f"CASE WHEN {_WITH_TIME.format(found)} THEN left({found}, 10) ELSE {found} END" if role in DATES else found
        )


def _shortened(said: str, by: str, lengths: Lengths, otherwise: str) -> str:
    """A date by its precision; one that is coarser than a year is marked so, and refused as no date."""
    cases = " ".join(f"WHEN {quoted(known)} THEN left({said}, {kept})" for known, kept in lengths.kept.items())
    marked = f"CASE WHEN {said} IS NOT NULL THEN {quoted(TOO_COARSE)} END"
    return f"(CASE WHEN {by} IS NULL THEN {otherwise} ELSE CASE {by} {cases} ELSE {marked} END END)"
