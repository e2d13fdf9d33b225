"""What is remarkable about the counts of a gemeente before any model: questions to ask, for tables and fact sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from reintegratie_stats.outliers import PlausibilityRule, plausibility_checks
from reintegratie_stats.studies.cbs2025.sheet import spoken
from reintegratie_stats.studies.texts import text

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025.study import Cbs2025

MOST_OF_A_SOORT, MOST_OF_ALL = 1.0, 2.0
"""Voorzieningen per person in the target group above which a count is asked about: of one soort, and of all together.

Somebody can have a jobcoach and a loonkostensubsidie; that everybody has more than two is no longer likely.
"""


def remarks(study: Cbs2025) -> pd.DataFrame:
    """Return the findings of `plausibility_checks` on the year of the report: of the total, then of each soort.

    Returns
    -------
    DataFrame
        As `plausibility_checks`; ``count`` is the word for the total, or a soort.
    """
    data, year, lang = study.data, study.part.year, study.lang
    before = year - 1 if year - 1 in data.jaren else None
    exposure, total = study.part.expected.exposure, text("cbs_total", lang)
    whole, called = {"voorzieningen": total}, {name: spoken(name) for name in data.soortnamen}
    units = study.fit.units()[["gemeente", "expected_loo"]]
    of_total = plausibility_checks(
        data.counts(year).merge(units, on="gemeente").rename(columns=whole), count=total, exposure=exposure,
        expected="expected_loo", rule=PlausibilityRule(max_rate=MOST_OF_ALL), lang=lang,
        previous=None if before is None else data.counts(before).rename(columns=whole),
    )  # fmt: skip
    of_soorten = plausibility_checks(
        data.wide(year).rename(columns=called), count=list(called.values()), exposure=exposure,
        rule=PlausibilityRule(max_rate=MOST_OF_A_SOORT), lang=lang,
        previous=None if before is None else data.wide(before).rename(columns=called),
    )  # fmt: skip
    return pd.concat([of_total, of_soorten], ignore_index=True)
