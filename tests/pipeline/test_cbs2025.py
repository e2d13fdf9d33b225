"""What `make tables` says of expected registration is what was fitted, and nothing of it is hard-wired."""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import reintegratie_stats
from reintegratie_stats.errors import DefinitionError, StudyError
from reintegratie_stats.fingerprint import fingerprint
from reintegratie_stats.outliers.flags import FLAGS
from reintegratie_stats.pipeline import run_study
from reintegratie_stats.registers import GemeenteData, read_gemeente_data
from reintegratie_stats.report.render import to_html, to_markdown
from reintegratie_stats.report.table import ReportTable
from reintegratie_stats.studies.cbs2025 import Cbs2025
from reintegratie_stats.studies.cbs2025.figures import heat_maps, sheet_with_names
from reintegratie_stats.studies.cbs2025.sheet import spoken
from reintegratie_stats.studies.cbs2025.truth_table import against_truth
from reintegratie_stats.study import read_study
from tests.pipeline.cbs2025_runs import DATA, FEW, STUDY, Run, run_with
from tests.pipeline.renew_snapshots import CBS2025, SNAPSHOTS
from tests.pipeline.runs import ROOT


@pytest.fixture(scope="session")
def tables(report: Cbs2025) -> dict[str, ReportTable]:
    """Its tables by name."""
    return {table.name: table for table in report.tables()}


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of 80 of the gemeenten, two soorten and two years, two covariates: its file."""
    home = tmp_path_factory.mktemp("small")
    (home / "data").mkdir()
    for path in DATA.glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        for column, kept in (("soort", ["loonkostensubsidie", "coaching"]), ("jaar", ["2023", "2024"])):
            frame = frame[frame[column].isin(kept)] if column in frame else frame
        if "gemeente" in frame:
            frame = frame[frame["gemeente"].between("GM8021", "GM8100")]
        frame.to_csv(home / "data" / path.name, index=False, lineterminator="\n")
    text = STUDY.read_text("utf-8")
    text = re.sub(r'formula = """.*?"""', 'formula = "voorzieningen ~ jongeren + eenouder"', text, flags=re.DOTALL)
    text = text.replace("../data/synthetic/cbs2025", "data").replace("../reports/cbs2025", "reports")
    text = re.sub(r"\n\[interviews.*", "\n", text, flags=re.DOTALL)  # too few gemeenten for the draw
    (home / "study.toml").write_text(text, "utf-8")
    return home / "study.toml"


@pytest.fixture(scope="session")
def small_run(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small study, run here."""
    return run_with(small, tmp_path_factory.mktemp("small_run"))


# --- what is there ----------------------------------------------------------------------------


def test_every_table_is_there_in_three_forms_and_every_figure_in_two(
    whole: Run, tables: dict[str, ReportTable]
) -> None:
    assert len(tables) >= 20
    expected = {f"tables/{name}.{form}" for name in tables for form in ("csv", "html", "md")}
    names = ("trechter", "rupsfiguur", "geregistreerd_verwacht", "heatmap_1", "heatmap_2", "diagnostiek")
    expected |= {f"figures/{name}.{form}" for name in names for form in ("svg", "png")}
    assert set(whole.files()) >= expected | {"manifest.json"}  # and what the fieldwork adds


@pytest.mark.parametrize("name", CBS2025)
def test_a_table_is_the_golden_one(whole: Run, name: str) -> None:
    golden = (SNAPSHOTS / "cbs2025" / name).read_bytes()
    assert whole.files()[f"tables/{name}"].decode() == golden.decode(), (
        "If the table is meant to change: python tests/pipeline/renew_snapshots.py"
    )


def test_the_manifest_has_every_file_the_definitions_behind_it_and_the_seed(whole: Run) -> None:
    files = whole.files()
    manifest = json.loads(files.pop("manifest.json"))
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert {entry["file"]: entry["sha256"] for entry in manifest["files"]} == sums
    study = read_study(STUDY)
    part = study.needs_gemeenten()
    assert study.interviews is not None
    both = f"verwachting:{fingerprint(part.expected)} regel:{fingerprint(part.rule)}"
    both += f" trekking:{study.interviews.design.fingerprint()}"
    assert all(entry["definition"].startswith(both) for entry in manifest["files"])
    assert manifest["about"] == {"lang": "nl", "study": "cbs2025", "jaar": "2024", "seed": "2025", "n_sim": str(FEW)}


