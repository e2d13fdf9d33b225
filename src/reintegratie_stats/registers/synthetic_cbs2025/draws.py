"""Random numbers of the synthetic gemeenten: doubles as in `synthetic.draws`, and normal and Poisson numbers from them.

Every number that is written is whole or rounded, so that a last bit of an exponential or a logarithm, which versions
of numpy and processors do not share, does not change a byte.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from reintegratie_stats.periods import Days
from reintegratie_stats.registers.synthetic.draws import Draws

Floats = npt.NDArray[np.float64]

STREAMS = (
    "namen",
    "grootte",
    "ligging",
    "samenwerking",
    "kenmerken",
    "covariaten",
    "doelgroep",
    "oorzaken",
    "spreiding",
    "aantallen",
    "enquete",
    "interviews",
)
_STUDY = 2025  # keeps these streams apart from those of the RWI registers
_SMALL = 30.0
_FINE = 2.0**52


class GemeenteDraws(Draws):
    """A named stream of random numbers; no stream notices how many were drawn from another.

    Parameters
    ----------
    seed : int
        Not negative.
    stream : str
        One of `STREAMS`.
    """

    def __init__(self, seed: int, stream: str) -> None:
        super().__init__(seed, "sleutels")  # checks the seed
        sequence = np.random.SeedSequence([seed, _STUDY, STREAMS.index(stream)])
        self._generator = np.random.Generator(np.random.PCG64(sequence))

    def normal(self, size: int) -> Floats:
        """Return standard normal numbers, by inversion."""
        middle = (np.floor(self.uniform(size) * _FINE) + 0.5) / _FINE
        quantile = NormalDist().inv_cdf
        return np.array([quantile(float(share)) for share in middle])

    def poisson(self, mean: Floats) -> Days:
        """Return a Poisson number for each mean: by inversion below 30, by a corrected normal one from there.

        The correction (Cornish and Fisher, first order) gives the skewness; from a mean of 30 the shares are those of
        the Poisson distribution to within 0.002.
        """
        share = self.uniform(len(mean))
        quantile = NormalDist().inv_cdf
        inner = (np.floor(share * _FINE) + 0.5) / _FINE
        normal = np.array([quantile(float(value)) for value in inner])
        large = np.floor(mean + np.sqrt(mean) * normal + (normal * normal - 1.0) / 6.0 + 0.5)
        return np.where(mean < _SMALL, _by_inversion(np.minimum(mean, _SMALL), share), np.maximum(large, 0)).astype(
            np.int64
        )


def _by_inversion(mean: Floats, share: Floats) -> Floats:
    """Return the smallest number of which the cumulative Poisson probability exceeds the share."""
    chance = np.exp(-mean)
    below = chance.copy()
    number = np.zeros_like(mean)
    for step in range(1, 200):
        further = share >= below
        if not further.any():
            break
        chance = chance * mean / step
        below = np.where(further, below + chance, below)
        number = np.where(further, step, number)
    return number
