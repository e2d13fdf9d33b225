"""The gemeenten to choose from, made of a fit, its flags and what is known of each gemeente."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reintegratie_stats.errors import SampleError, counted, listing, nearest
from reintegratie_stats.estimates.expected import ExpectedFit
from reintegratie_stats.fieldwork.values import category_text
from reintegratie_stats.outliers.flags import Flags

SMALLEST = 1e-300


def interview_units(fit: ExpectedFit, flags: Flags, traits: pd.DataFrame) -> pd.DataFrame:
    r"""Return the frame that `draw_interviews` takes.

    The standardised residual is the normal quantile of the two-sided mid-p value, with the sign of the deviation,

    .. math:: z_i = \operatorname{sign}(y_i - E_{(i)}) \, \Phi^{-1}(1 - p_i / 2),

    so that no chance enters it (a randomised quantile residual would give other gemeenten with another seed).

    Parameters
    ----------
    fit : ExpectedFit
    flags : Flags
        Of the same gemeenten.
    traits : DataFrame
        One row per gemeente, with the column of the gemeente as the fit calls it. May hold gemeenten that were not
        fitted: they are left out.

    Returns
    -------
    DataFrame
        ``gemeente, klasse, z`` (missing for who is niet_te_beoordelen), then the columns of `traits`, sorted by
        gemeente.

    Raises
    ------
    SampleError
        For flags of other gemeenten, gemeenten without traits (naming them), and `traits` in which a gemeente is
        missing or stands twice, or a column stands twice or is called klasse, z or gemeente.

    Examples
    --------
    >>> from reintegratie_stats.estimates.expected import fit_expected
    >>> from reintegratie_stats.outliers import flag_outliers
    >>> k = np.arange(60)
    >>> frame = pd.DataFrame({"gemeente": [f"{i:04d}" for i in k], "doelgroep": 1000 + 50 * k})
    >>> frame["aantal"] = (0.1 * frame.doelgroep * (1 + 0.1 * np.sin(9 * k))).round().astype(int)
    >>> frame.loc[30, "aantal"] *= 3
    >>> fit = fit_expected(frame, "aantal ~ 1", exposure="doelgroep")
    >>> units = interview_units(fit, flag_outliers(fit), frame[["gemeente", "doelgroep"]])
    >>> units.columns.tolist(), units["klasse"][30], bool(units["z"][30] > 3)
    (['gemeente', 'klasse', 'z', 'doelgroep'], 'meer', True)
    """
    if not isinstance(fit, ExpectedFit) or not isinstance(flags, Flags):
        raise SampleError(
            f"fit is a {type(fit).__name__} and flags a {type(flags).__name__}; give a fit and its Flags."
        )
    name = fit.definition.id
    judged, verdict = fit.units(), flags.to_frame()
    if flags.id not in verdict or judged[name].astype(str).tolist() != verdict[flags.id].astype(str).tolist():
        raise SampleError("fit and flags are of other gemeenten; make the flags with flag_outliers(fit).")
    known = _traits(traits, name)
    p = judged["p"].to_numpy(dtype=np.float64)
    way = np.sign(judged["observed"].to_numpy(dtype=np.float64) - judged["expected_loo"].to_numpy(dtype=np.float64))
    with np.errstate(invalid="ignore"):
        z = way * -ndtri(np.maximum(p, SMALLEST) / 2.0)
    klasse = verdict["flag"].astype("string")
    ids = pd.array([category_text(value) for value in judged[name].tolist()], dtype="string")
    units = pd.DataFrame({"gemeente": ids, "klasse": klasse})
    units["z"] = np.where(klasse == "niet_te_beoordelen", np.nan, z)
    gone = sorted(set(units["gemeente"]) - set(known["gemeente"]))
    if gone:
        raise SampleError(f"traits has no row for {listing(gone)}.")
    return units.merge(known, on="gemeente", how="left", validate="one_to_one")


def _traits(traits: pd.DataFrame, name: str) -> pd.DataFrame:
    if not isinstance(traits, pd.DataFrame):
        raise SampleError(f"traits is a {type(traits).__name__}; give a DataFrame with one row per gemeente.")
    columns = [str(column) for column in traits.columns]
    if double := sorted({column for column in columns if columns.count(column) > 1}):
        raise SampleError(f"traits has column {listing(double)} more than once.")
    if name not in columns:
        raise SampleError(f"traits has no column '{name}'.{nearest(name, columns)} It has: {listing(columns)}.")
    taken = sorted({"klasse", "z", *({"gemeente"} - {name})} & set(columns))
    if taken:
        raise SampleError(
            f"traits has a column {listing(taken)}, which the frame of the draw calls its own; rename it."
        )
    known = traits.set_axis(columns, axis=1).rename(columns={name: "gemeente"})
    names = [category_text(value) for value in known["gemeente"].tolist()]
    if "" in names:
        raise SampleError(f"traits: '{name}' is missing in {counted(names.count(''), 'row')}.")
    known["gemeente"] = pd.array(names, dtype="string")
    if twice := sorted(set(known.loc[known["gemeente"].duplicated(), "gemeente"])):
        raise SampleError(f"traits has more than one row for {listing(twice)}.")
    return known[["gemeente", *(column for column in known if column != "gemeente")]]
