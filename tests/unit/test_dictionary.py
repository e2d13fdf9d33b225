"""The data dictionary in the documentation is what the declaration of the registers makes."""

from __future__ import annotations

from pathlib import Path

from reintegratie_stats.__main__ import main
from reintegratie_stats.registers import GEMEENTE_TABLES, TABLES

COMMITTED = Path(__file__).parents[2] / "docs" / "reference" / "data-dictionary.md"


def test_the_data_dictionary_is_up_to_date(tmp_path: Path) -> None:
    made = tmp_path / "data-dictionary.md"
    assert main(["dictionary", "--out", str(made)]) == 0
    assert COMMITTED.read_bytes() == made.read_bytes(), "run python -m reintegratie_stats dictionary"


def test_the_data_dictionary_names_every_register_and_column() -> None:
    text = COMMITTED.read_text("utf-8")
    for name, table in TABLES.items():
        assert name in text
        for column in table.column_names:
            assert f"`{column}`" in text, f"{name}.{column}"


def test_the_data_dictionary_has_the_tables_per_gemeente_in_which_a_wrong_value_is_an_error() -> None:
    text = COMMITTED.read_text("utf-8").partition("## Tables per gemeente")[2]
    for name, table in GEMEENTE_TABLES.items():
        assert f"### {name} (per gemeente)" in text
        for column in table.column_names:
            assert f"`{column}`" in text, f"{name}.{column}"
    assert "waarschuwing" not in text
    assert "- Eén rij per `gemeente`, `jaar` en `soort`." in text
