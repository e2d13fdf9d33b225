"""Simulated registers for the rules on the unusual: clean ones, and ones with a defect planted in them.

A set is arrays: a row's gemeente, first day and last day (as day numbers). The counts that rules need are made of them
directly, so that hundreds of sets can be judged; that the engine counts the same is a test of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd

from reintegratie_stats.periods import day_number
from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.rule import UnusualRule
from reintegratie_stats.quality.rules import read_rules
from reintegratie_stats.quality.unusual import JUDGES
from reintegratie_stats.quality.unusual_case import Case
from reintegratie_stats.quality.unusual_counts import ByDay, Cells, Counted, first_days, months_of, period_of

Ints = npt.NDArray[np.int64]

START, STOP = dt.date(2011, 1, 1), dt.date(2019, 1, 1)
DAY = dt.date(2018, 12, 31)
GEMEENTEN = 300
RULES = read_rules()


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of a register; `end` is -1 where a row runs on."""

    gemeente: Ints
    begin: Ints
    end: Ints

    def keep(self, chosen: npt.NDArray[np.bool_]) -> Rows:
        return Rows(self.gemeente[chosen], self.begin[chosen], self.end[chosen])

    def to_frame(self) -> pd.DataFrame:
        """As bijstand: every row of a person of its own."""
        return pd.DataFrame(
            {
                "persoon_id": [f"{place:09d}" for place in range(1, len(self.begin) + 1)],
                "gemeente": [name(place) for place in self.gemeente.tolist()],
                "begindatum": self.begin.astype("datetime64[D]").astype("datetime64[s]"),
                "einddatum": np.where(self.end < 0, np.datetime64("NaT"), self.end.astype("datetime64[D]")).astype(
                    "datetime64[s]"
                ),
                "reden_einde": pd.array([None] * len(self.begin), dtype="string"),
            }
        )


def name(gemeente: int) -> str:
    return f"GM{9001 + gemeente}"


def number(year: int, month: int = 1, day: int = 1) -> int:
    return day_number(dt.date(year, month, day))


def clean(seed: int, *, gemeenten: int = GEMEENTEN, per_month: float = 3.0) -> Rows:
    """Begins at random days, gemeenten of all sizes (the smallest has a row a year), an exponential duration."""
    random = np.random.default_rng((seed, 1))
    size = np.exp(random.normal(np.log(per_month), 1.1, gemeenten)).clip(0.08, 400.0)
    return _rows(random, size, number(2011), number(2019), 500.0)


def small(seed: int) -> Rows:
    """A region: twelve gemeenten, the middle one with thirty rows a year."""
    return clean(seed, gemeenten=12, per_month=2.5)


def lively(seed: int) -> Rows:
    """As real series are: a season, a slow wave, growth of gemeenten, exits that differ, some heaping everywhere."""
    random = np.random.default_rng((seed, 2))
    size = np.exp(random.normal(np.log(4.0), 1.1, GEMEENTEN)).clip(0.1, 400.0)
    rows = _rows(random, size, number(2011), number(2019), 500.0 * np.exp(random.normal(0.0, 0.15, GEMEENTEN)))
    day = rows.begin - number(2011)
    season = 0.8 + 0.12 * np.cos(2 * np.pi * day / 365.25) + 0.06 * np.sin(2 * np.pi * day / 1800.0)
    growth = random.normal(0.0, 0.1, GEMEENTEN)[rows.gemeente] * (day / 2922.0 - 0.5)
    rows = rows.keep(random.random(len(day)) < season + growth)
    heaping = random.beta(3.0, 60.0, GEMEENTEN)
    moved = random.random(len(rows.begin)) < heaping[rows.gemeente]
    return to_first(rows, moved)


def with_stock(seed: int) -> Rows:
    """A register that holds what ran on or after 1 January 2011: earlier rows only as far as they had not ended."""
    random = np.random.default_rng((seed, 3))
    size = np.exp(random.normal(np.log(3.0), 1.1, GEMEENTEN)).clip(0.1, 400.0)
    rows = _rows(random, size, number(2003), number(2019), 700.0)
    return rows.keep((rows.end < 0) | (rows.end >= number(2011)))


