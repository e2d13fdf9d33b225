"""Spells of bijstand: inflows that follow the plan, and the people around them.

Spells are half-open day numbers ``[van, tot)`` and become rows of dossiers by `dossier_rows`: cut,
bridged, overlapping, nested, double. Cutting never changes the period that the rows make together,
so it never changes a count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reintegratie_stats.periods import OPEN, Days
from reintegratie_stats.registers.synthetic.draws import (
    Draws,
    Flags,
    Rows,
    end_or_open,
    size_of,
    stack,
    take,
)
from reintegratie_stats.registers.synthetic.plan import (
    INSTROOM_TOT,
    INSTROOM_VAN,
    PATH,
    PEILDATUM,
    SLUITINGSDATUM,
    STATES,
    TERM_DAGEN,
    TWEEDE_PEILDATUM,
    VERLOOP,
    VERSCHIL,
)

WASHOUT, BRIDGE = 31, 30
LAST_CUT = TWEEDE_PEILDATUM - 1
"""No new dossier begins after this day."""
REDEN_EINDE = (
    "werk",
    "andere inkomsten",
    "samenwoning",
    "overig",
    "dossierwijziging",
    "verhuizing",
)
_DOSSIER, _VERHUIZING = 4, 5
_KORT, _TWEEDE_JAAR, _TWEEDE_HELFT, _ = range(len(VERLOOP))
_, _DOSSIER_LAAT, _EINDE_LAAT, _VERHUISD = range(len(VERSCHIL))


@dataclass(frozen=True, repr=False, eq=False)
class Inflows:
    """One element per inflow, in every array; states are places in the tuples of `plan`.

    `tot` is the end as it happened, `knip` the first day without benefit as the central delivery
    sees it where a later dossier is missing there, `elders` the end of benefit in another gemeente
    after a removal.
    """

    persoon: Days
    gemeente: Days
    state: dict[str, Days]
    van: Days
    tot: Days
    knip: Days
    elders: Days
    eerste: Flags
    """The first of two inflows of a person in the window."""
    tweede: Flags

    @property
    def term(self) -> Days:
        """Day 365."""
        return self.van + TERM_DAGEN

    def is_state(self, column: str, value: str) -> Flags:
        """Return whether a state of the plan holds."""
        return np.asarray(self.state[column] == STATES[column].index(value))


def inflows_of(plan: pd.DataFrame, codes: list[str], seed: int) -> Inflows:
    """Draw dates for every inflow of a plan; some become the first or second of one person.

    Parameters
    ----------
    plan : pandas.DataFrame
        See `plan`.
    codes : list of str
        Codes of the gemeenten; a gemeente becomes its place in the list.
    seed : int
    """
    counts = plan["aantal"].to_numpy()
    places = plan["gemeente"].map({code: place for place, code in enumerate(codes)}).to_numpy()
    gemeente = np.repeat(places, counts).astype(np.int64)
    state = {
        column: np.repeat(np.array([STATES[column].index(value) for value in plan[column]]), counts) for column in PATH
    }
    first, second = _pairs(gemeente, state, Draws(seed, "paren"))
    van, tot, knip, elders = _dates(state, first, second, Draws(seed, "instroom"))
    size = len(gemeente)
    eerste, tweede = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    eerste[first], tweede[second] = True, True
    persoon = np.cumsum(~eerste) - 1
    persoon[first] = persoon[second]
    return Inflows(persoon, gemeente, state, van, tot, knip, elders, eerste, tweede)


def _pairs(gemeente: Days, state: dict[str, Days], draws: Draws) -> tuple[Days, Days]:
    """Return which inflows are the first and second of one person; the first is short and plain."""
    plain = np.ones(len(gemeente), dtype=bool)
    for column in PATH:
        plain &= state[column] == 0
    lot = draws.order(len(gemeente))
    first = lot[plain[lot]]
    first = first[: len(first) // 25]
    rest = np.setdiff1d(np.arange(len(gemeente)), first)
    rest = rest[draws.order(len(rest))]
    first, first_rank = _ranked(first, gemeente)
    rest, rest_rank = _ranked(rest, gemeente)
    place = np.searchsorted(rest_rank, first_rank)
    found = place < len(rest_rank)
    place = np.minimum(place, max(len(rest_rank) - 1, 0))
    if len(rest_rank):
        found &= rest_rank[place] == first_rank
    return first[found], rest[place[found]]


def _ranked(members: Days, gemeente: Days) -> tuple[Days, Days]:
    """Return members sorted by gemeente, and a number per gemeente and place in it."""
    members = members[np.argsort(gemeente[members], kind="stable")]
    codes = gemeente[members]
    start = np.searchsorted(codes, codes, side="left")
    return members, codes * 10_000_000 + np.arange(len(members)) - start


def _dates(state: dict[str, Days], first: Days, second: Days, draws: Draws) -> tuple[Days, Days, Days, Days]:
    """Draw first and last days that fit the states."""
    size = len(state["verloop_lokaal"])
    van = INSTROOM_VAN + draws.below(size, INSTROOM_TOT - INSTROOM_VAN)
    stay = 1 + draws.below(size, TERM_DAGEN)
    van[first] = INSTROOM_VAN + draws.below(len(first), 45)
    stay[first] = 1 + draws.below(len(first), 30)
    gap = WASHOUT + np.where(draws.chance(len(first), 0.25), 0, draws.below(len(first), 75))
    van[second] = (van + stay)[first] + gap
    term = van + TERM_DAGEN
    tot = _end(state["verloop_lokaal"], term, van + stay, draws)
    seen = _end(state["verloop_centraal"], term, term - draws.below(size, 300), draws)
    late_dossier = state["verschil"] == _DOSSIER_LAAT
    moved = state["verschil"] == _VERHUISD
    knip = np.where(late_dossier, seen, tot)
    elders = np.where(moved, np.maximum(seen, tot + 1), tot)
    return van, tot, knip, elders


def _end(verloop: Days, term: Days, short: Days, draws: Draws) -> Days:
    """Return an end for each state of `VERLOOP`; `short` is that of who leaves within the term."""
    size = len(verloop)
    second_year = term + 1 + draws.below(size, PEILDATUM - term)
    second_half = PEILDATUM + 1 + draws.below(size, TWEEDE_PEILDATUM - PEILDATUM)
    stays = end_or_open(TWEEDE_PEILDATUM + 1 + draws.below(size, 80), draws.chance(size, 0.85))
    return np.select(
        [verloop == _KORT, verloop == _TWEEDE_JAAR, verloop == _TWEEDE_HELFT],
        [short, second_year, second_half],
        stays,
    ).astype(np.int64)


def bijstand_spells(inflows: Inflows, locals_: int, gemeenten: int, seed: int) -> Rows:
    """Return spells of who flows in: the inflow, earlier benefit, re-entry, benefit elsewhere.

    Parameters
    ----------
    inflows : Inflows
    locals_ : int
        The first so many gemeenten have a local delivery; nobody moves between them and the rest,
        but by the plan.
    gemeenten : int
        Their number.
    seed : int

    Returns
    -------
    dict of ndarray
        ``persoon, herkomst, gemeente, van, tot`` and flags ``laat_begin, laat_einde, elders,
        verhuisd`` as 0 and 1.
    """
    draws = Draws(seed, "bijstand")
    late = inflows.state["verschil"] == _DOSSIER_LAAT
    moved = inflows.state["verschil"] == _VERHUISD
    size = len(late)
    main = _spells(inflows, inflows.van, np.minimum(inflows.tot, inflows.knip))
    main["laat_einde"] = (inflows.state["verschil"] == _EINDE_LAAT).astype(np.int64)
    main["verhuisd"] = moved.astype(np.int64)
    gap = draws.below(size, 15)
    later = _spells(inflows, np.minimum(inflows.knip + gap, inflows.tot - 1), inflows.tot)
    later["laat_begin"][:] = 1
    gone = _spells(inflows, np.minimum(inflows.tot + gap, inflows.elders - 1), inflows.elders)
    gone["gemeente"] = locals_ + draws.below(size, max(gemeenten - locals_, 1))
    gone["elders"][:] = 1
    before = np.minimum(INSTROOM_VAN - 1, inflows.van - WASHOUT - 1) - draws.short(size, 1500)
    until = before + 1 + draws.below(size, inflows.van - WASHOUT - before)
    earlier = _spells(inflows, before, until)
    end = np.maximum(inflows.tot, inflows.elders)
    again = np.maximum(end + WASHOUT + draws.short(size, 200), INSTROOM_TOT)
    back = _spells(inflows, again, _free_end(again, draws))
    reenters = draws.chance(size, 0.2) & ~inflows.eerste & (end < OPEN) & (again <= LAST_CUT)
    has_past = draws.chance(size, 0.25) & ~inflows.tweede
    return stack([main, take(later, late), take(gone, moved), take(earlier, has_past), take(back, reenters)])


def _spells(inflows: Inflows, van: Days, tot: Days) -> Rows:
    return make_spells(inflows.persoon, inflows.gemeente, van, tot)


def make_spells(persoon: Days, gemeente: Days, van: Days, tot: Days) -> Rows:
    """Return spells with nothing special about them."""
    flags = {name: np.zeros(len(van), dtype=np.int64) for name in ("laat_begin", "laat_einde", "elders", "verhuisd")}
    return {
        "persoon": persoon,
        "herkomst": gemeente,
        "gemeente": gemeente.copy(),
        "van": van,
        "tot": tot,
        **flags,
    }


def _free_end(van: Days, draws: Draws) -> Days:
    size = len(van)
    return end_or_open(van + 1 + draws.short(size, 900), draws.chance(size, 0.25))


def outside_spells(persoon: Days, gemeente: Days, seed: int) -> Rows:
    """Return spells of people who do not flow in: stock, benefit before the window or after it.

    Each person has one to three spells; none begins within the window.
    """
    draws = Draws(seed, "buiten")
    size = len(persoon)
    kind = draws.label(size, (45, 20, 35))
    stock = INSTROOM_VAN - 1 - draws.short(size, 3000)
    past = INSTROOM_VAN - 400 - draws.below(size, 2500)
    van = np.select([kind == 0, kind == 1], [stock, past], INSTROOM_TOT + draws.below(size, 540))
    tot = np.where(
        kind == 1,
        van + 30 + draws.short(size, 360),
        end_or_open(np.maximum(van, INSTROOM_VAN) + 1 + draws.below(size, 500), draws.chance(size, 0.4)),
    )
    parts = [make_spells(persoon, gemeente, van, tot)]
    more = np.arange(size)
    for share in (0.9, 0.75):
        van = tot + WASHOUT + draws.short(len(more), 500)
        inside = (van >= INSTROOM_VAN) & (van < INSTROOM_TOT)
        van = np.where(inside, INSTROOM_TOT + draws.below(len(more), 300), van)
        kept = draws.chance(len(more), share) & (tot < OPEN) & (van <= LAST_CUT)
        end = _free_end(van, draws)
        more, van, tot = more[kept], van[kept], end[kept]
        parts.append(make_spells(persoon[more], gemeente[more], van, tot))
    return stack(parts)


def dossier_rows(spells: Rows, locals_: int, gemeenten: int, seed: int) -> Rows:
    """Cut spells into rows of a register, with the days of registration of a row and of its end.

    Rows of one spell adjoin, overlap, leave at most `BRIDGE` days open, lie within each other or
    are double; together they cover the spell from its first to its last day.

    Returns
    -------
    dict of ndarray
        ``persoon, herkomst, gemeente, begindatum, tot, reden_einde, registratiedatum,
        registratiedatum_einde, elders``.
    """
    draws = Draws(seed, "dossiers")
    rows = _cut(spells, draws)
    _move(rows, locals_, gemeenten, draws)
    size = size_of(rows)
    natural = rows["van"] + draws.below(size, 21)
    late = SLUITINGSDATUM + 1 + draws.below(size, 120)
    known = np.where(rows["laat_begin"] == 1, np.maximum(late, natural), natural)
    end_known = np.maximum(np.where(rows["tot"] < OPEN, rows["tot"] + draws.below(size, 21), OPEN), known)
    last = rows["tot"] == rows["tot_spell"]
    end_known = np.where((rows["laat_einde"] == 1) & last, late, end_known)
    reden = np.where(last, draws.label(size, (40, 20, 15, 25)), _DOSSIER)
    reden = np.where(last & (rows["verhuisd"] == 1), _VERHUIZING, reden)
    made = {
        "persoon": rows["persoon"],
        "herkomst": rows["herkomst"],
        "gemeente": rows["gemeente"],
        "begindatum": rows["van"],
        "tot": rows["tot"],
        "reden_einde": reden,
        "registratiedatum": known,
        "registratiedatum_einde": end_known,
        "elders": rows["elders"],
    }
    return stack([made, _doubles(made, draws), _nested(made, draws)])


def _cut(spells: Rows, draws: Draws) -> Rows:
    """Cut each spell into one to three rows, with joints that adjoin, leave a gap or overlap."""
    size = size_of(spells)
    van, tot = spells["van"], spells["tot"]
    length = np.minimum(tot, LAST_CUT) - van
    one, two = (van + 1 + draws.below(size, length - 1) for _ in range(2))
    parts = np.where(length < 3, 0, draws.label(size, (55, 30, 15)))
    first = np.where(parts == 0, tot, np.where(parts == 1, one, np.minimum(one, two)))
    second = np.where(parts == 2, np.maximum(one, two), tot)
    pieces = []
    for number, (begin, end) in enumerate(((van, first), (first, second), (second, tot))):
        piece = {**spells, "van": begin, "tot": _joint(begin, end, tot, draws), "tot_spell": tot}
        piece["deel"] = np.full(size, number)
        pieces.append(take(piece, begin < end))
    return stack(pieces)


def _joint(begin: Days, end: Days, last: Days, draws: Draws) -> Days:
    """Return the end of a row that others follow: as it is, up to `BRIDGE` days earlier, later."""
    size = len(end)
    kind = draws.label(size, (55, 25, 20))
    days = 1 + draws.below(size, BRIDGE)
    shorter = end - np.minimum(days, np.maximum(end - begin - 1, 0))
    joined = np.select([kind == 1, kind == 2], [shorter, np.minimum(end + days, last)], end)
    return np.where(end < last, joined, end)


def _move(rows: Rows, locals_: int, gemeenten: int, draws: Draws) -> None:
    """Let some later rows of a spell be of another gemeente of the same delivery."""
    size = size_of(rows)
    gemeente = rows["gemeente"]
    low = np.where(gemeente < locals_, 0, locals_)
    number = np.where(gemeente < locals_, locals_, gemeenten - locals_)
    other = low + (gemeente - low + 1 + draws.below(size, number - 1)) % number
    moves = draws.chance(size, 0.04) & (rows["deel"] > 0) & (number > 1)
    rows["gemeente"] = np.where(moves, other, gemeente)


def _doubles(rows: Rows, draws: Draws) -> Rows:
    return take(rows, draws.chance(size_of(rows), 0.008))


def _nested(rows: Rows, draws: Draws) -> Rows:
    """Return rows that lie within another row, and were known when that one was."""
    size = size_of(rows)
    length = np.minimum(rows["tot"], LAST_CUT) - rows["begindatum"]
    begin = rows["begindatum"] + 1 + draws.below(size, length - 2)
    tot = begin + 1 + draws.below(size, np.minimum(rows["tot"], LAST_CUT) - begin - 1)
    inner = {**rows, "begindatum": begin, "tot": tot}
    inner["reden_einde"] = np.full(size, _DOSSIER)
    chosen = draws.chance(size, 0.008) & (length > 10)
    inner["registratiedatum_einde"] = np.maximum(rows["registratiedatum"], tot)
    return take(inner, chosen)
