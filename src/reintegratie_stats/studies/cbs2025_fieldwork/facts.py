"""What was found about a gemeente, as facts with their numbers: what fact sheets print and points are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reintegratie_stats.fieldwork.talking_points import Fact
from reintegratie_stats.report.formats import format_number, format_percent
from reintegratie_stats.studies.cbs2025.sheet import spoken
from reintegratie_stats.studies.cbs2025_fieldwork.draw_tables import enumerated
from reintegratie_stats.studies.cbs2025_fieldwork.response_tables import ANSWERED, questions
from reintegratie_stats.studies.cbs2025_fieldwork.twin import Twin
from reintegratie_stats.studies.texts import text
from reintegratie_stats.studies.texts.cbs2025 import in_words

if TYPE_CHECKING:
    from reintegratie_stats.studies.cbs2025_fieldwork.study import Cbs2025Fieldwork

FLAGGED = ("meer", "minder")
LARGE = 1.5
"""A factor from which the total is said to have changed from year to year."""
ITEMS = 4
"""Soorten that are named in one point."""


@dataclass(frozen=True, eq=False)
class Findings:
    """The findings about all gemeenten of a study, of which the facts of one are taken."""

    study: Cbs2025Fieldwork

    def __repr__(self) -> str:
        return f"Findings({self.study!r})"

    @cached_property
    def soorten(self) -> pd.DataFrame:
        """The flags per soort and year, indexed by gemeente."""
        return self.study.report.profiles.flags().set_index("gemeente")

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The flags of the total per year, indexed by gemeente."""
        return self.study.report.totals.flags().set_index("gemeente")

    @cached_property
    def checks(self) -> pd.DataFrame:
        """What is remarkable about the counts of a gemeente in the year of the report, indexed by gemeente."""
        found = self.study.report.remarks
        return found[found["gemeente"].notna()].set_index("gemeente")

    @property
    def total(self) -> str:
        """What the total is called in sentences."""
        return text("cbs_total", self.study.lang)

    @cached_property
    def clusters(self) -> pd.DataFrame | None:
        """The cluster of each gemeente, indexed by gemeente."""
        effects = self.study.report.effects
        return None if effects is None else effects.clusters().set_index("gemeente")

    @cached_property
    def survey(self) -> pd.DataFrame | None:
        """The answers to the survey, indexed by gemeente."""
        survey = self.study.report.data.enquete
        return None if survey is None else survey.set_index("gemeente")

    @cached_property
    def judged(self) -> pd.DataFrame:
        """The verdict on each gemeente, indexed by gemeente."""
        return self.study.report.judged().set_index("gemeente")

    @cached_property
    def units(self) -> pd.DataFrame:
        """What is known of each gemeente, indexed by gemeente."""
        return self.study.units.set_index("gemeente")

    @cached_property
    def draw(self) -> pd.DataFrame:
        """Who was chosen and who stands by, with the reasons."""
        return self.study.needs_draw().to_frame(self.study.lang)

    def items(self, texts: list[str]) -> str:
        """Return texts as an enumeration; of many the first, and how many more there are."""
        return enumerated(texts, self.study.lang, ITEMS)

    def number(self, value: Any, decimals: int = 0) -> str:
        """Return a number in the language of the report."""
        return format_number(None if pd.isna(value) else value, decimals, self.study.lang)

    def of(self, name: str, twin: Twin | None = None) -> tuple[Fact, ...]:
        """Return the facts about one gemeente."""
        parts = (
            self._checks(name), self._soorten(name), self._money(name), self._cluster(name), self._years(name),
            self._survey(name), self._twin(name, twin), self._as_expected(name),
        )  # fmt: skip
        return tuple(fact for part in parts for fact in part)

    # --- the kinds of facts ----------------------------------------------------------------

    def _checks(self, name: str) -> Iterator[Fact]:
        for row in rows_of(self.checks, name).itertuples():
            yield Fact("controle", str(row.check), {"reason": str(row.reason)})

    def _soorten(self, name: str) -> Iterator[Fact]:
        rows = rows_of(self.soorten, name)
        rows = rows[rows["jaar"] == self.study.report.part.year]
        absent = rows[rows["observed"].isna()]
        if len(absent):
            names = self.items([spoken(soort) for soort in absent["soort"]])
            yield Fact("geen_levering", float(len(absent)), {"items": names})
        for flag in FLAGGED:
            part = rows[rows["flag"] == flag].sort_values(["ratio", "soort"], ascending=[flag == "minder", True])
            if len(part):
                said = text("cbs_item", self.study.lang)
                items = [
                    said.format(soort=spoken(row.soort), observed=self.number(row.observed),
                                expected=self.number(row.expected_loo, 1))
                    for row in part.itertuples()
                ]  # fmt: skip
                yield Fact(f"soorten_{flag}", float(part["ratio"].iloc[0]), {"items": self.items(items)})

    def _money(self, name: str) -> Iterator[Fact]:
        money = self.study.report.profiles.data.money
        if money is None:
            return
        rows = rows_of(self.soorten, name)
        rows = rows[(rows["jaar"] == self.study.report.part.year) & rows["expected_loo"].notna()]
        rows = rows[rows["observed"].notna()]
        paid = np.array([bool(money[str(soort)]) for soort in rows["soort"]], dtype=bool)
        ratios = {}
        for key, part in (("with_", rows[paid]), ("without", rows[~paid])):
            expected = float(part["expected_loo"].sum())
            ratios[key] = float(part["observed"].sum()) / expected if expected > 0 else float("nan")
        if all(np.isfinite(value) and value > 0 for value in ratios.values()):
            fill = {key: self.number(value, 2) for key, value in ratios.items()}
            yield Fact("zonder_geld", ratios["without"] / ratios["with_"], fill)

    def _cluster(self, name: str) -> Iterator[Fact]:
        if self.clusters is None or name not in self.clusters.index:
            return
        row = self.clusters.loc[name]
        if not pd.isna(row["cluster"]):
            fill = {"cluster": in_words(str(row["cluster"]), self.study.lang), "n": self.number(row["cluster_n"] - 1),
                    "ratio": self.number(row["cluster_ratio"], 2)}  # fmt: skip
            yield Fact("cluster", float(row["cluster_ratio"]), fill)

    def _years(self, name: str) -> Iterator[Fact]:
        rows = rows_of(self.totals, name).sort_values("jaar")
        judged = rows[rows["flag"] != "niet_te_beoordelen"]
        now = self.study.report.part.year
        last = judged[judged["jaar"] == now]
        if last.empty or last["flag"].iloc[0] not in FLAGGED:
            return
        ratio = float(last["ratio"].iloc[0])
        same = judged[judged["flag"] == last["flag"].iloc[0]]
        if len(same) > 1 and len(same) == len(judged):
            years, ratios = ([str(j) for j in same["jaar"]], [self.number(r, 2) for r in same["ratio"]])
            yield Fact("aanhoudend", float(len(same)), {"years": ", ".join(years), "ratios": "; ".join(ratios)})
        before = judged[judged["jaar"] == now - 1]
        checks = rows_of(self.checks, name)
        jumped = ((checks["check"] == "jump") & (checks["count"] == self.total)).any()
        if len(before) and before["flag"].iloc[0] == "verwacht" and not jumped:
            old = float(before["ratio"].iloc[0])
            factor = ratio / old if old > 0 else float("inf")
            if not 1 / LARGE < factor < LARGE:
                yield Fact("verandering", factor, {"before": self.number(old, 2), "then": str(now - 1),
                                                   "ratio": self.number(ratio, 2), "now": str(now)})  # fmt: skip

    def _survey(self, name: str) -> Iterator[Fact]:
        if self.survey is None or name not in self.survey.index:
            return
        answers = self.survey
        own = answers.loc[name]
        given = answers[answers[ANSWERED] == "ja"]
        if own[ANSWERED] != "ja":
            fill = {"answered": self.number(len(given)), "asked": self.number(len(answers))}
            yield Fact("geen_enquete", 0.0, fill)
            return
        for question in questions(self.study):
            answer = own[question]
            if pd.isna(answer):
                continue
            known = given[question].dropna()
            share = format_percent(float((known == answer).mean()), 0, self.study.lang)
            number = pd.api.types.is_numeric_dtype(known.dtype)
            mean = self.number(float(known.mean()), 1) if number else ""
            shown = self.number(answer) if number else str(answer)
            value = float(answer) if number else str(answer)
            yield Fact(f"enquete_{question}", value, {"answer": shown, "share": share, "mean": mean})

    def _twin(self, name: str, twin: Twin | None) -> Iterator[Fact]:
        if twin is None or self._flag(name) not in FLAGGED:
            return
        ratio, own = (self.number(self.judged.loc[who, "ratio"], 2) for who in (twin.gemeente, name))
        called = self.study.report.names[twin.gemeente]
        yield Fact("tweeling", twin.distance, {"name": called, "ratio": ratio, "own": own})

    def _as_expected(self, name: str) -> Iterator[Fact]:
        if self._flag(name) == "verwacht":
            row = self.judged.loc[name]
            fill = {"observed": self.number(row["observed"]), "expected": self.number(row["expected_loo"], 1)}
            yield Fact("als_verwacht", float(row["ratio"]), fill)

    def _flag(self, name: str) -> str:
        return str(self.units.loc[name, "klasse"])


def rows_of(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows of one gemeente of a frame that is indexed by gemeente."""
    return frame.loc[[name]] if name in frame.index else frame.iloc[:0]