def test_another_formula_or_rule_has_another_fingerprint() -> None:
    part = read_study(STUDY).needs_gemeenten()
    fewer = replace(part.expected, formula="voorzieningen ~ jongeren")
    assert len({fingerprint(d) for d in (part.expected, fewer, part.rule, replace(part.rule, fdr=0.05))}) == 4


def test_a_fingerprint_is_of_definitions_only() -> None:
    with pytest.raises(DefinitionError, match="a fingerprint is of a definition, not of str"):
        fingerprint("voorzieningen ~ jongeren")
    part = read_study(STUDY).needs_gemeenten()
    with pytest.raises(DefinitionError, match=r"a definition holds .*Path, of which there is no fingerprint"):
        fingerprint(part)


def test_the_run_tells_what_it_did_in_counts(whole: Run) -> None:
    assert "cbs2025: GemeenteData(342 gemeenten, 2022-2024, 8 soorten" in whole.said
    assert "2024: 38 of 342 set aside for estimation" in whole.said
    assert "2024: Flags(23 meer, 15 minder, 304 verwacht, 0 niet_te_beoordelen)" in whole.said
    assert f"{FEW} simulations: OperatingCharacteristics(" in whole.said


def test_no_path_of_this_machine_is_in_any_file(whole: Run) -> None:
    for name, content in whole.files().items():
        for place in (str(ROOT), str(whole.folder), str(Path.home())):
            assert place.encode() not in content, name


# --- what they say is what was fitted ---------------------------------------------------------


def test_the_coefficients_are_those_of_the_fit_with_errors_by_region(
    report: Cbs2025, tables: dict[str, ReportTable]
) -> None:
    fitted = report.fit.tidy("CL")
    shown = tables["model"].frame
    for name in ("estimate", "std_error", "irr", "lower", "upper"):
        assert np.array_equal(shown[name], fitted[name])
    assert "samenhang binnen arbeidsmarktregio" in to_markdown(tables["model"])


def test_every_gemeente_has_the_numbers_of_the_fit_and_the_flag_of_the_rule(
    report: Cbs2025, tables: dict[str, ReportTable]
) -> None:
    units, flags = report.fit.units(), report.flags.to_frame()
    shown = tables["alle_gemeenten"].frame
    assert list(shown["gemeente"]) == list(units["gemeente"])
    for name in ("observed", "expected_loo", "lower", "upper", "exposure"):
        assert np.array_equal(shown[name], units[name])
    for name in ("ratio", "ratio_eb", "eb_lower", "eb_upper"):
        assert np.array_equal(shown[name], flags[name])
    assert list(shown["flag"]) == list(flags["flag"])


def test_who_stands_out_is_who_has_the_flag_with_the_shrunken_ratio_inside_its_interval(
    report: Cbs2025, tables: dict[str, ReportTable]
) -> None:
    flags = report.flags.to_frame().set_index("gemeente")
    for flag in ("meer", "minder"):
        shown = tables[flag].frame
        assert set(shown["gemeente"]) == set(flags.index[flags["flag"] == flag])
        whole = flags.loc[shown["gemeente"], "reason"]
        for said, sentence in zip(shown["reason"], whole, strict=True):
            assert said.startswith({"meer": "Meer", "minder": "Minder"}[flag])
            assert sentence.endswith(said[1:])
        assert ((shown["eb_lower"] <= shown["ratio_eb"]) & (shown["ratio_eb"] <= shown["eb_upper"])).all()
        ends = shown["place"].str.split("–", expand=True).astype(float)
        assert ((ends[0] <= shown["rank"] + 1e-6) & (shown["rank"] <= ends[1] + 1e-6)).all()


def test_size_classes_add_up_to_all_gemeenten(report: Cbs2025, tables: dict[str, ReportTable]) -> None:
    *classes, total = tables["vlaggen_grootte"].frame.to_dict("records")
    for name in ("n", *FLAGS, "observed"):
        assert sum(row[name] for row in classes) == total[name]
    assert total["n"] == 342
    assert {flag: total[flag] for flag in FLAGS} == report.flags.counts()
    assert total["observed"] == report.data.counts(2024)["voorzieningen"].sum()


