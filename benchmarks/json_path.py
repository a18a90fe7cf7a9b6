"""Files of nested JSON: records made as their sources write them, read by Mercato, and raw by DuckDB."""

from __future__ import annotations

import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

_DISTINCT = 3_000
_WORDS = ("north", "data", "optic", "marine", "solar", "atlas", "lumen", "harbour", "vector", "cedar", "prime", "delta")
_ID = "@ID@"


def make(kind: str, file: str, megabytes: int) -> int:
    """Write about so many megabytes of one kind of record, a line each; gives the number of records."""
    chance = random.Random(1)
    made = {"pdl": _person, "openalex": _author, "wikidata": _entity}[kind]
    lines = [json.dumps(made(chance), ensure_ascii=False) + "\n" for _ in range(_DISTINCT)]
    size = number = 0
    with Path(f"{file}.part").open("w", encoding="utf-8") as out:
        while size < megabytes * 1_000_000:
            size += out.write(lines[number % _DISTINCT].replace(_ID, str(number), 1))
            number += 1
    Path(f"{file}.part").rename(file)
    return number


def _name(chance: random.Random) -> str:
    return f"{chance.choice(_WORDS)} {chance.choice(_WORDS)} {chance.randrange(2_000)}"


def _person(chance: random.Random) -> dict[str, Any]:
    def place() -> dict[str, Any]:
        town, country = _name(chance), chance.choice(("france", "united states", "germany"))
        known = {"locality": town, "region": "region", "metro": None, "country": country, "continent": "continent"}
        return {
            "name": f"{town}, region, {country}",
            **known,
            "street_address": None,
            "postal_code": None,
            "geo": "1,2",
        }

    def job(is_primary: bool) -> dict[str, Any]:
        year, company = chance.randrange(1995, 2020), _name(chance)
        return {
            "company": {
                "name": company, "size": "51-200", "id": company.replace(" ", "-"), "location": place(),
                "industry": "internet", "linkedin_url": f"linkedin.example/company/{company}", "website": "a.example",
                "linkedin_id": "1", "facebook_url": None, "twitter_url": None,
            },
            "location_names": [place()["name"]] if chance.random() < 0.5 else [],
            "start_date": f"{year}-{chance.randrange(1, 13):02}",
            "end_date": None if is_primary else f"{year + chance.randrange(1, 9)}",
            "title": {"name": f"engineer {_name(chance)}", "role": "engineering", "sub_role": "software",
                      "levels": chance.choice(([], ["senior"], ["manager"], ["vp"]))},
            "is_primary": is_primary, "summary": "worked on " + " ".join(chance.choices(_WORDS, k=20)),
        }  # fmt: skip

    name = _name(chance)
    return {
        "id": f"p{_ID}_0000", "full_name": name, "first_name": name.split()[0], "sex": None, "birth_year": 1980,
        "linkedin_url": f"linkedin.example/in/{name}", "industry": "internet", "job_title": "engineer",
        "location_name": place()["name"], "emails": [], "skills": chance.choices(_WORDS, k=15), "interests": [],
        "experience": [job(number == 0) for number in range(chance.randrange(7))],
        "education": [{"school": {"name": f"university {_name(chance)}", "location": place()}, "degrees": ["bachelors"],
                       "start_date": "1999", "end_date": "2003", "majors": chance.choices(_WORDS, k=2), "gpa": None}],
        "profiles": [{"network": "linkedin", "id": None, "url": f"linkedin.example/in/{name}", "username": name}],
        "job_last_verified": "2024-05-01", "job_last_changed": "2022-01-01", "dataset_version": "28.0",
    }  # fmt: skip


