"""The synthetic gemeenten: the same bytes from a seed, the model and the truth that the README states, odd counts."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import reintegratie_stats as rs
from reintegratie_stats.errors import RegisterError
from reintegratie_stats.outliers import plausibility
from reintegratie_stats.registers.gemeente_data import GemeenteData, read_gemeente_data
from reintegratie_stats.registers.synthesise_cbs2025 import cbs2025, write_cbs2025
from reintegratie_stats.registers.synthetic_cbs2025.causes import OORZAKEN
from reintegratie_stats.registers.synthetic_cbs2025.covariates import COVARIATES
from reintegratie_stats.registers.synthetic_cbs2025.draws import STREAMS, GemeenteDraws

FOLDER = Path(__file__).parents[3] / "data" / "synthetic" / "cbs2025"
YEARS = (2022, 2023, 2024)
FORMULA = "voorzieningen ~ " + " + ".join(COVARIATES)


@cache
def data() -> GemeenteData:
    return read_gemeente_data(FOLDER)


@cache
def readme() -> str:
    return (FOLDER / "README.md").read_text(encoding="utf-8")


def table_after(words: str) -> dict[str, list[str]]:
    """The rows of the first table after some words of the README: first cell -> other cells."""
    lines = readme().split(words, 1)[1].splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return {row[0]: row[1:] for row in rows[2:]}


def said(text: str) -> float:
    """A number as the README writes it."""
    return float(text.replace("−", "-").replace(",", ""))


def truth() -> pd.DataFrame:
    frame = data().waarheid
    assert frame is not None
    return frame


def totals(jaar: int) -> pd.DataFrame:
    frame = data().waarheid_totaal
    assert frame is not None
    return frame[frame["jaar"] == jaar].set_index("gemeente")


# --- the same bytes ---------------------------------------------------------------------------


def test_regenerating_gives_the_committed_bytes(tmp_path: Path) -> None:
    written = write_cbs2025(tmp_path)
    assert set(written) == {path.name for path in FOLDER.glob("*.csv")}
    for file in written:
        assert (tmp_path / file).read_bytes() == (FOLDER / file).read_bytes(), file


def test_the_readme_counts_the_rows_of_every_file() -> None:
    stated = {name: cells[0] for name, cells in table_after("says so.").items()}
    assert stated == {f"{name}.csv": f"{len(frame):,}" for name, frame in cbs2025().items()}


def test_the_readme_names_every_column() -> None:
    named = "\n".join(readme().split("\n## Columns\n")[1].splitlines())
    for name, frame in cbs2025().items():
        stated = " ".join(line for line in named.splitlines() if line.startswith(f"| {name} |"))
        for column in frame.columns:
            place = "the ten covariates" if column in COVARIATES else column
            known = place in stated or (name == "waarheid_totaal" and column in ("gemeente", "jaar"))
            assert known, f"{name}: {column}"


def test_another_seed_gives_other_gemeenten_of_the_same_shape() -> None:
    other, ours = cbs2025(7), cbs2025()
    assert not other["gemeenten"].equals(ours["gemeenten"])
    for name in ("gemeenten", "soorten", "waarheid_totaal", "enquete"):
        assert other[name].shape == ours[name].shape
    assert (other["enquete"]["antwoord"] == "ja").sum() == 202
    assert other["interviews"]["gemeente"].nunique() == 29
    GemeenteData.from_frames(**other)


@pytest.mark.parametrize("seed", [-1, 1.5, "2025", True])
def test_a_seed_that_is_none_is_refused(seed: object) -> None:
    with pytest.raises(RegisterError, match="seed is"):
        cbs2025(seed)  # type: ignore[arg-type]


# --- chance -----------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [0.2, 3.0, 12.5, 29.9, 30.1, 80.0, 2_000.0])
def test_a_poisson_number_has_the_shares_of_the_poisson_distribution(mean: float) -> None:
    drawn = GemeenteDraws(1, "aantallen").poisson(np.full(40_000, mean))
    seen = np.arange(int(stats.poisson.ppf(0.001, mean)), int(stats.poisson.ppf(0.999, mean)) + 1)
    share = np.searchsorted(np.sort(drawn), seen, side="right") / len(drawn)
    # 1.95 / sqrt(n) is the 0.1% limit of the largest difference (Kolmogorov); 0.002 for the normal form.
    assert np.abs(share - stats.poisson.cdf(seen, mean)).max() < 1.95 / 200 + 0.002


def test_a_poisson_number_with_mean_0_is_0() -> None:
    assert GemeenteDraws(1, "aantallen").poisson(np.zeros(100)).max() == 0


def test_a_normal_number_is_normal_and_no_stream_is_another() -> None:
    drawn = [GemeenteDraws(3, stream).normal(5_000) for stream in STREAMS]
    assert stats.kstest(np.concatenate(drawn), "norm").pvalue > 0.001
    assert len({values[0] for values in drawn}) == len(STREAMS)


# --- gemeenten --------------------------------------------------------------------------------


def test_there_are_342_gemeenten_with_the_sizes_of_dutch_ones() -> None:
    size = data().gemeenten["inwoners"]
    edges = [0, 5_000, 10_000, 20_000, 50_000, 100_000, 150_000, 250_000, 10**6]
    classes = pd.cut(size, edges, right=False).value_counts().sort_index()
    assert classes.tolist() == [5, 7, 59, 181, 58, 14, 14, 4]
    assert size.min() < 1_500
    assert 30_000 < size.median() < 35_000
    assert size.max() > 900_000
    assert 17e6 < size.sum() < 19e6


def test_the_gemeenten_are_recognisably_fictional() -> None:
    frame = data().gemeenten
    assert frame["gemeente"].tolist() == [f"GM{8001 + place}" for place in range(342)]  # none is that high
    assert frame["naam"].is_unique
    assert frame["landsdeel"].value_counts().to_dict() == {"West": 133, "Zuid": 87, "Oost": 82, "Noord": 40}
    assert frame["provincie"].nunique() == 12
    assert not set(frame["provincie"]) & {"Groningen", "Friesland", "Drenthe", "Overijssel", "Gelderland", "Flevoland"}
    assert not set(frame["provincie"]) & {"Utrecht", "Noord-Holland", "Zuid-Holland", "Zeeland", "Noord-Brabant"}
    assert (frame.groupby("provincie")["landsdeel"].nunique() == 1).all()


def test_a_region_and_a_samenwerkingsverband_are_neighbours() -> None:
    frame = data().gemeenten.reset_index(names="place")
    assert frame["arbeidsmarktregio"].nunique() == 35
    within = frame.dropna(subset="samenwerkingsverband")
    assert 0.42 < len(within) / 342 < 0.48
    groups = within.groupby("samenwerkingsverband")
    assert groups.ngroups == 40
    assert groups.size().between(2, 7).all()
    for places in (groups["place"], frame.groupby("arbeidsmarktregio")["place"]):
        assert (places.max() - places.min() == places.size() - 1).all()
    for shared in ("arbeidsmarktregio", "softwarepakket", "externe_uitvoering"):
        assert (groups[shared].nunique() == 1).all()


def test_software_packages_have_uneven_shares() -> None:
    shares = data().gemeenten["softwarepakket"].value_counts(normalize=True)
    assert len(shares) == 5
    assert shares.max() > 0.3
    assert 0.03 < shares.min() < 0.09


def test_covariates_correlate_without_being_each_other() -> None:
    frame = data().gemeenten
    size = np.log(frame["inwoners"])
    assert frame["migratieachtergrond"].corr(size) > 0.5
    assert frame["afstand_voorzieningen"].corr(size) < -0.5
    assert frame["stedelijkheid"].corr(frame["afstand_voorzieningen"]) > 0.5
    assert frame["werkloosheid"].corr(frame["woz_waarde"]) < -0.3
    strength = frame[list(COVARIATES)].corr().abs().to_numpy()
    assert strength[~np.eye(len(COVARIATES), dtype=bool)].max() < 0.8
    share = frame["doelgroep"] / frame["inwoners"]
    assert 0.008 < share.min() < share.max() < 0.09


# --- the model that the README states -----------------------------------------------------------


def expectation_of_the_readme() -> pd.DataFrame:
    """The expectation per gemeente and year of every type, from the tables of the README alone."""
    types, scales = table_after("for a gemeente at every centre."), table_after("stedelijkheid −0.06 |")
    frame = data().gemeenten
    made = {}
    for soort, (_, rate, trend, effects) in types.items():
        level = np.zeros(342)
        for effect in effects.split(", "):
            covariate, size = effect.split(" ")
            centre, unit = (said(cell) for cell in scales[covariate][:2])
            level += said(size) * (frame[covariate].to_numpy() - centre) / unit
        for jaar in YEARS:
            made[soort, jaar] = frame["doelgroep"] * said(rate) * np.exp(level + said(trend) * (jaar - 2023))
    return pd.DataFrame(made).set_index(frame["gemeente"])


def test_the_true_expectation_is_that_of_the_readme() -> None:
    expected = expectation_of_the_readme()
    for jaar in YEARS:
        total = expected.xs(jaar, axis=1, level=1).sum(axis=1)
        assert np.abs(total - totals(jaar)["verwacht"]).max() < 0.051


def test_the_counts_are_poisson_around_what_the_truth_says() -> None:
    odd = set(truth().loc[truth()["valkuil"].isin(["afgerond", "typfout"]), "gemeente"])
    for jaar in YEARS:
        seen = data().counts(jaar).set_index("gemeente")["voorzieningen"].dropna().astype(float)
        true = totals(jaar).reindex(seen.index)
        mean = true["verwacht"] * true["spreiding"] * true["factor"]
        use = (mean > 20) & ~mean.index.isin(odd)
        z = ((seen - mean) / np.sqrt(mean))[use]
        assert abs(z.mean()) < 0.2
        assert 0.85 < z.std() < 1.2


def test_the_ordinary_spread_is_smaller_where_money_is_attached() -> None:
    expected = expectation_of_the_readme()
    caused = truth().groupby(["gemeente", "soort", "jaar"])["factor"].prod()
    spread = {}
    soorten = data().soorten
    assert soorten is not None
    for soort, geld in zip(soorten["soort"], soorten["geld"], strict=True):
        mean = expected[soort, 2024]
        plain = ~mean.index.isin(caused.xs((soort, 2024), level=["soort", "jaar"]).index) & (mean > 20)
        seen = data().counts(2024, soort).set_index("gemeente")["voorzieningen"].astype(float)
        # Between gemeenten, beside chance: of the log ratio, whose sampling variance is about 1 / mean.
        ratio = np.log(seen[plain] / mean[plain])
        spread[geld, soort] = float(np.sqrt(ratio.var() - (1 / mean[plain]).mean()))
    with_money = [value for (geld, _), value in spread.items() if geld == "ja"]
    without = [value for (geld, _), value in spread.items() if geld == "nee"]
    assert max(with_money) < 0.20
    assert min(without) > 0.23


def test_the_readme_states_the_spread_of_the_total_and_the_strong_causes() -> None:
    assert f"makes {np.log(totals(2024)['spreiding']).std():.2f}." in readme()
    strong = [int((totals(jaar)["sterk"] == "ja").sum()) for jaar in YEARS]
    assert "{} gemeenten in 2022,\n{} in 2023, {} in 2024".format(*strong) in readme()


def test_the_readme_states_the_counts() -> None:
    for soort, cells in table_after("every row is there.").items():
        rows = data().voorzieningen
        rows = rows if soort == "total" else rows[rows["soort"] == soort]
        assert [int(said(cell)) for cell in cells] == rows.groupby("jaar")["aantal"].sum().tolist()


# --- the truth ----------------------------------------------------------------------------------


def test_every_cause_of_the_study_is_at_work_and_has_its_kind() -> None:
    kinds = truth().groupby("oorzaak")["soort_oorzaak"].unique()
    assert {cause: list(kind) for cause, kind in kinds.items()} == {
        cause: [kind] for cause, kind in OORZAKEN.items() if cause in kinds
    }
    assert set(OORZAKEN) == set(kinds.index)


def test_a_direction_goes_with_the_factor() -> None:
    frame = truth()
    assert (frame.loc[frame["richting"] == "meer", "factor"] > 1).all()
    assert (frame.loc[frame["richting"] == "minder", "factor"] < 1).all()
    assert (frame.loc[frame["richting"].isna(), "valkuil"] == "afgerond").all()


def test_causes_are_shared_as_the_readme_says() -> None:
    frame, gemeenten = truth(), data().gemeenten.set_index("gemeente")
    for shared, column, names in (
        ("samenwerkingsverband", "samenwerkingsverband", 4),
        ("softwarepakket", "softwarepakket", 2),
        ("externe_uitvoering", "externe_uitvoering", 1),
    ):
        befallen = set(frame.loc[frame["gedeeld"] == shared, "gemeente"])
        traits = set(gemeenten.loc[sorted(befallen), column])
        assert len(traits) == names
        assert befallen == set(gemeenten.index[gemeenten[column].isin(traits)])
    for first, last in re.findall(r"samenwerkingsverband of (GM\d+)–(GM\d+)", readme()):
        inside = gemeenten.loc[first:last, "samenwerkingsverband"]
        assert inside.nunique() == 1
        assert inside.notna().all()
        assert (gemeenten["samenwerkingsverband"] == inside.iloc[0]).sum() == len(inside)
    for package, number in re.findall(r"software (\w+) \((\d+)\)", readme()):
        assert (gemeenten["softwarepakket"] == package).sum() == int(number)
    assert f"external execution ({(gemeenten['externe_uitvoering'] == 'ja').sum()})" in readme()


@cache
def judged() -> pd.DataFrame:
    """The default verdict on the total of 2024, beside the truth."""
    fit = rs.fit_expected(data().counts(2024), FORMULA, exposure="doelgroep")
    return rs.flag_outliers(fit).to_frame().set_index("gemeente").join(totals(2024))


def test_the_default_rule_finds_the_strong_outliers() -> None:
    verdict = judged()
    strong, flagged = verdict["sterk"] == "ja", verdict["flag"].isin(["meer", "minder"])
    right = flagged & (verdict["flag"].astype(str) == verdict["richting"].fillna("").astype(str))
    missed = verdict[strong & ~right]
    assert (missed["verwacht"] < 10).all()  # nobody can see those
    assert not (flagged & verdict["richting"].isna()).any()
    numbers = [int(part.sum()) for part in (flagged, strong & right, strong, flagged & ~strong)]
    assert "gives {} flags: {} of the {} strong ones".format(*numbers) in " ".join(readme().split())
    assert f"and {numbers[3]} with a milder cause" in " ".join(readme().split())


def test_a_suspected_cause_shows_in_its_own_type_and_not_in_the_expectation() -> None:
    fit = rs.fit_expected(data().counts(2024, "jobcoaching"), FORMULA, exposure="doelgroep")
    package = data().gemeenten.set_index("gemeente")["softwarepakket"]
    ratio = fit.units().set_index("gemeente")["ratio"].groupby(package).median()
    assert ratio["Kamille"] < 0.15
    assert ratio.drop("Kamille").between(0.9, 1.1).all()


# --- odd counts ---------------------------------------------------------------------------------


def odd(kind: str) -> set[str]:
    return set(truth().loc[truth()["valkuil"] == kind, "gemeente"])


def test_the_readme_names_the_odd_counts() -> None:
    for kind in ("nul", "sprong", "typfout", "afgerond"):
        stated = re.search(rf"`{kind}` ([^;]*?)(?:;|\.\n)", readme())
        assert stated is not None
        assert set(re.findall(r"GM\d+", stated[1])) == odd(kind)


def test_plausibility_checks_find_every_odd_count() -> None:
    soorten = list(data().soortnamen)
    found = plausibility.plausibility_checks(
        data().wide(2024), count=soorten, exposure="doelgroep", previous=data().wide(2023)
    )
    by_check = found.groupby("check")["gemeente"].agg(set)
    assert odd("nul") <= by_check["zero_where_expected"]
    assert odd("sprong") | odd("typfout") <= by_check["jump"]
    assert odd("afgerond") == by_check["heaping_within"]
    assert odd("typfout") <= by_check["rate_above_limit"]


def test_estimated_counts_are_multiples_of_ten_in_every_year() -> None:
    rows = data().voorzieningen
    rows = rows[rows["gemeente"].isin(odd("afgerond"))]
    assert len(rows) == 2 * 3 * 8
    assert (rows["aantal"] % 10 == 0).all()


def test_what_was_not_delivered_is_not_there_and_is_not_0() -> None:
    rows = data().voorzieningen
    per_year = rows.groupby(["jaar", "gemeente"]).size().unstack(0).reindex(data().gemeenten["gemeente"])
    assert (per_year[2024] == 8).all()
    absent = {jaar: sorted(per_year.index[per_year[jaar].isna()]) for jaar in (2022, 2023)}
    partly = sorted(per_year.index[per_year[2023] == 7])
    line = readme().split("**Not delivered**: ")[1].split(".")[0]
    assert re.findall(r"GM\d+", line) == [*absent[2022], *partly]
    assert absent[2023] == []
    assert not (set(absent[2022]) | set(partly)) & set(truth().loc[truth()["gedeeld"] == "gemeente", "gemeente"])


# --- survey and interviews ----------------------------------------------------------------------


def survey() -> pd.DataFrame:
    frame = data().enquete
    assert frame is not None
    return frame.merge(data().gemeenten, on="gemeente")


def test_202_of_342_answer_larger_ones_more_often() -> None:
    frame = survey()
    answered = frame["antwoord"] == "ja"
    assert (len(frame), int(answered.sum())) == (342, 202)
    share = answered.groupby(frame["grootteklasse"]).agg(["sum", "size"])
    small, large = (share.loc[name].tolist() for name in ("minder dan 20.000", "100.000 of meer"))
    assert f"{small[0]} of {small[1]} below 20,000 inhabitants answer, {large[0]} of {large[1]} from" in readme()
    assert small[0] / small[1] < 0.55 < 0.65 < large[0] / large[1]


def test_who_did_not_answer_has_no_answers_and_who_did_left_a_few_open() -> None:
    frame = data().enquete
    assert frame is not None
    answers = frame.drop(columns=["gemeente", "antwoord"])
    answered = frame["antwoord"] == "ja"
    assert answers[~answered].isna().all(axis=None)
    assert 0.01 < answers[answered].isna().to_numpy().mean() < 0.06


@pytest.mark.parametrize(
    ("question", "oorzaak", "richting"),
    [
        ("blijft_op_concept", "registratiesystemen", "minder"),
        ("nazorg_geboekt", "registratiesystemen", "meer"),
        ("brede_doelgroep", "doelgroep", "meer"),
    ],
)
def test_an_answer_goes_with_the_cause_but_not_always(question: str, oorzaak: str, richting: str) -> None:
    frame = survey().dropna(subset=question)
    now = truth()[truth()["jaar"] == 2024]
    now = now[(now["oorzaak"] == oorzaak) & (now["richting"] == richting)]
    has = frame["gemeente"].isin(set(now["gemeente"]))
    yes = frame[question] == "ja"
    assert yes[has].mean() > 0.5
    assert 0.02 < yes[~has].mean() < 0.35


def test_29_gemeenten_are_interviewed_and_coded_twice() -> None:
    frame = data().interviews
    assert frame is not None
    assert frame["gemeente"].nunique() == 29
    assert (frame.groupby("gemeente")["codeur"].nunique() == 2).all()
    found = frame.dropna(subset="oorzaak")
    assert set(found["oorzaak"]) <= set(OORZAKEN)
    assert found[["sterkte", "richting"]].notna().all(axis=None)
    nothing = frame[frame["oorzaak"].isna()]
    assert len(nothing) > 0
    assert nothing[["sterkte", "richting", "citaat"]].isna().all(axis=None)
    alone = nothing.merge(found, on=["gemeente", "codeur"])
    assert alone.empty


def test_the_interviewed_lie_far_above_far_below_and_at_the_expectation() -> None:
    frame = data().interviews
    assert frame is not None
    seen = data().counts(2024).set_index("gemeente")["voorzieningen"].astype(float)
    ratio = (seen / totals(2024)["verwacht"])[sorted(set(frame["gemeente"]))]
    assert [(ratio < 0.67).sum(), ratio.between(0.95, 1.05).sum(), (ratio > 1.5).sum()] == [11, 7, 11]


def test_both_coders_mostly_find_the_strong_causes_of_whom_they_interview() -> None:
    frame, now = data().interviews, truth()[truth()["jaar"] == 2024]
    assert frame is not None
    far = now[((now["factor"] <= 0.5) | (now["factor"] >= 2)) & now["gemeente"].isin(set(frame["gemeente"]))]
    real = set(zip(far["gemeente"], far["oorzaak"], strict=True))
    for _, part in frame.dropna(subset="oorzaak").groupby("codeur"):
        coded = set(zip(part["gemeente"], part["oorzaak"], strict=True))
        assert 0.6 < len(real & coded) / len(real) < 1.0
