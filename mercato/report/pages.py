"""Write the pages of an edition: one folder per language, a page per chapter, nothing fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mercato.report.chapters import CHAPTERS, Chapter, View, method
from mercato.report.chapters.method import title_of
from mercato.report.chapters.otherwise import otherwise
from mercato.report.charts import theme
from mercato.report.charts.aside import drawing_aside
from mercato.report.language import Language
from mercato.report.rows import clean
from mercato.report.words import LANGUAGES

if TYPE_CHECKING:
    from mercato.release.edition import Edition

ORDER = ("summary", *CHAPTERS, "method")
FILES = {"summary": "index.html"} | {key: f"{key}.html" for key in ORDER[1:]}
NAMED_SOURCES = 4
LONGEST_SOURCE = 160
KEYS = ("people", "employers", "spells", "moves")


def write_report(edition: Edition, folder: Path, languages: Sequence[str] = LANGUAGES) -> None:
    """Write ``folder/index.html`` and ``folder/report/LANGUAGE/*.html`` with the script that they share.

    The pages read without it: each chart is a still drawing, of which the script tells what lies under a pointer.
    The same edition gives the same bytes.
    """
    report = folder / "report"
    report.mkdir(parents=True, exist_ok=True)
    identity = clean(edition.id, 80)
    with drawing_aside():
        for code in languages:
            _write_language(edition, identity, report / code, languages)
    (report / "report.js").write_text(_file("report.js"), "utf-8", newline="\n")
    _write_root(edition, folder, languages)


def _write_language(edition: Edition, identity: str, folder: Path, languages: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    language = Language(folder.name)
    view = View(edition, language, theme.Look(language, edition.simulated, until=edition.as_of), identity)
    chapters = [make(view) for make in CHAPTERS.values()]
    for chapter in chapters:
        chapter.otherwise = otherwise(view, chapter.key)
    common = _common(view, languages)
    for chapter in chapters:
        _write(folder, chapter.key, "chapter.html", {**common, "chapter": chapter})
    _write(folder, "method", "method.html", {**common, "chapter": method(view)})
    summary = {"chapters": chapters, "numbers": _numbers(view), "cannot": _cannot(chapters),
               "takes": [sentence for chapter in chapters for sentence in chapter.takes]}  # fmt: skip
    _write(folder, "summary", "summary.html", {**common, "chapter": _summary(language), **summary})


def _write(folder: Path, key: str, template: str, context: dict[str, Any]) -> None:
    place = ORDER.index(key)
    around = {
        "key": key,
        "previous": ORDER[place - 1] if place else "",
        "following": ORDER[place + 1] if place + 1 < len(ORDER) else "",
    }
    (folder / FILES[key]).write_text(
        environment().get_template(template).render(context | around), "utf-8", newline="\n"
    )


def _summary(language: Language) -> Chapter:
    return Chapter("summary", language.say("chapter.summary"), language.say("lead.summary"))


def _common(view: View, languages: Sequence[str]) -> dict[str, Any]:
    edition, language = view.edition, view.language
    return {
        "say": language.say,
        "language": language,
        "title": title_of(edition, language),
        "edition_id": view.id,
        "short_id": view.id[:12],
        "version": clean(edition.version, 40),
        "as_of": language.date(edition.as_of),
        "simulated": edition.simulated,
        "sources": _sources(view),
        "files": FILES,
        "order": ORDER,
        "others": [(code, Language(code).say("page.name")) for code in languages if code != language.code],
        "style": Markup(_file("style.css")),
        "markup": Markup,
    }


def _short(citation: str) -> str:
    """A citation in a line: cut after a whole sentence where it is long."""
    text = clean(citation, 600)
    if len(text) > LONGEST_SOURCE:
        ends = [text.rfind(sign, 0, LONGEST_SOURCE) for sign in (". ", "; ", " ;")]
        if end := next((e for e in ends if e > 20), 0):
            return text[:end].rstrip()
    return clean(text, LONGEST_SOURCE).rstrip(".")


def _sources(view: View) -> str:
    sources = view.edition.sources
    names = list(dict.fromkeys(_short(view.language.told("citation", s.citation) or s.name) for s in sources))
    named = names[:NAMED_SOURCES]
    if len(names) > NAMED_SOURCES:
        named.append(view.language.say("page.more_sources", count=len(names) - NAMED_SOURCES))
    return view.language.chain(named)


def _numbers(view: View) -> list[tuple[str, str]]:
    quality = view.edition.quality
    return [
        (view.language.count(quality[key]), view.language.say(f"summary.{key}", count=quality[key]))
        for key in KEYS
        if isinstance(quality.get(key), (int, float))
    ]


def _cannot(chapters: list[Chapter]) -> list[tuple[Chapter, list[str]]]:
    return [(chapter, chapter.cannot) for chapter in chapters if chapter.cannot]


def _write_root(edition: Edition, folder: Path, languages: Sequence[str]) -> None:
    choices = [(code, Language(code)) for code in languages]
    context = {
        "title": title_of(edition, choices[0][1]),
        "choices": choices,
        "date": edition.as_of,
        "simulated": edition.simulated,
        "style": Markup(_file("style.css")),
    }
    (folder / "index.html").write_text(environment().get_template("root.html").render(context), "utf-8", newline="\n")


@cache
def environment() -> Environment:
    """The templates, with everything escaped that is not markup made here."""
    return Environment(
        loader=PackageLoader("mercato.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _file(name: str) -> str:
    return resources.files("mercato.report").joinpath("templates", name).read_text("utf-8")
