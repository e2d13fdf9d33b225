"""Survey and interviews among the fictional gemeenten: what they say goes with the causes, with error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reintegratie_stats.registers.synthetic_cbs2025.causes import OORZAKEN
from reintegratie_stats.registers.synthetic_cbs2025.draws import Floats, GemeenteDraws
from reintegratie_stats.registers.synthetic_cbs2025.soorten import JAREN
from reintegratie_stats.registers.synthetic_cbs2025.texts import CITATEN

ANTWOORDEN = 202
"""Of 342 gemeenten asked, as in CBS 2025: 59 per cent."""
INTERVIEWS = 29
CODEURS = ("A", "B")

_ANDERS, _PER_LANDSDEEL = 0.35, {"Noord": 0.25, "Oost": 0.20, "West": -0.25, "Zuid": 0.0}
_ITEM_MISSING = 0.03
_FEWER, _MORE = 11, 11  # interviewed because they register fewer, more than expected; the rest about as expected
_STRAY, _MILD = 0.04, 0.33  # chance that a cause is told that is not at work; that hardly moves anything
_FOUND, _SLIPPED = 0.85, 0.03  # chance that a coder finds a cause that is told; that finds one that is not


def survey(frame: pd.DataFrame, truth: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the survey: a row per gemeente asked; answers are empty where it did not answer, or left one open.

    The chance to answer grows with size (0.35 on the logit per e-fold of inhabitants) and differs by landsdeel.
    An answer goes with a cause that is at work in 2024 in four cases of five, and is given in one case of ten, five
    or three where that cause is not at work.
    """
    draws = GemeenteDraws(seed, "enquete")
    n = len(frame)
    size = np.log(frame["inwoners"].to_numpy() / 32_000.0)
    part = np.array([_PER_LANDSDEEL[name] for name in frame["landsdeel"]])
    share = draws.uniform(n)
    inclined = _ANDERS * size + part + np.log((share + 1e-9) / (1.0 - share + 1e-9))
    answered = np.zeros(n, dtype=bool)
    answered[np.argsort(-inclined, kind="stable")[:ANTWOORDEN]] = True
    has = _at_work(frame, truth)
    made = {"gemeente": frame["gemeente"].tolist(), "antwoord": np.where(answered, "ja", "nee").tolist()}
    for name, values in _answers(has, draws, n).items():
        open_ = draws.chance(n, _ITEM_MISSING)
        made[name] = [
            "" if not there or missing else str(value)
            for there, missing, value in zip(answered, open_, values, strict=True)
        ]
    return pd.DataFrame(made)


