"""Refuses expressions that engines are known to answer differently, before any of them runs."""

from __future__ import annotations

from collections import Counter

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot
from ibis.config import Config
from sqlglot import exp

from mercato.errors import EngineError

_REFUSED: dict[type[ops.Node], str] = {
    ops.Hash: "hash values differ; group by the columns themselves",
    ops.HashBytes: "hash values differ in form; hash outside the engine",
    ops.Levenshtein: "edit distances differ on non-ASCII text; compare distinct names outside the engine",
    ops.ApproxQuantile: "approximate quantiles differ; use the exact one",
    ops.ApproxMedian: "approximate medians differ; use the exact one",
    ops.ApproxCountDistinct: "approximate counts differ; use the exact one",
    ops.RegexReplace: "back-references differ; replace on distinct texts outside the engine",
    ops.First: "the first row is not defined without an order; use argmin",
    ops.Last: "the last row is not defined without an order; use argmax",
    ops.ArrayCollect: "the order of collected rows differs; aggregate instead",
    ops.GroupConcat: "the order of joined texts differs; aggregate instead",
    ops.RandomScalar: "random draws differ; derive them from the record number",
}
_COUNTS = (ops.Count, ops.CountStar, ops.CountDistinct, ops.CountDistinctStar)
_ORDERED = (ops.RowNumber, ops.Lag, ops.Lead)


def refuse_differences(expression: ir.Expr) -> None:
    """Raise EngineError, naming the operation and its remedy, for what is known to differ between engines."""
    for node in expression.op().find(ops.Node):
        for refused, remedy in _REFUSED.items():
            if isinstance(node, refused):
                raise EngineError(f"{type(node).__name__} gives different answers on different engines", remedy=remedy)
        if isinstance(node, _COUNTS) and getattr(node, "where", None) is not None:
            raise EngineError(
                "count(where=…) is NULL on Spark when every condition is NULL", remedy="sum an ifelse instead"
            )
        if isinstance(node, ops.DateDelta) and _unit(node) != "day":
            raise EngineError(
                "months and years between dates differ between engines", remedy="count months from year × 12 + month"
            )
        if isinstance(node, ops.WindowFunction):
            _refuse_unordered(node)


def _unit(node: ops.DateDelta) -> str:
    part = node.part
    return str(getattr(part, "value", part)).lower()


def _refuse_unordered(node: ops.WindowFunction) -> None:
    if isinstance(node.func, _ORDERED) and not node.order_by:
        raise EngineError(
            f"{type(node.func).__name__} over a window without an order", remedy="order it by a unique key"
        )


class _SparkText(Config):  # type: ignore[misc]
    """What ibis asks of its own Spark driver's options when it writes a number; that driver is not used here."""

    treat_nan_as_null: bool = False


def compile_sql(expression: ir.Table, dialect: str) -> str:
    """The SQL of a guarded expression in the words of one engine (``duckdb`` or ``pyspark``)."""
    refuse_differences(expression)
    if dialect == "pyspark" and ibis.options.pyspark is None:
        ibis.options.pyspark = _SparkText()
    text = str(ibis.to_sql(expression, dialect=dialect))
    return _materialised(text) if dialect == "duckdb" else text


def _materialised(text: str) -> str:
    """The same SQL with every part that is read more than once computed once; DuckDB would compute it again."""
    if not text.startswith("WITH"):
        return text
    query = sqlglot.parse_one(text, read="duckdb")
    reads = Counter(table.name for table in query.find_all(exp.Table))
    for part in query.find_all(exp.CTE):
        if reads[part.alias] > 1:
            part.set("materialized", True)
    return query.sql(dialect="duckdb", pretty=True)
