"""What people are paid: texts of money as amounts, their currency and the period that they are for.

Of a comma and a dot in one amount the last is the decimal sign. One of them alone parts thousands where it stands more
than once, or where three figures follow it in every amount of the column that has it. A sign or code of a currency that
Unicode's own tables know is believed; ``$`` alone is the US dollar, ``¥`` alone may be two and is none. Text that is
neither a number nor money makes an amount unreadable.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mercato.sources import tables
from mercato.sources.columns import CONSTANT, normal
from mercato.sources.columnwords import CURRENCIES
from mercato.sources.relations import quoted
from mercato.sources.staging import SqlEngine
from mercato.sources.tables import Staged
from mercato.tables import PAY

MOST = 1e10
"""An amount beyond which no pay is believed, in any currency."""

_WORDS = {
    "hour": "hour hourly hr h heure horaire per_hour ph an_hour par_heure",
    "day": "day daily jour journalier per_day per_diem par_jour",
    "week": "week weekly semaine hebdomadaire per_week par_semaine wk",
    "month": "month monthly mois mensuel mensuelle per_month par_mois mo pm",
    "year": "year yearly annual annually annum an annee annuel annuelle per_annum per_year par_an pa p_a yr y",
}
PERIODS = {word: period for period, words in _WORDS.items() for word in words.split()}
_NOISE = {"gross", "brut", "net", "fte", "etp", "etpt", "base", "salary", "salaire", "per", "par", "de"}
_AMBIGUOUS = {"¥", "￥", "kr", "kr.", "fr", "fr.", "rs", "rs."}
_MOST_SIGNS = 10_000


def write_pay(engine: SqlEngine, staged: Staged, judged: str, source_id: int, file: Path) -> tuple[dict[str, int], str]:
    """Write the pay of accepted records as Parquet (tables.PAY); gives counts and a sentence on them."""
    amount, sign = _amount(_order_of_signs(engine, staged)), _sign("s.of_pay")
    _register(engine, staged, sign)
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE paid AS SELECT j.*, s.of_pay, "
        f"CASE WHEN g.known THEN {amount} END AS amount, {_currency(staged)} AS currency, {_period(staged)} AS period, "
        f"{'s.of_region' if 'region' in staged.columns else 'CAST(NULL AS VARCHAR)'} AS region "
        f"FROM ({judged}) j JOIN {staged.name} s ON {staged.record} = j.record LEFT JOIN pay_signs g ON g.text = {sign}"
        f"{_joins(staged)} WHERE j.fault = 0"
    )
    shown = {
        **{name: name for name in PAY.names},
        "paid_on": "seen_on", "paid_precision": "CAST(seen_precision AS VARCHAR)", "concept": quoted(_concept(staged)),
        "source_id": f"CAST({source_id} AS INTEGER)",
    }  # fmt: skip
    listed = ", ".join(f"{said} AS {name}" for name, said in shown.items())
    good = f"amount > 0 AND amount <= {MOST:.0f}"
    engine.execute(
        f"COPY (SELECT {listed} FROM paid WHERE {good} ORDER BY record) TO {quoted(str(file))} {tables.COPY}"
    )
    counted = engine.sql(
        "SELECT count(*) FILTER (WHERE of_pay IS NULL) AS none, count(*) FILTER (WHERE amount <= 0) AS zero, "
        f"count(*) FILTER (WHERE amount > {MOST:.0f} OR isnan(amount)) AS absurd, "
        "count(*) FILTER (WHERE of_pay IS NOT NULL AND amount IS NULL) AS unreadable, "
        f"count(*) FILTER (WHERE {good} AND currency IS NULL) AS no_currency, "
        f"count(*) FILTER (WHERE {good} AND period IS NULL) AS no_period FROM paid"
    ).to_pylist()[0]
    for made in ("paid", "pay_signs", "pay_currencies", "pay_periods"):
        engine.execute(f"DROP TABLE IF EXISTS {made}")
    count = pq.read_metadata(file).num_rows
    left_out = counted["zero"] + counted["absurd"] + counted["unreadable"]
    return {"pay_records": count, "pay_left_out": left_out}, (
        f"pay ({staged.roles.columns['pay']}, {_concept(staged)}): {count:,} records; left out are "
        f"{counted['zero']:,} zero or negative, {counted['absurd']:,} beyond belief, {counted['unreadable']:,} "
        f"unreadable and {counted['none']:,} blank; of those kept {counted['no_currency']:,} tell no currency and "
        f"{counted['no_period']:,} no period"
    )


def _text(expression: str) -> str:
    return f"CAST({expression} AS VARCHAR)"


def _order_of_signs(engine: SqlEngine, staged: Staged) -> dict[str, bool]:
    """Whether a dot, and whether a comma, parts thousands where it stands once in an amount and alone."""
    figures = _figures("s.of_pay")
    alone = {",": f"NOT contains({figures}, '.')", ".": f"NOT contains({figures}, ',')"}
    shown = ", ".join(
        f"bool_and(regexp_matches({figures}, '^-?\\d{{1,3}}([{sign}]\\d{{3}})+$')) "
        f"FILTER (WHERE contains({figures}, '{sign}') AND {alone[sign]}) AS {name}"
        for name, sign in (("comma", ","), ("dot", "."))
    )
    other = (
        f"bool_or(regexp_matches({figures}, '\\.\\d{{3}},\\d')) AS dot_first, "
        f"bool_or(regexp_matches({figures}, ',\\d{{3}}\\.\\d')) AS comma_first"
    )
    told = engine.sql(f"SELECT {shown}, {other} FROM {staged.name} s").to_pylist()[0]
    return {
        ".": bool(told["dot"] or told["dot_first"]),
        ",": bool((told["comma"] or told["comma_first"]) and not told["dot_first"]),
    }


def _figures(expression: str) -> str:
    return f"regexp_replace({_text(expression)}, '[^0-9.,\\-]', '', 'g')"


_THOUSANDS = r"([0-9])\s?[kK]([^a-zA-Z]|$)"


def _amount(parts_thousands: dict[str, bool]) -> str:
    """An amount as a number, null where its figures are none."""
    figures = _figures("s.of_pay")
    one = {}
    for sign in ",.":
        plain = f"replace({figures}, '{sign}', '')"
        decimal = f"replace({figures}, '{sign}', '.')"
        once = f"length({figures}) - length({plain}) = 1"
        apart = f"regexp_matches({figures}, '[{sign}]\\d{{3}}$')" if parts_thousands[sign] else "false"
        one[sign] = f"CASE WHEN {once} AND NOT {apart} THEN {decimal} ELSE {plain} END"
    both = (
        f"CASE WHEN strpos(reverse({figures}), '.') < strpos(reverse({figures}), ',') "
        f"THEN replace({figures}, ',', '') ELSE replace(replace({figures}, '.', ''), ',', '.') END"
    )
    chosen = (
        f"CASE WHEN contains({figures}, ',') AND contains({figures}, '.') THEN {both} "
        f"WHEN contains({figures}, ',') THEN {one[',']} WHEN contains({figures}, '.') THEN {one['.']} "
        f"ELSE {figures} END"
    )
    text = _text("s.of_pay")
    times = f"CASE WHEN regexp_matches({text}, {quoted(_THOUSANDS)}) THEN 1000 ELSE 1 END"
    negative = f"CASE WHEN regexp_matches(trim({text}), '^\\(.*\\)$') THEN -1 ELSE 1 END"
    scientific = (
        f"CASE WHEN regexp_matches({text}, '^-?\\d+(\\.\\d+)?[eE]\\+?\\d{{1,3}}$') THEN try_cast({text} AS DOUBLE) END"
    )
    return f"coalesce({scientific}, try_cast({chosen} AS DOUBLE) * {times} * {negative})"


def _sign(expression: str) -> str:
    """What stands around the figures of an amount: a sign, a code, words."""
    bare = f"regexp_replace({_text(expression)}, {quoted(_THOUSANDS)}, '\\1\\2', 'g')"
    bare = f"regexp_replace({bare}, '^(-?\\d+(\\.\\d+)?)[eE]\\+?\\d{{1,3}}$', '\\1')"
    return f"trim(regexp_replace({bare}, '[0-9.,()+\\-\\s\u00a0\u202f''’]+', ' ', 'g'))"


def _register(engine: SqlEngine, staged: Staged, sign: str) -> None:
    """Lookup tables of the few distinct signs, currencies and periods of a table."""
    known = {text: _money(text) for text in _distinct(engine, staged, sign)}
    columns = {
        "text": pa.array(known, pa.string()),
        "known": pa.array([found is not None for found in known.values()], pa.bool_()),
        "currency": pa.array([found[0] if found else None for found in known.values()], pa.string()),
        "period": pa.array([found[1] if found else None for found in known.values()], pa.string()),
    }
    _make(engine, "pay_signs", pa.table(columns))
    for role, name, told in (("currency", "pay_currencies", currency_code), ("pay_period", "pay_periods", period_of)):
        texts = _distinct(engine, staged, _text(f"s.of_{role}")) if role in staged.columns else []
        codes = pa.array(map(told, texts), pa.string())
        _make(engine, name, pa.table({"text": pa.array(texts, pa.string()), "code": codes}))


def _make(engine: SqlEngine, name: str, table: pa.Table) -> None:
    engine.register("told_of_pay", table)
    engine.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM told_of_pay")
    engine.unregister("told_of_pay")


def _distinct(engine: SqlEngine, staged: Staged, expression: str) -> list[str]:
    found = engine.sql(f"SELECT DISTINCT {expression} AS t FROM {staged.name} s LIMIT {_MOST_SIGNS}")["t"].to_pylist()
    return sorted(text for text in found if text is not None)


def _joins(staged: Staged) -> str:
    tables_of = (("currency", "pay_currencies", "pc"), ("pay_period", "pay_periods", "pp"))
    return "".join(
        f" LEFT JOIN {table} {short} ON {short}.text = {_text(f's.of_{role}')}"
        for role, table, short in tables_of
        if role in staged.columns
    )


def _currency(staged: Staged) -> str:
    """The currency by its own column, by the sign at the amount, by the name of the column of amounts."""
    header = quoted(code) if (code := _in_name(staged)) else "CAST(NULL AS VARCHAR)"
    return f"coalesce({'pc.code, ' if 'currency' in staged.columns else ''}g.currency, {header})"


def _in_name(staged: Staged) -> str:
    said = staged.roles.columns["pay"]
    code = normal(said).rpartition("_")[2]
    if code in CURRENCIES:
        return code.upper()
    return currency_code(re.sub(r"[\w\s().,/\-]", "", said)) or "" if not said.startswith(CONSTANT) else ""


def _period(staged: Staged) -> str:
    words = normal(staged.roles.columns["pay"]).split("_")
    found = next((PERIODS[word] for word in words if word in PERIODS), None)
    header = quoted(found) if found else "CAST(NULL AS VARCHAR)"
    return f"coalesce({'pp.code, ' if 'pay_period' in staged.columns else ''}g.period, {header})"


def _concept(staged: Staged) -> str:
    words = normal(staged.roles.columns["pay"]).split("_")
    return "total" if {"total", "totale", "compensation"} & set(words) else "base"


def period_of(text: str) -> str | None:
    """The period that a text such as ``Per Annum`` or ``mensuel`` names: hour, day, week, month, year or none."""
    said = normal(text[:40])
    return PERIODS.get(said) or PERIODS.get(said.removeprefix("per_").removeprefix("par_"))


def currency_code(text: str) -> str | None:
    """The ISO code of a currency written as its code or its sign; None where it is neither, or may be several."""
    said = text.strip()[:20]
    if not said or said.casefold() in _AMBIGUOUS:
        return None
    signs, codes = _known_currencies()
    if said.upper() in codes:
        return said.upper()
    return "EUR" if said.casefold() in ("euro", "euros") else signs.get(said)


@lru_cache(maxsize=1)
def _known_currencies() -> tuple[dict[str, str], frozenset[str]]:
    from babel.numbers import get_currency_symbol, list_currencies

    codes = frozenset(list_currencies("en"))
    return {**{get_currency_symbol(code, "en"): code for code in sorted(codes)}, "US$": "USD", "C$": "CAD"}, codes


def _money(text: str) -> tuple[str | None, str | None] | None:
    """The currency and period that what stands around an amount tells; None where it is not of money at all."""
    currency = period = None
    for part in re.split(r"[\s/]+", text.strip()[:60]):
        if not part:
            continue
        if (code := currency_code(part)) is not None:
            currency = code
        elif (found := period_of(part)) is not None:
            period = found
        elif part.casefold() not in _AMBIGUOUS and normal(part) not in _NOISE:
            return None
    return currency, period
