"""Titles: family against declared occupations; level, AI and side roles against titles labelled by hand."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.accuracy.shared import DATA, absent
from benchmarks.plan import Plan
from benchmarks.row import Row, Section, at_least
from mercato.identity.titles.classifying import Title, classify
from mercato.identity.titles.families import families_of_group, family_of_code, this_edition

DECLARED = DATA / "titles" / "h1b_title_soc_half.csv"
LABELLED = Path(__file__).resolve().parents[2] / "tests" / "fixtures"
_RANK_ONLY = (None, "management", "consulting")
_NOTES = (
    "Family: each declared SOC code stands for its SOC minor group (15-12, 15-20, 11-30, …); a title agrees where its "
    "family has declared codes in that group (families.toml, the map that taxonomies use too). Weighted by filings; a "
    "title that tells no family disagrees. SOC 2010 codes become those of 2018 first.",
    "Titles that tell a rank and no work (Manager, Vice President, Consultant) are of management, consulting or no "
    "family, and disagree with any computer occupation; the rows on titles that tell more leave them out. Broad "
    "occupation: the first five digits. One code, one family: only the family that the code itself counts as.",
    "Labelled by hand: the words of the rules were chosen with the 386 titles in sight, so that the 60 held out are "
    "the fairer measure; the rules of labelling are in tests/fixtures/titles_labelled.md.",
)

Told = Sequence[tuple[Title, str, int]]


def titles(plan: Plan) -> Section:
    """How often the family, level, AI and side role of titles are right."""
    if not DECLARED.exists():
        return Section("Titles", (*absent("titles: family", DECLARED).rows, *_labelled(plan)), _NOTES)
    return Section("Titles", (*_declared(plan), *_labelled(plan)), _NOTES)


def _declared(plan: Plan) -> list[Row]:
    with DECLARED.open(encoding="utf-8", newline="") as stream:
        told = [
            (classify(r["job_title"]), this_edition(r["soc_code"]), int(r["n_certified"]))
            for r in csv.DictReader(stream)
        ]
    worded = [row for row in told if row[0].family not in _RANK_ONLY]
    untold = sum(weight for title, _, weight in told if title.family is None) / sum(weight for *_, weight in told)
    rank = 1 - sum(weight for *_, weight in worded) / sum(weight for *_, weight in told)
    if plan.verbose:
        _list_wrong(told)
    return [
        at_least(
            "titles: family in the SOC minor group declared, all filings", 0.85, _share(told, _in_group(5)), "agree"
        ),
        _told("titles: the same, of titles that tell more than a rank", _share(worded, _in_group(5))),
        _told("titles: family in the SOC broad occupation declared, all filings", _share(told, _in_group(6))),
        _told("titles: the same, of titles that tell more than a rank", _share(worded, _in_group(6))),
        _told("titles: one code, one family (the strictest), all filings", _share(told, _same)),
        _told("titles: filings whose title tells no family", untold),
        _told("titles: filings whose title tells a rank, or nothing", rank),
    ]


def _in_group(signs: int) -> Callable[[str | None, str], bool]:
    return lambda family, code: family in families_of_group("soc", code[:signs])


def _same(family: str | None, code: str) -> bool:
    return family == family_of_code("soc", code)


def _share(told: Told, agrees: Callable[[str | None, str], bool]) -> float:
    return sum(w for title, code, w in told if agrees(title.family, code)) / sum(w for *_, w in told)


def _told(what: str, share: float) -> Row:
    return Row(what, "", f"{share:.3f}", None, None)


def _labelled(plan: Plan) -> list[Row]:
    rows = []
    for name, what in (
        ("titles_labelled.csv", "labelled by hand"),
        ("titles_labelled_second.csv", "labelled, held out"),
    ):
        with (LABELLED / name).open(encoding="utf-8", newline="") as stream:
            labelled = list(csv.DictReader(stream))
        for column in ("level", "is_ai_strict", "is_ai_broad", "is_side", "family"):
            wrong = [row["title"] for row in labelled if said(classify(row["title"]))[column] != row[column]]
            share = 1 - len(wrong) / len(labelled)
            title = f"titles: {column}, {len(labelled)} {what}"
            rows.append(_told(title, share) if column == "family" else at_least(title, 0.92, share, "right"))
            if plan.verbose and wrong:
                print(f"    {column}, {what}: {'; '.join(wrong)}")
    return rows


def said(title: Title) -> dict[str, str]:
    """What a title tells, as the columns of the labelled titles say it."""
    return {
        "family": title.family or "",
        "level": title.level or "",
        "is_ai_strict": str(int(title.is_ai_strict)),
        "is_ai_broad": str(int(title.is_ai)),
        "is_side": str(int(title.is_side)),
    }


def _list_wrong(told: Told) -> None:
    wrong: dict[tuple[str | None, str], int] = {}
    for title, code, weight in told:
        if not _in_group(5)(title.family, code):
            wrong[title.family, code[:7]] = wrong.get((title.family, code[:7]), 0) + weight
    for (family, code), weight in sorted(wrong.items(), key=lambda each: -each[1])[:15]:
        print(f"    {weight:,} filings of {code} read as {family}")
