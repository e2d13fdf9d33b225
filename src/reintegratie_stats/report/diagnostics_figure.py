"""The sheet of diagnostics: whether the model of the expected counts can be trusted, in seven panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from reintegratie_stats.errors import listing, nearest
from reintegratie_stats.report.diagnostics_panels import (
    FOOT,
    HEAD,
    MOST_ROWS,
    PANELS,
    RESIDUALS,
    ROW,
    Slot,
    draw_sensitivity,
    leverage_layout,
    off_residuals,
    strip_header,
    write_absent,
    write_head,
)
from reintegratie_stats.report.figure import house_style
from reintegratie_stats.report.figure_frames import FrameReader, Numbers
from reintegratie_stats.report.flag_marks import draw_key, flag_key, key_height, note_lines
from reintegratie_stats.report.formats import format_number
from reintegratie_stats.report.labels import check_lang, label, labels
from reintegratie_stats.report.page import MARGIN, WIDTH, Heading, open_page

GAP: Final = 6.0
BETWEEN: Final = 4.0
SQUARE: Final = 50.0
"""Height of a panel of points, title and foot included."""
LEAST_ROWS: Final = 4
MOST_NAMES: Final = 40

PANEL_NAMES: Final = ("residual_size", "quantiles", "leverage", "regions", "correlations", "dispersion", "sensitivity")


@dataclass(frozen=True)
class _Form:
    """What a frame of the sheet must hold."""

    key: tuple[str, ...]
    numbers: tuple[Numbers, ...]
    texts: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    flag: bool = False
    ordered: tuple[tuple[str, str], ...] = ()


_ENDS = (("lower", "upper"),)
_FORMS: Final[Mapping[str, _Form]] = {
    "dispersion": _Form(
        ("family",), (Numbers("phi", 0.0, above=True), Numbers("reference", 0.0, above=True)), extra=("lower", "upper")
    ),
    "residual_size": _Form((), (Numbers("expected", 0.0, above=True), Numbers("residual")), flag=True),
    "quantiles": _Form(
        (), tuple(Numbers(name, missing=False) for name in
                  ("theoretical", "median", "lower", "upper", "envelope_lower", "envelope_upper")),
        ordered=(("lower", "median"), ("median", "upper"), ("envelope_lower", "envelope_upper")),
    ),
    "leverage": _Form((), (Numbers("leverage", 0.0), Numbers("residual_student"), Numbers("cook", 0.0)), ("label",)),
    "correlations": _Form(
        ("trait",), (Numbers("correlation"), Numbers("lower"), Numbers("upper")), optional=("measure",), ordered=_ENDS
    ),
    "regions": _Form(("region",), (Numbers("mean_log_ratio"), Numbers("lower"), Numbers("upper")), ordered=_ENDS),
    "sensitivity": _Form(("gemeente", "family"), (), optional=("label",), flag=True),
}  # fmt: skip


def diagnostics_figure(
    sheet: Mapping[str, pd.DataFrame | str],
    *,
    title: str,
    subtitle: str = "",
    note: str | Sequence[str] = "",
    source: str = "",
    lang: str = "nl",
) -> Figure:
    """Draw the sheet of diagnostics of a model of expected counts.

    Parameters
    ----------
    sheet : mapping of str to DataFrame
        The frames of `outliers.diagnostics.Diagnostics.sheet`; the order of their rows does not matter:

        ``dispersion``
            ``family, phi, reference``; also ``lower, upper``, where phi lies by chance, if there.
        ``residual_size``
            ``expected, residual, flag``: quantile residuals, standard normal if the model holds.
        ``quantiles``
            ``theoretical, median, lower, upper`` (over at least 20 seeds), ``envelope_lower, envelope_upper``.
        ``leverage``
            ``leverage, residual_student, cook, label`` (missing for who is not named).
        ``correlations``
            ``trait, correlation, lower, upper``; also ``measure`` (``spearman`` or ``icc``), if there.
        ``regions``
            ``region, mean_log_ratio`` (natural logarithm of observed / expected), ``lower, upper``.
        ``sensitivity``
            ``gemeente, family, flag``; also ``label``, the name to print, if there.

        A frame that is not there or has no rows, or a text with the reason in its place, gives a panel that says so.
    title, subtitle, note, source, lang
        As in `funnel_figure.funnel_figure`.

    Returns
    -------
    matplotlib.figure.Figure
        160 mm wide, as high as a page of A4 at most. Artists carry the name of their panel in their id.

    Raises
    ------
    ReportError
        A frame is not as described, or the sheet holds a name that is no panel (all problems at once).

    Examples
    --------
    >>> families = pd.DataFrame({"family": ["poisson", "nb2"], "phi": [14.2, 1.03], "reference": [1.0, 1.0]})
    >>> diagnostics_figure({"dispersion": families}, title="Diagnostiek").get_label()
    'Diagnostiek'
    """
    check_lang(lang)
    frames, reasons = _read(sheet)
    frames, cut = _shortened(frames)
    names, left_out = _strip_names(frames.get("sensitivity"))
    heights = _heights(frames, names)
    body = sum(heights) + BETWEEN * (len(heights) - 1)
    with house_style():
        counts = frames["residual_size"]["flag"].value_counts().to_dict() if "residual_size" in frames else {}
        items = flag_key(counts, lang) if counts else []
        said = (*cut, ("strip_left_out", left_out), ("leverage_unnamed", _unnamed(frames, heights[1])),
                ("off_residuals", sum(len(off_residuals(key, frames)) for key in RESIDUALS)))  # fmt: skip
        notes = note_lines(note, (), lang) + _counted(said, lang)
        page = open_page(Heading(title, subtitle, key_height(items)), body, notes, source, lang,
                         _description(frames, lang))  # fmt: skip
        draw_key(page, items)
        for key, slot in _slots(page.top, heights).items():
            write_head(page, slot, key, "abcdefg"[PANEL_NAMES.index(key)], lang)
            if key not in frames:
                write_absent(page, slot, key, reasons.get(key, ""), lang)
            elif key == "sensitivity":
                draw_sensitivity(page, slot, frames[key], names, lang)
            else:
                PANELS[key](page, slot, frames[key], lang)
    return page.finished()


def _unnamed(frames: Mapping[str, pd.DataFrame], height: float) -> int:
    """Return for how many names of the panel of leverage there is no room."""
    if "leverage" not in frames:
        return 0
    return len(leverage_layout(Slot(0.0, 0.0, _half(), height), frames["leverage"])[2].dropped)


def _counted(said: Sequence[tuple[str, int]], lang: str) -> list[str]:
    words = labels("diagnostic", lang)
    texts = [words[key].format(number=format_number(number, 0, lang)) for key, number in said if number]
    return [" ".join(texts)] if texts else []


def _read(sheet: object) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Return the frames that can be drawn and the reasons of those that cannot."""
    reader = FrameReader("diagnostics_figure")
    if not isinstance(sheet, Mapping):
        reader.problems.append(f"sheet is of type {type(sheet).__name__}, not a mapping of frames")
        reader.finish()
        return {}, {}
    for key in sheet:
        if key not in _FORMS:
            reader.problems.append(f"the sheet has {key!r}, which is no panel.{nearest(str(key), _FORMS)}".rstrip("."))
    if any(key not in _FORMS for key in sheet):
        reader.problems.append(f"panels: {listing(PANEL_NAMES)}")
    reasons = {key: given for key, given in sheet.items() if isinstance(given, str)}
    frames = {}
    for key, given in sheet.items():
        empty = isinstance(given, pd.DataFrame) and given.empty
        if key in _FORMS and key not in reasons and not empty:
            frames[key] = _read_frame(reader, key, given)
    reader.finish()
    return {key: frame for key, frame in frames.items() if _has_figures(key, frame)}, reasons


