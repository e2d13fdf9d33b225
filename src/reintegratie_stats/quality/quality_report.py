"""`QualityReport`: what is wrong, unusual or not to be linked in registers; counts only, rows by an explicit call."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from reintegratie_stats.engine import guard
from reintegratie_stats.errors import RegisterError, counted, listing, nearest
from reintegratie_stats.quality.finding import Finding
from reintegratie_stats.quality.linking import Linking
from reintegratie_stats.quality.rule import UnusualRule
from reintegratie_stats.quality.words import row_rule_text
from reintegratie_stats.registers import Registers
from reintegratie_stats.registers.frames import to_frame
from reintegratie_stats.report.labels import Lang

COLUMNS: Final = ("table", "column", "rule", "severity", "unit", "items", "passes", "fails", "missing", "text")
TEXTS: Final = (*COLUMNS[:5], "text")

NOTHING_ASIDE: Final = 0
SET_ASIDE: Final = 3
WARNED: Final = 4


@dataclass(frozen=True, repr=False, eq=False)
class QualityReport:
    """What is wrong, unusual or not to be linked in registers; made by `check`. Frames are copies.

    Attributes
    ----------
    registers : Registers
    rules : mapping of str to UnusualRule
        The rules on what is unusual, as they were used.
    findings : tuple of Finding
        What these found.
    day : date, optional
    window : tuple of two dates, optional
    lang : {"nl", "en"}
        Language of texts.
    """

    registers: Registers
    rules: Mapping[str, UnusualRule]
    findings: tuple[Finding, ...]
    day: datetime.date | None
    window: tuple[datetime.date, datetime.date] | None
    lang: Lang
    _row_rules: pd.DataFrame
    _account: pd.DataFrame
    _set_aside: pd.DataFrame
    _linking: Linking

    @cached_property
    def _frame(self) -> pd.DataFrame:
        records: list[tuple[Any, ...]] = []
        for row in self._row_rules.itertuples(index=False):
            text = row_rule_text(row.rule, self.lang)
            counts = (row.items, row.passes, row.fails, row.missing)
            records.append((row.table, row.column, row.rule, row.severity, "rij", *counts, text))
        for one in self.findings:
            counts = (one.items, one.passes, one.fails, one.missing)
            what = (one.table, one.column, one.rule.name, one.rule.severity, one.rule.unit)
            records.append((*what, *counts, one.rule.text[self.lang]))
        frame = pd.DataFrame(records, columns=list(COLUMNS))
        return frame.astype(dict.fromkeys(TEXTS, "string") | dict.fromkeys(COLUMNS[5:9], "int64"))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per rule and register.

        Columns: ``table, column, rule, severity, unit, items, passes, fails, missing, text``. ``items = passes + fails
        + missing``, counted in `unit` (``rij``, ``maand``, ``jaar``, ``gemeente``, ``persoon``). `rule` is the name
        that `rows` and `where` take; `text` what the rule asks, in the language of the report. First the rules on
        rows, as in `CheckReport`, then those on what is unusual.
        """
        return self._frame.copy()

    def fails(self) -> pd.DataFrame:
        """Return the rows of `to_frame` whose rule has fails."""
        return self._frame[self._frame["fails"] > 0].reset_index(drop=True)

    def accounting(self) -> pd.DataFrame:
        """Return one row per register: ``table, rows, taken_out, read, checked, set_aside, used``.

        ``rows = taken_out + read`` (a layout takes rows out) and ``checked = set_aside + used``. `read` and `checked`
        are the same, unless a layout unfolds columns into rows.
        """
        return self._account.copy()

    def set_aside(self) -> pd.DataFrame:
        """Return why rows were set aside: ``table, column, rule, rows``.

        A row counts once, at the first rule that it fails: `rows` of a table add up to `set_aside` of `accounting`.
        """
        return self._set_aside.copy()

    def linking(self, by: str | None = None) -> pd.DataFrame:
        """Return how the keys of registers link: one row per side of a pair of registers.

        Parameters
        ----------
        by : {None, "gemeente"}
            Broken down by gemeente, with those without one last (missing).

        Returns
        -------
        pandas.DataFrame
            ``table, other, key, [gemeente,] keys, matched, unmatched, duplicated, rows, rows_matched,
            rows_unmatched``: of the rows of `table` that are used the number of different keys, how many of these
            occur in `other` or not, and how many stand on more than one row; and the same in rows.

        Raises
        ------
        RegisterError
            For another `by`.

        Notes
        -----
        A register with a column `gemeente` counts a key under the gemeente of its own rows. One without counts it
        under that of its match, and without gemeente where there is no match. A person who was on bijstand in two
        gemeenten counts in both, so that gemeenten can add up to more than the total.

        Of bijstand and gemeenten the rows count too that were set aside for a gemeente that does not occur.
        """
        if by not in (None, "gemeente"):
            raise RegisterError(f"linking is broken down by 'gemeente' or not at all (None), not by {by!r}.")
        return (self._linking.total if by is None else self._linking.by_gemeente).copy()

    @property
    def linking_notes(self) -> tuple[str, ...]:
        """Why linking was not broken down: keys of section ``quality_text`` of the labels."""
        return self._linking.notes

    @property
    def linking_in_more(self) -> int:
        """How much the gemeenten of bijstand add up to above the total: persons in more than one of them."""
        return self._linking.in_more

    def where(self, rule: str) -> pd.DataFrame:
        """Return the units that fail a rule on what is unusual: gemeenten, months, years; never persons.

        Parameters
        ----------
        rule : str
            Its name, as in `to_frame`.

        Returns
        -------
        pandas.DataFrame
            `table`, and what the rule tells of a unit; no rows where all pass.

        Raises
        ------
        RegisterError
            When there is no such rule.
        """
        name = self._unusual_name(rule)
        if name is None:
            names = list(dict.fromkeys(one.rule.name for one in self.findings))
            aside = " A rule on rows has rows(table, rule)." if (self._row_rules["rule"] == rule).any() else ""
            raise RegisterError(
                f"There is no rule '{rule}' on what is unusual; there are: {listing(names, 40) or 'none'}."
                f"{nearest(str(rule), names)}{aside}"
            )
        units = [{"table": one.table, **unit} for one in self._of(name) for unit in one.where]
        return pd.DataFrame(units) if units else pd.DataFrame(columns=["table"])

    def rows(self, table: str, rule: str | None = None) -> pd.DataFrame:
        """Return the rows that fail, as delivered. **These are personal data: they stay where they are.**

        Parameters
        ----------
        table : str
            The register's name.
        rule : str, optional
            One rule, as `to_frame` names it; without it all rows that were set aside. Of a rule that counts months,
            years or gemeenten: the rows behind those that fail.

        Raises
        ------
        RegisterError
            When there is no such table or rule, or the rule points at no rows.
        """
        report = self.registers.report
        name = None if rule is None else self._unusual_name(rule)
        if name is None or table not in report.tables:
            return report.rows(table, self._row_rule(table, rule))
        found = [one for one in self._of(name) if one.table == table]
        if not found:
            tables = list(dict.fromkeys(one.table for one in self._of(name)))
            raise RegisterError(f"Rule '{name}' was not judged for {table}; it was for: {listing(tables)}.")
        makers = [one.rows for one in found if one.rows is not None]
        if not makers and any(one.fails for one in found):
            raise RegisterError(
                f"Rule '{name}' points at no rows of {table}: what fails is not a matter of certain rows. "
                f"Look at where('{name}')."
            )
        makers = makers or [lambda: self.registers.table(table).limit(0)]
        doing = f"fetching rows of {table}"
        frames = [to_frame(self.registers.engine.collect(guard(doing, maker), doing, ordered=True)) for maker in makers]
        return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]

    def _of(self, name: str) -> list[Finding]:
        return [one for one in self.findings if one.rule.name == name]

    def _unusual_name(self, rule: str) -> str | None:
        """Return the name of a rule on what is unusual, of which the name or the text is given.

        Raises
        ------
        RegisterError
            When rules share that text: taking one of them would be a guess.
        """
        rules = {one.rule.name: one.rule for one in self.findings}
        if rule in rules:
            return rule
        names = [name for name, one in rules.items() if rule in one.text.values()]
        if len(names) > 1:
            raise RegisterError(f"'{rule}' is the text of more than one rule. Give a name: {listing(names)}.")
        return names[0] if names else None

    def _row_rule(self, table: str, rule: str | None) -> str | None:
        """Return the name of a rule on rows, of which the name or the text is given; what is not known as it is."""
        confronted = self.registers.report.tables.get(table)
        if rule is None or confronted is None:
            return rule
        names = [one.rule for one in confronted.rules]
        if rule in names:
            return rule
        found = next((name for name in names if row_rule_text(name, "en") == rule), None)
        unusual = dict.fromkeys(one.rule.name for one in self.findings if one.table == table)
        if found is None:
            known = [*dict.fromkeys(names), *unusual]
            raise RegisterError(f"{table} has no rule '{rule}'.{nearest(rule, known)} The rules stand in to_frame().")
        return found

    @property
    def status(self) -> int:
        """The exit status for scripts: 0, or 3 when a rule of severity ``fout`` fails (rows were set aside)."""
        return self.exit_status()

    def exit_status(self, *, strict: bool = False) -> int:
        """Return the exit status for scripts.

        Parameters
        ----------
        strict : bool
            Whether a warning counts.

        Returns
        -------
        int
            0: nothing set aside; 3: a rule of severity ``fout`` fails, rows were set aside; 4, when `strict`: only
            warnings.
        """
        failing = set(self.fails()["severity"])
        if "fout" in failing or int(self._account["set_aside"].sum()):
            return SET_ASIDE
        return WARNED if strict and failing else NOTHING_ASIDE

    def to_json(self) -> str:
        """Return the report as JSON: counts only, sorted keys, the same text every time.

        Names are those of the frames; texts are in the language of the report.
        """
        from reintegratie_stats.quality.plain import report_json

        return report_json(self)

    def to_html(self) -> str:
        """Return the report as one page that needs no network and prints well.

        It holds counts only, small ones too: it was not checked for disclosure, and stays where the registers are.
        """
        from reintegratie_stats.quality.page import quality_document
        from reintegratie_stats.report.document import document_html

        return document_html(quality_document(self))

    def to_text(self) -> str:
        """Return the report as plain text for a terminal: accounts, the rules with fails, linking."""
        from reintegratie_stats.quality.text import report_text

        return report_text(self)

    def __repr__(self) -> str:
        accounts = "; ".join(
            f"{row.table}: {counted(row.rows, 'row')}, {row.set_aside} set aside" for row in self._account.itertuples()
        )
        row_fails = self._row_rules[self._row_rules["fails"] > 0]["severity"]
        unusual = sum(one.fails > 0 for one in self.findings)
        return (
            f"QualityReport({accounts}; {counted(int((row_fails == 'fout').sum()), 'rule')} with fails, "
            f"{counted(int((row_fails != 'fout').sum()), 'warning')}, {unusual} unusual)"
        )

    def _repr_html_(self) -> str:
        from reintegratie_stats.quality.page import quality_document

        return quality_document(self, short=True)._repr_html_()
