"""Exemptions, trajecten, jobs and background of the people in the synthetic registers.

What falls within the first year of an inflow follows the plan. Everything else is there to be in
the way: exemptions that end on the day before day 365, trajecten before the inflow and on day 365,
jobs without hours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from reintegratie_stats.periods import OPEN, Days, day_number
from reintegratie_stats.registers.synthetic.draws import (
    MISSING,
    Draws,
    Flags,
    Rows,
    end_or_open,
    size_of,
    stack,
    take,
)
from reintegratie_stats.registers.synthetic.plan import (
    INSTROOM_VAN,
    PEILDATUM,
    SLUITINGSDATUM,
)
from reintegratie_stats.registers.synthetic.spells import Inflows

REDENEN = ("65 jaar of ouder", "jong kind", "57,5 jaar of ouder", "overig")
_OUDER_65, _JONG_KIND, _OUDER_57, _OVERIG = range(4)
VASTGESTELD_DOOR = ("uitkeringssysteem", "dossieronderzoek", "clientvolgsysteem")
_DOSSIERONDERZOEK, _CLIENTVOLGSYSTEEM = 1, 2
SOORTEN = ("trajectplan", "scholing", "bemiddeling", "WIW-dienstbetrekking", "sociale activering",
           "diagnose Wet REA")  # fmt: skip
PLAN, INSTRUMENT = 0, 1
BANEN = ("vast", "tijdelijk", "uitzend", "stage")
GESLACHTEN, HUISHOUDENS = ("man", "vrouw"), ("alleenstaand", "eenouder", "paar")
CONSULENTEN = 8
"""Consulenten per gemeente."""

_YEAR = 365
_SECOND_HALF_2002 = (day_number(dt.date(2002, 7, 1)), day_number(dt.date(2003, 1, 1)))
_JOBS_FROM = day_number(dt.date(1999, 1, 1))
_JOBS_DAYS = day_number(dt.date(2004, 1, 1)) - _JOBS_FROM
_LATE_IN_SECOND_HALF = 1
"""The second gemeente: its trajecten of the second half of 2002 were delivered late."""


def exemption_reasons(inflows: Inflows, seed: int) -> Days:
    """Draw a reason for every inflow that is exempt on day 365; `MISSING` for the rest."""
    draws = Draws(seed, "redenen")
    size = len(inflows.van)
    reden = draws.label(size, (6, 38, 22, 34))
    unofficial = inflows.is_state("vrijstelling", "alleen_lokaal")
    reden = np.where(unofficial & (reden % 2 == 0), reden + 1, reden)
    ended = inflows.is_state("vrijstelling", "vervallen")
    reden = np.where(ended, np.where(reden < _OUDER_57, _JONG_KIND, _OVERIG), reden)
    return np.where(inflows.is_state("vrijstelling", "geen"), MISSING, reden)


def exemptions(inflows: Inflows, reden: Days, persons: Rows, seed: int) -> Rows:
    """Return exemptions of inflows and of other people.

    Parameters
    ----------
    inflows : Inflows
    reden : ndarray
        From `exemption_reasons`.
    persons : dict of ndarray
        ``persoon, herkomst`` of those who do not flow in.
    seed : int

    Returns
    -------
    dict of ndarray
        ``persoon, herkomst, begindatum, tot, reden, vastgesteld_door, registratiedatum,
        registratiedatum_einde``; `registratiedatum` is `MISSING` where the benefit system never
        got the exemption.
    """
    draws = Draws(seed, "vrijstellingen")
    exempt = np.flatnonzero(reden != MISSING)
    plain = np.flatnonzero((reden == MISSING) & ~inflows.eerste)
    return stack(
        [
            _covering(inflows, reden, exempt, draws),
            _beside(inflows, plain, draws),
            _of_others(persons, draws),
        ]
    )


def _covering(inflows: Inflows, reden: Days, which: Days, draws: Draws) -> Rows:
    """Return exemptions that cover day 365, or ended before it unknown to the benefit system."""
    size = len(which)
    start, term = inflows.van[which], inflows.term[which]
    kind = draws.label(size, (60, 25, 15))
    van = np.select(
        [kind == 1, kind == 2],
        [start + draws.below(size, _YEAR + 1), start - draws.below(size, 300)],
        start,
    )
    by_age = (reden[which] == _OUDER_65) | (reden[which] == _OUDER_57)
    van = np.where(by_age, start, van)
    tot = end_or_open(term + 1 + draws.short(size, 300), by_age | draws.chance(size, 0.7))
    ended = inflows.is_state("vrijstelling", "vervallen")[which]
    van = np.where(ended, start, van)
    tot = np.where(ended, term - draws.short(size, 200), tot)
    late = SLUITINGSDATUM + 1 + draws.below(size, 150)
    natural = van + draws.below(size, 21)
    is_late = inflows.is_state("vrijstelling", "laat")[which]
    never = inflows.is_state("vrijstelling", "alleen_lokaal")[which]
    known = np.select([is_late, never], [late, np.full(size, MISSING)], natural)
    end_known = np.where(tot < OPEN, np.maximum(tot + draws.below(size, 21), known), OPEN)
    end_known = np.where(ended, late, end_known)
    by = np.where(inflows.gemeente[which] == 0, _DOSSIERONDERZOEK, _CLIENTVOLGSYSTEEM)
    rows = _exemption_rows(inflows, which, van, tot, reden[which])
    rows["vastgesteld_door"] = np.where(never, by, 0)
    rows["registratiedatum"], rows["registratiedatum_einde"] = known, end_known
    splits = draws.chance(size, 0.1) & ~(is_late | never | ended) & (van < term)
    return _split(rows, splits, term, draws)


def _split(rows: Rows, splits: Flags, term: Days, draws: Draws) -> Rows:
    """Replace some exemptions by two that adjoin, on day 365 or before it."""
    whole, first, second = take(rows, ~splits), take(rows, splits), take(rows, splits)
    size = size_of(first)
    begin = first["begindatum"]
    middle = begin + 1 + draws.below(size, term[splits] - begin)
    first["tot"] = middle
    first["registratiedatum_einde"] = middle + draws.below(size, 21)
    second["begindatum"] = middle
    second["registratiedatum"] = middle + draws.below(size, 21)
    ends = second["tot"] < OPEN
    second["registratiedatum_einde"] = np.where(
        ends, np.maximum(second["registratiedatum_einde"], second["registratiedatum"]), OPEN
    )
    return stack([whole, first, second])


def _beside(inflows: Inflows, which: Days, draws: Draws) -> Rows:
    """Return exemptions that end on the day before day 365 at the latest, or begin after it."""
    size = len(which)
    start, term = inflows.van[which], inflows.term[which]
    before = _exemption_rows(
        inflows,
        which,
        start - draws.below(size, 200),
        term - np.where(draws.chance(size, 0.15), 0, draws.short(size, 300)),
        np.where(draws.chance(size, 0.5), _JONG_KIND, _OVERIG),
    )
    after = _exemption_rows(
        inflows,
        which,
        term + 1 + draws.short(size, 150),
        np.full(size, OPEN),
        np.full(size, _OVERIG),
    )
    kind = draws.label(size, (20, 4, 76))
    both = stack([take(before, kind == 0), take(after, kind == 1)])
    return _registered(both, draws)


def _of_others(persons: Rows, draws: Draws) -> Rows:
    """Return exemptions of people who do not flow in."""
    chosen = take(persons, draws.chance(size_of(persons), 0.35))
    size = size_of(chosen)
    van = INSTROOM_VAN - 400 + draws.below(size, 1100)
    rows = {
        "persoon": chosen["persoon"],
        "herkomst": chosen["herkomst"],
        "begindatum": van,
        "tot": end_or_open(van + 1 + draws.short(size, 700), draws.chance(size, 0.5)),
        "reden": np.where(draws.chance(size, 0.5), _JONG_KIND, _OVERIG),
        "vastgesteld_door": np.zeros(size, dtype=np.int64),
    }
    return _registered(rows, draws)


def _exemption_rows(inflows: Inflows, which: Days, van: Days, tot: Days, reden: Days) -> Rows:
    return {
        "persoon": inflows.persoon[which],
        "herkomst": inflows.gemeente[which],
        "begindatum": van,
        "tot": tot,
        "reden": reden,
        "vastgesteld_door": np.zeros(len(which), dtype=np.int64),
    }


def _registered(rows: Rows, draws: Draws) -> Rows:
    size = size_of(rows)
    known = rows["begindatum"] + draws.below(size, 21)
    ends = np.maximum(rows["tot"] + draws.below(size, 21), known)
    return {
        **rows,
        "registratiedatum": known,
        "registratiedatum_einde": np.where(rows["tot"] < OPEN, ends, OPEN),
    }


def trajecten(inflows: Inflows, persons: Rows, locals_: int, others: Sequence[int], seed: int) -> Rows:
    """Return trajecten of inflows and of other people.

    Parameters
    ----------
    inflows : Inflows
    persons : dict of ndarray
        ``persoon, herkomst`` of those who do not flow in.
    locals_ : int
        The first so many gemeenten have a local delivery.
    others : sequence of int
        Weights of 0, 1, ... trajecten for each of the others.
    seed : int

    Returns
    -------
    dict of ndarray
        ``persoon, herkomst, begindatum, tot, soort, vorm, registratiedatum, consulent``.
    """
    draws = Draws(seed, "trajecten")
    begin, late = _first_days(inflows, locals_, draws)
    which = np.flatnonzero(begin != MISSING)
    main = _traject_rows(_offers(inflows, which, begin[which], late[which]), draws)
    none = inflows.is_state("traject", "geen") & ~inflows.eerste
    early = np.flatnonzero(none & draws.chance(len(none), 0.04))
    before = _offers(inflows, early, inflows.van[early] - 1 - draws.short(len(early), 400))
    before["until"] = inflows.van[early]
    number = draws.label(size_of(persons), others)
    outside = take(persons, np.repeat(np.arange(len(number)), number))
    size = size_of(outside)
    outside = {
        "persoon": outside["persoon"],
        "herkomst": outside["herkomst"],
        "begindatum": INSTROOM_VAN - 500 + draws.below(size, 1200),
        "laat": np.zeros(size, dtype=bool),
        "until": np.full(size, OPEN),
    }
    return stack([main, _traject_rows(stack([before, outside]), draws)])


def _offers(inflows: Inflows, which: Days, begin: Days, late: Flags | None = None) -> Rows:
    """Return first days of trajecten of inflows; a second row must begin before `until`."""
    return {
        "persoon": inflows.persoon[which],
        "herkomst": inflows.gemeente[which],
        "begindatum": begin,
        "laat": np.zeros(len(which), dtype=bool) if late is None else late,
        "until": np.full(len(which), OPEN),
    }


def _first_days(inflows: Inflows, locals_: int, draws: Draws) -> tuple[Days, Flags]:
    """Return the first day of the planned traject (or `MISSING`), and if it is registered late."""
    size = len(inflows.van)
    term = inflows.term
    until = np.minimum(term, inflows.tot)
    inside = inflows.van + draws.below(size, until - inflows.van)
    edge = draws.uniform(size)
    inside = np.where(edge < 0.03, inflows.van, np.where(edge > 0.97, until - 1, inside))
    late = inflows.is_state("traject", "laat")
    half, year = _SECOND_HALF_2002
    moved = half + draws.below(size, year - half)
    in_half = late & (inflows.gemeente == _LATE_IN_SECOND_HALF) & (locals_ > _LATE_IN_SECOND_HALF)
    inside = np.where(in_half, moved, inside)
    last = np.maximum(term, np.minimum(inflows.tot - 1, SLUITINGSDATUM + 90))
    after = term + np.where(edge < 0.1, 0, draws.below(size, last - term + 1))
    begin = np.where(inflows.is_state("traject", "na_term"), after, inside)
    return np.where(inflows.is_state("traject", "geen"), MISSING, begin), late


def _traject_rows(offers: Rows, draws: Draws) -> Rows:
    """Return a plan, an instrument, or a plan and an instrument after it, for every offer."""
    size = size_of(offers)
    kind = draws.label(size, (50, 20, 30))
    instrument = 1 + draws.label(size, (35, 30, 10, 15, 10))
    follow = offers["begindatum"] + 7 + draws.below(size, 80)
    plan = {**offers, "vorm": np.full(size, PLAN), "soort": np.zeros(size, dtype=np.int64)}
    alone = {**offers, "vorm": np.full(size, INSTRUMENT), "soort": instrument}
    after = {**alone, "begindatum": follow}
    second = (kind == 0) & (follow < offers["until"])
    rows = stack([take(plan, kind < 2), take(alone, kind == 2), take(after, second)])
    size = size_of(rows)
    natural = rows["begindatum"] + draws.below(size, 61)
    next_delivery = SLUITINGSDATUM + 1 + draws.below(size, 200)
    wait = rows["laat"] | (rows["begindatum"] >= PEILDATUM)
    rows["registratiedatum"] = np.where(wait, np.maximum(next_delivery, natural), natural)
    tot = rows["begindatum"] + 30 + draws.below(size, 500)
    rows["tot"] = end_or_open(tot, draws.chance(size, 0.2))
    number = rows["herkomst"] * CONSULENTEN + draws.below(size, CONSULENTEN)
    rows["consulent"] = np.where(draws.chance(size, 0.02), MISSING, number)
    return {name: column for name, column in rows.items() if name not in ("laat", "until")}


def jobs(inflows: Inflows, persons: Rows, mean: int, seed: int) -> Rows:
    """Return jobs: 0 to twice `mean` for everybody, and one at the end of benefit for half.

    Returns
    -------
    dict of ndarray
        ``persoon, herkomst, begindatum, tot, uren_per_week, soort``; hours and kind may be
        `MISSING`, hours may be 0.
    """
    draws = Draws(seed, "banen")
    leaving = np.flatnonzero((inflows.tot < OPEN) & draws.chance(len(inflows.tot), 0.5))
    begin = inflows.tot[leaving] - 10 + draws.below(len(leaving), 45)
    size = size_of(persons)
    who = np.repeat(np.arange(size, dtype=np.int32), draws.below(size, 2 * mean + 1))
    days = (_JOBS_FROM + draws.below(len(who), _JOBS_DAYS)).astype(np.int32)
    van = np.concatenate([begin.astype(np.int32), days])
    rows: Rows = {
        "persoon": np.concatenate([inflows.persoon[leaving], persons["persoon"][who]]).astype(np.int32),
        "herkomst": np.concatenate([inflows.gemeente[leaving], persons["herkomst"][who]]).astype(np.int16),
        "begindatum": van,
    }
    size = len(van)
    rows["tot"] = end_or_open(van + 1 + draws.short(size, 900), draws.chance(size, 0.15)).astype(np.int32)
    uren = 4 + draws.below(size, 37)
    kind = draws.uniform(size)
    rows["uren_per_week"] = np.where(kind < 0.04, MISSING, np.where(kind < 0.07, 0, uren)).astype(np.int32)
    soort = draws.label(size, (35, 33, 22, 8, 2))
    rows["soort"] = np.where(soort == len(BANEN), MISSING, soort).astype(np.int32)
    return rows


def background(inflows: Inflows, reden: Days, number: int, seed: int) -> Rows:
    """Return one row per person, with an age that fits the reason of an exemption."""
    draws = Draws(seed, "personen")
    by_person = np.full(number, MISSING)
    known = np.flatnonzero(~inflows.eerste)
    by_person[inflows.persoon[known]] = reden[known]
    years = np.select(
        [by_person == _OUDER_65, by_person == _OUDER_57, by_person == _JONG_KIND],
        [65 * _YEAR + 17, 57 * _YEAR + 200, 19 * _YEAR],
        18 * _YEAR,
    )
    spread = np.select(
        [by_person == _OUDER_65, by_person == _OUDER_57, by_person == _JONG_KIND],
        [20 * _YEAR, 7 * _YEAR, 22 * _YEAR],
        38 * _YEAR,
    )
    birth = INSTROOM_VAN - years - draws.below(number, spread)
    child = by_person == _JONG_KIND
    return {
        "persoon": np.arange(number),
        "geboortedatum": np.where(draws.chance(number, 0.003), MISSING, birth),
        "geslacht": draws.label(number, (48, 52)),
        "huishouden": np.where(child & draws.chance(number, 0.8), 1, draws.label(number, (55, 20, 25))),
    }
