"""Whether two ways of making the same tables give the same cells."""

from __future__ import annotations

_VALUES = ("estimate", "low", "high", "n")
_TOLERANCE = 1e-9


def unlike_cells(ours: str, theirs: str, keys: dict[str, list[str]]) -> dict[str, dict[str, int]]:
    """For each table, how many cells were compared and how many are missing or differ by more than 1e-9 of the value.

    ``ours`` and ``theirs`` are folders with one Parquet file per table; ``keys`` gives the dimensions of each.
    """
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET memory_limit = '4GiB'")
    found = {}
    for name, by in keys.items():
        paired = " AND ".join(f"CAST(a.{key} AS VARCHAR) = CAST(b.{key} AS VARCHAR)" for key in by)
        columns = [row[0] for row in connection.sql(f"DESCRIBE SELECT * FROM '{theirs}/{name}.parquet'").fetchall()]
        unlike = " OR ".join(_differs(value) for value in _VALUES if value in columns)
        query = (
            f"SELECT count(*), count(*) FILTER (a.{by[0]} IS NULL OR b.{by[0]} IS NULL OR {unlike}) "
            f"FROM '{ours}/{name}.parquet' a FULL JOIN '{theirs}/{name}.parquet' b ON {paired}"
        )
        compared, differing = connection.sql(query).fetchall()[0]
        found[name] = {"compared": compared, "unlike": differing}
    return found


def _differs(value: str) -> str:
    both = f"abs(a.{value} - b.{value}) > {_TOLERANCE} * greatest(1, abs(b.{value}))"
    return f"(a.{value} IS NULL) <> (b.{value} IS NULL) OR coalesce({both}, false)"


def unlike_counts(ours: str, theirs: str) -> int:
    """How many counts of flows and tenures differ where employers have no common number.

    The counts of each year (flows) or cohort and month (tenures) are compared as sorted lists.
    """
    import duckdb

    connection = duckdb.connect()
    columns = {"flows": ("year", "moves, people"), "tenures": ("cohort, month", "stays, left")}
    unlike = 0
    for name, (by, counts) in columns.items():
        quoted = counts.replace("left", '"left"')
        sides = [
            f"SELECT {by}, {quoted}, row_number() OVER (PARTITION BY {by}, {quoted}) AS copy "
            f"FROM '{side}/{name}.parquet'"
            for side in (ours, theirs)
        ]
        for one, other in (sides, sides[::-1]):
            query = f"SELECT count(*) FROM (SELECT * FROM ({one}) EXCEPT SELECT * FROM ({other}))"
            unlike += connection.sql(query).fetchall()[0][0]
    return unlike
