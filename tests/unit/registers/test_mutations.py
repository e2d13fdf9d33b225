"""Two hundred deliveries that went wrong, drawn from a seed: each ends in a report or in one of our errors.

Whatever is read is accounted for: the rows of the file, counted from what was written and not by the reader, are those
that the layout took out, those that the checks set aside and those that are used. Of no delivery does a message, a
report or a traceback hold a key, a day or a text of a person.
"""

from __future__ import annotations

import datetime as dt
import re
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import reintegratie_stats as rs
from reintegratie_stats.engine import Engine, open_engine
from reintegratie_stats.registers import read
from tests.unit.registers import formats, mutator, test_formats
from tests.unit.registers.mutator import Case, Damage

INPUTS = dict(zip(mutator.FORMATS, (52, 42, 36, 24, 18, 8, 12, 8), strict=True))
SEPARATORS = {"komma": ",", "puntkomma": ";", "tab": "\t", "streep": "|"}


def drawn() -> list[tuple[str, Damage, int]]:
    """The inputs: a format, a damage and a seed; each format with other damages than the one before it."""
    chosen = []
    for place, (form, count) in enumerate(INPUTS.items()):
        ways = mutator.damages(form)
        order = np.argsort(np.random.default_rng([2004, place]).random(len(ways)))[:count]
        chosen += [(form, ways[int(one)], 1000 * place + number) for number, one in enumerate(order)]
    return chosen


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return mutator.small(formats.registers("lokaal"))


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("layouts")
    spss = test_formats.layouts(folder / "spss", test_formats.SPSS_SPELLS, test_formats.SPSS_PERSONS)["bijstand"]
    dutch = test_formats.layouts(folder / "csv", test_formats.DUTCH, test_formats.DUTCH_PERSONS)["bijstand"]
    return {"nederlands.csv": dutch, "sav": spss, "zsav": spss, "dta": spss}


@pytest.fixture(scope="module")
def shared() -> Engine:
    engine = open_engine(threads=1)
    engine.connection.raw_sql("PRAGMA disable_optimizer")  # there is nothing to gain on 24 rows
    return engine


@pytest.fixture(autouse=True)
def one_engine(shared: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """To open DuckDB two hundred times takes longer than to read two hundred small files."""
    monkeypatch.setattr(read, "open_engine", lambda **_: Engine(shared.connection, shared.spill))


def test_there_are_two_hundred_inputs_of_every_format_and_every_damage() -> None:
    inputs = drawn()
    assert len(inputs) == 200
    assert {form for form, *_ in inputs} == set(mutator.FORMATS)
    assert {damage for _, damage, _ in inputs} == {*mutator.VALUES, *mutator.TYPES, *mutator.BYTES, *mutator.LINES}
    assert len({(form, damage) for form, damage, _ in inputs}) == 200


@pytest.mark.parametrize(
    ("form", "damage", "seed"), [pytest.param(*one, id=f"{one[0]}-{one[1].__name__}") for one in drawn()]
)
def test_every_damaged_input_ends_in_a_report_or_in_one_of_our_errors(
    form: str, damage: Damage, seed: int, frame: pd.DataFrame, layouts: dict[str, str], tmp_path: Path
) -> None:
    case = mutator.mutate(frame, form, damage, seed, tmp_path)
    said = _said(lambda: _accounted(case, rs.read_registers({"bijstand": case.path}, layout=layouts.get(form))))
    assert said
    assert not [value for value in case.values if value in said]


def _said(run: Callable[[], str]) -> str:
    """What was said: by a report, or by one of our errors. Any other error is one of the test."""
    try:
        return run()
    except rs.ReintegratieError as error:
        return _everything_said(error)


def _everything_said(error: BaseException) -> str:
    """The words of an error, its traceback, and the errors behind it that a traceback does not show."""
    said = "".join(traceback.format_exception(error))
    behind: BaseException | None = error
    while behind is not None:
        said += str(behind)
        behind = behind.__cause__ or behind.__context__
    return said


def _accounted(case: Case, registers: rs.Registers) -> str:
    """See to it that every row is accounted for; return all that reports and lists say."""
    reading = registers.reading["bijstand"]
    accounts = registers.report.accounting().iloc[0]
    used, aside = registers.to_frame("bijstand"), registers.report.rows("bijstand")
    assert reading.rows == _rows_of_the_file(case, reading.found["bijstand" + case.path.suffix])
    assert reading.rows == reading.taken_out + reading.used
    assert reading.taken_out == sum(step.rijen for step in reading.steps if step.reden and step.takes_out)
    assert accounts["rows"] == reading.used == len(used) + len(aside)
    assert (accounts["usable"], accounts["set_aside"]) == (len(used), len(aside))
    rules = registers.report.to_frame()
    assert (rules["items"] == rules["passes"] + rules["fails"] + rules["missing"]).all()
    if case.form in ("eigen.csv", "parquet", "xlsx", "ods") and case.intact:
        fits = [_is_usable(row) for row in case.frame.to_dict("records")]
        assert len(used) == sum(fits)
        keys = sorted(key.strip() for key, fit in zip(case.frame["persoon_id"], fits, strict=True) if fit)
        assert sorted(used["persoon_id"]) == keys
    said = f"{registers!r}{registers.report!r}{rules.to_string()}"
    return said + reading.to_frame().to_string() + str(reading.notes)


def _rows_of_the_file(case: Case, found: dict[str, str]) -> int | None:
    """The rows that were written; of text of which that is not known, the lines by Python's own reader."""
    if case.rows is not None:
        return case.rows
    if case.form.endswith(".csv"):
        mark = SEPARATORS.get(found["scheiding"], found["scheiding"])
        return mutator.count_lines(case.content, mark, found["codering"])
    return case.written


def _is_usable(row: dict[str, str]) -> bool:
    """Whether a row of bijstand can be used, by rules that were written here once more."""
    key, begin, end = row["persoon_id"].strip(), _day(row["begindatum"]), _day(row["einddatum"])
    if not key.strip("0") or not row["gemeente"].strip() or begin is None or begin == "" or end is None:
        return False
    return bool("1850" <= begin < "2100" and (not end or end >= begin))


def _day(text: str) -> str | None:
    """A day as ``2002-01-31``; nothing for nothing; None for what cannot be read."""
    text = text.strip()
    if not text:
        return ""
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    try:
        return dt.date.fromisoformat(text).isoformat() if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None
