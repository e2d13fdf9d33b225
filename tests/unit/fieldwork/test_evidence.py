"""The label of evidence follows from a rule that can be read, and says what is lacking."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from reintegratie_stats.errors import DefinitionError
from reintegratie_stats.fieldwork.causes import count_causes
from reintegratie_stats.fieldwork.codebook import Cause, CodeBook
from reintegratie_stats.fieldwork.coded import CodedInterviews, code_interviews
from reintegratie_stats.fieldwork.coders import coder_agreement
from reintegratie_stats.fieldwork.evidence import EvidenceLevel, EvidenceRule, EvidenceTable, judge_evidence
from reintegratie_stats.fieldwork.ties import tie_causes
from reintegratie_stats.report.render import to_markdown

NAMES = [f"GM{k:02d}" for k in range(20)]
Z = pd.DataFrame({"gemeente": NAMES, "z": [-4.0, -3.5, -3.0, -2.8, -2.6, -2.4, 3.0, 2.5] + [0.1, -0.1] * 6})


def coded() -> CodedInterviews:
    """Six gemeenten far below with burden (coders agree), two above with target group, one with division of tasks."""
    rows: list[tuple[Any, ...]] = []
    for place, name in enumerate(NAMES):
        for coder in "ab":
            if place < 6:
                rows.append((name, coder, "administratieve_last", 3, "minder"))
            elif place < 8:
                rows.append((name, coder, "doelgroep", 2, "meer"))
            elif place == 8:
                rows.append((name, coder, "taakverdeling", 1, "minder"))
            else:
                rows.append((name, coder, None, None, None))
    return code_interviews(pd.DataFrame(rows, columns=["gemeente", "codeur", "oorzaak", "sterkte", "richting"]))


def judged(rule: EvidenceRule | None = None, *, agreement: bool = True, ties: bool = True) -> EvidenceTable:
    interviews = coded()
    return judge_evidence(
        count_causes(interviews), coder_agreement(interviews) if agreement else None,
        tie_causes(interviews, Z) if ties else None, rule,
    )  # fmt: skip


def labels(table: EvidenceTable) -> dict[str, tuple[Any, Any]]:
    frame = table.to_frame().set_index("oorzaak")
    wanted = frame.loc[["administratieve_last", "doelgroep", "taakverdeling", "eigen_middelen"]]
    return {
        name: (None if pd.isna(row["bewijs"]) else row["bewijs"], None if pd.isna(row["tekort"]) else row["tekort"])
        for name, row in wanted.iterrows()
    }


def test_what_holds_in_many_gemeenten_and_goes_with_the_residual_is_strong() -> None:
    assert labels(judged()) == {
        "administratieve_last": ("sterk", None),
        "doelgroep": ("beperkt", "gemeenten"),
        "taakverdeling": ("beperkt", "gemeenten, richting"),
        "eigen_middelen": (None, None),
    }
    assert repr(judged()) == "EvidenceTable(2 beperkt, 0 redelijk, 1 sterk, 8 not found)"


def test_what_was_not_measured_counts_as_not_met() -> None:
    assert labels(judged(ties=False))["administratieve_last"] == ("beperkt", "richting")
    assert labels(judged(agreement=False))["administratieve_last"] == ("beperkt", "overeenstemming")


def test_each_criterion_of_the_rule_can_take_a_label_away() -> None:
    fair = EvidenceLevel(2, 0.5, None, 0.0)
    for strong, lacking in (
        (EvidenceLevel(7, 0.5, None, 0.0), "gemeenten"),
        (EvidenceLevel(2, 0.5, 1e-9, 0.0), "samenhang"),
        (EvidenceLevel(2, 0.5, None, 1.0), None),
    ):
        found = labels(judged(EvidenceRule(fair, strong)))["administratieve_last"]
        assert found == (("sterk", None) if lacking is None else ("redelijk", lacking))


def test_a_tie_on_the_wrong_side_is_no_evidence_however_small_its_p() -> None:
    interviews = coded()
    ties = tie_causes(interviews, Z.assign(z=-Z["z"]))
    fair = EvidenceLevel(2, None, None, 0.0)
    rule = EvidenceRule(fair, EvidenceLevel(2, None, 0.1, 0.0))
    found = labels(judge_evidence(count_causes(interviews), None, ties, rule))
    assert ties.to_frame().set_index("oorzaak").loc["administratieve_last", "p_adjusted"] < 0.01
    assert found["administratieve_last"] == ("redelijk", "samenhang")


def test_a_rule_that_makes_strong_weaker_than_fair_is_refused() -> None:
    for sterk in (EvidenceLevel(5, 0.5, 0.1, 0.8), EvidenceLevel(5, None, 0.1, 0.8), EvidenceLevel(5, 0.8, 0.1, 0.0)):
        with pytest.raises(DefinitionError, match="asks less"):
            EvidenceRule(sterk=sterk)
    with pytest.raises(DefinitionError, match="gemeenten is 0") as caught:
        EvidenceLevel(0, 2.0, 0.0, 0.3)
    assert all(f"{name} is" in str(caught.value) for name in ("agreement", "tie", "direction"))


def test_the_rule_is_printed_under_the_table_in_both_languages() -> None:
    rule = EvidenceRule(sterk=EvidenceLevel(6, 0.9, 0.05, 0.85))
    dutch, english = to_markdown(judged(rule).to_report()), to_markdown(judged(rule).to_report("en"))
    for sentence in rule.sentences():
        assert sentence in dutch
    for part in ("6 gemeenten", "0,9", "0,05", "85%"):
        assert part in rule.sentences()[1]
    assert "Strong evidence: the cause counts in at least 6 gemeenten" in english
    assert "found in no gemeente" in english
    assert "aantal gemeenten" in dutch


def test_results_that_do_not_belong_together_are_refused() -> None:
    interviews = coded()
    other = CodeBook("eigen", "x", (Cause("doelgroep", "feitelijk", "A", "B"),))
    rows = pd.DataFrame({"gemeente": NAMES, "oorzaak": "doelgroep", "sterkte": 1, "richting": "meer"})
    elsewhere = coder_agreement(code_interviews(rows, other))
    ties = tie_causes(interviews, Z, agree="any", score="genoemd")
    with pytest.raises(DefinitionError) as caught:
        judge_evidence(count_causes(interviews, by="soort"), elsewhere, ties)
    for part in ("by class", "code book 'eigen'", "agree='any'", "by 'genoemd'"):
        assert part in str(caught.value)


@pytest.mark.parametrize("values", [(True, 0.8, None, 0), (3, "0.8", None, 0), (3, 0.8, "0.1", 0), (3, 0.8, None, "a")])
def test_a_level_is_made_of_numbers(values: tuple[Any, ...]) -> None:
    with pytest.raises(DefinitionError, match="A level of evidence cannot be"):
        EvidenceLevel(*values)


def test_a_rule_is_made_of_levels() -> None:
    with pytest.raises(DefinitionError, match="redelijk is a str"):
        EvidenceRule("weinig", "veel")  # type: ignore[arg-type]
