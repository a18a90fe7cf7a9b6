"""Keys of names joined to clusters, each join with the layer and the reason that made it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from mercato.identity.employers import acronyms, institutions
from mercato.identity.employers.known import famous
from mercato.identity.employers.legal_forms import hanging
from mercato.identity.employers.normalise import joined
from mercato.identity.employers.parts import Parts, beside, businesses, is_brand, is_institution, is_strong, parts_of
from mercato.identity.places import is_place
from mercato.identity.vocabulary import is_common, singular


@dataclass(frozen=True)
class Name:
    """One key of names: its words, a name as written, the people behind all of the key's names, other wordings."""

    key: str
    tokens: tuple[str, ...]
    spelling: str
    people: int
    country: str = ""
    wordings: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Join:
    """Why a key is in the cluster of another: the layer, the reason in words, and a score from 0 to 1."""

    key: str
    other: str
    layer: str
    reason: str
    score: float = 1.0


@dataclass
class Clusters:
    """Disjoint sets of keys with the joins that made them.

    Two ``anchors`` are never in one set, nor two keys that are told ``apart``; an anchor is the root of its set.
    """

    anchors: frozenset[str] = frozenset()
    apart: dict[str, set[str]] = field(default_factory=dict)
    parent: dict[str, str] = field(default_factory=dict)
    joins: dict[str, Join] = field(default_factory=dict)
    _held: dict[str, set[str]] = field(default_factory=dict)

    def root(self, key: str) -> str:
        found = key
        while (above := self.parent.get(found, found)) != found:
            found = above
        while (above := self.parent.get(key, key)) != found and key != found:
            self.parent[key], key = found, above
        return found

    def join(self, join: Join) -> bool:
        """Put a key and all that is with it to another's set; False where they are together or must stay apart."""
        low, high = self.root(join.key), self.root(join.other)
        if low == high or (low in self.anchors and high in self.anchors) or self._stay_apart(low, high):
            return False
        if low in self.anchors:
            low, high = high, low
        self.parent[low] = high
        if low in self.apart or low in self._held:
            self._held.setdefault(high, set()).update(self._told_in(low))
        self.joins.setdefault(join.key, join)
        return True

    def keep_apart(self, key: str, other: str) -> None:
        """Let no later join bring two keys together that are not yet."""
        if self.root(key) == self.root(other):
            return
        for one, another in ((key, other), (other, key)):
            self.apart.setdefault(one, set()).add(another)
            self._held.setdefault(self.root(one), set()).add(one)

    def told_apart(self, key: str, other: str) -> bool:
        """Whether two keys, or any that are with them, must stay apart."""
        return self._stay_apart(self.root(key), self.root(other))

    def _told_in(self, root: str) -> set[str]:
        """The keys of a set that are told apart from any."""
        return self._held.get(root, set()) | ({root} if root in self.apart else set())

    def _stay_apart(self, low: str, high: str) -> bool:
        if not self.apart:
            return False
        here, there = self._told_in(low), self._told_in(high)
        return any(not self.apart[key].isdisjoint(there) for key in here)


def join_by_rules(
    names: Mapping[str, Name],
    clusters: Clusters,
    told: Iterable[tuple[str, str, int]] = (),
    aliases: Mapping[str, str] | None = None,
) -> None:
    """Joins what the rules join, layer by layer: short forms, parts of companies and of institutions.

    ``told`` are the short forms that names hold: (short form, key of the long one, people); ``aliases`` lead a key to
    another, which need not be among the names.
    """
    sure = acronyms.short_forms([t for t in told if t[1] in names], {key: key for key in names})
    leading = {form: key for form, key in sure.items() if len(form) > acronyms.SHORTEST or form not in _SHARED}
    short = {**leading, **{other: key for other, key in (aliases or {}).items() if key in names}}
    companies = {key: name for key, name in names.items() if not is_institution(name.tokens)}
    brands = _join_companies(companies, names, short, clusters)
    _join_networks(names, clusters)
    _join_institutions({key: name for key, name in names.items() if key not in companies}, companies, short, clusters)
    _join_short_forms(names, sure, clusters)
    _join_doubled(names, short, clusters)
    _join_led(companies, names, {**brands, **short}, clusters)
    _join_cut_off(names, clusters)


def _join_short_forms(names: Mapping[str, Name], told: Mapping[str, str], clusters: Clusters) -> None:
    for short, long in sorted(told.items()):
        if short in names and clusters.root(short) == short:
            clusters.join(Join(short, long, "short form", "the short form of it in other names"))


