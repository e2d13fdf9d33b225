"""Proreact 2013 (R. van Berkel), re-integration services in Helmond, Tilburg and Weert: tables 1 and 3, caseloads.

Who was drawn from the staff lists and interviewed, the published figures beside the reproduced ones, and caseloads on
a week of 36 hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from reintegratie_stats.errors import StudyError, listing, nearest
from reintegratie_stats.fieldwork.caseload import caseload_summary
from reintegratie_stats.fieldwork.respondent_counts import count_respondents, count_traits
from reintegratie_stats.fieldwork.respondents import PROREACT_2013, RespondentDesign, draw_respondents
from reintegratie_stats.publications import check_arithmetic
from reintegratie_stats.registers.read_staff import StaffList
from reintegratie_stats.report.formats import format_number, format_percent
from reintegratie_stats.report.labels import NOT_APPLICABLE, Lang
from reintegratie_stats.report.table import Kind, ReportTable, TableColumn
from reintegratie_stats.studies.compare_published import beside, published_value
from reintegratie_stats.studies.texts import text

DOCUMENT = "proreact2013"
SEED = 2013
FEWEST = 5
"""Caseloads of fewer people are not summarised: they would be those of persons."""

_HELMOND, _WEERT, _TILBURG = (f"Sociale dienst {name}" for name in ("Helmond", "Weert", "Tilburg"))

TABLE_1: Mapping[tuple[str, str | None], str] = {
    (_HELMOND, "Team werk en inburgering"): "helmond.werk-en-inburgering",
    (_HELMOND, "Team activering en zorg"): "helmond.activering-en-zorg",
    (_HELMOND, None): "helmond",
    (_WEERT, "Activering en werk"): "weert",
    (_TILBURG, "Activering en werk, team 1 en 2"): "tilburg.activering-en-werk",
    (_TILBURG, "Basisdienstverlening"): "tilburg.basisdienstverlening",
    (_TILBURG, None): "tilburg",
    ("Atlant", "Re-integratiecoaches"): "atlant",
    ("De Risse", "Re-integratiecoaches"): "de-risse",
    ("Fontys Actief", "Re-integratiecoaches"): "fontys-actief",
    ("Tilburg@Work", "WF en WF+"): "tilburg-at-work",
}
"""The rows of table 1 and their names in the published figures; None is a whole organisation."""

TABLE_3: Mapping[str, str] = {
    "hbo sociaal-juridische dienstverlening": "hbo-sjd",
    "hbo sociaal-maatschappelijke dienstverlening": "hbo-maatschappelijk",
    "hbo personeel en arbeid": "hbo-personeel",
    "universiteit psychologie": "wo-psychologie",
    "universiteit economie of bedrijfskunde": "wo-economie",
    "divers mbo": "mbo",
    "divers hbo": "hbo-overig",
}
"""The rows of table 3 and their names in the published figures."""

KINDS = {"sociale_dienst": "sociale-dienst", "sw_en_fontys": "sw-en-fontys", "totaal": "totaal"}


@dataclass(frozen=True, eq=False)
class Proreact2013:
    """The staff lists of the study and the interviews held from them.

    Parameters
    ----------
    people : StaffList
    design : RespondentDesign
        The draw.
    lang : {"nl", "en"}
        Language of titles, labels and notes.

    Raises
    ------
    StudyError
        When the lists lack a group or an education that the published tables have a row for, or have others.
    """

    people: StaffList
    design: RespondentDesign = PROREACT_2013
    lang: Lang = "nl"
    _spoken: pd.DataFrame = field(init=False, repr=False)

    def __post_init__(self) -> None:
        talks = self.people.interviews
        held = talks[talks["uitkomst"] == "geinterviewd"]
        spoken = held.merge(self.people.staff, on="medewerker", how="inner", validate="one_to_one")
        object.__setattr__(self, "_spoken", spoken)
        problems = [
            *_absent("organisatie and functiegroep", TABLE_1, self._groups()),
            *_absent("opleiding", TABLE_3, self._seen("opleiding")),
        ]
        if problems:
            raise StudyError("\n".join(problems))

    def __repr__(self) -> str:
        return f"Proreact2013({self.people!r}, {len(self._spoken)} interviewed)"

    def _groups(self) -> set[object]:
        staff = self.people.staff
        pairs = set(zip(staff["organisatie"], staff["functiegroep"], strict=True))
        return pairs | {(organisation, None) for organisation in staff["organisatie"]}

    def _seen(self, name: str) -> set[object]:
        if name not in self._spoken:
            raise StudyError(f"gesprekken has no column '{name}'; table 3 needs it.")
        return set(self._spoken[name].dropna())

    def tables(self) -> tuple[ReportTable, ...]:
        """Return every table, in the order of the report."""
        return (self.table_1(), self.table_draw(), self.table_3(), self.table_caseloads(), self.table_arithmetic())

    def table_1(self) -> ReportTable:
        """Return table 1: staff and respondents by organisation and function group, published beside reproduced."""
        counts = count_respondents(
            self.people.staff, self.people.interviews, order=self.design.strata, lang=self.lang
        ).to_frame()  # fmt: skip
        rows = []
        for found in counts.to_dict("records"):
            group = None if pd.isna(found["functiegroep"]) else found["functiegroep"]
            name = "totaal" if found["niveau"] == "totaal" else TABLE_1[(found["organisatie"], group)]
            together = text("pro_together", self.lang) if found["niveau"] == "organisatie" else group
            reason = None if together else NOT_APPLICABLE
            row = {"organisatie": found["organisatie"], "functiegroep": together, "functiegroep_reason": reason}
            for prefix, column, stated in (("", "medewerkers", "medewerkers"), ("r_", "geinterviewd", "respondenten")):
                value = published_value(f"tabel-1.{name}.{stated}", DOCUMENT)
                row |= beside(value, float(found[column]), None, prefix)
            rows.append(row)
        total = counts.iloc[-1]
        said = text("pro_outcomes", self.lang).format(
            approached=int(total["benaderd"]), unable=int(total["verhinderd"]), refused=int(total["geweigerd"]),
            share=format_percent(total["aandeel"], 0, self.lang),
        )  # fmt: skip
        columns = (
            TableColumn("organisatie", "group"),
            TableColumn("functiegroep"),
            *_beside("", text("pro_staff", self.lang)),
            *_beside("r_", text("pro_respondents", self.lang)),
        )
        return self._table("tabel_1", pd.DataFrame(rows), columns, said=(said,))

    def table_draw(self) -> ReportTable:
        """Return the draw: how many of each group, each with what chance, with how many reserves."""
        draw = draw_respondents(self.people.staff, self.design, SEED, self.lang)
        columns = (
            TableColumn("organisatie", "group"),
            TableColumn("functiegroep"),
            TableColumn("medewerkers", "count"),
            TableColumn("gekozen", "count", label=text("pro_chosen", self.lang)),
            TableColumn("reserves", "count"),
            TableColumn("kans", "share", decimals=0, label=text("pro_chance", self.lang)),
        )
        said = text("pro_draw_said", self.lang).format(
            size=self.design.size, of=format_number(len(self.people.staff), 0, self.lang), seed=SEED
        )
        return self._table("trekking", draw.strata(), columns, said=(said, *draw.notes))

    def table_3(self) -> ReportTable:
        """Return table 3: education of the respondents, published beside reproduced."""
        counts = count_traits(
            self._spoken, rows="opleiding", columns="soort_organisatie", row_order=list(TABLE_3),
            column_order=list(KINDS)[:-1], lang=self.lang,
        ).to_frame()  # fmt: skip
        rows = []
        for found in counts.to_dict("records"):
            name = TABLE_3.get(str(found["opleiding"]))
            row: dict[str, object] = {"opleiding": found["opleiding"]}
            for column, stated in KINDS.items():
                value = published_value(f"tabel-3.{name}.{stated}", DOCUMENT) if name else float("nan")
                row |= beside(value, float(found[column]), None, f"{column}_")
            rows.append(row)
        columns = (
            TableColumn("opleiding"),
            *(c for name in KINDS for c in _beside(f"{name}_", text(f"pro_{name}", self.lang))),
        )
        return self._table("tabel_3", pd.DataFrame(rows), columns)

    def table_caseloads(self) -> ReportTable:
        """Return caseloads on a week of 36 hours by organisation and role, of all staff."""
        base = published_value("6.2.werkweek", DOCUMENT)
        found = caseload_summary(
            self.people.staff.sort_values(["soort_organisatie", "organisatie", "functie"], kind="stable"),
            base=base, fewest=FEWEST, lang=self.lang,
        ).to_frame()  # fmt: skip
        found["functie_reason"] = [NOT_APPLICABLE if level == "totaal" else None for level in found["niveau"]]
        columns = (
            TableColumn("organisatie", "group"),
            TableColumn("functie"),
            TableColumn("medewerkers", "count"),
            *(TableColumn(name, "count", label_key=f"caseload_{name}") for name in ("n", "ontbreekt")),
            *(TableColumn(name, "number", label_key=f"caseload_{name}", reason_column="reason")
              for name in ("mean", "q1", "median", "q3")),
        )  # fmt: skip
        said = text("pro_caseload_said", self.lang).format(base=format_number(base, 0, self.lang), fewest=FEWEST)
        return self._table("caseload", found, columns, ("pro_caseload_note",), (said,))

    def table_arithmetic(self) -> ReportTable:
        """Return every arithmetic check on tables 1 and 3 of the source, and those that the source does not meet."""
        report = check_arithmetic(DOCUMENT)
        frame = report.to_frame()
        shown = frame["section"].str.contains("tabel 1|tabel 3", regex=True) | ~frame["passes"]
        frame = frame[shown].copy()
        frame["holds"] = [text("pro_yes" if ok else "pro_no", self.lang) for ok in frame["passes"]]
        frame["noot"] = frame["noot"].replace("", pd.NA)
        frame["noot_reason"] = [NOT_APPLICABLE if pd.isna(note) else None for note in frame["noot"]]
        columns = (
            TableColumn("rule", label=text("pro_check", self.lang)),
            TableColumn("section", label=text("pro_place", self.lang)),
            TableColumn("stated", "number", label_key="published"),
            TableColumn("computed", "number", label=text("pro_computed", self.lang)),
            TableColumn("holds", label=text("pro_holds", self.lang)),
            TableColumn("noot", label=text("pro_remark", self.lang)),
        )
        said = text("pro_checks_said", self.lang).format(
            rules=len(report.results), passes=report.passes, fails=report.fails
        )
        return self._table("rekencontrole", frame, columns, ("pro_checks_words",), (said,))

    def _table(
        self,
        name: str,
        frame: pd.DataFrame,
        columns: tuple[TableColumn, ...],
        notes: tuple[str, ...] = (),
        said: tuple[str, ...] = (),
    ) -> ReportTable:
        first = () if name == "rekencontrole" else ("pro_synthetic",)
        return ReportTable(
            name=name,
            title=text(f"pro_{name}", self.lang),
            frame=frame,
            columns=columns,
            notes=[*(text(note, self.lang) for note in (*first, *notes)), *said],
            source=text("pro_source", self.lang),
            status="release",
            lang=self.lang,
        )


def _beside(prefix: str, spanner: str) -> tuple[TableColumn, ...]:
    """Return the columns published, reproduced, difference of counts."""
    kinds: tuple[tuple[str, Kind], ...] = (
        ("published", "count"),
        ("reproduced", "count"),
        ("difference", "difference"),
    )
    return tuple(TableColumn(f"{prefix}{name}", kind, label_key=name, spanner=spanner) for name, kind in kinds)


def _absent(what: str, asked: Iterable[object], seen: set[object]) -> list[str]:
    """Say which rows of a published table the lists lack, and what they have instead."""
    rows = list(asked)
    lost = [key for key in rows if key not in seen]
    other = [_name(key) for key in seen if key not in rows and (not isinstance(key, tuple) or key[1] is not None)]
    problems = []
    for key in lost:
        hint = nearest(_name(key), other)
        problems.append(f"The lists have no {what} {_name(key)!r}, a row of the published table.{hint}")
    if other:
        problems.append(f"The published tables have no row for {what} {listing(sorted(other))}.")
    return problems


def _name(key: object) -> str:
    return ", ".join(str(part) for part in key if part is not None) if isinstance(key, tuple) else str(key)
