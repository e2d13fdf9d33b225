r"""Covariances of coefficients that do not lean on the variance function: sandwich and cluster-robust.

With scores :math:`s_i = x_i w_i (z_i - \hat\eta_i)` (the offset is inside the mean, so it is kept) and bread
:math:`B = (X'WX)^{-1}`,

.. math:: V = B \Bigl(\sum_g (\textstyle\sum_{i \in g} s_i)(\sum_{i \in g} s_i)'\Bigr) B,

each unit its own group for the plain sandwich. As in the R package sandwich: ``HC0`` is V as it stands
(``sandwich(fit)``), ``HC1`` is V n / (n - p) (``sandwich(fit, adjust=TRUE)``), ``HC3`` divides the score of unit i by
:math:`1 - h_i` (``vcovHC(type="HC3")``). Clusters: ``CL`` is ``vcovCL(type="HC1")``, V multiplied by
:math:`G / (G - 1) \cdot (n - 1) / (n - p)` for G groups.

References
----------
A. Zeileis, S. Koell and N. Graham (2020), Various versatile variances: an object-oriented implementation of clustered
covariances in R. Journal of Statistical Software 95(1).
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from reintegratie_stats.errors import FitError
from reintegratie_stats.estimates.families import Bools, Floats
from reintegratie_stats.estimates.irls import Data, information

Kind = Literal["model", "HC0", "HC1", "HC3", "CL"]


def covariance(
    data: Data,
    beta: Floats,
    spread: float,
    keep: Bools,
    kind: Kind = "model",
    groups: np.ndarray[tuple[int, ...], np.dtype[np.int64]] | None = None,
) -> Floats:
    """Return the covariance (p, p) of the coefficients of one fit.

    Parameters
    ----------
    data : Data
    beta : ndarray, shape (p,)
    spread : float
    keep : ndarray of bool, shape (n,)
        The units that were estimated on.
    kind : {"model", "HC0", "HC1", "HC3", "CL"}
    groups : ndarray of int, shape (n,), optional
        The cluster of every unit, for ``"CL"``.
    """
    if kind not in get_args(Kind):
        raise FitError(f"kind is {kind!r}; choose from {', '.join(get_args(Kind))}.")
    eta = data.x @ beta
    weight = data.family.weight(eta, data.exposure, spread) * keep
    bread = np.linalg.inv(information(data.x, weight[None, :])[0])
    if kind == "model":
        return np.asarray(bread, dtype=np.float64)
    n, p = int(keep.sum()), data.x.shape[1]
    working = (data.y - data.family.mean(eta, data.exposure)) / data.family.slope(eta, data.exposure)
    scores = data.x * (weight * working)[:, None]
    factor = 1.0
    if kind == "HC1":
        factor = n / (n - p)
    if kind == "HC3":
        leverage = weight * np.einsum("ij,jk,ik->i", data.x, bread, data.x)
        scores = scores / np.maximum(1.0 - leverage, 1e-12)[:, None]
    if kind == "CL":
        if groups is None:
            raise ValueError("a cluster covariance needs groups")
        _, codes = np.unique(groups[keep], return_inverse=True)
        count = int(codes.max()) + 1
        if count < 2:
            raise FitError("all gemeenten that were estimated on are in one cluster: there is nothing to compare.")
        total = np.zeros((count, p))
        np.add.at(total, codes, scores[keep])
        scores = total
        factor = count / (count - 1) * (n - 1) / (n - p)
    return np.asarray(factor * bread @ (scores.T @ scores) @ bread, dtype=np.float64)
