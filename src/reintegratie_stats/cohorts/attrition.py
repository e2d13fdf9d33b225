"""What each step of a cohort left out, told in Dutch or English."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from reintegratie_stats.cohorts.reasons import Lang, check_lang

_STEPS: dict[str, tuple[str, str]] = {
    "rows": ("bijstandsrijen bruikbaar", "usable rows of bijstand"),
    "keep": ("rijen gehouden", "rows kept"),
    "known": ("rijen bekend op de dag", "rows known on the day"),
    "joined": ("rijen samengevoegd", "rows joined"),
    "window": (
        "rijen die in het venster beginnen, samengevoegd tot perioden",
        "rows that begin in the window, joined to perioden",
    ),
    "washout": ("nieuwe instroom (washout)", "new inflow (washout)"),
    "age": ("leeftijd bekend", "age known"),
    "follow_up": ("opvolging volledig", "follow-up complete"),
}

_REASONS: dict[str, tuple[str, str]] = {
    "rows": ("terzijde gelegd bij de controle", "set aside by the checks"),
    "keep": ("andere waarde in {value} dan is gevraagd", "another value in {value} than was asked"),
    "known": ("nog niet geregistreerd op {value}", "not yet registered on {value}"),
    "joined": (
        "hoort bij dezelfde bijstand als een andere rij (samenvoegen)",
        "part of the same benefit as another row (samenvoegen)",
    ),
    "window": (
        "hoort bij een periode die al eerder begon",
        "belongs to a periode that had begun before",
    ),
    "washout": (
        "minder dan {value} dagen zonder bijstand ervoor (herinstroom)",
        "fewer than {value} days without benefit before it (re-entry)",
    ),
    "age": ("geboortedatum ontbreekt", "geboortedatum is missing"),
    "follow_up": ("einde van de term na de peildatum {value}", "the term ends after the peildatum {value}"),
}

_UNITS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("rows", "keep", "known", "joined"), ("rijen", "rows")),
    "window": ("rijen, perioden", "rows, perioden"),
    "inflow": ("instroom", "inflows"),
}


@dataclass(frozen=True)
class Step:
    """One step: how many came in and how many were kept.

    Parameters
    ----------
    code : str
        Key of the step's texts.
    before, after : int
        In rows of bijstand (codes ``rows``, ``keep``, ``known``, ``joined``, and `before` of ``window``) or in inflows.
    value : str
        What the reason names: a number of days, a date, a column.
    """

    code: str
    before: int
    after: int
    value: str = ""


@dataclass(eq=False)
class Steps:
    """The attrition, grown step by step."""

    steps: list[Step] = field(default_factory=list)

    def add(self, code: str, before: int, after: int, value: str = "") -> None:
        """Add a step."""
        self.steps.append(Step(code, before, after, value))


def attrition_frame(steps: tuple[Step, ...], lang: Lang = "nl") -> pd.DataFrame:
    """Return ``stap, eenheid, n_voor, n_na, afgevallen, reden``, a row per step.

    Examples
    --------
    >>> attrition_frame((Step("age", 10, 9),), "en")[["stap", "afgevallen", "reden"]]
            stap  afgevallen                     reden
    0  age known           1  geboortedatum is missing
    """
    check_lang(lang)
    which = 0 if lang == "nl" else 1
    rows = [
        (
            _STEPS[step.code][which],
            _UNITS.get(step.code, _UNITS["inflow"])[which],
            step.before,
            step.after,
            step.before - step.after,
            _REASONS[step.code][which].format(value=step.value),
        )
        for step in steps
    ]
    columns = ["stap", "eenheid", "n_voor", "n_na", "afgevallen", "reden"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"stap": "string", "eenheid": "string", "reden": "string"})
