"""A market: sources read and resolved once, careers built once per setting, measures at will."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

import mercato
from mercato import asking, persons, resolving
from mercato.careers.build import Careers, build_careers
from mercato.careers.dating import first_of_january_as_year
from mercato.careers.sighted import positions_from_sightings, seen_until, times_seen_again
from mercato.careers.vintages import Vintages, known_by_vintage
from mercato.engines import Engine, open_engine
from mercato.engines.duckdb import DuckDB
from mercato.errors import SettingsError
from mercato.imputing import over_draws
from mercato.margins import read_margins
from mercato.measures import Facts, Measure, Request, declared
from mercato.measures.declare import Counts
from mercato.measures.dimensions import labelled
from mercato.measures.provisional import known_when, marked
from mercato.ownership import owners_in_force
from mercato.provenance import Source
from mercato.quality import quality_of, rejects_by_reason
from mercato.release import figure as released
from mercato.release import rules
from mercato.release.disclosure import OK
from mercato.release.edition import Edition
from mercato.release.facts import Cells
from mercato.release.plan import FOCUSED, OTHER_CENSORING, PLAN, REMOVED, Planned, headlines
from mercato.settings import Options, Settings, load_settings
from mercato.sources.reading import Reading, read_sources
from mercato.weighing import Weighed, Weights, weigh, weighed_facts, weighted_spells
from mercato.weighted import NotWeighted, weighted_table

if TYPE_CHECKING:
    import altair

    from mercato.multiverse import Ground
    from mercato.release.multiverse import Multiverse


class Progress(Protocol):
    """Is told a sentence; with ``share``, one on a step that begins when that share of the work is done."""

    def __call__(self, sentence: str, share: float | None = None) -> None: ...


def _silent(sentence: str, share: float | None = None) -> None:
    return None


MANY_REJECTED = 0.1
FEW_SIGHTINGS = 0.02
REMEMBERED_COUNTS = 3
REMEMBERED_BYTES = 256 << 20

CAREER_OPTIONS = (
    "bridge_months", "recall_months", "stale_open", "january", "ownership", "censoring", "main_job", "dates",
    "staleness_months", "bulk_share", "bulk_people", "bulk_months", "people", "doubtful_people",
)  # fmt: skip


class Figure(released.Figure):
    """A released figure that can draw itself."""

    def chart(self, language: str = "en") -> altair.Chart:
        """The chart that suits the measure, as an Altair chart."""
        from mercato.report.charts import chart

        return chart(self, language)

    def _repr_html_(self) -> str:
        from mercato.report.notebook import as_html

        return as_html(self)


@dataclass(frozen=True)
class _Built:
    careers: Careers
    facts: Facts


class Market:
    """Career histories read, resolved and ready to be measured; close it, or use it in a ``with``."""

    def __init__(
        self, reading: Reading, engine: Engine, reader: DuckDB, folder: Path, settings: Settings, progress: Progress
    ) -> None:
        self._reading, self._engine, self._reader, self._folder = reading, engine, reader, folder
        self._progress = progress
        self.settings = settings
        files = (reading.positions, reading.sightings)
        last = resolving.last_day(reader, *files, dt.date.today())
        last = max([last, *(vintage.day for vintage in reading.vintages if vintage.day <= dt.date.today())])
        self.as_of = settings.as_of or last
        if doubt := asking.doubts_of_day(self.as_of, last, dt.date.today()):
            progress(doubt)
        progress("resolving employers and titles", 0.1)
        self._resolved = resolving.resolve(engine, *files, reading.given, settings, self.as_of)
        for note in self._resolved.notes:
            progress(note)
        if not self._resolved.employers.names.num_rows:
            raise asking.nothing_known_by(self.as_of, resolving.first_day(reader, *files), last)
        self._persons: persons.Persons | None = None
        self._built: dict[tuple[Any, ...], _Built] = {}
        self._counts: dict[Any, pa.Table] = {}
        self._margins = read_margins(settings.margins)
        self._weighings: dict[tuple[Any, ...], tuple[Weights, Weighed]] = {}
        self._grounds = 0
        self._vintages: dict[tuple[Any, ...], tuple[Vintages, dict[str, pa.Table]]] = {}

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources read, with the records accepted and rejected."""
        return tuple(self._reading.sources)

    @property
    def rejects(self) -> pa.Table:
        """How many records were rejected, by source, column and reason."""
        return rejects_by_reason(self._reader, self._reading)

    def measure(
        self,
        name: str,
        by: str | Sequence[str] | None = None,
        where: Mapping[str, str | Sequence[str]] | None = None,
        **options: Any,
    ) -> Figure:
        """A measure as a figure, past disclosure control.

        ``by`` names dimensions (the measure's own default when None), ``where`` keeps part of the market (dimension →
        value or values), ``options`` are those of ``Options``. Raises SettingsError for what the measure does not know.
        """
        measure, request, table = self._measured(name, by, where, **options)
        made = released.make_figure(name, measure, table, request)
        return Figure(made.name, made.measure, made.by, made.table, made.request)

    def _measured(
        self,
        name: str,
        by: str | Sequence[str] | None,
        where: Mapping[str, str | Sequence[str]] | None,
        **options: Any,
    ) -> tuple[Measure, Request, pa.Table]:
        """What was asked of a measure, and its cells before disclosure control."""
        measure, request = self._asked(name, by, where, options)
        table = (
            self._imputed(measure, request) if request.options.dates == "impute" else self._estimated(measure, request)
        )
        return measure, request, self._with_employers(measure, request, table)

    def _with_employers(self, measure: Measure, request: Request, table: pa.Table) -> pa.Table:
        """The cells with how many employers are behind each, where a rule of disclosure asks for it."""
        ends = rules.employers_asked_for(measure, request)
        by = [name for name in request.by if name in table.column_names]
        few = len(self._resolved.employers.employers) < rules.MINIMUM_EMPLOYERS
        if not ends or (few and request.options.disclosure == "default"):
            return table
        finer = replace(request, by=(*request.by, *ends), options=replace(request.options, weights="none"))
        try:
            cells = self._estimated(measure, finer)
        except SettingsError:
            return table  # A measure that is told of pairs or of one side has no finer cells of this kind.
        return rules.with_employers(table, rules.behind(cells, by, ends), by)

    def multiverse(
        self,
        name: str,
        by: str | Sequence[str] | None = None,
        where: Mapping[str, str | Sequence[str]] | None = None,
        **options: Any,
    ) -> Multiverse:
        """A measure under every combination of the choices that matter for it, past disclosure control.

        Asked as ``measure`` is. Raises SettingsError for what the measure does not know, and for very many cells.
        """
        from mercato.multiverse import Question, under_all_choices

        measure, request = self._asked(name, by, where, options)
        # What its own figure withholds, for whatever rule, stays withheld.
        own = self.measure(name, by, where, **options).table
        return under_all_choices(self._ground(request.options), [Question(name, measure, request, own)])[0]

    def edition(self, title: str = "", multiverse: bool = False) -> Edition:
        """All figures of a standard edition, with the sources and what was counted on the way.

        ``multiverse``: cross all choices for the headline figures, however long it takes; else as many as take little.
        """
        built = self._facts(self.settings.options)
        largest = self._largest(built.facts)
        planned_figures = [*PLAN, *([self._under_other_censoring()] if self._has_stale_ends(built.facts) else [])]
        cells = []
        for done, planned in enumerate(planned_figures):
            self._progress(f"measuring {planned.name}", 0.4 + 0.38 * done / len(planned_figures))
            cells.append(self._planned(planned, largest))
        quality = {
            **quality_of(self._engine, built.facts, built.careers.bulk, self.sources, self._resolved.counted()),
            **self._who(self.settings.options).quality,
        }
        self._progress("withholding cells", 0.78)
        figures, besides = released.make_figures(cells, self.settings.options, self._hierarchy(), quality)
        for planned in planned_figures:
            if planned.only_shown:
                told = figures[planned.name].table
                figures[planned.name] = replace(figures[planned.name], table=told.filter(pc.equal(told["status"], OK)))
        self._progress("measuring under other choices", 0.79)
        figures |= self._under_other_choices(figures, multiverse)
        return Edition(
            title or self.settings.title or "State of Talent",
            self.as_of,
            mercato.__version__,
            self.sources,
            self.settings.options.as_dict(),
            figures,
            self.rejects,
            {name: value for name, value in quality.items() if name not in besides},
            self._ties(figures.get(REMOVED)),
            weights=next((weights.told for weights, _ in self._weighings.values()), {}),
        )

    def spells(self) -> ir.Table:
        """The spells (tables.SPELLS) as an expression of this market's engine: rows of people, not to be published."""
        return self._facts(self.settings.options).facts.spells

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression on this market's tables."""
        return self._engine.run(expression)

    def close(self) -> None:
        """Give back the engines and remove the working files."""
        self._engine.close()
        self._reader.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Market:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _asked(
        self,
        name: str,
        by: str | Sequence[str] | None,
        where: Mapping[str, str | Sequence[str]] | None,
        options: Mapping[str, Any],
    ) -> tuple[Measure, Request]:
        chosen = self.settings.options
        for option, value in options.items():
            chosen = chosen.set(option, value)
        asking.same_reading(chosen, self.settings.options)
        measure, request = check_request(name, by, where, chosen)
        if options.get("weights") == "margins" and not self._margins:
            raise SettingsError("no margins are given to weigh people by", remedy="Name them: Settings(margins=…).")
        return measure, asking.with_known_values(request, lambda column: self._values(chosen, column))

    def _ground(self, options: Options) -> Ground:
        """What the multiverse is measured from."""
        from mercato.multiverse import Ground

        found, jobs = self._resolved.employers, self._jobs(options)
        self._grounds += 1
        return Ground(
            self._engine,
            first_of_january_as_year(jobs) if options.january == "year" else jobs,
            found.ownership,
            found.employers,
            found.lists,
            self._facts(options).facts,
            self._folder / f"multiverse_{self._grounds}",
            self._figures if self._margins else None,
            self._progress,
        )

    def _values(self, options: Options, column: str) -> list[str]:
        """The values that the records hold of a kind, a family, a level or a country, in order."""
        if column == "country":
            spells = self._facts(options).facts.spells
            values = self._engine.run(spells.select("country").distinct())["country"]
        elif column == "list":
            values = self._resolved.employers.lists["list"].unique()
        else:
            found = self._resolved.employers.employers if column == "kind" else self._resolved.roles
            values = found[column].unique()
        return sorted(value for value in values.to_pylist() if value)

    def _estimated(self, measure: Measure, request: Request) -> pa.Table:
        facts = self._facts(request.options).facts
        return labelled(marked(self._figures(measure, request), facts, request), facts)

    def _imputed(self, measure: Measure, request: Request) -> pa.Table:
        """The estimates over draws of coarse dates."""
        tables = [self._figures(measure, request, draw) for draw in range(request.options.draws)]
        facts = self._facts(request.options, 0).facts
        return labelled(marked(over_draws(tables, measure, request), facts, request), facts)

    def _figures(self, measure: Measure, request: Request, draw: int | None = None) -> pa.Table:
        """The figures of a measure; weighted, with the raw ones beside, where margins are given."""
        facts = self._facts(request.options, draw).facts
        if self._margins and request.options.weights == "margins":
            try:
                return weighted_table(measure, request, facts, self._weighed(request.options, draw), self._run_counts)
            except NotWeighted as unweighted:
                self._progress(str(unweighted))
        return measure.figures(self._run_counts(measure.counts(facts, request)), facts, request)

    def _weighed(self, options: Options, draw: int | None = None) -> Weighed:
        """The facts with what people weigh, built once for each setting of careers."""
        key = (*self._career_key(options, draw), options.weight_limit)
        if key not in self._weighings:
            self._progress("weighing people", 0.35)
            facts, day = self._facts(options, draw).facts, self.settings.margins_on or self.as_of
            weights = weigh(self._engine, facts, self._margins, day, options.weight_limit)
            for note in weights.notes if not self._weighings else ():
                self._progress(note)
            folder = self._folder / f"weights_{len(self._weighings)}"
            spells = weighted_spells(self._engine, facts, weights, folder)
            self._weighings[key] = weights, weighed_facts(facts, spells, weights.scale)
        return self._weighings[key][1]

    def _run_counts(self, counts: Counts) -> dict[str, pa.Table]:
        return {part: self._counted(expression) for part, expression in counts.items()}

    def _counted(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression; the last few are remembered, since several measures read the same counts."""
        key = expression.op()
        if key in self._counts:
            return self._counts[key]
        counted = self._engine.run(expression)
        if counted.nbytes <= REMEMBERED_BYTES:
            while len(self._counts) >= REMEMBERED_COUNTS:
                del self._counts[next(iter(self._counts))]
            self._counts[key] = counted
        return counted

    def _planned(self, planned: Planned, largest: list[str]) -> Cells:
        """The cells of a figure of an edition, which leave together with those of the others."""
        focused = FOCUSED if self.settings.focus else {}
        among = {name: largest[: focused.get(count, count)] for name, count in planned.among.items()}
        where: dict[str, str | Sequence[str]] = {**among, **planned.where}
        measure, request, table = self._measured(planned.measure, planned.by, where, **planned.options)
        return released.cells_of(planned.name, measure, table, request)

    def _hierarchy(self) -> dict[str, dict[Any, Any]]:
        """The kind and the group of each employer, as figures call them."""
        known = self._resolved.employers.employers
        rolls: dict[str, dict[Any, Any]] = {}
        for column in ("kind", "group"):
            values = dict(zip(known["employer"].to_pylist(), known[column].to_pylist(), strict=True))
            rolls[f"employer>{column}"] = values
            for end in ("origin", "destination"):
                rolls[f"{end}>{end}_{column}"] = values
        return rolls

    def _under_other_choices(self, figures: dict[str, released.Figure], every: bool) -> dict[str, released.Figure]:
        """The headline figures under other choices, those that have any."""
        from mercato.multiverse import QUICK_LEVELS, QUICK_ROWS, Question, under_all_choices

        options = self.settings.options
        asked = [
            Question(one.name, *check_request(one.measure, one.by, one.where, replace(options, **one.options)))
            for one in headlines(figures)
        ]
        bounds: dict[str, Any] = {} if every else {"most_rows": QUICK_ROWS, "levels": QUICK_LEVELS}
        # People are weighted anew under each combination, which takes long.
        weighted = bool(self._margins) and options.weights == "margins" and not every
        found = under_all_choices(self._ground(options), asked, **bounds) if asked and not weighted else []
        return {made.name: made for made in found if made.choices}

    def _ties(self, figure: released.Figure | None) -> tuple[dict[str, Any], ...]:
        """Why the employers of each pair of a figure had one owner."""
        if figure is None:
            return ()
        ties = self._resolved.employers.ties
        pairs = zip(figure.table["origin"].to_pylist(), figure.table["destination"].to_pylist(), strict=True)
        return tuple({"origin": a, "destination": b, "reason": ties.between(a, b, self.as_of)} for a, b in pairs)

    def _has_stale_ends(self, facts: Facts) -> bool:
        """Whether any stay still running was last verified before the as-of date, so that the two censorings differ."""
        s = facts.spells
        stale = s.filter(s.main_end.notnull() & ~s.ended & (s.end_date <= ibis.literal(self.as_of)))
        return bool(self._engine.run(stale.aggregate(n=stale.count()))["n"][0].as_py()) or (
            self.settings.options.censoring == "carry"
        )

    def _under_other_censoring(self) -> Planned:
        other = {"verified": "carry", "carry": "verified"}[self.settings.options.censoring]
        return replace(OTHER_CENSORING, options={**OTHER_CENSORING.options, "censoring": other})

    def _largest(self, facts: Facts) -> list[str]:
        """Names of employers: those in focus, then the one with the most people first."""
        s = facts.spells.filter(facts.spells.main_end.notnull())
        counted = self._engine.run(s.group_by("employer_id").aggregate(people=s.person_id.nunique()))
        ordered = counted.sort_by([("people", "descending"), ("employer_id", "ascending")])
        names = facts.directory["employer"].to_pylist()
        ranked = [names[number] for number in ordered["employer_id"].to_pylist()]
        focus = self._in_focus(set(ranked))
        return focus + [name for name in ranked if name not in set(focus)]

    def _in_focus(self, known: set[str]) -> list[str]:
        """The names shown of the employers in focus; raises SettingsError for one that no record names."""
        written = self._resolved.employers.names
        spelt = dict(zip(written["employer_name"].to_pylist(), written["employer_id"].to_pylist(), strict=True))
        shown = self._resolved.employers.employers["employer"].to_pylist()
        names = []
        for name in self.settings.focus:
            found = name if name in known else shown[spelt[name]] if spelt.get(name) is not None else None
            if found not in known:
                raise SettingsError(f"no employer is called {name!r}", where="focus", expected="a name in the records")
            names.append(found)
        return list(dict.fromkeys(names))

    def _facts(self, options: Options, draw: int | None = None) -> _Built:
        key = self._career_key(options, draw)
        if key not in self._built:
            self._progress("building careers", 0.2)
            self._built[key] = self._build(options, self._folder / f"careers_{len(self._built)}", key[-1])
        return self._built[key]

    def _career_key(self, options: Options, draw: int | None) -> tuple[Any, ...]:
        """What decides careers; the seed of the dates drawn comes last."""
        seed = None if draw is None else options.seed * 1_000 + draw
        if options.dates == "impute":  # which without a draw is the middle
            options = replace(options, dates="middle")
        window = options.delay_months if self._reading.vintages else 0
        return (*(getattr(options, name) for name in CAREER_OPTIONS), window, seed)

    def _build(self, options: Options, folder: Path, draw: int | None) -> _Built:
        found = self._resolved
        owners = owners_in_force(found.employers.ownership, self.as_of, options)
        jobs = self._jobs(options)
        careers = build_careers(self._engine, jobs, owners, self.as_of, options, folder, draw, found.ids)
        facts = Facts(
            careers.spells,
            self._engine.add("employers", found.employers.employers),
            self._engine.add("roles", found.roles),
            found.employers.employers.select(["employer_id", "employer", "group_id", "group"]),
            self.as_of,
            self._endings_until(careers.spells, self._of_people(found.sightings, options)),
            self._engine.add("lists", found.employers.lists),
            *self._known_when(options),
        )
        return _Built(careers, facts)

    def _known_when(self, options: Options) -> tuple[Vintages | None, dict[str, pa.Table]]:
        """What each of several vintages knew, and how late it became known; nothing where there is one state alone."""
        vintages = self._reading.vintages
        if not vintages:
            return None, {}
        key = tuple(getattr(options, name) for name in (*CAREER_OPTIONS, "delay_months"))
        if key not in self._vintages:
            self._progress("building the careers of each vintage", 0.25)
            names, files = self._resolved.employers.names, [vintage.file for vintage in vintages]
            tables = resolving.resolve_vintages(self._engine, files, names, self.settings)
            positions = [self._of_people(table, options) for table in tables]
            folder, days = self._folder / f"vintages_{len(self._vintages)}", [vintage.day for vintage in vintages]
            known = known_by_vintage(self._engine, [p for p in positions if p is not None], days, options, folder)
            counted = {
                which: self._engine.run(known_when(known, which, options.delay_months))
                for which in ("hires", "separations")
            }
            self._vintages[key] = known, counted
        return self._vintages[key]

    def _endings_until(self, spells: ir.Table, sightings: ir.Table | None) -> dt.date | None:
        """The last day up to which endings could be seen in full, where there are sightings; null elsewhere.

        A stay at the last sighting of a person is censored there, so that few endings are seen before people have had
        the time to be seen again; and none ever where nobody was seen at another employer. What lies beyond is not told
        of other sources either, since people would seem to go who were only last seen; but for a few sightings among
        many positions nothing is cut off.
        """
        if sightings is None or self._sightings_share() < FEW_SIGHTINGS:
            return None
        ended = spells.filter(spells.main_end.notnull() & spells.ended)
        any_ended = self._engine.run(ended.aggregate(n=ended.count()))["n"][0].as_py()
        until = seen_until(self._engine.run(times_seen_again(sightings))) if any_ended else None
        return until or dt.date.min

    def _sightings_share(self) -> float:
        """Sightings among all records, 0 to 1."""
        tables = (self._resolved.sightings, self._resolved.positions)
        seen, told = (
            0 if table is None else self._engine.run(table.aggregate(n=table.count()))["n"][0].as_py()
            for table in tables
        )
        return seen / max(seen + told, 1)

    def _jobs(self, options: Options) -> ir.Table:
        parts = []
        positions = self._of_people(self._resolved.positions, options)
        sightings = self._of_people(self._resolved.sightings, options)
        if positions is not None:
            parts.append(positions)
        if sightings is not None:
            parts.append(positions_from_sightings(sightings, options))
        if len(parts) == 1:
            return parts[0]
        return parts[0].union(parts[1].select(parts[0].columns))

    def _of_people(self, table: ir.Table | None, options: Options) -> ir.Table | None:
        """Records with their people as the options want them: resolved, and without those in doubt."""
        return None if table is None else self._who(options).applied(table, options)

    def _who(self, options: Options) -> persons.Persons:
        if options.people == "as_given" and options.doubtful_people == "keep":
            return persons.Persons(None, None, None)
        if self._persons is None:
            self._progress("resolving people", 0.15)
            self._persons = persons.find_persons(
                self._reader, self._engine, self._reading, self._resolved.employers.names, self.settings.as_of,
                self.as_of, self._folder / "people",
            )  # fmt: skip
        return self._persons


def check_request(
    name: str,
    by: str | Sequence[str] | None = None,
    where: Mapping[str, str | Sequence[str]] | None = None,
    options: Options | None = None,
) -> tuple[Measure, Request]:
    """The measure of a name and what is asked of it; raises SettingsError for what it does not know."""
    known = declared()
    if name not in known:
        raise SettingsError(f"there is no measure {name!r}", expected="one of " + ", ".join(known))
    measure = known[name]
    parts = tuple((k, (v,) if isinstance(v, str) else tuple(map(str, v))) for k, v in (where or {}).items())
    names = (by,) if isinstance(by, str) else by
    request = Request(measure.default_by if names is None else tuple(names), parts, options or Options())
    measure.check(request)
    return measure, request


def read(
    paths: str | Path | Sequence[str | Path],
    settings: Settings | None = None,
    *,
    as_of: dt.date | None = None,
    engine: str = "duckdb",
    master: str = "local[2]",
    memory: str = "",
    progress: Progress = _silent,
) -> Market:
    """The market that files and folders tell of.

    ``settings`` are what a ``mercato.toml`` says (one in a folder among ``paths`` is read by itself); ``as_of`` the
    last day to know of, by default the last day that the records tell of; ``engine`` is ``duckdb`` or ``spark``. Raises
    DataError for input that cannot be read and SettingsError for settings that make no sense.
    """
    inputs = [Path(paths)] if isinstance(paths, (str, Path)) else [Path(p) for p in paths]
    chosen = settings_of(inputs, settings or Settings())
    if as_of is not None:
        chosen = replace(chosen, as_of=as_of)
    read_margins(chosen.margins)
    folder = Path(tempfile.mkdtemp(prefix="mercato-"))
    held: list[Engine] = []
    try:
        reader = DuckDB(memory=memory, scratch=folder)
        held.append(reader)
        reading = read_sources(inputs, reader, folder, chosen, progress)
        asking.refuse_mere_reports(reading)
        _warn_of_rejects(reading.sources, progress)
        if doubt := asking.doubts_of_minimum(chosen.options):
            progress(doubt)
        runner = reader if engine == "duckdb" else open_engine(engine, master=master)
        held.append(runner)
        return Market(reading, runner, reader, folder, chosen, progress)
    except BaseException:
        for each in held:
            each.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _warn_of_rejects(sources: Sequence[Source], progress: Progress) -> None:
    for source in sources:
        for note in source.notes:
            if "--dates" in note:
                progress(f"WARNING: {source.name}: {note}.")
        if source.rejected > source.read * MANY_REJECTED:
            progress(
                f"WARNING: {source.rejected / source.read:.0%} of the records of {source.name} were rejected, so what "
                "follows may not be told of the whole. `mercato check` says why; where dates are in doubt, --dates "
                "settles them."
            )


def settings_of(inputs: list[Path], settings: Settings) -> Settings:
    """The settings, with those of each folder's own ``mercato.toml``."""
    for path in inputs:
        file = path / "mercato.toml"
        if path.is_dir() and file.is_file():
            settings = load_settings(file, settings)
    return settings
