"""Which gemeenten are flagged whatever the family: the same data and formula under other assumptions.

Beside the families there is ``nb2_gamma`` (the tails of the negative binomial itself in place of the lognormal spread)
and ``nb2_all`` (nobody set aside for estimation). Plain Poisson and least squares on rates are there to compare with;
neither is a good description of counts of gemeenten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reintegratie_stats.errors import DefinitionError, FitError, listing, nearest
from reintegratie_stats.estimates.expected import ExpectedFit, fit_expected
from reintegratie_stats.outliers.flags import OutlierRule, flag_outliers

SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "poisson": {"family": "poisson", "robust": True},
    "quasipoisson": {"family": "quasipoisson", "robust": True},
    "nb2": {"family": "nb2", "robust": True, "tails": "lognormal"},
    "nb2_gamma": {"family": "nb2", "robust": True, "tails": "gamma"},
    "nb2_all": {"family": "nb2", "robust": False, "tails": "lognormal"},
    "binomial": {"family": "binomial", "robust": True},
    "ols_rate": {"family": "ols_rate", "robust": True},
}
FOR_COMPARISON = ("poisson", "ols_rate")
"""Settings that are shown, and that do not decide whether a flag stands under all."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Flags under every setting: one row per gemeente, a column per setting; and why a setting gave none."""

    frame: pd.DataFrame
    settings: tuple[str, ...]
    failed: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Sensitivity({listing(self.settings)}; {len(self.failed)} not possible)"

    @property
    def deciding(self) -> tuple[str, ...]:
        """The settings that decide whether a flag stands under all."""
        return tuple(name for name in self.settings if name not in FOR_COMPARISON)


def check_families(families: Sequence[str]) -> tuple[str, ...]:
    """Return the settings asked for.

    Raises
    ------
    DefinitionError
        For a name that is none.
    """
    wrong = [name for name in families if name not in SETTINGS]
    if wrong or isinstance(families, str) or not families:
        hint = nearest(str(wrong[0]), SETTINGS) if wrong else ""
        raise DefinitionError(f"families is {families!r}; choose from {listing(SETTINGS)}.{hint}")
    return tuple(dict.fromkeys(families))


def refit(fit: ExpectedFit, data: pd.DataFrame, **changes: Any) -> ExpectedFit:
    """Fit the data of a fit again with other settings."""
    settings = fit.definition.settings() | {"cluster": None} | changes
    return fit_expected(data, fit.definition.formula, **settings)


def sensitivity(fit: ExpectedFit, data: pd.DataFrame, rule: OutlierRule, families: Sequence[str]) -> Sensitivity:
    """Flag under every setting.

    Returns
    -------
    Sensitivity
        Its frame: ``<id>, fit`` (the flag of the fit at hand), a column of flags per setting, and ``same`` (flagged in
        the same direction by the fit and by every setting that decides).
    """
    own = {"family": fit.definition.family, "robust": fit.definition.robust, "tails": fit.definition.tails}
    frame = fit.units()[[fit.definition.id]].copy()
    frame["fit"] = flag_outliers(fit, rule).to_frame()["flag"]
    done, failed = [], {}
    for name in check_families(families):
        changes = SETTINGS[name]
        if all(own[key] == value for key, value in changes.items()):
            frame[name] = frame["fit"]
        else:
            try:
                frame[name] = flag_outliers(refit(fit, data, **changes), rule).to_frame()["flag"]
            except FitError as error:
                failed[name] = str(error)
                continue
        done.append(name)
    out = Sensitivity(frame, tuple(done), failed)
    flagged = frame["fit"].isin(["meer", "minder"])
    for name in out.deciding:
        flagged &= frame[name] == frame["fit"]
    frame["same"] = flagged.to_numpy(dtype=bool)
    return out


def long_sensitivity(found: Sensitivity, id: str, names: Mapping[Any, str]) -> pd.DataFrame:
    """Return ``gemeente, family, flag, label``: every gemeente under every setting, by gemeente.

    Examples
    --------
    >>> wide = pd.DataFrame({"gm": ["A", "B"], "fit": ["meer", "verwacht"], "nb2": ["meer", "verwacht"]})
    >>> long_sensitivity(Sensitivity(wide, ("nb2",), {}), "gm", {"A": "Aardorp"}).values.tolist()
    [['A', 'nb2', 'meer', 'Aardorp'], ['B', 'nb2', 'verwacht', 'B']]
    """
    rows = found.frame.rename(columns={id: "gemeente"}).reset_index(drop=True)
    label = pd.Series([str(names.get(who, who)) for who in rows["gemeente"]], dtype="string")
    parts = [
        pd.DataFrame({"gemeente": rows["gemeente"], "family": name, "flag": rows[name], "label": label})
        for name in found.settings
    ]
    if not parts:
        return pd.DataFrame(columns=["gemeente", "family", "flag", "label"])
    out = pd.concat(parts, ignore_index=True)
    return out.sort_values("gemeente", kind="stable").reset_index(drop=True).astype({"family": "string"})
