"""Who was interviewed: counts by organisation and function group, and by a trait of the interviewed.

The two tables of a fieldwork report: how many staff there were and how many of them were interviewed (Proreact, table
1), and what the interviewed are (Proreact, table 3: their education). People are counted; nobody is in a result.

References
----------
R. van Berkel (2013), Proreact, chapter 2 (table 1) and chapter 7 (table 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from reintegratie_stats.errors import SampleError, counted, listing
from reintegratie_stats.fieldwork.respondent_list import (
    Stratum,
    check_people,
    column_names,
    key_problems,
    missing_columns,
    refuse,
    text,
)
from reintegratie_stats.fieldwork.values import category_text
from reintegratie_stats.report.labels import Lang, check_lang, label

OUTCOMES = ("geinterviewd", "verhinderd", "geweigerd", "niet_nodig")
"""What came of asking somebody; ``niet_nodig`` is a reserve who was not called."""

LEVELS = ("groep", "organisatie", "totaal")


@dataclass(frozen=True, eq=False, repr=False)
class RespondentCounts:
    """A table of counts of people; made by `count_respondents` and `count_traits`.

    Attributes
    ----------
    by : tuple of str
        The columns that make the rows (and, of `count_traits`, the columns).
    notes : tuple of str
    """

    by: tuple[str, ...]
    notes: tuple[str, ...]
    _frame: pd.DataFrame = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the table; its columns stand at the function that made it."""
        return self._frame.copy()

    def __repr__(self) -> str:
        return f"RespondentCounts({counted(len(self._frame), 'row')} by {', '.join(self.by)})"


def count_respondents(
    staff: pd.DataFrame,
    interviews: pd.DataFrame,
    *,
    by: Sequence[str] = ("organisatie", "functiegroep"),
    person: str = "medewerker",
    outcome: str = "uitkomst",
    order: Iterable[Stratum] = (),
    lang: Lang = "nl",
) -> RespondentCounts:
    """Count staff and respondents by organisation and function group, with a subtotal and a total.

    Parameters
    ----------
    staff : DataFrame
        One row per person: `person` and the columns of `by`.
    interviews : DataFrame
        One row per person who was drawn: `person` and `outcome`, one of `OUTCOMES`.
    by : sequence of str
        One or two columns; with two a subtotal is added for every value of the first that has more than one of the
        second.
    person, outcome : str
    order : iterable of tuple of str
        Groups (a value for each column of `by`) in the order of the table, such as ``design.strata``; groups that are
        not in it come after, as they are met in the list.
    lang : {"nl", "en"}
        Language of the word total.

    Returns
    -------
    RespondentCounts
        ``niveau`` (groep, organisatie, totaal), the columns of `by`, ``medewerkers`` (N), ``benaderd`` (interviewed,
        unable or refused), ``geinterviewd, verhinderd, geweigerd`` (numbers of persons) and ``aandeel`` (interviewed /
        staff, a share).

    Raises
    ------
    SampleError
        When a column is not there, a person is missing, twice on a list or interviewed without being staff, or an
        outcome is unknown; all problems at once, people counted and never named.

    Examples
    --------
    >>> staff = pd.DataFrame({"medewerker": list("abc"), "organisatie": ["Atlant", "Atlant", "De Risse"]})
    >>> talks = pd.DataFrame({"medewerker": ["a", "c"], "uitkomst": ["geinterviewd", "verhinderd"]})
    >>> table = count_respondents(staff, talks, by=["organisatie"]).to_frame()
    >>> table[["organisatie", "medewerkers", "benaderd", "geinterviewd"]].values.tolist()
    [['Atlant', 2, 1, 1], ['De Risse', 1, 1, 0], ['Totaal', 3, 2, 1]]
    """
    check_lang(lang)
    if not isinstance(by, str) and not 1 <= len(by) <= 2:
        raise SampleError(f"by holds {counted(len(by), 'column')}; give one or two.")
    columns = column_names("by", by, ("niveau", "medewerkers", "benaderd", *OUTCOMES[:3], "aandeel"))
    check_people(staff, person, columns)
    _check_interviews(staff, interviews, person, outcome)
    rows = pd.DataFrame({name: text(staff[name]) for name in columns})
    found = pd.Series(text(interviews[outcome]).to_numpy(), index=text(interviews[person]).to_numpy())
    result = text(staff[person]).map(found)
    rows["medewerkers"] = 1
    for name in OUTCOMES[:3]:
        rows[name] = (result == name).fillna(False).astype("int64")
    rows["benaderd"] = rows[list(OUTCOMES[:3])].sum(axis=1)
    frame = _with_totals(_ordered(rows, columns, order), columns, label("respondent_text", "totaal", lang))
    frame["aandeel"] = frame["geinterviewd"] / frame["medewerkers"]
    shown = ["niveau", *columns, "medewerkers", "benaderd", *OUTCOMES[:3], "aandeel"]
    return RespondentCounts(tuple(columns), (), frame[shown])