def _at_work(frame: pd.DataFrame, truth: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    """Return, per cause and direction, which gemeenten it takes at least a fifth up or down in the last year."""
    now = truth[(truth["jaar"] == JAREN[-1]) & ((truth["factor"] < 0.8) | (truth["factor"] > 1.25))]
    found = {}
    for oorzaak in OORZAKEN:
        for richting in ("meer", "minder"):
            which = np.zeros(len(frame), dtype=bool)
            which[now.loc[(now["oorzaak"] == oorzaak) & (now["richting"] == richting), "place"]] = True
            found[oorzaak, richting] = which
    return found


def _answers(has: dict[tuple[str, str], np.ndarray], draws: GemeenteDraws, n: int) -> dict[str, Sequence[object]]:
    def either(cause: np.ndarray, otherwise: float) -> list[str]:
        share = np.where(cause, 0.8, otherwise)
        return ["ja" if yes else "nee" for yes in draws.uniform(n) < share]

    def scale(high: np.ndarray, low: np.ndarray) -> list[int]:
        centre: Floats = 3.0 + 1.2 * high - 1.2 * low + 0.9 * draws.normal(n)
        return [int(value) for value in np.clip(np.floor(centre + 0.5), 1, 5)]

    nobody = np.zeros(n, dtype=bool)
    burden = has["administratieve_last", "meer"] | has["administratieve_last", "minder"]
    systems = has["registratiesystemen", "meer"] | has["registratiesystemen", "minder"]
    all_coached, none_coached = has["coaching_of_monitoren", "meer"], has["coaching_of_monitoren", "minder"]
    shift = np.where(all_coached, 0.65, np.where(none_coached, -0.65, 0.0)) + draws.uniform(n)
    return {
        "registratiedruk": scale(burden, nobody),
        "belang_registratie": scale(nobody, has["belang_registratie", "minder"]),
        "richtlijn_duidelijk": scale(
            nobody, has["interpretatie_richtlijn", "meer"] | has["interpretatie_richtlijn", "minder"]
        ),
        "meer_systemen": either(systems, 0.33),
        "blijft_op_concept": either(has["registratiesystemen", "minder"], 0.10),
        "nazorg_geboekt": either(has["registratiesystemen", "meer"], 0.10),
        "coaching_bij": np.where(
            shift >= 0.8, "alle begeleiding", np.where(shift < 0.15, "niet", "intensief contact")
        ).tolist(),
        "brede_doelgroep": either(has["doelgroep", "meer"], 0.20),
        "start_bij_melding": either(has["moment_toekenning", "meer"], 0.20),
        "eigen_jobcoach": either(has["eigen_middelen", "meer"], 0.33),
        "taken_gescheiden": either(has["taakverdeling", "meer"], 0.33),
    }


def interviewed(frame: pd.DataFrame, counts: pd.DataFrame, totals: pd.DataFrame) -> list[int]:
    """Return the places of 29 gemeenten: 11 far below and 11 far above the true expectation of 2024, 7 at it.

    Far is by the log ratio, among gemeenten of which 40 or more were expected; at most two of a samenwerkingsverband.
    """
    now = totals[totals["jaar"] == JAREN[-1]].set_index("gemeente")["verwacht"]
    seen = counts[counts["jaar"] == JAREN[-1]].groupby("gemeente")["aantal"].sum()
    expected = now.reindex(frame["gemeente"]).to_numpy()
    ratio = np.log((seen.reindex(frame["gemeente"]).to_numpy() + 0.5) / (expected + 0.5))
    usable = [int(place) for place in np.argsort(ratio, kind="stable") if expected[place] >= 40]
    middle = sorted(usable, key=lambda place: abs(float(ratio[place])))
    chosen: list[int] = []
    for order, number in ((usable, _FEWER), (usable[::-1], _MORE), (middle, INTERVIEWS - _FEWER - _MORE)):
        wanted = len(chosen) + number
        for place in order:
            if len(chosen) == wanted:
                break
            samen = frame["samenwerkingsverband"].iloc[place]
            with_it = [other for other in chosen if samen and frame["samenwerkingsverband"].iloc[other] == samen]
            if place not in chosen and len(with_it) < 2:
                chosen.append(place)
    return sorted(chosen)


def interviews(frame: pd.DataFrame, truth: pd.DataFrame, chosen: Sequence[int], seed: int) -> pd.DataFrame:
    """Return the coded interviews, a row per gemeente, coder and cause; a row without a cause where none was found.

    A gemeente tells the causes at work in 2024 (of those that move no type by a quarter one in three), and now and
    then one that is not. Either coder finds what is told in 17 cases of 20, and in 3 of 100 per cause what is not.
    Strength is 3 where the cause moves some type at least twofold, 1 where it moves none by a quarter; in three cases
    of ten a coder is one off.
    """
    draws = GemeenteDraws(seed, "interviews")
    now = truth[(truth["jaar"] == JAREN[-1]) & (truth["richting"] != "")]
    rows: list[tuple[str, ...]] = []
    for place in chosen:
        told = _told(now[now["place"] == place], draws)
        for codeur in CODEURS:
            found = _coded(told, draws)
            gemeente = str(frame["gemeente"].iloc[place])
            rows.extend((gemeente, codeur, *row) for row in found or [("", "", "", "")])
    return pd.DataFrame(rows, columns=["gemeente", "codeur", "oorzaak", "sterkte", "richting", "citaat"])


def _told(causes: pd.DataFrame, draws: GemeenteDraws) -> dict[str, tuple[int, str, str]]:
    """Return what is told: per cause its strength, direction and a text."""
    told = {}
    for oorzaak in OORZAKEN:
        mine = causes[causes["oorzaak"] == oorzaak]
        stray, up, which = draws.uniform(3)
        far = float(np.abs(np.log(np.maximum(mine["factor"].to_numpy(), 0.01))).max()) if len(mine) else 0.0
        sterkte = 3 if far >= np.log(2.0) else 2 if far >= np.log(1.25) else 1
        if stray >= (_STRAY if len(mine) == 0 else _MILD if sterkte == 1 else 1.0):
            continue
        stray_way = "meer" if up < 0.5 else "minder"
        richting = str(mine["richting"].iloc[0]) if len(mine) else stray_way
        texts = CITATEN[oorzaak, richting]
        told[oorzaak] = (sterkte, richting, texts[int(which * len(texts))])
    return told


def _coded(told: dict[str, tuple[int, str, str]], draws: GemeenteDraws) -> list[tuple[str, str, str, str]]:
    """Return what one coder makes of it."""
    found = []
    for oorzaak in OORZAKEN:
        seen, error, up = draws.uniform(3)
        if oorzaak in told and seen < _FOUND:
            sterkte, richting, citaat = told[oorzaak]
            step = -1 if error < 0.15 else 1 if error >= 0.85 else 0
            found.append((oorzaak, str(min(max(sterkte + step, 1), 3)), richting, citaat))
        elif oorzaak not in told and seen < _SLIPPED:
            found.append((oorzaak, "1", "meer" if up < 0.5 else "minder", ""))
    return found
