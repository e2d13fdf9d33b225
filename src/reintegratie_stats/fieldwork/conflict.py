"""Why a design is impossible: the smallest set of demands that cannot hold together, found exactly.

A set of demands is a smallest conflict when no draw meets them all and no conflict has fewer. It is found by implicit
hitting sets: every set of demands whose removal makes the design possible must meet every conflict, so a smallest set
that meets all such sets seen so far is either a conflict, and then a smallest one, or shows another such set.

References
----------
A. Ignatiev, A. Previti, M. Liffiton and J. Marques-Silva (2015), Smallest MUS extraction with minimal hitting set
dualization. CP 2015, LNCS 9255, 173-182.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from reintegratie_stats.errors import listing
from reintegratie_stats.fieldwork.milp import Programme, maximise
from reintegratie_stats.fieldwork.population import Bools, Population
from reintegratie_stats.fieldwork.rules import Row, Rule, stacked

MANY = 5
"""How many conflicts that share no demand are told at once."""


@dataclass(frozen=True, eq=False)
class Conflict:
    """Demands that cannot hold together, and per demand what would let the others hold."""

    rules: tuple[Rule, ...]
    ways: tuple[str, ...]


def possible(rules: Sequence[Rule], shut: Bools) -> Bools | None:
    """Return a choice (n, booleans) that meets all demands, or None where there is none."""
    if not rules:
        return np.zeros(len(shut), dtype=np.bool_)
    found = maximise(Programme.choosing(*stacked(rules), shut), np.zeros(1))
    return None if found is None else found.chosen


def conflicts(rules: Sequence[Rule], population: Population) -> tuple[Conflict, ...]:
    """Return a smallest conflict, then a smallest one among the other demands, and so on; none if all can hold."""
    found: list[Conflict] = []
    left = list(rules)
    while len(found) < MANY and possible(left, population.shut) is None:
        smallest = smallest_conflict(left, population.shut)
        found.append(Conflict(smallest, tuple(_way(rule, smallest, population) for rule in smallest)))
        left = [rule for rule in left if rule not in smallest]
    return tuple(found)


def smallest_conflict(rules: Sequence[Rule], shut: Bools) -> tuple[Rule, ...]:
    """Return a smallest set of demands that cannot hold together; the demands together cannot.

    Which of several smallest ones depends on the order of the demands only, not on the solver: it is asked nothing but
    whether sets of demands can hold.
    """
    corrections: list[frozenset[int]] = []
    while True:
        tried = hitting_set(corrections)
        chosen = possible([rules[k] for k in sorted(tried)], shut)
        if chosen is None:
            return tuple(rules[k] for k in sorted(tried))
        corrections.append(frozenset(range(len(rules))) - _grown(tried, chosen, rules, shut))


def _grown(start: frozenset[int], chosen: Bools, rules: Sequence[Rule], shut: Bools) -> frozenset[int]:
    """Add demands in their order as long as all can hold: what is left out is then a smallest loss of its kind."""
    kept = set(start)
    for k, rule in enumerate(rules):
        if k in kept:
            continue
        if rule.short(chosen):
            other = possible([rules[j] for j in sorted({*kept, k})], shut)
            if other is None:
                continue
            chosen = other
        kept.add(k)
    return frozenset(kept)


def hitting_set(sets: Sequence[frozenset[int]]) -> frozenset[int]:
    """Return a smallest set that has an element of each of the sets; of several, one that the sets alone decide.

    Examples
    --------
    >>> sorted(hitting_set([frozenset({1, 2}), frozenset({2, 3}), frozenset({1, 3})]))
    [1, 2]
    """
    for size in count():
        found = _hit(sets, frozenset(), size)
        if found is not None:
            return found
    raise AssertionError  # pragma: no cover (count has no end)


def _hit(sets: Sequence[frozenset[int]], taken: frozenset[int], room: int) -> frozenset[int] | None:
    unmet = [inside for inside in sets if not inside & taken]
    if not unmet:
        return taken
    if _apart(unmet) > room:
        return None
    for element in sorted(sorted(unmet, key=_small_first)[0]):
        found = _hit(unmet, taken | {element}, room - 1)
        if found is not None:
            return found
    return None


def _small_first(inside: frozenset[int]) -> tuple[int, list[int]]:
    return len(inside), sorted(inside)


def _apart(sets: Sequence[frozenset[int]]) -> int:
    """Return a number of sets that share nothing: so many elements are needed at least."""
    seen: set[int] = set()
    number = 0
    for inside in sorted(sets, key=_small_first):
        if not inside & seen:
            seen |= inside
            number += 1
    return number


# --- what would have to give -------------------------------------------------------------------


def _way(rule: Rule, conflict: Sequence[Rule], population: Population) -> str:
    others = [other for other in conflict if other is not rule]
    if rule.kind == "must_have":
        return f"{rule.name} out"
    if rule.each:
        return _bound(rule, others, population)
    row = rule.rows[0]
    most = _reach(others, row, population, most=True)
    least = _reach(others, row, population, most=False)
    if rule.kind == "must_not_have":
        return f"{rule.name}: at least {least} of these back in"
    if rule.kind == "certainty":
        return f"{rule.name}: at most {most} of {row.high} certain"
    said = [f"at most {most}"] if most is not None else []
    said += [f"at least {least}"] if least is not None else []
    return f"{rule.name} {' or '.join(said)}"


def _reach(others: Sequence[Rule], row: Row, population: Population, *, most: bool) -> int | None:
    """Return the number nearest to what a row asks that the other demands leave room for, from below or from above."""
    n = int(row.members.sum())
    low, high = (0, row.low - 1) if most else (row.high + 1, n)
    if low > high:
        return None
    room = Rule("quota", "", (Row("", row.members, low, high),))
    gain = np.where(row.members, 1, 0) * (1 if most else -1)
    found = maximise(Programme.choosing(*stacked([*others, room]), population.shut), gain)
    return None if found is None else abs(found.value)


def _bound(rule: Rule, others: Sequence[Rule], population: Population) -> str:
    """Return the number for every category of a trait that is nearest to what is asked and possible."""
    down = rule.kind == "minimum"
    steps = range(rule.number - 1, -1, -1) if down else range(rule.number + 1, len(population) + 1)
    for number in steps:
        rows = (replace(row, low=number) if down else replace(row, high=number) for row in rule.rows)
        eased = replace(rule, rows=tuple(rows), number=number)
        if possible([*others, eased], population.shut) is not None:
            return f"{rule.name} at {'most' if down else 'least'} {number}"
    return f"{rule.name} dropped"


def explain(found: Sequence[Conflict], population: Population, relaxed: Sequence[str] = ()) -> str:
    """Return the message of an impossible design."""
    parts = []
    for k, conflict in enumerate(found):
        number = len(conflict.rules)
        what = "1 demand cannot be met" if number == 1 else f"{number} demands cannot hold together, any fewer can"
        head = "The design is impossible: " if k == 0 else "Apart from these, "
        lines = [f"- {_asked(rule, population)}" for rule in conflict.rules]
        give = f"What would have to give: {'; or '.join(conflict.ways)}."
        parts.append("\n".join([f"{head}{what}.", *lines, give]))
    asked = [rule for conflict in found for rule in conflict.rules if rule.kind != "must_not_have"]
    names = listing([rule.name for rule in asked])
    after = f" (after relaxing {listing(relaxed)})" if relaxed else ""
    return "\n".join(
        [*parts, f"Nothing was drawn{after}; relax= takes the names of demands that may give way ({names})."]
    )


def _asked(rule: Rule, population: Population) -> str:
    """Say a demand with how many gemeenten there are for it."""
    if rule.kind == "must_have":
        return rule.text
    if rule.each:
        if rule.kind != "minimum":
            return rule.text
        few = [(row.category, int((row.members & ~population.shut).sum())) for row in rule.rows]
        few = [(name, number) for name, number in few if number < rule.number]
        return rule.text + (f"; available: {listing([f'{name} {number}' for name, number in few])}" if few else "")
    members = rule.rows[0].members
    here = population.ids[members & ~population.shut]
    if rule.kind in ("certainty", "must_not_have"):
        return f"{rule.text} ({listing(here)})"
    shut = int((members & population.shut).sum())
    names = f" ({listing(here)})" if 0 < len(here) < rule.number else ""
    also = f", and {shut} that cannot be judged" if shut else ""
    return f"{rule.text}; available: {len(here)}{names}{also}"
