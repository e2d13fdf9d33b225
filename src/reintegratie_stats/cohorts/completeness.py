"""What has not been registered yet: counts by period of registration, and a chain ladder on them.

A delivery shortly after a period holds what was registered by then. From how registration of earlier periods went on
the chain ladder says what is still to come of the last ones, with its uncertainty. The study of 2004 could only remark
that its central figures were too low (RWI 2004, 5.2.2 and bijlage 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from reintegratie_stats.errors import DefinitionError, FitError, listing
from reintegratie_stats.estimates.chain_ladder import CalendarTest, ChainLadder, ToCome, calendar_test, chain_ladder
from reintegratie_stats.registers.delays import RegistrationCounts

FACTOREN = ("samen", "per_gemeente")
SUSPECT = 0.05


@dataclass(frozen=True, repr=False, eq=False)
class Completeness:
    """What is registered, and what is expected in the end.

    Made by `expected_completeness`.

    Attributes
    ----------
    counts : RegistrationCounts
        What was counted; its `bekend_op` is the day up to which registrations are seen.
    factoren : {"samen", "per_gemeente"}
    level : float
        Of the intervals.
    waves : CalendarTest
        Whether registrations of all gemeenten together came in waves.
    notes : tuple of str
    """

    counts: RegistrationCounts
    factoren: str
    level: float
    waves: CalendarTest
    notes: tuple[str, ...]
    _ladders: tuple[ChainLadder, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per gemeente and period of events.

        ``gemeente, periode`` (its first day), ``bekend``, ``verwacht`` (in the end), ``nog_te_komen`` with
        ``standard_error, lower, upper``, all in events, and ``aandeel_bekend`` in [0, 1].
        """
        units, periods = self.counts.gemeenten, self.counts.perioden
        parts = [self._numbers(ladder.rows()) for ladder in self._ladders]
        frame = pd.concat(parts, ignore_index=True)
        frame.insert(0, "periode", np.tile(np.array(periods, dtype="datetime64[s]"), len(units)))
        frame.insert(0, "gemeente", pd.array(np.repeat(units, len(periods)), dtype="string"))
        return frame

    def totals(self) -> pd.DataFrame:
        """Return the same per gemeente over all periods, and a last row, gemeente missing, for all together.

        Where factors are estimated per gemeente their estimates are independent, and the standard error of the last row
        is the root of the sum of squares; with common factors it holds that these are shared.
        """
        units = self.counts.gemeenten
        if self.factoren == "samen":
            (ladder,) = self._ladders
            per_unit = ladder.sums_of(np.repeat(np.arange(len(units)), len(self.counts.perioden)))
            together = ladder.total()
        else:
            per_unit = _stacked([ladder.total() for ladder in self._ladders])
            error = np.sqrt([(per_unit.standard_error**2).sum()])
            known, expected, to_come = (
                np.array([one.sum()]) for one in (per_unit.known, per_unit.expected, per_unit.to_come)
            )
            together = ToCome(known, expected, to_come, error)
        frame = pd.concat([self._numbers(per_unit), self._numbers(together)], ignore_index=True)
        frame.insert(0, "gemeente", pd.array([*units, pd.NA], dtype="string"))
        return frame

    def pattern(self) -> pd.DataFrame:
        """Return which share of what comes in the end is there after each number of periods.

        ``gemeente`` (missing for common factors), ``stappen_later, aandeel_bekend`` in [0, 1], and ``factor`` to the
        next with its ``standard_error``. That all is there after the last is an assumption.
        """
        units = [pd.NA] if self.factoren == "samen" else list(self.counts.gemeenten)
        parts = []
        for unit, ladder in zip(units, self._ladders, strict=True):
            shares = ladder.shares()
            part = pd.DataFrame({"stappen_later": np.arange(len(shares)), "aandeel_bekend": shares})
            part["factor"] = np.append(ladder.factors, np.nan)
            part["standard_error"] = np.append(ladder.standard_errors, np.nan)
            part.insert(0, "gemeente", pd.array([unit] * len(part), dtype="string"))
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def _numbers(self, known: ToCome) -> pd.DataFrame:
        lower, upper = known.interval(self.level)
        return pd.DataFrame(
            {
                "bekend": known.known.astype(np.int64),
                "verwacht": known.expected,
                "nog_te_komen": known.to_come,
                "standard_error": known.standard_error,
                "lower": lower,
                "upper": upper,
                "aandeel_bekend": known.share_known,
            }
        )

    def __repr__(self) -> str:
        last = self.totals().iloc[-1]
        return (
            f"Completeness({self.counts.register}.{self.counts.gebeurtenis}: {int(last['bekend'])} known on "
            f"{self.counts.bekend_op.isoformat()}, {last['nog_te_komen']:.1f} to come "
            f"({last['lower']:.1f} to {last['upper']:.1f}))"
        )


