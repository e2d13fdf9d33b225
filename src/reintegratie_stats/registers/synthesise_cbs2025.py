"""Synthetic gemeenten of the CBS study: 342 that do not exist, what they register, and why some stand out.

Everything comes from a seed: the same seed gives the same bytes on every version of numpy and pandas. What is true
(the expectation, the ordinary spread, the causes) is written beside the counts.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import pandas as pd

from reintegratie_stats.registers.synthetic.csv_file import write_csv
from reintegratie_stats.registers.synthetic_cbs2025.causes import truth
from reintegratie_stats.registers.synthetic_cbs2025.counts import (
    cause_factors,
    counts,
    counts_frame,
    expectation,
    spread,
    totals,
)
from reintegratie_stats.registers.synthetic_cbs2025.covariates import COVARIATES, add_covariates
from reintegratie_stats.registers.synthetic_cbs2025.fieldwork import interviewed, interviews, survey
from reintegratie_stats.registers.synthetic_cbs2025.places import places
from reintegratie_stats.registers.synthetic_cbs2025.soorten import SOORTEN

GEMEENTEN_COLUMNS = (
    "gemeente",
    "naam",
    "provincie",
    "landsdeel",
    "arbeidsmarktregio",
    "samenwerkingsverband",
    "externe_uitvoering",
    "softwarepakket",
    "inwoners",
    "grootteklasse",
    "doelgroep",
    *COVARIATES,
)


def cbs2025(seed: int = 2025) -> dict[str, pd.DataFrame]:
    """Make the synthetic gemeenten of the CBS study.

    Parameters
    ----------
    seed : int
        The same seed gives the same gemeenten, on every version of numpy and pandas.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``gemeenten, voorzieningen, soorten, waarheid, waarheid_totaal, enquete, interviews``; all columns are text as
        in the files, empty is missing.

    Raises
    ------
    RegisterError
        When the seed is not a whole number of at least 0.

    Notes
    -----
    A count is Poisson around ``expectation x ordinary spread x causes``. The causes are those of CBS 2025,
    Kwaliteitsonderzoek naar de registratie van re-integratievoorzieningen, 5.3; that the spread is smaller where money
    is attached, 5.3.2.4. All numbers are choices.

    Examples
    --------
    >>> made = cbs2025()
    >>> len(made["gemeenten"]), len(made["soorten"]), int((made["enquete"]["antwoord"] == "ja").sum())
    (342, 8, 202)
    """
    frame = add_covariates(places(seed), seed)
    causes = truth(frame, seed)
    expected, ordinary, factors = expectation(frame), spread(frame, seed), cause_factors(frame, causes)
    numbers = counts(expected * ordinary * factors, causes, seed)
    rows = counts_frame(frame, numbers, causes, seed)
    whole = totals(frame, expected, ordinary, factors, causes)
    chosen = interviewed(frame, rows, whole)
    made = {
        "gemeenten": frame[list(GEMEENTEN_COLUMNS)],
        "voorzieningen": rows,
        "soorten": _soorten(),
        "waarheid": causes.drop(columns="place"),
        "waarheid_totaal": whole,
        "enquete": survey(frame, causes, seed),
        "interviews": interviews(frame, causes, chosen, seed),
    }
    return {name: _text(table) for name, table in made.items()}


def write_cbs2025(folder: str | PathLike[str], seed: int = 2025) -> dict[str, int]:
    """Write the synthetic gemeenten as CSV, a file per table.

    The bytes are the same on every run and every version of numpy and pandas: UTF-8, LF, sorted rows.

    Parameters
    ----------
    folder : path
        Is made where it is not there; other files in it are left alone.
    seed : int

    Returns
    -------
    dict of str to int
        The number of rows of every file.
    """
    written = {}
    for name, table in cbs2025(seed).items():
        rows = zip(*(table[column].tolist() for column in table), strict=True)
        written[f"{name}.csv"] = write_csv(Path(folder), name, table.columns, rows)
    return written


def _soorten() -> pd.DataFrame:
    rows = [(soort.naam, soort.omschrijving, "ja" if soort.geld else "nee") for soort in SOORTEN]
    return pd.DataFrame(rows, columns=["soort", "omschrijving", "geld"])


def _text(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with all values as text: numbers as Python writes them."""
    return pd.DataFrame({name: [str(value) for value in table[name].tolist()] for name in table}, dtype="string")