def _join_companies(
    companies: Mapping[str, Name], names: Mapping[str, Name], short: Mapping[str, str], clusters: Clusters
) -> dict[str, str]:
    """ "Huawei Technologies Sweden" to "Huawei", or to what else is left with the same words; the brands so found."""
    first: dict[str, str] = {}
    for key, name in _by_people(companies):
        found = _brand(parts_of(name.tokens), names, short)
        if found is None:
            continue
        brand = joined(list(found.brand))
        brand = short.get(brand, brand)
        target = brand if brand in names else first.setdefault(joined([singular(word) for word in found.brand]), key)
        if target != key:
            clusters.join(Join(key, target, "parts", _taken(found)))
    return first


def _by_people(names: Mapping[str, Name]) -> list[tuple[str, Name]]:
    return sorted(names.items(), key=lambda item: (-item[1].people, len(item[0]), item[0]))


def _brand(steps: list[Parts], names: Mapping[str, Name], short: Container[str]) -> Parts | None:
    """What is left of a name after as many steps as its words allow."""
    for step in reversed(steps):
        key = joined(list(step.brand))
        if "before" in step.removed and key not in names:
            continue
        if is_strong(step.brand) or ((key in short or key in famous()) and not is_common(key)):
            return step
        if (key in short or key in famous()) and "trade" not in step.removed:
            return step
        if key in names and step.removed.isdisjoint(("trade", "unit")):
            return step
    return None


def _taken(step: Parts) -> str:
    told = {
        "unit": "a part",
        "plain unit": "a part",
        "trade": "a trade",
        "place": "a place",
        "before": "a place or part before it",
    }
    return " and ".join(dict.fromkeys(said for kind, said in told.items() if kind in step.removed)) or "spelling"


def _join_institutions(
    own: Mapping[str, Name], companies: Mapping[str, Name], short: Mapping[str, str], clusters: Clusters
) -> None:
    signatures = _signatures(own)
    _tell_countries_apart(own, signatures, clusters)
    by_signature = {found: key for found, key in institutions.known_signatures().items() if key in own}
    by_words: dict[frozenset[str], str] = {}
    for key, _ in _by_people(own):
        found = signatures[key]
        other = by_signature.setdefault(found, key)
        if other != key:
            clusters.join(Join(key, other, "institution", "the same words in another language or form"))
            continue
        loose = institutions.unordered(found)
        if loose is not None and (other := by_words.setdefault(loose, key)) != key:
            clusters.join(Join(key, other, "institution", "the same words in another order"))
    standing: dict[tuple[str, ...], str] = {**by_signature}
    standing.update({(form,): long for form, long in short.items()})
    for key, name in companies.items():
        if len(name.tokens) == 1:
            standing.setdefault(name.tokens, key)
    shapes = {
        key: inner for key, found in signatures.items() if (inner := institutions.named_inside(found, own[key].tokens))
    }
    shared = Counter(shapes.values())
    for key, _ in _by_people({key: own[key] for key in shapes}):
        if shared[shapes[key]] > 1:
            standing.setdefault(shapes[key], key)
    for key, name in _by_people({**own, **companies}):
        found = signatures.get(key) or institutions.signature(name.tokens)
        if len(found) < 2 or clusters.root(key) != key:
            continue
        inside = institutions.parts_named(found, standing, short)
        if len({clusters.root(standing[inner]) for inner in inside} - {key}) == 1:
            clusters.join(Join(key, standing[inside[0]], "institution", "a part of it"))


def _join_networks(names: Mapping[str, Name], clusters: Clusters) -> None:
    """ "FhG Fokus" to "Fraunhofer Institute FOKUS"."""
    first: dict[tuple[str, str], str] = {}
    for key, name in _by_people(names):
        found = institutions.institute_of_network(name.tokens, name.spelling)
        if found is not None and (other := first.setdefault(found, key)) != key:
            clusters.join(Join(key, other, "institution", f"the institute {found[1].upper()} of one network"))


def _signatures(own: Mapping[str, Name]) -> dict[str, tuple[str, ...]]:
    """The signature of each institution; with its country where the same words stand in another for more people.

    "Universidad de los Andes, Chile" is not the one of Colombia.
    """
    found = {key: institutions.signature(name.tokens) for key, name in own.items()}
    told = {key: code for key, name in own.items() if (code := institutions.country_left_out(name.tokens))}
    people: dict[tuple[str, ...], Counter[str]] = {}
    for key, code in told.items():
        people.setdefault(found[key], Counter())[code] += own[key].people
    for key, code in told.items():
        here = people[found[key]]
        if code != min(here, key=lambda one: (-here[one], one)):
            found[key] = (*found[key], code)
    return found


def _tell_countries_apart(
    own: Mapping[str, Name], signatures: Mapping[str, tuple[str, ...]], clusters: Clusters
) -> None:
    """Lets no later evidence join institutions of the same words in two countries."""
    first: dict[tuple[str, ...], str] = {}
    for key, _ in _by_people(own):
        first.setdefault(signatures[key], key)
    abroad: dict[tuple[str, ...], list[str]] = {}
    for found, key in first.items():
        if found[-1].isupper():
            abroad.setdefault(found[:-1], []).append(key)
    for found, keys in abroad.items():
        for one, other in combinations([first[found], *keys], 2):
            clusters.keep_apart(one, other)