def _stacked(parts: list[ToCome]) -> ToCome:
    names = ("known", "expected", "to_come", "standard_error")
    return ToCome(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def expected_completeness(
    counts: RegistrationCounts,
    *,
    factoren: Literal["samen", "per_gemeente"] = "samen",
    last_sigma: Literal["mack", "loglinear"] = "mack",
    level: float = 0.95,
) -> Completeness:
    """Estimate what is still to be registered of events that have happened.

    Parameters
    ----------
    counts : RegistrationCounts
        Of `registration_counts`.
    factoren : {"samen", "per_gemeente"}
        Whether gemeenten share how registration goes on, or each has its own. Its own asks many events of each, and
        sharing asks that they are alike.
    last_sigma : {"mack", "loglinear"}
        As for `chain_ladder`.
    level : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    Completeness
        Where `waves` has a small p-value registrations came in waves, and the chain ladder does not fit: `notes` says
        so.

    Raises
    ------
    FitError
        When no factor can be estimated, naming the gemeente.
    DefinitionError
        When a setting is not one of those above.

    References
    ----------
    T. Mack (1993), ASTIN Bulletin 23, 213-225.

    Examples
    --------
    >>> import pandas as pd
    >>> import reintegratie_stats as rs
    >>> from reintegratie_stats.registers.delays import registration_counts
    >>> began = ["2002-01-10"] * 4 + ["2002-02-10"] * 6 + ["2002-03-10"] * 3
    >>> told = ["2002-01-20"] * 2 + ["2002-02-20"] * 2 + ["2002-02-20"] * 3 + ["2002-03-20"] * 6
    >>> rows = {"begindatum": began, "registratiedatum": told, "einddatum": None, "reden_einde": None}
    >>> bijstand = pd.DataFrame({"persoon_id": [f"p{n}" for n in range(13)], "gemeente": "GM9001"} | rows)
    >>> registers = rs.Registers.from_frames(bijstand=bijstand)
    >>> counts = registration_counts(registers, "bijstand", van="2002-01-01", bekend_op="2002-03-31")
    >>> expected_completeness(counts).to_frame()[["bekend", "verwacht", "aandeel_bekend"]]
       bekend  verwacht  aandeel_bekend
    0       4       4.0             1.0
    1       6       6.0             1.0
    2       3       6.0             0.5
    """
    if not isinstance(counts, RegistrationCounts):
        raise DefinitionError(f"counts is {type(counts).__name__}; it is what registration_counts returns.")
    if factoren not in FACTOREN:
        raise DefinitionError(f"factoren is {factoren!r}; it is one of: {listing(FACTOREN)}.")
    if not counts.gemeenten:
        raise FitError(f"{counts.register}: no event of these periods has a registratiedatum and a gemeente.")
    triangles = counts.triangles()
    ladders: tuple[ChainLadder, ...]
    if factoren == "samen":
        ladders = (chain_ladder(triangles.reshape(-1, triangles.shape[2]), last_sigma=last_sigma),)
    else:
        ladders = _per_unit(counts, last_sigma)
    ladders[0].total().interval(level)  # refuses a level that is none
    waves = calendar_test(counts.total())
    return Completeness(counts, factoren, float(level), waves, _notes(counts, ladders, waves), ladders)


def _per_unit(counts: RegistrationCounts, last_sigma: Literal["mack", "loglinear"]) -> tuple[ChainLadder, ...]:
    ladders, problems = [], []
    for unit, triangle in zip(counts.gemeenten, counts.triangles(), strict=True):
        try:
            ladders.append(chain_ladder(triangle, last_sigma=last_sigma))
        except FitError as error:
            problems.append(f"{unit}: {error}")
    if problems:
        more = f" The same holds for {len(problems) - 1} more." if len(problems) > 1 else ""
        raise FitError(f'{problems[0]}{more} Or take the factors of all gemeenten together: factoren="samen".')
    return tuple(ladders)


def _notes(counts: RegistrationCounts, ladders: tuple[ChainLadder, ...], waves: CalendarTest) -> tuple[str, ...]:
    notes = [f"all is taken to be known after {len(ladders[0].factors)} times a {counts.stap}"]
    notes += [f"not counted, {why}: {number}" for why, number in counts.niet_geteld.items() if number]
    names = ("",) if len(ladders) == 1 else (f"{unit}: " for unit in counts.gemeenten)
    notes += [f"{name}{note}" for name, ladder in zip(names, ladders, strict=True) for note in ladder.notes]
    if waves.p_value < SUSPECT:
        notes.append(
            f"registrations came in waves (p = {waves.p_value:.3f}): a delivery or a clean-up moved all periods at "
            "once, and the estimate does not fit that"
        )
    return tuple(notes)
