"""Whatever a frame holds, a call ends in a result or in an error that says why; no message holds a key of a person.

Each case is a good frame in which one column is made odd: other types, missing values, infinity, lists, text.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.errors import ReintegratieError
from reintegratie_stats.fieldwork.caseload import caseload_summary
from reintegratie_stats.fieldwork.causes import count_causes
from reintegratie_stats.fieldwork.coded import code_interviews
from reintegratie_stats.fieldwork.coders import coder_agreement
from reintegratie_stats.fieldwork.evidence import judge_evidence
from reintegratie_stats.fieldwork.hit_rate import hit_rate
from reintegratie_stats.fieldwork.probability import draw_probability_sample
from reintegratie_stats.fieldwork.probability_design import ProbabilityDesign
from reintegratie_stats.fieldwork.respondent_counts import OUTCOMES, count_respondents, count_traits
from reintegratie_stats.fieldwork.respondents import RespondentDesign, draw_respondents
from reintegratie_stats.fieldwork.response import survey_response
from reintegratie_stats.fieldwork.response_representative import compare_respondents, r_indicator
from reintegratie_stats.fieldwork.response_shares import weighted_shares
from reintegratie_stats.fieldwork.response_weights import response_weights
from reintegratie_stats.fieldwork.ties import tie_causes

SECRET = "Zwaluwstaart"
N = 24
GM = [f"GM{k:04d}" for k in range(N)]

ODD: dict[str, Callable[[], pd.Series]] = {
    "all missing": lambda: pd.Series([None] * N, dtype=object),
    "one missing": lambda: pd.Series([None, *"ab" * (N // 2)][:N], dtype=object),
    "NA among numbers": lambda: pd.Series([None, *range(1, N)], dtype="Int64"),
    "NaN": lambda: pd.Series([float("nan"), *[1.0] * (N - 1)]),
    "infinity": lambda: pd.Series([float("inf"), *[1.0] * (N - 1)]),
    "whole floats": lambda: pd.Series([float(k % 3) for k in range(N)]),
    "large numbers": lambda: pd.Series([10.0**16 + k for k in range(N)]),
    "codes": lambda: pd.Series(["0014", "14"] * (N // 2)),
    "numbers and text": lambda: pd.Series([1, "1", 1.0, "een"] * (N // 4), dtype=object),
    "booleans": lambda: pd.Series([True, False] * (N // 2)),
    "categories of booleans": lambda: pd.Series(pd.Categorical([True, False] * (N // 2))),
    "categories of numbers": lambda: pd.Series(pd.Categorical([2, 1] * (N // 2), categories=[3, 2, 1])),
    "days": lambda: pd.Series(pd.date_range("2020-01-01", periods=N)),
    "lists": lambda: pd.Series([[1, 2]] * N, dtype=object),
    "bytes": lambda: pd.Series([b"x"] * N, dtype=object),
    "complex": lambda: pd.Series([1j] * N),
    "blanks": lambda: pd.Series([" ", "", "a", " a"] * (N // 4)),
    "German decimals": lambda: pd.Series(["1,5", "1.000"] * (N // 2)),
    "one value": lambda: pd.Series(["x"] * N),
    "keys": lambda: pd.Series([f"{SECRET}{k}" for k in range(N)]),
}


def survey(column: str, odd: pd.Series) -> None:
    frame = pd.DataFrame({"persoon": [f"{SECRET}{k}" for k in range(N)], "antwoord": [k % 3 > 0 for k in range(N)]})
    frame["gevraagd"] = 1
    frame["deel"], frame["maat"] = [*"nozw" * (N // 4)], [float(k * k % 7) for k in range(N)]
    frame["vraag"] = ["ja", "nee"] * (N // 2)
    frame[column] = odd
    for by in (None, "deel", ["deel", "maat"]):
        ended(lambda by=by: survey_response(frame, by=by, id="persoon").to_frame(total=True))
    ended(lambda: r_indicator(frame, ["deel", "maat"], id="persoon", replicates=20))
    ended(lambda: compare_respondents(frame, ["deel", "maat"], id="persoon").to_frame())
    weights = ended(lambda: response_weights(frame, ["deel"], id="persoon"))
    if weights is not None:
        ended(lambda: weighted_shares(weights, frame, ["vraag", "maat"]))


def people(column: str, odd: pd.Series) -> None:
    staff = pd.DataFrame({"medewerker": [f"{SECRET}{k}" for k in range(N)], "organisatie": ["A", "B"] * (N // 2)})
    staff["functie"], staff["caseload"], staff["contracturen"] = "coach", 30, 36.0
    staff["uitkomst"] = [OUTCOMES[k % 4] for k in range(N)]
    staff[column] = odd
    design = RespondentDesign({("A", "coach"): 3}, by=("organisatie", "functie"))
    ended(lambda: draw_respondents(staff, design, 1).to_frame())
    ended(lambda: count_respondents(staff, staff, by=("organisatie", "functie")).to_frame())
    ended(lambda: count_traits(staff, rows="organisatie", columns="functie").to_frame())
    ended(lambda: caseload_summary(staff).to_frame())


def causes(column: str, odd: pd.Series) -> None:
    coded = pd.DataFrame({"gemeente": [GM[k // 2] for k in range(N)], "codeur": ["a", "b"] * (N // 2)})
    coded["oorzaak"] = ["doelgroep" if k % 5 < 2 else None for k in range(N)]
    coded["sterkte"] = [k % 3 + 1 if k % 5 < 2 else None for k in range(N)]
    coded["richting"] = ["meer" if k % 5 < 2 else None for k in range(N)]
    beside = pd.DataFrame(
        {"gemeente": GM, "z": [k % 7 - 3.0 for k in range(N)], "klasse": ["meer", "minder"] * (N // 2)}
    )
    beside["flag"], beside["uitkomst"] = beside["klasse"], "geen"
    whole = code_interviews(coded)
    target = coded if column in coded else beside
    target[column] = odd
    ended(lambda: hit_rate(beside, beside).to_report())
    ended(lambda: tie_causes(whole, beside, within="klasse", max_exact=10, draws=20).to_report())
    if column in coded and (read := ended(lambda: code_interviews(coded))) is not None:
        ties = ended(lambda: tie_causes(read, beside, max_exact=10, draws=20))
        judge_evidence(count_causes(read), coder_agreement(read), ties).to_report()


def sample(column: str, odd: pd.Series) -> None:
    frame = pd.DataFrame({"gemeente": GM, "deel": [*"nozw" * (N // 4)], "maat": [k % 5 + 1.0 for k in range(N)]})
    frame["x"] = [k * k % 11 for k in range(N)]
    frame[column] = odd
    design = ProbabilityDesign(9, "deel", proportional_to="maat", balance=("x",))
    draw = ended(lambda: draw_probability_sample(frame, design, 1))
    if draw is not None:
        ended(draw.balance)
        for what in ("mean", "share"):
            ended(lambda what=what: draw.estimate("x", what=what).to_frame())


def interviews(column: str, odd: pd.Series) -> None:
    frame = pd.DataFrame({"gemeente": GM, "z": [k % 9 - 4.0 for k in range(N)], "deel": [*"nozw" * (N // 4)]})
    frame["klasse"] = frame["z"].map(lambda z: "verwacht" if abs(z) < 3 else "meer" if z > 0 else "minder")
    frame["verband"], frame["gewicht"] = [f"S{k % 9}" if k % 2 else None for k in range(N)], range(N)
    frame[column] = odd
    for choices in (
        {"quota": {"klasse": {"meer": 1}}, "spread": ["deel"], "one_per": "verband"},
        {"objective": "gewicht", "minimum": {"deel": 1}},
        {"twins": True, "covariates": ["gewicht"]},
    ):
        draw = ended(lambda choices=choices: rs.draw_interviews(frame, rs.SampleDesign(size=5, **choices), 1))
        if draw is not None:
            draw.to_frame(), draw.quotas(), draw.twins(), repr(draw)


def ended(call: Callable[[], Any]) -> Any:
    """Make a call; one of our errors is a good end as long as it keeps keys to itself."""
    try:
        return call()
    except ReintegratieError as error:
        said = error
    assert SECRET not in str(said)
    assert said.__cause__ is None
    assert said.__context__ is None or said.__suppress_context__
    return None


CASES = [
    (survey, ("persoon", "antwoord", "gevraagd", "deel", "maat", "vraag")),
    (people, ("medewerker", "organisatie", "functie", "caseload", "contracturen", "uitkomst")),
    (causes, ("codeur", "sterkte", "richting", "z", "klasse", "flag", "uitkomst")),
    (sample, ("gemeente", "deel", "maat", "x")),
    (interviews, ("gemeente", "z", "klasse", "deel", "verband", "gewicht")),
]


@pytest.mark.parametrize(
    ("room", "column"),
    [pytest.param(room, name, id=f"{room.__name__} {name}") for room, names in CASES for name in names],
)
def test_a_call_ends_in_a_result_or_in_one_of_our_errors(room: Callable[..., None], column: str) -> None:
    for name in random.Random(f"{room.__name__} {column}").sample(sorted(ODD), 6):
        if name == "keys" and (room in (sample, interviews) or column in ("richting", "klasse", "flag", "uitkomst")):
            continue  # names of gemeenten are told, and words that should have been codes
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            room(column, ODD[name]())
