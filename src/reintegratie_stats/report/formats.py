"""How numbers are printed: Dutch or English signs, decimally correct rounding, ``n.b.``.

Dutch has the decimal comma and a dot between thousands, English the point and the comma;
``n.b.`` or ``n/a`` stands for what is missing. `locale` is not used: it is global to the process
and often absent. Rounding is half away from zero on the shortest decimal form of the number, so
that 54.5 per cent is 55 and a share of 0.145 is 15 per cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from numbers import Integral, Real
from typing import Final, Literal

import pandas as pd

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report.labels import MINUS, check_lang, missing_symbol

MAX_DECIMALS: Final = 12
_EXACT: Final = Context(prec=700)
_SEPARATORS: Final[Mapping[str, tuple[str, str]]] = {"nl": (".", ","), "en": (",", ".")}
_TO_SUPERSCRIPT: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def is_missing(value: object) -> bool:
    """Say whether a single value is missing: None, NaN, NaT or pandas' NA."""
    return value is None or bool(pd.api.types.is_scalar(value) and pd.isna(value))


def superscript(number: int) -> str:
    """Return a note number in superscript digits: ``12`` gives ``¹²``."""
    return str(number).translate(_TO_SUPERSCRIPT)


def as_decimal(value: object) -> Decimal:
    """Return a finite number as the decimal that its shortest printed form says.

    Raises
    ------
    ReportError
        The value is not a finite number. The message holds its type, never the value.
    """
    is_number = isinstance(value, (Decimal, Real)) and not isinstance(value, bool)
    if not is_number:
        kind = type(value).__name__
        raise ReportError(f"A number is needed, but the value is of type {kind}. Convert it first.")
    try:
        number = Decimal(int(value)) if isinstance(value, Integral) else Decimal(str(value))
    except InvalidOperation:
        kind = type(value).__name__
        raise ReportError(f"A value of type {kind} has no decimal form.") from None
    if not number.is_finite():
        raise ReportError("A number is needed, but the value is not finite. Give None for missing.")
    return number


def round_half_away(value: object, decimals: int = 0) -> Decimal:
    """Round half away from zero on the shortest decimal form of a number.

    Parameters
    ----------
    value : int, float or Decimal
        A finite number.
    decimals : int
        Digits after the decimal sign, 0 to 12.

    Raises
    ------
    ReportError
        `value` is not a finite number or `decimals` is not from 0 to 12.

    Examples
    --------
    >>> round_half_away(54.5), round_half_away(-0.5), round_half_away(1.005, 2)
    (Decimal('55'), Decimal('-1'), Decimal('1.01'))
    """
    check_decimals(decimals)
    step = Decimal(1).scaleb(-decimals)
    return as_decimal(value).quantize(step, rounding=ROUND_HALF_UP, context=_EXACT)


def round_percent(share: object, decimals: int = 0) -> Decimal:
    """Return a share as a percentage, rounded as `format_percent` prints it.

    Multiplying a share by 100 as a float first can lose the half: ``100 * 0.285`` is
    28.499999999999996. Here 0.285 is 29 per cent.

    Parameters
    ----------
    share : int, float or Decimal
        A finite number; 1 is 100 per cent.
    decimals : int
        Digits after the decimal sign, 0 to 12.

    Raises
    ------
    ReportError
        `share` is not a finite number or `decimals` is not from 0 to 12.

    Examples
    --------
    >>> round_percent(0.285), round_percent(50 / 70, 1)
    (Decimal('29'), Decimal('71.4'))
    """
    return round_half_away(as_decimal(share).scaleb(2, context=_EXACT), decimals)


def check_decimals(decimals: int) -> None:
    """Raise `ReportError` unless `decimals` is a whole number from 0 to 12."""
    whole = isinstance(decimals, int) and not isinstance(decimals, bool)
    if not whole or not 0 <= decimals <= MAX_DECIMALS:
        raise ReportError(f"decimals must be a whole number from 0 to {MAX_DECIMALS}.")


def format_number(
    value: object, decimals: int = 0, lang: str = "nl", *, signed: bool = False, plain: bool = False
) -> str:
    """Format a number for a reader, or plainly for a file that a program reads.

    Parameters
    ----------
    value : int, float, Decimal or missing
        The number; a missing value gives the symbol for missing.
    decimals : int
        Digits after the decimal sign.
    lang : {"nl", "en"}
        ``nl``: dot between thousands, decimal comma; ``en``: comma and point.
    signed : bool
        Put a plus before a number above zero.
    plain : bool
        No sign between thousands, no plus, and a hyphen for minus: what Excel, R and pandas read
        as a number.

    Returns
    -------
    str
        Rounded half away from zero; a number that rounds to zero has no sign.

    Raises
    ------
    ReportError
        The value is not a finite number, or `decimals` or `lang` is not allowed.

    Examples
    --------
    >>> format_number(10480), format_number(1234.5, 1), format_number(None)
    ('10.480', '1.234,5', 'n.b.')
    >>> format_number(1234.5, 1, "en"), format_number(2, signed=True)
    ('1,234.5', '+2')
    >>> format_number(-1234.5, 1, plain=True)
    '-1234,5'
    """
    check_lang(lang)
    check_decimals(decimals)
    if is_missing(value):
        return missing_symbol(lang)
    rounded = round_half_away(value, decimals)
    thousands, point = ("", _SEPARATORS[lang][1]) if plain else _SEPARATORS[lang]
    whole, _, fraction = f"{abs(rounded):,f}".partition(".")
    digits = whole.replace(",", thousands) + (point + fraction if fraction else "")
    if rounded < 0:
        return ("-" if plain else MINUS) + digits
    return "+" + digits if signed and rounded > 0 and not plain else digits


def format_percent(
    value: object,
    decimals: int = 0,
    lang: str = "nl",
    *,
    of: Literal["share", "percent"] = "share",
    plain: bool = False,
) -> str:
    """Format a share or a percentage with its sign: 0.125 is ``12,5%``.

    Parameters
    ----------
    value : int, float, Decimal or missing
        A share (1 is 100%) or, at ``of="percent"``, a percentage (100 is 100%).
    decimals : int
        Digits after the decimal sign, of the percentage.
    lang : {"nl", "en"}
        Language of the signs.
    of : {"share", "percent"}
        What the value is.
    plain : bool
        As in `format_number`, and without the percent sign.

    Raises
    ------
    ReportError
        The value is not a finite number, or an option is not allowed.

    Examples
    --------
    >>> format_percent(0.125, 1), format_percent(54.5, of="percent"), format_percent(None)
    ('12,5%', '55%', 'n.b.')
    """
    if of not in ("share", "percent"):
        raise ReportError(f"of={of!r} is not one of: share, percent.")
    check_lang(lang)
    check_decimals(decimals)
    if is_missing(value):
        return missing_symbol(lang)
    percentage = round_percent(value, decimals) if of == "share" else value
    return format_number(percentage, decimals, lang, plain=plain) + ("" if plain else "%")