_SHARED = frozenset(
    ["iit", "nit", "uni", "tech", "inst", "lab", "ict", "ist", "isi", "ics", "cis", "csc", "tum", "tud"]
)
"""Short forms of so many that one source's meaning leads no longer names."""

LED_BY = 3
"""Names of an employer from which its name alone leads longer names to it."""


def _join_led(
    companies: Mapping[str, Name], names: Mapping[str, Name], short: Mapping[str, str], clusters: Clusters
) -> None:
    """ "Ericsson LMI" to "Ericsson", where that has other names and no other employer is named beside it."""
    spellings = Counter(clusters.root(key) for key in names)
    people: Counter[str] = Counter()
    for key, name in names.items():
        people[clusters.root(key)] += name.people
    for key, name in _by_people(companies):
        if clusters.root(key) != key or len(name.tokens) < 2:
            continue
        for lead, rest, place in _leads(name.tokens):
            word = joined(list(lead))
            found = word if word in names else short.get(word, word)
            if found not in names or clusters.root(found) == key or not _leads_longer(lead, word, short):
                continue
            target = clusters.root(found)
            known = spellings[target] >= LED_BY and people[target] > people[key]
            small = place == "begins" and all(len(w) < 4 or w in beside() for w in rest)
            if (known or small) and (place == "begins" or _is_aside(rest)) and not _names_other(rest, names, short):
                reason = f"{place} with its name, and {' '.join(rest)!r} is no employer"
                clusters.join(Join(key, found, "led by", reason, 0.9))
                break


def _leads(tokens: tuple[str, ...]) -> list[tuple[tuple[str, ...], tuple[str, ...], str]]:
    """The beginnings and the endings of a name, longest first, with what is left."""
    sizes = range(min(3, len(tokens) - 1), 0, -1)
    return [
        *((tokens[:n], tokens[n:], "begins") for n in sizes),
        *((tokens[-n:], tokens[:-n], "ends") for n in sizes),
    ]


def _leads_longer(lead: tuple[str, ...], word: str, short: Mapping[str, str]) -> bool:
    return is_brand(lead) or (not is_common(word) and (word in short or word in famous()))


def _is_aside(rest: tuple[str, ...]) -> bool:
    """Whether what stands before a name can only be a short form of a part, or a place."""
    return all((len(word) < 5 and not is_common(word)) or is_place((word,)) for word in rest) or is_place(rest)


def _names_other(rest: tuple[str, ...], names: Mapping[str, Name], short: Mapping[str, str]) -> bool:
    """Whether another employer, or a line of business of its own, is named beside a name."""
    if not businesses().isdisjoint(rest):
        return True
    return any(_stands_alone(rest[i:j], names, short) for i, j in combinations(range(len(rest) + 1), 2))


def _join_doubled(names: Mapping[str, Name], short: Mapping[str, str], clusters: Clusters) -> None:
    """ "UCL University College London" to the one employer that both halves name."""
    for key, name in _by_people(names):
        if len(name.tokens) < 2 or clusters.root(key) != key:
            continue
        for place in range(1, len(name.tokens)):
            halves = [joined(list(half)) for half in (name.tokens[:place], name.tokens[place:])]
            found = [half if half in names else short.get(half, "") for half in halves]
            if all(half in names and half != key for half in found) and len({clusters.root(h) for h in found}) == 1:
                clusters.join(Join(key, found[0], "short form", "two names of it, one after the other"))
                break


def _stands_alone(run: tuple[str, ...], names: Mapping[str, Name], short: Mapping[str, str]) -> bool:
    """Whether words within a name are another employer's."""
    key = joined(list(run))
    return (key in names and is_strong(run)) or key in famous() or (key in short and not is_common(key))


def _join_cut_off(names: Mapping[str, Name], clusters: Clusters) -> None:
    """ "University of Posts and" to the only name that goes on so."""
    cut = {key: name for key, name in names.items() if len(name.tokens) > 2 and _ends_open(name.spelling)}
    if not cut:
        return
    ordered = sorted((" ".join(name.tokens), key) for key, name in names.items())
    starts = [text for text, _ in ordered]
    for key, name in sorted(cut.items()):
        begun = " ".join(name.tokens) + " "
        place = bisect_left(starts, begun)
        longer = set()
        while place < len(ordered) and starts[place].startswith(begun):
            longer.add(clusters.root(ordered[place][1]))
            place += 1
        if len(longer) == 1 and clusters.root(key) not in longer:
            clusters.join(Join(key, longer.pop(), "cut off", "the only name that goes on so", 0.95))


def _ends_open(spelling: str) -> bool:
    last = spelling.rstrip(" .").rsplit(" ", 1)[-1].lower()
    return last in hanging() or last in ("&", "-", ",")
