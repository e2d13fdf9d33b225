"""The digits that stand for a definition: the same on every machine and in every release, other after any choice."""

from __future__ import annotations

from dataclasses import replace

import reintegratie_stats as rs
from reintegratie_stats.estimates.expected import ExpectedDefinition
from reintegratie_stats.fieldwork.sample_design import SampleDesign
from reintegratie_stats.fingerprint import digest, fingerprint
from reintegratie_stats.outliers import OutlierRule


def test_the_digits_of_known_definitions_stay_as_they_are_in_manifests_that_were_written() -> None:
    assert [d.fingerprint() for d in (rs.RWI_2004, rs.RWI_2004_LOKAAL, rs.SLUITENDE_AANPAK)] == [
        "46c928cc67a73e90",
        "746e4a80104616dd",
        "b70319979734a0c0",
    ]
    assert fingerprint(ExpectedDefinition("a ~ b", "c")) == "70958df0c5f54c2b"
    assert fingerprint(OutlierRule()) == "b9f3b5dbbb16485b"
    design = SampleDesign(size=3, quota={"klasse": {"meer": 1, "Fryslân": 1}})
    assert design.fingerprint() == "e84f28f65f32405b"


def test_a_name_and_a_source_are_no_choices() -> None:
    assert fingerprint(OutlierRule(source="elsewhere")) == fingerprint(OutlierRule())
    assert digest({"size": 3, "naam": "x", "bron": "y"}) == digest({"size": 3})


def test_every_choice_counts_and_1_is_1_0() -> None:
    assert fingerprint(replace(OutlierRule(), ratio_high=2)) == fingerprint(replace(OutlierRule(), ratio_high=2.0))
    assert fingerprint(OutlierRule(ratio_high=2.0)) != fingerprint(OutlierRule(ratio_high=2.5))
