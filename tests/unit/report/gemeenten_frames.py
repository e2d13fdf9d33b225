"""Frames of figures about made-up gemeenten, without a random number, and what is drawn of a figure."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from reintegratie_stats.report import figure as house

SOORTEN = ("coaching", "jobcoaching", "training")


def golden(k: Any, turns: float) -> Any:
    """Return numbers in [0, 1) that look irregular and are the same everywhere."""
    return np.mod(np.asarray(k, dtype=float) * turns, 1.0)


def gemeenten(number: int = 120, named: int = 2) -> pd.DataFrame:
    """Gemeenten with an expectation from 4 to 2000; every tenth far out, each of these and a few others named."""
    k = np.arange(number)
    expected = np.round(4 * 500 ** golden(k, 0.6180339887), 2)
    ordinary = np.exp(0.25 * (golden(k, 0.4142135623) + golden(k, 0.7320508075) - 1))
    far = k % 10 == 3
    up = far & (k % 20 == 3)
    ratio = ordinary * np.where(up, 2.6, np.where(far, 0.36, 1.0))
    flag = np.where(up, "meer", np.where(far, "minder", "verwacht"))
    name = [f"Gemeente {i:03d}" for i in k]
    shown = far | (k < named)
    frame = pd.DataFrame({"gemeente": name, "expected": expected, "ratio": np.round(ratio, 4), "flag": flag})
    frame["label"] = [text if s else None for text, s in zip(name, shown, strict=True)]
    frame["observed"] = np.round(expected * ratio)
    frame["lower"], frame["upper"] = np.floor(expected * 0.55), np.ceil(expected * 1.7)
    frame["ratio_eb"] = np.round(ratio**0.9, 4)
    frame["eb_lower"], frame["eb_upper"] = frame["ratio_eb"] * 0.8, frame["ratio_eb"] * 1.25
    return frame


def limits(steps: int = 60) -> pd.DataFrame:
    """Limits that narrow with the expected count; below 12 the lower one is 0."""
    expected = np.geomspace(3, 2500, steps)
    wide = 0.35 + 1.2 / np.sqrt(expected)
    low = np.where(expected < 12, 0.0, np.exp(-1.6 * wide))
    return pd.DataFrame(
        {"expected": expected, "lower_95": np.maximum(np.exp(-wide), low), "upper_95": np.exp(wide),
         "lower_998": low, "upper_998": np.exp(1.6 * wide)}
    )  # fmt: skip


def profile(number: int = 12) -> pd.DataFrame:
    """Gemeenten by type and year: the first stands out on coaching each year, the second once on training."""
    rows = [
        (f"Gemeente {i:02d}", f"{soort} {jaar}", float(golden(7 * i + j, 0.618) - 0.5), "verwacht")
        for i in range(number)
        for j, soort in enumerate(SOORTEN)
        for jaar in (2022, 2023, 2024)
    ]
    frame = pd.DataFrame(rows, columns=["gemeente", "column", "value", "flag"])
    first = (frame["gemeente"] == "Gemeente 00") & frame["column"].str.startswith("coaching")
    second = (frame["gemeente"] == "Gemeente 01") & (frame["column"] == "training 2023")
    frame.loc[first, ["value", "flag"]] = [1.4, "meer"]
    frame.loc[second, ["value", "flag"]] = [-2.0, "minder"]
    return frame


def sheet() -> dict[str, pd.DataFrame]:
    """The frames of a sheet of diagnostics."""
    points = gemeenten(60)
    place = (np.arange(60) + 0.5) / 60
    theoretical = np.log(place / (1 - place)) / 1.7
    families = ("poisson", "nb2", "ols_rate")
    flagged = points[points["flag"] != "verwacht"]
    return {
        "dispersion": pd.DataFrame({"family": ["poisson", "nb2"], "phi": [41.0, 1.07], "reference": [1.0, 1.0]}),
        "residual_size": points.assign(residual=np.log(points["ratio"]) * 3)[["expected", "residual", "flag"]],
        "quantiles": pd.DataFrame(
            {"theoretical": theoretical, "median": theoretical * 1.1, "lower": theoretical * 1.1 - 0.05,
             "upper": theoretical * 1.1 + 0.05, "envelope_lower": theoretical - 0.4,
             "envelope_upper": theoretical + 0.4}
        ),
        "leverage": pd.DataFrame(
            {"leverage": 0.01 + 0.1 * golden(np.arange(60), 0.618), "residual_student": np.log(points["ratio"]) * 3,
             "cook": golden(np.arange(60), 0.414) ** 4, "label": points["label"].where(points.index < 5)}
        ),
        "correlations": pd.DataFrame(
            {"trait": ["inwoners", "softwarepakket"], "correlation": [0.05, 0.3], "lower": [-0.06, 0.18],
             "upper": [0.16, 0.42], "measure": ["spearman", "icc"]}
        ),
        "regions": pd.DataFrame(
            {"region": ["Noord", "Oost"], "mean_log_ratio": [0.1, np.log(0.8)], "lower": [-0.1, -0.4],
             "upper": [0.3, -0.05]}
        ),
        "sensitivity": pd.DataFrame(
            [(row.gemeente, family, row.flag if family != "ols_rate" else "verwacht")
             for row in flagged.itertuples() for family in families],
            columns=["gemeente", "family", "flag"],
        ),
    }  # fmt: skip


# --- what is drawn ---------------------------------------------------------------------------


def texts(figure: Figure) -> dict[str, str]:
    """Return the drawn texts by their id."""
    return {t.get_gid(): t.get_text() for t in figure.findobj(Text) if t.get_gid()}


def names(figure: Figure) -> set[str]:
    """Return the names of gemeenten that are printed beside points."""
    return {text for gid, text in texts(figure).items() if gid.startswith("name.")}


def note(figure: Figure) -> str:
    """Return the notes and the source as one text."""
    return " ".join(text for gid, text in texts(figure).items() if gid.startswith("note."))


def lines(figure: Figure) -> dict[str, Line2D]:
    """Return the drawn lines and marks by their id."""
    return {line.get_gid(): line for line in figure.findobj(Line2D) if line.get_gid()}


def extents(figure: Figure, prefix: str = "") -> dict[str, Bbox]:
    """Return where each text comes to stand when the figure is drawn, in pixels."""
    canvas = FigureCanvasAgg(figure)
    with house.house_style():
        canvas.draw()
        renderer = canvas.get_renderer()
        found = [t for t in figure.findobj(Text) if t.get_gid() and t.get_text() and t.get_gid().startswith(prefix)]
        return {t.get_gid(): t.get_window_extent(renderer) for t in found}


def marks(figure: Figure) -> list[Bbox]:
    """Return the boxes of the marks of gemeenten, in pixels; arrows stand on their point, so half of theirs."""
    boxes = []
    for gid, line in lines(figure).items():
        if gid.startswith("flag.") and not gid.endswith((".low", ".high")):
            half = line.get_markersize() / 2 * figure.dpi / 72 * 0.8
            for x, y in line.get_transform().transform(np.column_stack(line.get_data())):
                boxes.append(Bbox([[x - half, y - half], [x + half, y + half]]))
    return boxes


def overlapping(boxes: dict[str, Bbox]) -> list[tuple[str, str]]:
    """Return the pairs of texts that share more than their edge."""
    return [(a, b) for (a, one), (b, other) in itertools.combinations(boxes.items(), 2) if shared(one, other)]


def shared(a: Bbox, b: Bbox) -> bool:
    """Say whether two boxes share more than their edge (a tenth of a pixel of rounding aside)."""
    slack = 0.1
    wide = a.x0 < b.x1 - slack and b.x0 < a.x1 - slack
    return bool(wide and a.y0 < b.y1 - slack and b.y0 < a.y1 - slack)