def _check_interviews(staff: pd.DataFrame, interviews: pd.DataFrame, person: str, outcome: str) -> None:
    if not isinstance(interviews, pd.DataFrame):
        raise SampleError(f"interviews is a {type(interviews).__name__}; give a pandas DataFrame, one row per person.")
    problems = [f"interviews: {text_}" for text_ in missing_columns(interviews, [person, outcome])]
    if interviews.columns.duplicated().any():
        refuse(problems)
    if person in interviews.columns:
        problems += [f"interviews: {text_}" for text_ in key_problems(interviews, person)]
        strangers = ~text(interviews[person]).dropna().isin(text(staff[person]).dropna())
        if strangers.any():
            problems.append(f"not on the staff list: {counted(int(strangers.sum()), 'person')} of the interviews")
    if outcome in interviews.columns:
        seen = text(interviews[outcome])
        unknown = int((~seen.isin(OUTCOMES)).sum())
        if unknown:
            rows = counted(unknown, "row")
            problems.append(f"'{outcome}' is missing or unknown in {rows}; it is one of: {listing(OUTCOMES)}")
    refuse(problems)


def _ordered(rows: pd.DataFrame, columns: list[str], order: Iterable[Stratum]) -> pd.DataFrame:
    """Return rows so that groups are met in a given order."""
    parts = [key if isinstance(key, (tuple, list)) else (key,) for key in order]
    places = {tuple(category_text(part) for part in key): place for place, key in enumerate(parts)}
    keys = [tuple(map(str, key)) for key in rows[columns].itertuples(index=False, name=None)]
    sort = sorted(range(len(rows)), key=lambda row: places.get(keys[row], len(places)))
    return rows.iloc[sort]


def _with_totals(rows: pd.DataFrame, columns: list[str], total: str) -> pd.DataFrame:
    """Return the sums by group, each organisation of more groups after its groups, and the total last."""
    first, counts = columns[0], [name for name in rows.columns if name not in columns]
    groups = rows.groupby(columns, sort=False)[counts].sum().reset_index()
    parts: list[dict[str, object]] = []
    for value in dict.fromkeys(groups[first]):
        own = groups[groups[first] == value]
        parts += [{"niveau": "groep", **row} for row in own.to_dict("records")]
        if len(columns) > 1 and len(own) > 1:
            parts.append({"niveau": "organisatie", first: value, **own[counts].sum().to_dict()})
    parts.append({"niveau": "totaal", first: total, **rows[counts].sum().to_dict()})
    frame = pd.DataFrame(parts, columns=["niveau", *columns, *counts])
    types = dict.fromkeys(["niveau", *columns], "string") | dict.fromkeys(counts, "int64")
    return frame.astype(types)


def count_traits(
    respondents: pd.DataFrame,
    *,
    rows: str,
    columns: str,
    row_order: Sequence[str] | None = None,
    column_order: Sequence[str] | None = None,
    person: str = "medewerker",
    lang: Lang = "nl",
) -> RespondentCounts:
    """Count respondents by two traits, with totals; what is unknown is a row or column of its own.

    Parameters
    ----------
    respondents : DataFrame
        One row per person who was interviewed.
    rows, columns : str
        The two traits.
    row_order, column_order : sequence of str, optional
        Values in the order of the table; also those that nobody has. By default as they come.
    person : str
    lang : {"nl", "en"}
        Language of the words total and unknown.

    Returns
    -------
    RespondentCounts
        `rows`, a column of counts for every value of `columns`, and ``totaal``; the last row is the total.

    Raises
    ------
    SampleError
        When a column is not there, a person is missing or twice on the list, or a value is not in the order that was
        given; all problems at once.

    Examples
    --------
    >>> people = pd.DataFrame({"medewerker": list("abc"), "opleiding": ["hbo", "mbo", "hbo"], "soort": list("xxy")})
    >>> count_traits(people, rows="opleiding", columns="soort").to_frame().values.tolist()
    [['hbo', 1, 1, 2], ['mbo', 1, 0, 1], ['Totaal', 2, 1, 3]]
    """
    check_lang(lang)
    if not isinstance(respondents, pd.DataFrame):
        raise SampleError(f"respondents is a {type(respondents).__name__}; give a pandas DataFrame, a row per person.")
    column_names("rows and columns", [rows, columns], ["totaal"])
    problems = missing_columns(respondents, [person, rows, columns])
    if respondents.columns.duplicated().any():
        refuse(problems)
    if person in respondents.columns:
        problems += key_problems(respondents, person)
    refuse(problems)
    unknown, total = (label("respondent_text", key, lang) for key in ("onbekend", "totaal"))
    values = {name: text(respondents[name]).fillna(unknown) for name in (rows, columns)}
    orders = {}
    for name, given in ((rows, row_order), (columns, column_order)):
        seen = list(dict.fromkeys(values[name]))
        known = seen if given is None else [*dict.fromkeys(given), *([unknown] if unknown in seen else [])]
        known = [value for value in known if value != unknown] + [value for value in known if value == unknown][:1]
        strange = int((~values[name].isin(known)).sum())
        if strange:
            problems.append(f"'{name}' of {counted(strange, 'person')} is not in the order given: {listing(known, 20)}")
        orders[name] = known
    problems += [f"'{name}' has a value '{taken}', as the table calls a part of itself; rename it"
                 for name, taken in ((rows, total), (columns, "totaal"), (columns, rows))
                 if taken in orders[name]]  # fmt: skip
    refuse(problems)
    table = pd.crosstab(values[rows], values[columns]).reindex(
        index=orders[rows], columns=orders[columns], fill_value=0
    )
    table["totaal"] = table.sum(axis=1)
    table.loc[total] = table.sum(axis=0)
    frame = table.astype("int64").reset_index(names=rows).astype({rows: "string"})
    frame.columns = pd.Index([str(name) for name in frame.columns])
    return RespondentCounts((rows, columns), (), frame)