def _read_frame(reader: FrameReader, key: str, given: object) -> pd.DataFrame:
    form = _FORMS[key]
    there = [name for name in form.extra if isinstance(given, pd.DataFrame) and name in given]
    numbers = (*form.numbers, *(Numbers(name) for name in there))
    sort = form.key or tuple(number.name for number in form.numbers)
    frame = reader.read(given, key, key=sort, numbers=numbers, texts=form.texts, optional=form.optional,
                        flag=form.flag, ordered=form.ordered, unique=bool(form.key))  # fmt: skip
    for name in form.extra:
        if name not in frame:
            frame[name] = np.nan
    if key == "sensitivity" and len(frame):
        frame["shown"] = frame["label"].fillna(frame["gemeente"])
    return frame


def _has_figures(key: str, frame: pd.DataFrame) -> bool:
    first = {name: form.numbers[0].name for name, form in _FORMS.items() if form.numbers}
    return key not in first or bool(frame[first[key]].notna().any())


# --- what fits on the page -------------------------------------------------------------------


def _shortened(frames: dict[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], list[tuple[str, int]]]:
    """Return the frames in drawing order, long lists without the rows that are nearest to nothing."""
    cut = []
    for key, column in (("correlations", "correlation"), ("regions", "mean_log_ratio")):
        if key not in frames:
            continue
        frame = frames[key][frames[key][column].notna()]
        far = frame.assign(far=frame[column].abs().round(9)).sort_values(["far", frame.columns[0]], ascending=[0, 1])
        kept = far.head(MOST_ROWS)
        cut.append((f"{key}_left_out", len(frames[key]) - len(kept)))
        order = [column, frame.columns[0]]
        frames[key] = kept.drop(columns="far").sort_values(order, ascending=[False, True], ignore_index=True)
    if "dispersion" in frames:
        known = frames["dispersion"][frames["dispersion"]["phi"].notna()]
        frames["dispersion"] = known.sort_values(["phi", "family"], ascending=[False, True], ignore_index=True)
    return frames, cut


