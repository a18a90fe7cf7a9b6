"""Paths into nested JSON: what they find in a value, the shape that they need, and the SQL that follows them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mercato.errors import DataError
from mercato.sources.relations import named

_STEP = re.compile(r"(?P<key>[^\[\].]+)(?P<list>\[(?:\d+|only)?\])?")
_EVERY = "[]"


def steps(path: str) -> list[tuple[str, str]]:
    """The keys of a path, each with what is taken of its list: nothing, ``[]``, ``[0]`` or ``[only]``."""
    found = [_STEP.fullmatch(part) for part in path.split(".")]
    if not all(found):
        raise DataError(f"{path!r} is not a path", expected="keys joined by dots, as in experience[].company.name")
    return [(step["key"], step["list"] or "") for step in found if step is not None]


def root(path: str) -> str:
    """The first key of a path."""
    return steps(path)[0][0]


def found(value: Any, path: str) -> Iterator[Any]:
    """Every value at a path; a key that is there with null gives None."""
    yield from _found([value], steps(path))


def _found(values: Iterable[Any], path: Sequence[tuple[str, str]]) -> Iterator[Any]:
    if not path:
        yield from values
        return
    key, taken = path[0]
    for value in values:
        if not isinstance(value, dict) or key not in value:
            continue
        inner = value[key]
        if taken:
            inner = inner if isinstance(inner, list) else []
            yield from _found(inner if taken == _EVERY else inner[:1], path[1:])
        else:
            yield from _found([inner], path[1:])


def is_missing(values: Sequence[Any], path: str) -> bool:
    """Whether nothing has a path's last key although there is something that should: an object, or another value."""
    around, _, last = path.rpartition(".")
    said = [one for value in values for one in (found(value, around) if around else [value]) if one is not None]
    key = steps(last)[0][0]
    return bool(said) and not any(isinstance(one, dict) and key in one for one in said)


def shape(lists: Iterable[str], ends: Iterable[str]) -> str:
    """The structure of all that paths lead to, every end a text, as ``json_transform`` wants it.

    ``lists`` are taken apart only. Raises DataError where paths contradict each other.
    """
    tree: dict[str, Any] = {}
    told = [*lists]
    leaves = [*ends]
    for path in (*told, *leaves):
        node, walked = tree, steps(path)
        for key, taken in walked:
            child = node.setdefault(key, {"list": bool(taken), "keys": {}})
            if child["list"] != bool(taken):
                raise _contradicted(path)
            node = child["keys"]
    for path in leaves:
        node = tree
        for key, _ in steps(path):
            node = node[key]["keys"]
        if node:
            raise _contradicted(path)
    return json.dumps(_structure(tree))


def _contradicted(path: str) -> DataError:
    return DataError(f"the path {path!r} contradicts another", expected="one shape for each key, and a text at its end")


def _structure(tree: dict[str, Any]) -> Any:
    made = {}
    for key, child in tree.items():
        inner = _structure(child["keys"]) if child["keys"] else "VARCHAR"
        made[key] = [inner] if child["list"] else inner
    return made


def followed(expression: str, path: Sequence[tuple[str, str]]) -> str:
    """SQL that follows the rest of a path from a struct."""
    for key, taken in path:
        expression = taken_of(f"{expression}.{named(key)}", taken)
    return expression


def taken_of(expression: str, taken: str) -> str:
    """SQL for what a step takes of the list that it leads to; of ``[]`` the list itself."""
    if taken == "[only]":
        return f"(CASE WHEN len({expression}) = 1 THEN {expression}[1] END)"
    return f"{expression}[{int(taken[1:-1]) + 1}]" if taken and taken != _EVERY else expression
