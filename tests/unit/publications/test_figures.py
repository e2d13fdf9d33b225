"""The published figures of RWI 2004 are those of its tables and text."""

from __future__ import annotations

import math

import pytest

from reintegratie_stats.publications import (
    published,
)
from tests.unit.publications.published_figures import (
    figure,
    values,
)


def test_tabel_b31_holds_433_233_163_70_50_and_20_persons():
    assert values(section="tabel B 3.1", unit="personen") == [433, 233, 163, 70, 50, 20]


def test_tabel_b31_holds_its_two_columns_of_percentages():
    table = published("rwi2004", section="tabel B 3.1")
    of_inflow = table[table["id"].str.endswith(".instroom")]["value"].tolist()
    of_group = table[table["id"].str.endswith(".doelgroep")]["value"].tolist()
    assert of_inflow == [100, 54, 38, 16, 12, 5]
    assert of_group == [100, 71, 29]


def test_tabel_51_holds_53_59_19_18_and_21_per_cent():
    assert values(section="tabel 5.1") == [53, 59, 19, 18, 21]


def test_figuur_51_holds_the_niet_sluitingsratio_that_tabel_51_lacks():
    assert values(section="figuur 5.1", maat="niet_sluitingsratio") == [81]
    assert values(section="tabel 5.1", maat="niet_sluitingsratio") == []


def test_the_cells_of_figuur_51_that_the_scan_lost_have_no_name():
    figures = published("rwi2004", section="figuur 5.1")
    lost = figures[figures["id"].str.contains("verloren")]
    assert lost["status"].tolist() == ["n.b.", "n.b.", "exact", "exact"]
    assert lost["value"].tolist()[2:] == [73, 457]
    assert lost["value"].isna().tolist() == [True, True, False, False]
    assert lost["maat"].isna().all()


@pytest.mark.parametrize(
    ("gemeente", "bron", "expected"),
    [
        ("gemeente 1", "centraal", [65, 51, 44, 13, 29]),
        ("gemeente 1", "lokaal", [None, 55, 68, 9, None]),
        ("gemeente 2", "centraal", [70, 49, 42, 11, 13]),
        ("gemeente 2", "lokaal", [None, 49, 71, 6, None]),
        ("gemeente 3", "centraal", [58, 58, 23, 57, 42]),
        ("gemeente 3", "lokaal", [None, 54, 71, 8, None]),
    ],
)
def test_tabel_52_is_complete_with_nb_where_the_source_has_nb(gemeente, bron, expected):
    table = published("rwi2004", section="tabel 5.2")
    rows = table[(table["gemeente"] == gemeente) & (table["bron"] == bron)]
    assert [None if math.isnan(value) else value for value in rows["value"]] == expected
    assert (rows["status"] == "n.b.").tolist() == [value is None for value in expected]


def test_bijlage_3_holds_the_counts_of_gemeente_1_and_2():
    first, second = "bijlage 3, B 3.1", "bijlage 3, B 3.2"
    assert values(section=first, unit="personen") == [872, 477, 231, 164, 111, 10, 25]
    assert values(section=second, unit="personen") == [218, 218, 154]


def test_the_three_size_classes_hold_3_7_and_2_gemeenten():
    assert values(section="1.4, voetnoot 1", unit="gemeenten") == [3, 7, 2]


def test_the_data_windows_are_days():
    assert figure("5.2.1.mosa-van") == 20020101
    assert figure("5.2.1.mosa-tot") == 20030701
    assert figure("5.2.1.vpd-van") == 20030101
    assert figure("5.2.1.vpd-tot") == 20031001


def test_a_figure_stated_twice_is_there_twice_with_its_own_section():
    rows = published("rwi2004", maat="Y-Z")
    assert rows["section"].tolist() == ["bijlage 3, B 3.3", "tabel B 3.1"]
    assert rows["value"].tolist() == [153, 163]