def _strip_names(frame: pd.DataFrame | None) -> tuple[list[str], int]:
    """Return the gemeenten on the strip, those with most flags first, and how many flagged ones are left out."""
    if frame is None:
        return [], 0
    flagged = frame[frame["flag"].isin(["meer", "minder"])]
    number = flagged.groupby("gemeente").size()
    shown = dict(zip(frame["gemeente"], frame["shown"], strict=True))
    ordered = sorted(number.index, key=lambda who: (-int(number[who]), shown[who].casefold(), who))
    return ordered[:MOST_NAMES], max(0, len(ordered) - MOST_NAMES)


def _heights(frames: Mapping[str, pd.DataFrame], names: Sequence[str]) -> tuple[float, ...]:
    """Return the heights of the rows of the page."""

    def rows(*keys: str) -> float:
        most = max([LEAST_ROWS, *(len(frames[key]) for key in keys if key in frames)])
        return HEAD + FOOT + most * ROW

    strip = frames.get("sensitivity")
    families = 2 if strip is None else strip["family"].nunique()
    shown = {} if strip is None else dict(zip(strip["gemeente"], strip["shown"], strict=True))
    last = HEAD + strip_header([shown[name] for name in names]) + families * ROW + 1.0
    return SQUARE, max(SQUARE, rows("regions")), rows("correlations", "dispersion"), last


def _half() -> float:
    return (WIDTH - 2 * MARGIN - GAP) / 2


def _slots(top: float, heights: Sequence[float]) -> dict[str, Slot]:
    """Return the place of every panel: two beside each other, the strip over the whole width."""
    slots, pairs = {}, (PANEL_NAMES[0:2], PANEL_NAMES[2:4], PANEL_NAMES[4:6])
    for pair, height in zip(pairs, heights, strict=False):
        top -= height
        for key, left in zip(pair, (MARGIN, MARGIN + _half() + GAP), strict=True):
            slots[key] = Slot(left, top, _half(), height)
        top -= BETWEEN
    slots["sensitivity"] = Slot(MARGIN, top - heights[3], WIDTH - 2 * MARGIN, heights[3])
    return slots


def _description(frames: Mapping[str, pd.DataFrame], lang: str) -> str:
    words = labels("diagnostic", lang)
    drawn = ", ".join(words[key] for key in PANEL_NAMES if key in frames)
    return f"{label('figure', 'diagnostics', lang)}: {drawn}."
