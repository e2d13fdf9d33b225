r"""A probability design as a value: sizes per stratum and inclusion probabilities.

Equal probabilities in stratum h are :math:`\pi_k = n_h / N_h`. Proportional to a size x they are :math:`\pi_k = n_h
x_k / \sum_h x`; a unit for which that is 1 or more is drawn with certainty, and what is left of n_h goes to the
others in the same way, until none is 1 or more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from reintegratie_stats.errors import DefinitionError, SampleError, listing, nearest
from reintegratie_stats.fieldwork.frozen import FrozenMapping
from reintegratie_stats.fieldwork.values import category_text

Floats = npt.NDArray[np.float64]
ALLOCATIONS: Final = ("proportional", "equal", "size")
SOURCE: Final = "Deville and Tillé (2004)"


@dataclass(frozen=True)
class ProbabilityDesign:
    """How gemeenten are drawn with known chances.

    Parameters
    ----------
    size : int, optional
        How many are drawn; may be left out when `allocation` says how many per stratum.
    strata : str, optional
        Column of strata; in each a fixed number is drawn.
    allocation : {"proportional", "equal", "size"} or mapping
        How `size` is divided over strata: to their number of gemeenten, the same in each, to the sum of the size
        column; or the number in each.
    minimum : int
        At least so many in each stratum (as far as it has them). With fewer than two no variance can be estimated.
    proportional_to : str, optional
        Column (above 0) that inclusion probabilities are proportional to; by default they are equal in a stratum.
    balance : tuple of str
        Covariates whose weighted total in the sample is to be that of the population, the most important first. A
        column of text is balanced on each of its categories.
    source : str

    Raises
    ------
    DefinitionError
        For choices that contradict each other, all at once.

    Examples
    --------
    >>> ProbabilityDesign(size=29, strata="landsdeel", balance=("inwoners",)).allocation
    'proportional'
    >>> ProbabilityDesign(size=10, allocation={"Noord": 4, "Zuid": 4})
    Traceback (most recent call last):
    reintegratie_stats.errors.DefinitionError: The probability design cannot be: allocation names strata, but strata
    names no column; size is 10 and the strata add up to 8.
    """

    size: int | None = None
    strata: str | None = None
    allocation: str | Mapping[str, int] = "proportional"
    minimum: int = 2
    proportional_to: str | None = None
    balance: tuple[str, ...] = ()
    source: str = SOURCE

    def __post_init__(self) -> None:
        balance = (self.balance,) if isinstance(self.balance, str) else tuple(self.balance or ())
        object.__setattr__(self, "balance", balance)
        problems = self._name_problems()
        if isinstance(self.allocation, Mapping):
            allocation = FrozenMapping({category_text(name): number for name, number in self.allocation.items()})
            problems += ["allocation names a stratum twice"] if len(allocation) < len(self.allocation) else []
            object.__setattr__(self, "allocation", allocation)
        if problems := [*problems, *self._size_problems(), *self._allocation_problems()]:
            raise DefinitionError(f"The probability design cannot be: {'; '.join(problems)}.")

    def _name_problems(self) -> list[str]:
        pairs = [("strata", self.strata), ("proportional_to", self.proportional_to)]
        odd = [name for name, value in pairs if not (value is None or (isinstance(value, str) and value))]
        odd += ["balance"] if not all(isinstance(name, str) and name for name in self.balance) else []
        problems = [f"{name} is {getattr(self, name)!r}; columns are named by a text" for name in odd]
        if self.strata == "gemeente":
            problems.append("strata is 'gemeente': a gemeente is no stratum of its own")
        return problems

    def _size_problems(self) -> list[str]:
        problems = []
        if self.size is not None and (not _whole(self.size) or self.size < 1):
            problems.append(f"size is {self.size!r}; it is a whole number of at least 1")
        if not _whole(self.minimum) or self.minimum < 1:
            problems.append(f"minimum is {self.minimum!r}; it is a whole number of at least 1 (each can be drawn)")
        if twice := sorted({name for name in self.balance if self.balance.count(name) > 1}):
            problems.append(f"balance names {listing(twice)} more than once")
        return problems

    def _allocation_problems(self) -> list[str]:
        if isinstance(self.allocation, Mapping):
            problems = ["allocation names strata, but strata names no column"] if self.strata is None else []
            wrong = [name for name, number in self.allocation.items() if not _whole(number) or number < 1]
            if wrong:
                problems.append(f"allocation of {listing(wrong)} is not a whole number of at least 1")
            elif self.size is not None and self.size != sum(self.allocation.values()):
                problems.append(f"size is {self.size} and the strata add up to {sum(self.allocation.values())}")
            return problems
        problems = [] if self.size is not None else ["size is missing"]
        if self.allocation not in ALLOCATIONS:
            hint = nearest(str(self.allocation), ALLOCATIONS).removesuffix("?")
            problems.append(f"allocation is {self.allocation!r}; choose from {listing(ALLOCATIONS)}.{hint}".strip("."))
        if self.allocation == "size" and self.proportional_to is None:
            problems.append("allocation is 'size' and proportional_to names no column of sizes")
        return problems

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the design needs, beside ``gemeente``."""
        names = (self.strata, self.proportional_to, *self.balance)
        return tuple(dict.fromkeys(name for name in names if name is not None))


