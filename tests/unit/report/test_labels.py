"""Labels: every name that code and columns use has a text in both languages."""

from __future__ import annotations

import pytest

from reintegratie_stats.errors import ReportError
from reintegratie_stats.report import labels
from reintegratie_stats.report.flow import FLOW_PARENTS

RATIOS = {
    "complianceratio",
    "langdurigheidsratio",
    "sluitingsratio",
    "niet_sluitingsratio",
    "uitstroomratio_met_traject",
    "uitstroomratio_zonder_traject",
    "uitstroomratio_werk_met_traject",
    "uitstroomratio_werk_zonder_traject",
}


@pytest.mark.parametrize("section", labels.sections())
@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_no_label_is_empty_in_either_language(section: str, lang: str) -> None:
    assert all(text.strip() for text in labels.labels(section, lang).values())


def test_every_ratio_has_a_name_and_a_formula() -> None:
    assert set(labels.labels("ratio")) == RATIOS
    assert set(labels.labels("formula")) == RATIOS


@pytest.mark.parametrize("section", ["cell", "cell_short", "cell_code"])
def test_every_cell_of_the_flow_has_its_labels(section: str) -> None:
    assert set(labels.labels(section)) == set(FLOW_PARENTS)


@pytest.mark.parametrize(
    ("section", "key", "dutch", "english"),
    [
        ("ratio", "complianceratio", "Complianceratio", "Complianceratio"),
        (
            "ratio",
            "niet_sluitingsratio",
            "Niet-sluitingsratio arbeidsplichtigen",
            "Niet-sluitingsratio arbeidsplichtigen",
        ),
        ("column", "published", "Gepubliceerd", "Published"),
        ("column", "reproduced", "Gereproduceerd", "Reproduced"),
        ("column", "difference", "Verschil", "Difference"),
        ("cell_short", "Z", "arbeidsplichtig", "under labour obligation"),
        ("word", "missing", "n.b.", "n/a"),
    ],
)
def test_a_label_is_given_in_the_language_asked(section: str, key: str, dutch: str, english: str) -> None:
    assert labels.label(section, key) == dutch
    assert labels.label(section, key, lang="en") == english


def test_the_formula_of_compliance_counts_who_left_and_who_got_a_traject() -> None:
    formula = labels.label("formula", "complianceratio").replace(labels.MINUS, "-")
    assert formula == "(X - Y + A + C) / X"


@pytest.mark.parametrize(
    ("section", "key", "lang", "hint"),
    [
        ("ratio", "sluitingsrtio", "nl", "Did you mean 'sluitingsratio'?"),
        ("ratios", "sluitingsratio", "nl", "Did you mean 'ratio'?"),
        ("ratio", "sluitingsratio", "n", "Did you mean 'nl'?"),
        ("ratio", "sluitingsratio", "NL", "one of: nl, en"),
    ],
)
def test_an_unknown_name_is_an_error_that_gives_the_nearest(section: str, key: str, lang: str, hint: str) -> None:
    with pytest.raises(ReportError) as caught:
        labels.label(section, key, lang)
    assert hint in str(caught.value)


def test_a_reason_is_translated_where_it_is_known_and_else_kept() -> None:
    assert labels.reason_text("niet_gepubliceerd", "en") == "not published in the source"
    assert labels.reason_text("register ontbreekt", "en") == "register ontbreekt"


def test_labels_cannot_be_changed_by_who_reads_them() -> None:
    with pytest.raises(TypeError):
        labels.labels("ratio")["sluitingsratio"] = "iets anders"  # type: ignore[index]
