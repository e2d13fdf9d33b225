"""`check`: judge registers by the rules on rows, on what is unusual, and on linking."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from reintegratie_stats.errors import DefinitionError, EngineError, ReintegratieError
from reintegratie_stats.quality import unusual
from reintegratie_stats.quality.account import account_rows, account_set_aside
from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.linking import link
from reintegratie_stats.quality.quality_report import QualityReport
from reintegratie_stats.quality.rule import UnusualRule
from reintegratie_stats.quality.rules import RulesLike, read_rules
from reintegratie_stats.registers import Registers
from reintegratie_stats.report.labels import Lang, check_lang

DayLike = datetime.date | str
Window = tuple[datetime.date, datetime.date]


def check(
    registers: Registers,
    *,
    day: DayLike | None = None,
    window: Sequence[DayLike] | None = None,
    rules: RulesLike | None = None,
    lang: Lang = "nl",
) -> QualityReport:
    """Judge registers: what is wrong, what is unusual but legal, and what cannot be linked.

    The rules on rows were judged when the registers were made, and rows that fail one were set aside; this counts
    them, looks for what is unusual, and links the keys of the registers. All of it is counted by the engine.

    Parameters
    ----------
    registers : Registers
        Of `read_registers` or `Registers.from_frames`.
    day : date or text, optional
        The day on which the delivery was made: what lies after it is in the future, and the last months before it are
        provisional. By default a day that is derived from the data; the report says which.
    window : two dates or texts, optional
        The period that is to be looked at, ``[from, up to)``; by default all there is.
    rules : path or mapping, optional
        What is to be different of the rules on what is unusual: a ``.toml`` file, or a mapping of rule to settings
        (``ernst``, thresholds ``grens*``, ``tabel``, ``nl``, ``en``, ``bron``).
    lang : {"nl", "en"}
        Language of texts.

    Returns
    -------
    QualityReport

    Raises
    ------
    DefinitionError
        When there is no such rule or setting, or a day is none. All problems at once.
    ReportError
        When there is no such language.
    EngineError
        When the engine fails; its words are withheld.

    Examples
    --------
    >>> import pandas as pd
    >>> import reintegratie_stats as rs
    >>> bijstand = pd.DataFrame(
    ...     {
    ...         "persoon_id": ["a", "b"],
    ...         "gemeente": ["GM9001", "GM9001"],
    ...         "begindatum": ["2002-01-31", "2002-03-01"],
    ...         "einddatum": ["2002-01-01", None],
    ...         "reden_einde": [None, None],
    ...     }
    ... )
    >>> quality = rs.check(rs.Registers.from_frames(bijstand=bijstand))
    >>> quality.set_aside()
          table     column                       rule  rows
    0  bijstand  einddatum  ligt niet voor begindatum     1
    >>> quality.status
    3
    """
    if not isinstance(registers, Registers):
        raise DefinitionError(
            f"check takes registers, of read_registers or Registers.from_frames, not {type(registers).__name__}."
        )
    check_lang(lang)
    chosen = read_rules(rules)
    on, period = _day(day), _window(window)
    judged = MappingProxyType({name: rule for name, rule in chosen.items() if rule.severity != "uit"})
    return QualityReport(
        registers,
        chosen,
        tuple(_findings(registers, judged, on, period)),
        on,
        period,
        lang,
        registers.report.to_frame(),
        account_rows(registers),
        account_set_aside(registers),
        link(registers),
    )


def _findings(
    registers: Registers, rules: Mapping[str, UnusualRule], day: datetime.date | None, window: Window | None
) -> Sequence[Finding]:
    """Return what is unusual; an error that is not ours is told without its words, as these may quote a person."""
    failure = ""
    try:
        return unusual.unusual_findings(registers, rules, day=day, window=window)
    except (ReintegratieError, MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:
        failure = type(error).__name__
    raise EngineError(
        f"Looking for what is unusual failed ({failure}). Its message is withheld, as it may quote values of persons."
    )


def _day(day: DayLike | None, what: str = "day") -> datetime.date | None:
    """Return a day, from a date or from text as ``2003-06-30``."""
    if day is None:
        return None
    if isinstance(day, datetime.datetime):
        return day.date()
    if isinstance(day, datetime.date):
        return day
    if isinstance(day, str):
        try:
            return datetime.date.fromisoformat(day)
        except ValueError:
            raise DefinitionError(f"{what}: {day!r} is no day. Write it as 2003-06-30.") from None
    raise DefinitionError(f"{what} is a date or text as 2003-06-30, not {type(day).__name__}.")


def _window(window: Sequence[DayLike] | None) -> Window | None:
    """Return the period that is looked at."""
    if window is None:
        return None
    if isinstance(window, (str, bytes)) or not isinstance(window, Sequence) or len(window) != 2:
        raise DefinitionError("window is two days: the first, and the first after, as ('2002-01-01', '2003-01-01').")
    first, last = (_day(one, "window") for one in window)
    if first is None or last is None or first >= last:
        raise DefinitionError(f"window: {first} does not lie before {last}. Give the first day, and the first after.")
    return first, last
