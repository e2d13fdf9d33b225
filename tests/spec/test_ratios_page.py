"""Every specification holds on the package, and the reference page is made from them."""

from __future__ import annotations

import pytest

import reintegratie_stats as rs
from reintegratie_stats.cohorts.ratios import RATIOS
from tests.spec.chapters import CHAPTERS
from tests.spec.framework import Case, Chapter, Drawn, Spec, draw
from tests.spec.front import MEANINGS
from tests.spec.observe import observe, observe_ratios, run
from tests.spec.page import PAGE, changes_text, render
from tests.spec.worked_example import RATIOS_OF_COUNTS, counts_frame, without


def _name(spec: Spec, case: Case) -> str:
    changes = changes_text(case)
    return f"{spec.title} [{changes}]" if changes else f"{spec.title} {case.text}".strip()


CASES = [
    pytest.param(chapter, spec, case, id=_name(spec, case))
    for chapter in CHAPTERS
    for spec in chapter.specs
    for case in spec.cases
]


@pytest.mark.parametrize(("chapter", "spec", "case"), CASES)
def test_specification(chapter: Chapter, spec: Spec, case: Case) -> None:
    cohort = run(spec, chapter.definition(spec, case))
    for name, wanted in case.drawn():
        assert observe(cohort, name, wanted, case.lang) == wanted, name


def test_each_specification_has_its_own_heading_and_at_most_four_people() -> None:
    specs = [spec for chapter in CHAPTERS for spec in chapter.specs]
    assert len({spec.title for spec in specs}) == len(specs)
    people = [len(set(draw(spec.bijstand).column("persoon_id"))) for spec in specs]
    assert 1 <= min(people) <= max(people) <= 4


def test_real_counts_of_three_gemeenten_give_the_printed_percentages() -> None:
    wanted = draw(RATIOS_OF_COUNTS)
    table = rs.ratios_from_counts(counts_frame(), lang="en")
    assert observe_ratios(table, without(wanted, "printed")) == without(wanted, "printed")
    both = list(zip(wanted.column("value"), wanted.column("printed"), strict=True))
    assert all(value == printed for value, printed in both if printed and value != "n.b.")
    assert [printed for value, printed in both if printed and value != "n.b."] == (
        ["55%", "68%", "9%", "71%", "54%", "71%", "29%"]
    )


def test_every_ratio_has_a_meaning_on_the_page() -> None:
    assert list(MEANINGS) == [ratio.name for ratio in RATIOS]


def test_committed_page_is_up_to_date() -> None:
    seen = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    assert seen == render(), "run: python -m tests.spec.generate"


def test_a_drawn_table_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells under 2 columns"):
        draw("persoon_id | gemeente\nAnna")


def test_a_drawn_table_keeps_empty_cells() -> None:
    assert draw("a | b\n1 |") == Drawn(("a", "b"), (("1", ""),))