def _whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def divide(size: int, weights: Mapping[str, float], held: Mapping[str, int], minimum: int) -> dict[str, int]:
    """Divide a sample over strata in proportion to weights, by largest remainders.

    Parameters
    ----------
    size : int
    weights : mapping of str to float
        Per stratum; above 0.
    held : mapping of str to int
        How many each stratum has: it never gets more.
    minimum : int
        Each stratum gets at least so many, or all it has.

    Raises
    ------
    SampleError
        When the minima are more than the size, or the size is more than there are.

    Examples
    --------
    >>> divide(10, {"a": 60, "b": 30, "c": 2}, {"a": 60, "b": 30, "c": 2}, 1)
    {'a': 6, 'b': 3, 'c': 1}
    """
    least = {name: min(minimum, number) for name, number in held.items()}
    if size > sum(held.values()):
        raise SampleError(f"size is {size}, there are {sum(held.values())} gemeenten to draw from.")
    if size < sum(least.values()):
        raise SampleError(
            f"size is {size}, but {len(held)} strata with at least {minimum} each ask {sum(least.values())}. Take a "
            "larger size, a lower minimum, or fewer strata."
        )
    settled: dict[str, int] = {}
    while True:
        rest = [name for name in weights if name not in settled]
        left = size - sum(settled.values())
        total = sum(weights[name] for name in rest)
        share = {name: left * weights[name] / total for name in rest}
        # Strata over what they have and under their minimum are not settled in one round: each changes the other.
        over = {name: held[name] for name in rest if share[name] > held[name]}
        under = {name: least[name] for name in rest if share[name] < least[name]}
        gain = sum(share[name] - number for name, number in over.items())
        loss = sum(number - share[name] for name, number in under.items())
        if not over and not under:
            break
        settled |= over if over and gain >= loss else under
        if len(settled) == len(weights):
            break
    out = {name: int(np.floor(value + 1e-9)) for name, value in share.items() if name not in settled} | settled
    short = size - sum(out.values())
    ranked = sorted((name for name in share if name not in settled and out[name] < held[name]),
                    key=lambda name: (-(share[name] - out[name]), name))  # fmt: skip
    for name in ranked[:short]:
        out[name] += 1
    return {name: out[name] for name in weights}


def inclusion_probabilities(sizes: Any, number: int) -> Floats:
    """Return inclusion probabilities proportional to sizes that add up to a number, with certainty where need be.

    Parameters
    ----------
    sizes : array-like, shape (n,)
        Above 0.
    number : int
        From 0 to n.

    Examples
    --------
    >>> inclusion_probabilities([1.0, 2.0, 3.0, 20.0], 2).round(3).tolist()
    [0.167, 0.333, 0.5, 1.0]
    """
    x = np.asarray(sizes, dtype=np.float64)
    out = np.ones(len(x))
    certain = np.zeros(len(x), dtype=bool)
    while not certain.all():
        left = number - int(certain.sum())
        share = left * x / x[~certain].sum()
        more = ~certain & (share >= 1.0 - 1e-12)
        if not more.any():
            out[~certain] = share[~certain]
            break
        certain |= more
    return out
