"""Why each gemeente of a draw is in it, as a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reintegratie_stats.fieldwork.draw_state import DrawState
from reintegratie_stats.fieldwork.draw_text import by_lot, needed, ordinal, reserve_reason, say, sentence
from reintegratie_stats.fieldwork.sample_design import EXTREME, SPREAD
from reintegratie_stats.fieldwork.twins import distances
from reintegratie_stats.outliers.flags import short_number
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.labels import Lang


def chosen_reason(draw: DrawState, one: int, lang: Lang) -> str:
    """Return why a gemeente was chosen: class, objective, what it is needed for, and the part of the lot."""
    return sentence(list(_parts(draw, one, lang)))


def _parts(draw: DrawState, one: int, lang: Lang) -> Iterator[str]:
    state = draw.population
    if one in draw.stand_ins:
        gone, rank = draw.stand_ins[one]
        yield say("stands_in", lang, name=str(state.ids[gone]), rank=str(rank))
    if state.klasse[one]:
        z = say("z", lang, z=format_number(state.z[one], 2, lang)) if np.isfinite(state.z[one]) else ""
        yield say(str(state.klasse[one]), lang) + z
    always = _always(draw, one, lang)
    yield always
    yield _goal(draw, one, lang)
    if one in draw.twins:
        yield _twin(draw, one, draw.twins[one], lang)
    yield needed([(f"{rule.trait} {row.category}", got, row.low) for rule, row, got in draw.needed(one)], lang)
    if not always and one not in draw.twins and one not in draw.stand_ins:
        yield by_lot(draw.as_good(one), lang)


def _always(draw: DrawState, one: int, lang: Lang) -> str:
    """Say whether the design names a gemeente, or always draws it."""
    rule = draw.design.certainty
    if str(draw.population.ids[one]) in draw.design.must_have:
        return say("must_have", lang)
    if not draw.population.certain[one]:
        return ""
    if isinstance(rule, float):
        return say("certain_z", lang, least=short_number(rule, lang))
    return say("certain_column", lang, column=str(rule))


def _goal(draw: DrawState, one: int, lang: Lang) -> str:
    """Say where a gemeente stands on the objective."""
    state, aim = draw.population, draw.design.objective
    if aim == SPREAD:
        return ""
    if aim != EXTREME:
        return say("weight", lang, weight=short_number(float(state.gain[one]), lang))
    if one in draw.twins or not (state.flagged[one] or state.expected[one]):
        return ""
    peers = (state.klasse == state.klasse[one]) & ~state.shut
    size = np.abs(state.z)
    flagged = bool(state.flagged[one])
    before = size[peers] > size[one] if flagged else size[peers] < size[one]
    rank = ordinal(int(before.sum()) + 1, lang)
    return say("rank" if flagged else "near", lang, rank=rank, of=str(int(peers.sum())))


def _twin(draw: DrawState, one: int, partner: int, lang: Lang) -> str:
    far = distances(draw.population, np.array([one]), np.array([partner]))[0, 0]
    return say("twin", lang, partner=str(draw.population.ids[partner]), far=format_number(far, 2, lang))


def reserve_reasons(draw: DrawState, one: int, lang: Lang) -> list[str]:
    """Return the sentence of each reserve of a gemeente, in order."""
    state, traits = draw.population, draw.design.traits()
    sentences = []
    for rank, k in enumerate(draw.reserves[one], 1):
        other = [name for name in traits if state.traits[name][k] != state.traits[name][one]]
        equal = len(traits) - len(other)
        sentences.append(reserve_reason(rank, str(state.ids[one]), equal, len(traits), other, lang))
    return sentences