def _rows(random: np.random.Generator, size: Any, start: int, stop: int, lasting: Any) -> Rows:
    counts = random.poisson(size * (stop - start) / 30.4375)
    gemeente = np.repeat(np.arange(len(size)), counts)
    begin = start + (random.random(len(gemeente)) * (stop - start)).astype(np.int64)
    mean = np.broadcast_to(lasting, len(size))[gemeente]
    end = begin + np.ceil(random.exponential(1.0, len(gemeente)) * mean).astype(np.int64)
    return Rows(gemeente, begin, np.where(end > day_number(DAY), -1, end))


def to_first(rows: Rows, moved: npt.NDArray[np.bool_]) -> Rows:
    """Let some rows begin on the first day of their month."""
    return replace(rows, begin=np.where(moved, first_days(months_of(rows.begin)), rows.begin))


def in_days(days: Ints, first: int, stop: int) -> npt.NDArray[np.bool_]:
    return np.asarray((days >= first) & (days < stop))


# defects


def large(rows: Rows, place: int = 20) -> int:
    """A gemeente that is neither small nor one of the largest: the twentieth."""
    return int(np.argsort(-np.bincount(rows.gemeente, minlength=GEMEENTEN), kind="stable")[place - 1])


def year_missing(rows: Rows, seed: int) -> Rows:
    return rows.keep(~in_days(rows.begin, number(2014), number(2015)))


def quarter_missing(rows: Rows, seed: int) -> Rows:
    return rows.keep(~in_days(rows.begin, number(2014, 4), number(2014, 7)))


def years_glued(rows: Rows, seed: int) -> Rows:
    """From 2015 on a third of the rows is not delivered."""
    random = np.random.default_rng((seed, 11))
    return rows.keep((rows.begin < number(2015)) | (random.random(len(rows.begin)) < 2 / 3))


def stock_lost(rows: Rows, seed: int) -> Rows:
    """What runs on 31 December 2014 is cut off there, and of it nine in ten come back the day after."""
    random = np.random.default_rng((seed, 12))
    cut = number(2015)
    runs = (rows.begin < cut) & ((rows.end < 0) | (rows.end >= cut))
    back = runs & (random.random(len(runs)) < 0.9)
    first = replace(rows, end=np.where(runs, cut - 1, rows.end))
    again = rows.keep(back)
    return Rows(
        np.concatenate([first.gemeente, again.gemeente]),
        np.concatenate([first.begin, np.full(len(again.begin), cut)]),
        np.concatenate([first.end, again.end]),
    )


def first_of_month(rows: Rows, seed: int) -> Rows:
    """In 2016 a tenth of the rows is moved to the first of the month."""
    random = np.random.default_rng((seed, 13))
    return to_first(rows, in_days(rows.begin, number(2016), number(2017)) & (random.random(len(rows.begin)) < 0.1))


def one_heaps(rows: Rows, seed: int) -> Rows:
    """In one gemeente a quarter of the rows is moved to the first of the month."""
    random = np.random.default_rng((seed, 14))
    return to_first(rows, (rows.gemeente == large(rows)) & (random.random(len(rows.begin)) < 0.25))


def ends_stop(rows: Rows, seed: int) -> Rows:
    """From 2016 on half of the ends is not registered."""
    random = np.random.default_rng((seed, 15))
    lost = (rows.end >= number(2016)) & (random.random(len(rows.end)) < 0.5)
    return replace(rows, end=np.where(lost, -1, rows.end))


def one_without_ends(rows: Rows, seed: int) -> Rows:
    """One gemeente registers six in ten of its ends."""
    random = np.random.default_rng((seed, 16))
    lost = (rows.gemeente == large(rows)) & (random.random(len(rows.end)) < 0.4)
    return replace(rows, end=np.where(lost, -1, rows.end))


def one_vanishes(rows: Rows, seed: int) -> Rows:
    return rows.keep((rows.gemeente != large(rows)) | (rows.begin < number(2017)))


def one_appears(rows: Rows, seed: int) -> Rows:
    return rows.keep((rows.gemeente != large(rows)) | (rows.begin >= number(2013)))


