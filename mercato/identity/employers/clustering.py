"""Keys of names → employers: the rules, then linkage of what is left, then what the user decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mercato.identity.employers.acronyms import told_in
from mercato.identity.employers.joining import Clusters, Join, Name, join_by_rules
from mercato.identity.employers.likeness import Pair, Telling, pairs_of, probability
from mercato.identity.employers.normalise import reduce_name
from mercato.identity.employers.parts import is_brand
from mercato.identity.employers.tellings import tellings_of
from mercato.identity.lexicon import lexicon

Shared = Callable[[Sequence[tuple[Collection[str], Collection[str]]]], Sequence[tuple[int, int, int]]]
"""For pairs of sets of keys: people who have a name of the first, of the second, and of both."""


@dataclass(frozen=True)
class Decision:
    """Two clusters (by a key of each) that may be one employer: the probability, what came of it, and the evidence."""

    left: str
    right: str
    probability: float
    outcome: str
    evidence: tuple[tuple[str, str, float], ...]


@dataclass
class Clustering:
    """The clusters of keys with the joins that made them, and the pairs that were weighed."""

    clusters: Clusters
    decisions: list[Decision] = field(default_factory=list)

    def root(self, key: str) -> str:
        return self.clusters.root(key)


@dataclass(frozen=True)
class Told:
    """What the user and the lists say: keys that are employers of their own, pairs that stay apart, other keys.

    decided: keys that the user says are of another.
    """

    anchors: frozenset[str] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    decided: Mapping[str, str] = field(default_factory=dict)


def cluster(
    names: Mapping[str, Name], spellings: Iterable[tuple[str, int]], told: Told, shared: Shared | None = None
) -> Clustering:
    """The employers among keys of names.

    ``spellings`` are the names as written, with their people: short forms are read from them. ``shared`` counts the
    people that clusters have in common, where the records can be asked.
    """
    found = Clustering(Clusters(anchors=told.anchors, apart=_both_ways(told.apart)))
    for key, other in told.decided.items():
        found.clusters.join(Join(key, other, "alias", "the user's list"))
    forms = []
    for spelling, people in spellings:
        if form := told_in(spelling):
            long = reduce_name(form[1]).key
            forms.append((form[0], told.aliases.get(long, long), people))
    join_by_rules(names, found.clusters, forms, told.aliases)
    _join_likely(names, found, shared)
    return found


def _both_ways(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for left, right in pairs:
        found[left].add(right)
        found[right].add(left)
    return dict(found)


def _join_likely(names: Mapping[str, Name], found: Clustering, shared: Shared | None) -> None:
    """Joins the pairs above the threshold, surest first, each to the cluster of more people."""
    clusters = found.clusters
    roots, tellings = tellings_of(names, clusters)
    pairs = _best(pairs_of(tellings), roots)
    if shared is not None:
        pairs = _with_people(pairs, names, clusters, shared)
    people: Counter[str] = Counter()
    for key, name in names.items():
        people[clusters.root(key)] += name.people
    stems = {"".join(told.words) for told in tellings}
    limits = lexicon("weights")
    for (left, right), pair in sorted(pairs.items(), key=lambda item: (-item[1].bits, item[0])):
        chance = probability(pair.bits)
        if chance < limits["review"]:
            break
        few, many = sorted((left, right), key=lambda root: (people[root], root))
        outcome = "apart" if clusters.told_apart(few, many) else "review"
        if chance >= limits["joined"] and clusters.root(few) == few and not _names_another(pair, tellings, stems):
            reason = ", ".join(level for comparison, level, _ in pair.levels if comparison == "name")
            outcome = "joined" if clusters.join(Join(few, many, "likeness", reason, chance)) else "apart"
        found.decisions.append(Decision(few, many, chance, outcome, pair.levels))


def _names_another(pair: Pair, tellings: Sequence[Telling], stems: Collection[str]) -> bool:
    """Whether what one of two names has more than the other is another employer: "Sony Ericsson" beside "Sony"."""
    if not any(level == "brand_and_more" for _, level, _ in pair.levels):
        return False
    left, right = (tellings[number].words for number in (pair.left, pair.right))
    more = [word for word in (*left, *right) if word not in left or word not in right]
    return "".join(more) in stems or is_brand(more)


def _best(pairs: Iterable[Pair], roots: Sequence[str]) -> dict[tuple[str, str], Pair]:
    """The best pair of wordings of each pair of clusters."""
    best: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        left, right = sorted((roots[pair.left], roots[pair.right]))
        if left != right:
            known = best.setdefault((left, right), pair)
            if pair.bits > known.bits:
                best[left, right] = pair
    return best


MANY, FEW_OF_ALL, SEEN_OFTEN = 3, 0.2, 20


def _with_people(
    pairs: dict[tuple[str, str], Pair], names: Mapping[str, Name], clusters: Clusters, shared: Shared
) -> dict[tuple[str, str], Pair]:
    """The pairs with the evidence of people who have both names, asked only where it could matter."""
    keys: dict[str, list[str]] = defaultdict(list)
    for key in names:
        keys[clusters.root(key)].append(key)
    order = sorted(pairs)
    counts = shared([(keys[left], keys[right]) for left, right in order]) if order else []
    made = {}
    for both, (left, right, common) in zip(order, counts, strict=True):
        made[both] = pairs[both].with_level("people", _level_of_people(left, right, common))
    return made


def _level_of_people(left: int, right: int, common: int) -> str:
    if common >= MANY and common >= FEW_OF_ALL * min(left, right):
        return "many"
    if common:
        return "some"
    return "none" if min(left, right) >= SEEN_OFTEN else "unknown"