def test_what_the_rule_can_do_stands_with_the_flags_and_names_its_simulations(
    report: Cbs2025, tables: dict[str, ReportTable]
) -> None:
    for name in ("meer", "minder", "vermogen", "vlaggen_grootte"):
        assert report.operating.sentences("nl")[0] in tables[name].notes
    assert any(f"{FEW} keer" in note and "startgetal 2025" in note for note in tables["vermogen"].notes)
    shown, power = tables["vermogen"].frame, report.operating.power()
    twice = power[(power["factor"] == 2.0) & (power["direction"] == "meer")]
    assert np.array_equal(shown["power_2_meer"], twice["power"])
    *classes, total = shown.to_dict("records")
    for name in ("n", "meer", "minder"):
        assert sum(row[name] for row in classes) == total[name]


def test_who_did_not_deliver_is_listed_with_the_reason_and_never_as_expected(tables: dict[str, ReportTable]) -> None:
    shown = tables["niet_beoordeeld"].frame
    absent = shown[(shown["soort"] == "totaal") & (shown["jaar"] == 2022)]
    assert list(absent["gemeente"]) == ["GM8006", "GM8056"]
    assert absent["reason"].str.startswith("Ontbreekt").all()
    assert shown["reason"].notna().all()


@pytest.mark.parametrize(
    ("gemeente", "check", "soort"),
    [
        ("GM8332", "Nul waar", "totaal"),
        ("GM8249", "Nul waar", "loonkostensubsidie"),
        ("GM8309", "Sprong", "totaal"),
        ("GM8330", "Sprong", "loonkostensubsidie"),
        ("GM8146", "Afgerond", None),
    ],
)
def test_the_traps_in_the_data_come_as_questions(
    tables: dict[str, ReportTable], gemeente: str, check: str, soort: str | None
) -> None:
    shown = tables["plausibiliteit"].frame
    found = shown[(shown["gemeente"] == gemeente) & shown["check"].str.startswith(check)]
    assert (found["count"].isna() if soort is None else found["count"] == soort).any()


def test_more_than_one_per_person_is_asked_about_for_a_soort_and_more_than_two_for_the_total(
    report: Cbs2025, tables: dict[str, ReportTable]
) -> None:
    shown = tables["plausibiliteit"].frame
    many = shown[shown["check"] == "Meer per persoon dan aannemelijk"]
    assert many[["gemeente", "count"]].to_numpy().tolist() == [["GM8330", "loonkostensubsidie"]]
    units = report.fit.units()
    most = (units["observed"] / units["exposure"]).max()
    assert 1 < most < 2, "a person can have several voorzieningen: the total over one per person is no remark"
    assert "meer dan 1 van een soort of meer dan 2 in totaal" in " ".join(tables["plausibiliteit"].notes)


def test_no_key_of_the_code_stands_in_a_table_or_a_figure(report: Cbs2025, tables: dict[str, ReportTable]) -> None:
    key = re.compile(r"[a-z]_[a-z]")
    for made in (*tables.values(), *report.in_language("en").tables()):
        cells = made.cells().astype("string").to_numpy(dtype=object, na_value="").ravel().tolist()
        notes = [note for note in made.notes if not note.startswith(("Formule: ", "Formula: "))]
        found = [text for text in (made.title, *made.heads(), *notes, *cells) if key.search(str(text))]
        assert not found, (made.name, found[:3])
    assert "externe uitvoering = ja" in set(sheet_with_names(report)["correlations"]["trait"])
    for figure in heat_maps(report).values():
        words = [text.get_text() for text in figure.findobj(Text)]
        assert "beschut werk" in words
        assert not [text for text in words if key.search(text.replace("reintegratie_stats", ""))]


def test_soorten_with_money_lie_closer_together_and_the_test_says_so(
    report: Cbs2025, tables: dict[str, ReportTable]
) -> None:
    spread = report.profiles.spread().query("jaar == 2024").set_index("soort").rename(index=spoken)
    shown = tables["soorten"].frame.set_index("soort")
    assert np.array_equal(shown.loc[spread.index, "sd"], spread["sd"])
    ordinary = shown.drop("totaal").groupby("money")["sd_ordinary"]
    assert ordinary.max()["ja"] < ordinary.min()["nee"]
    tests = tables["geldtoets"].frame
    assert (tests["difference"] < 0).all()
    assert report.profiles.money_test().sentence("nl") in " ".join(tables["soorten"].notes)