def one_gap(rows: Rows, seed: int) -> Rows:
    return rows.keep((rows.gemeente != large(rows)) | ~in_days(rows.begin, number(2014, 7), number(2015, 7)))


def one_dips(rows: Rows, seed: int) -> Rows:
    """One gemeente delivers a quarter of a half-year."""
    random = np.random.default_rng((seed, 17))
    hit = (rows.gemeente == large(rows)) & in_days(rows.begin, number(2014, 7), number(2015))
    return rows.keep(~hit | (random.random(len(rows.begin)) < 0.25))


DEFECTS: Mapping[str, tuple[Callable[[Rows, int], Rows], str]] = {
    "a delivery year is missing": (year_missing, "maand_zonder_begin"),
    "a quarter is missing": (quarter_missing, "maand_zonder_begin"),
    "from a year on a third is not delivered": (years_glued, "sprong_jaargrens"),
    "the stock is cut at a year's boundary, a tenth lost": (stock_lost, "sprong_jaargrens"),
    "the same, seen on 1 January": (stock_lost, "stapeling_1_januari"),
    "the same, seen on 31 December": (stock_lost, "stapeling_31_december"),
    "a tenth of a year on the first of the month": (first_of_month, "stapeling_eerste_dag"),
    "a quarter of a gemeente on the first of the month": (one_heaps, "stapeling_gemeente"),
    "half of the ends not registered for three years": (ends_stop, "open_einden_jaar"),
    "four in ten ends of a gemeente not registered": (one_without_ends, "open_einden_gemeente"),
    "a gemeente vanishes for two years": (one_vanishes, "gemeente_verdwijnt"),
    "a gemeente appears after two years": (one_appears, "gemeente_verdwijnt"),
    "a gemeente is gone for a year": (one_gap, "gemeente_verdwijnt"),
    "a gemeente delivers a quarter of a half-year": (one_dips, "gemeente_terugval"),
}
"""What is planted, and the rule that is to find it."""

JUDGED = (
    "sprong_jaargrens",
    "maand_zonder_begin",
    "stapeling_eerste_dag",
    "stapeling_laatste_dag",
    "stapeling_1_januari",
    "stapeling_31_december",
    "stapeling_gemeente",
    "open_einden_jaar",
    "open_einden_gemeente",
    "gemeente_verdwijnt",
    "gemeente_terugval",
)
"""The rules that test something: the others count rows, or name months and days that are known."""


# judging


def counted(rows: Rows, table: str = "bijstand") -> Counted:
    """The counts of a set, as the engine would give them."""
    columns = {"persoon_id": "string", "gemeente": "string", "begindatum": "date", "einddatum": "date"}
    made = Counted(table, ibis.table(columns, name=table), engine=None)  # type: ignore[arg-type]
    ended = rows.end >= 0
    begin, end = months_of(rows.begin), np.where(ended, months_of(np.maximum(rows.end, 0)), -1)
    turn = rows.begin == first_days(begin)
    keys, place, sizes = np.unique(rows.gemeente * 100_000 + begin, return_inverse=True, return_counts=True)
    used, gemeente = np.unique(keys // 100_000, return_inverse=True)
    sums = [np.bincount(place, weights=flag).astype(np.int64) for flag in (turn, ~ended)]
    pairs, pair_sizes = np.unique(begin * 100_000 + end + 1, return_counts=True)
    made.__dict__.update(
        begins=ByDay(*np.unique(rows.begin, return_counts=True)),
        ends=ByDay(*np.unique(rows.end[ended], return_counts=True)),
        cells=Cells(tuple(map(name, used.tolist())), gemeente, keys % 100_000, sizes, *sums, 0),
        life=(pairs // 100_000, pairs % 100_000 - 1, pair_sizes),
    )
    return made


def judge(rows: Rows | None, rule: str | UnusualRule, *, seen: Counted | None = None, day: dt.date = DAY) -> Finding:
    """What a rule finds in a set, or in counts that were made of one."""
    one = counted(rows) if seen is None and rows is not None else seen
    assert one is not None
    chosen = RULES[rule] if isinstance(rule, str) else rule
    return JUDGES[chosen.name](Case(chosen, one, period_of(one, day, None, 3), day))
