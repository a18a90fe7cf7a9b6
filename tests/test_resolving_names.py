"""Names of employers with what the records tell beside them: people in common, persons' names, several employers."""

from __future__ import annotations

from pathlib import Path

import mercato

HEADER = "person,employer,start,end\n"


def employers(tmp_path: Path, *rows: str) -> dict[str, set[str | None]]:
    """The employers that each name leads to; nothing for a name that is no employer's."""
    file = tmp_path / "careers.csv"
    file.write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
    with mercato.read(file) as market:
        found = market._resolved.employers
    shown = found.employers["employer"].to_pylist()
    told: dict[str, set[str | None]] = {}
    for row in found.names.to_pylist():
        name = None if row["employer_id"] is None else shown[row["employer_id"]]
        told.setdefault(row["employer_name"], set()).add(name)
    return told


def test_people_who_have_both_names_join_them(tmp_path: Path) -> None:
    """Alaxala and Alaxola differ by a letter; three of four people wrote both, at another time each."""
    both = [f"p{i},{name},{year}-01-01,{year + 1}-01-01" for i in range(3) for name, year in
            (("Alaxala", 2014), ("Alaxola", 2016))]  # fmt: skip
    apart = [row.replace("Alaxola", "Other Works") for row in both] + ["q,Alaxola,2016-01-01,2017-01-01"]
    joined, left = employers(tmp_path, *both), employers(tmp_path, *apart)
    assert joined["Alaxala"] == joined["Alaxola"]
    assert left["Alaxala"] == {"Alaxala"} and left["Alaxola"] == {"Alaxola"}


def test_the_name_of_a_person_of_the_records_is_no_employer(tmp_path: Path) -> None:
    file = tmp_path / "careers.csv"
    file.write_text(
        "name,employer,start,end\nOru Vantell,Acme,2015,2018\n"
        "Anna Berg,Oru Vantell,2016,2017\nAnna Berg,Acme,2017,2019\n",
        "utf-8",
    )
    with mercato.read(file) as market:
        rows = {row["employer_name"]: row for row in market._resolved.employers.names.to_pylist()}
    assert rows["Oru Vantell"]["employer_id"] is None
    assert "a person's name" in rows["Oru Vantell"]["reason"]
    assert rows["Acme"]["employer_id"] == 0


def test_somebody_with_two_employers_in_one_text_works_at_both(tmp_path: Path) -> None:
    rows = ["a,Northwind,2015-01-01,", "b,Zorbix,2015-01-01,", "c,Northwind / Zorbix,2016-01-01,"]
    assert employers(tmp_path, *rows)["Northwind / Zorbix"] == {"Northwind", "Zorbix"}
    with mercato.read(tmp_path / "careers.csv") as market:
        spells = market._engine.run(market.spells().filter(market.spells().person_id == "c"))
    assert spells.num_rows == 2