def test_persistent_is_two_of_three_years(tables: dict[str, ReportTable]) -> None:
    shown = tables["volhardend"].frame
    mark = shown["persistent"].map({"meer": "▲", "minder": "▼"})
    counts = [pattern.count(one) for pattern, one in zip(shown["pattern"], mark, strict=True)]
    assert min(counts) == 2
    summary = tables["volhardend_per_soort"].frame
    assert (summary[["meer", "minder", "beide", "onbeslist", "niet"]].sum(axis=1) == 342).all()
    assert summary["meer"].sum() == (shown["persistent"] == "meer").sum()


def test_transitions_add_up_to_the_flags_of_either_year(tables: dict[str, ReportTable]) -> None:
    shown = tables["overgangen"].frame
    assert (shown.groupby("group")["n"].sum() == [8 * 342, 8 * 342, 342, 342]).all()
    second = shown[shown["group"] == "Totaal, 2022 – 2023"][list(FLAGS)].sum()
    first = shown[shown["group"] == "Totaal, 2023 – 2024"]["n"]
    assert list(second) == list(first)


def test_a_shared_cause_is_shown_beside_the_single_gemeente(tables: dict[str, ReportTable]) -> None:
    effects = tables["kenmerken"].frame.set_index("category")
    for cluster in ("Samenwerking Harperhorst", "Samenwerking Imberrade", "Berkenblad"):
        assert effects.loc[cluster, "stands_out"] == "ja"
    shared = tables["clusters"].frame
    assert set(shared.loc[shared["kind"] == "Gedeeld", "gemeente"]) >= {f"GM800{k}" for k in range(1, 6)}
    assert len(shared) == len(tables["meer"].frame) + len(tables["minder"].frame)


def test_the_truth_is_counted_by_hand(report: Cbs2025, tables: dict[str, ReportTable]) -> None:
    truth = report.data.waarheid_totaal
    assert truth is not None
    now = truth[truth["jaar"] == 2024].merge(report.flags.to_frame()[["gemeente", "flag"]], on="gemeente")
    strong = now[now["sterk"] == "ja"]
    hits = int((strong["flag"] == strong["richting"]).sum())
    false = int((now["flag"].isin(["meer", "minder"]) & (now["factor"] == 1)).sum())
    text = " ".join(tables["waarheid"].notes)
    assert f"Treffers: {hits} van de {len(strong)} sterke oorzaken" in text
    assert false == 0
    assert "onterecht (geen oorzaak, of een aan de andere kant): 0;" in text
    assert tables["waarheid"].frame["n"].sum() == len(against_truth(report)) == 342


def test_sensitivity_compares_with_the_report_and_says_what_was_not_possible(tables: dict[str, ReportTable]) -> None:
    rows = tables["gevoeligheid"].frame.set_index("setting")
    assert (rows[list(FLAGS)].sum(axis=1) == 342).all()
    assert (rows["the_same"] + rows["lost"] == rows.loc["Dit rapport", "the_same"]).all()
    assert "Niet mogelijk met deze gegevens: binomiaal." in tables["gevoeligheid"].notes


def test_every_table_says_that_the_gemeenten_are_invented(tables: dict[str, ReportTable]) -> None:
    for table in tables.values():
        assert any("Verzonnen gemeenten" in note for note in table.notes), table.name
        assert "CBS 2025" in table.source


# --- figures ----------------------------------------------------------------------------------


def test_the_funnel_names_who_stands_out(whole: Run, report: Cbs2025) -> None:
    svg = whole.files()["figures/trechter.svg"].decode()
    flags = report.flags.to_frame()
    named = [report.names[who] for who in flags.loc[flags["flag"] != "verwacht", "gemeente"]]
    assert sum(name in svg for name in named) >= len(named) - 5
    assert "99,8%-grenzen" in svg


def test_every_picture_is_large_enough_to_print(whole: Run) -> None:
    for name, content in whole.files().items():
        if name.endswith(".png"):
            width, height = struct.unpack(">II", content[16:24])
            assert width >= 1200, name
            assert height >= 1000, name