def _author(chance: random.Random) -> dict[str, Any]:
    def institution() -> dict[str, Any]:
        number = chance.randrange(50_000)
        url = f"https://openalex.org/I{number}"
        known = {
            "ror": f"https://ror.org/{number}",
            "display_name": f"University {_name(chance)}",
            "country_code": "FR",
        }
        return {"id": url, **known, "type": "education", "lineage": [url]}

    def topic() -> dict[str, Any]:
        levels = {
            level: {"id": "https://openalex.org/1", "display_name": _name(chance)} for level in ("field", "domain")
        }
        return {
            "id": f"https://openalex.org/T{chance.randrange(4_000)}",
            "display_name": _name(chance),
            "count": 3,
            **levels,
        }

    name = _name(chance)
    return {
        "id": f"https://openalex.org/A{_ID}", "orcid": None, "display_name": name, "display_name_alternatives": [name],
        "works_count": 12, "cited_by_count": 345, "summary_stats": {"2yr_mean_citedness": 1.5, "h_index": 7},
        "affiliations": [{"institution": institution(), "years": chance.sample(range(1990, 2025), 4)}
                         for _ in range(chance.randrange(1, 6))],
        "last_known_institutions": [institution()], "topics": [topic() for _ in range(6)],
        "counts_by_year": [{"year": year, "works_count": 2, "cited_by_count": 9} for year in range(2014, 2025)],
        "works_api_url": f"https://api.openalex.org/works?filter=author.id:{name}", "updated_date": "2024-12-03",
    }  # fmt: skip


def _entity(chance: random.Random) -> dict[str, Any]:
    def snak(held: str, value: Any, kind: str) -> dict[str, Any]:
        return {"snaktype": "value", "property": held, "hash": "0" * 40, "datavalue": {"value": value, "type": kind}}

    def item(held: str) -> dict[str, Any]:
        number = chance.randrange(100_000)
        value = {"entity-type": "item", "numeric-id": number, "id": f"Q{number}"}
        return snak(held, value, "wikibase-entityid")

    def time(held: str, year: int) -> list[dict[str, Any]]:
        value = {"time": f"+{year}-00-00T00:00:00Z", "timezone": 0, "before": 0, "after": 0, "precision": 9}
        return [snak(held, value | {"calendarmodel": "http://www.wikidata.org/entity/Q1985727"}, "time")]

    def employment() -> dict[str, Any]:
        year = chance.randrange(1980, 2020)
        ended = {"P582": time("P582", year + 5)} if chance.random() < 0.6 else {}
        return statement("P108") | {"qualifiers": {"P580": time("P580", year), **ended, "P39": [item("P39")]}}

    def statement(held: str) -> dict[str, Any]:
        return {"mainsnak": item(held), "type": "statement", "id": f"Q1${chance.random()}", "rank": "normal"}

    employers = [employment() for _ in range(chance.choice((0, 0, 1, 2, 4)))]
    words = {
        language: {"language": language, "value": _name(chance)} for language in ("en", "fr", "de", "es", "it", "nl")
    }
    held = {name: [statement(name)] for name in ("P31", "P21", "P27", "P106", "P69", "P735", "P19", "P1412")}
    return {
        "type": "item", "id": f"Q{_ID}", "labels": words, "descriptions": words,
        "aliases": {language: [word] for language, word in words.items()},
        "claims": held | ({"P108": employers} if employers else {}),
        "sitelinks": {f"{language}wiki": {"site": f"{language}wiki", "title": "T", "badges": []} for language in words},
        "lastrevid": 1, "modified": "2024-01-01T00:00:00Z",
    }  # fmt: skip


def ours(file: str) -> dict[str, Any]:
    """Seconds in which Mercato reads the file into its typed Parquet and counts what it rejects."""
    from mercato.engines.duckdb import DuckDB
    from mercato.settings import Settings
    from mercato.sources.reading import read_sources

    with tempfile.TemporaryDirectory() as into:
        engine = DuckDB(scratch=Path(into))
        begun = time.perf_counter()
        reading = read_sources([Path(file)], engine, Path(into), Settings())
        seconds = time.perf_counter() - begun
        engine.close()
    return {"seconds": seconds, "accepted": reading.sources[0].accepted, "rejected": reading.sources[0].rejected}


def theirs(file: str) -> dict[str, Any]:
    """Seconds in which DuckDB reads all of the file into a table, its structure found by DuckDB itself."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    begun = time.perf_counter()
    connection.execute(f"CREATE TEMP TABLE whole AS SELECT * FROM read_ndjson_auto('{file}')")
    return {"seconds": time.perf_counter() - begun}