# --- English ----------------------------------------------------------------------------------

DUTCH = re.compile(
    r"\b(verwacht|geregistreerd|meer dan|minder dan|niet te beoordelen|Bron|Noten|Kenmerk|Verzonnen|jaar|"
    r"spreiding|werd|waar|zijn|een|het|met|van|wordt|onder)\b"
)
NAMES_AND_TITLES = re.compile(
    r"Kwaliteitsonderzoek naar de registratie van re-integratievoorzieningen|minder dan 20.000"
)


def test_in_english_no_dutch_is_left_and_the_numbers_do_not_change(
    report: Cbs2025, tables: dict[str, ReportTable]
) -> None:
    english = {table.name: table for table in report.in_language("en").tables()}
    assert list(english) == list(tables)
    for name, table in english.items():
        assert table.lang == "en"
        text = NAMES_AND_TITLES.sub("", to_html(table).partition("<body>")[2])
        assert not DUTCH.findall(text), name
        assert table.heads() != tables[name].heads(), name
        ours, theirs = (
            [[c.plain.replace(",", ".") for c in row if re.fullmatch(r"-?[\d.,]+", c.plain)] for row in one.rows()]
            for one in (tables[name], table)
        )
        assert ours == theirs, name


def test_the_figures_are_in_english_too(small_run: Run) -> None:
    assert small_run.report is not None
    for name, figure in small_run.report.in_language("en").figures().items():
        texts = NAMES_AND_TITLES.sub("", " ".join(text.get_text() for text in figure.findobj(Text)))
        assert not DUTCH.findall(texts), name
        assert "Invented gemeenten" in texts


# --- the same bytes, and other data -----------------------------------------------------------


def test_another_process_makes_the_same_bytes(small: Path, small_run: Run, tmp_path: Path) -> None:
    code = (
        "import sys; from reintegratie_stats.pipeline import cbs2025 as steps; "
        f"steps.N_SIM = {FEW}; from reintegratie_stats.__main__ import main; "
        f"sys.exit(main(['tables', '--study', {str(small)!r}, '--out', 'reports']))"
    )
    source = str(Path(reintegratie_stats.__file__).parents[1])
    paths = os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])])
    elsewhere = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "2025", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=elsewhere, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    other = Run(tmp_path / "reports", done.stdout).files()
    assert set(other) == set(small_run.files())
    for name, content in small_run.files().items():
        assert other[name] == content, name


def test_a_changed_count_changes_the_tables_and_only_data_without_truth_make_no_such_claim(small: Path) -> None:
    study, folder = read_study(small), small.parent / "data"
    data = read_gemeente_data(folder)
    rows = data.voorzieningen
    changed = rows["gemeente"].eq("GM8030") & rows["jaar"].eq(2024)
    rows.loc[changed, "aantal"] = rows.loc[changed, "aantal"] * 4
    other = GemeenteData.from_frames(gemeenten=data.gemeenten, voorzieningen=rows)
    part = study.needs_gemeenten()
    made = Cbs2025.of(other, part, n_sim=2)
    tables = {table.name: table for table in made.tables()}
    assert "GM8030" in set(tables["meer"].frame["gemeente"])
    assert "GM8030" in set(tables["plausibiliteit"].frame["gemeente"])
    assert "waarheid" not in tables
    assert "geldtoets" not in tables, "which soorten cost money is not known"
    assert not any("Verzonnen" in note for table in tables.values() for note in table.notes)


# --- what cannot be made ----------------------------------------------------------------------


def test_a_formula_about_another_count_is_refused_before_anything_is_fitted(small: Path) -> None:
    part = read_study(small).needs_gemeenten()
    data = read_gemeente_data(part.folder)
    wrong = replace(part, expected=replace(part.expected, formula="aantal ~ jongeren"))
    with pytest.raises(StudyError, match="the formula is about 'aantal'; in this study it is about 'voorzieningen'"):
        Cbs2025.of(data, wrong)


def test_a_study_without_gemeenten_is_refused() -> None:
    study = replace(read_study(STUDY), gemeenten=None)
    with pytest.raises(StudyError, match=r"Study cbs2025 needs \[gemeenten\] and \[verwachting\]"):
        run_study(study)
