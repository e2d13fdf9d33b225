"""What is not known is not zero: absent registers, empty denominators, empty cohorts."""

# A drawn table is as wide as it is.
# ruff: noqa: E501

from __future__ import annotations

from tests.spec.framework import Case, Chapter, Spec

_STAYS_AND_LEAVES = """
    persoon_id | begindatum | einddatum
    Anna       | 2002-01-01 | open
    Bram       | 2002-01-01 | 2002-06-30
"""

_NO_EXEMPTIONS = Spec(
    "Without the register vrijstellingen nobody's arbeidsplicht is known",
    "A register that was not delivered makes n.b. what needs it, with the reason (in Dutch unless "
    "asked otherwise). X and Y do not need it, and with `iedereen` nothing does.",
    bijstand=_STAYS_AND_LEAVES,
    trajecten="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-02-01 | open
    """,
    cases=(
        Case(
            rows="""
                persoon_id | langdurig | arbeidsplichtig | vrijstelling_reden | traject_binnen_term | cel
                Anna       | yes       | -               | -                  | yes                 | -
                Bram       | no        | -               | -                  | no                  | X-Y
            """,
            counts="""
                X | X-Y | Y | Z    | Y-Z  | A    | B    | C    | D
                2 | 1   | 1 | n.b. | n.b. | n.b. | n.b. | n.b. | n.b.
            """,
            ratios="""
                ratio               | numerator | denominator | value | reason
                complianceratio     | n.b.      | 2           | n.b.  | A, C onbekend: register vrijstellingen ontbreekt
                langdurigheidsratio | 1         | 2           | 50%   |
                sluitingsratio      | n.b.      | n.b.        | n.b.  | A, Z onbekend: register vrijstellingen ontbreekt
            """,
            lang="nl",
        ),
        Case(
            changes={"arbeidsplicht_op": "iedereen"},
            rows="""
                persoon_id | langdurig | arbeidsplichtig | vrijstelling_reden | traject_binnen_term | cel
                Anna       | yes       | yes             | -                  | yes                 | A
                Bram       | no        | yes             | -                  | no                  | X-Y
            """,
            ratios="""
                ratio               | numerator | denominator | value
                complianceratio     | 2         | 2           | 100%
                langdurigheidsratio | 1         | 2           | 50%
                sluitingsratio      | 1         | 1           | 100%
            """,
        ),
    ),
)

_NO_TRAJECTEN = Spec(
    "Without the register trajecten no sluitingsratio is known",
    "Z is known, A and B are not. Bram left within the term; that is known without the register.",
    bijstand=_STAYS_AND_LEAVES,
    vrijstellingen="""
        persoon_id | begindatum
    """,
    cases=(
        Case(
            rows="""
                persoon_id | langdurig | arbeidsplichtig | traject_binnen_term | trajectdatum | cel
                Anna       | yes       | yes             | -                   | -            | -
                Bram       | no        | -               | -                   | -            | X-Y
            """,
            counts="""
                X | X-Y | Y | Z | Y-Z | A    | B
                2 | 1   | 1 | 1 | 0   | n.b. | n.b.
            """,
            ratios="""
                ratio                      | numerator | denominator | value | reason
                langdurigheidsratio        | 1         | 2           | 50%   |
                sluitingsratio             | n.b.      | 1           | n.b.  | A unknown: register trajecten was not delivered
                uitstroomratio_met_traject | n.b.      | n.b.        | n.b.  | A.1, A unknown: register trajecten was not delivered
            """,
        ),
    ),
)

_EMPTY_TRAJECTEN = Spec(
    "A register without rows is an answer: nobody got a traject",
    "The same people with a register of trajecten that was delivered and is empty.",
    bijstand=_STAYS_AND_LEAVES,
    vrijstellingen="""
        persoon_id | begindatum
    """,
    trajecten="""
        persoon_id | begindatum
    """,
    cases=(
        Case(
            rows="""
                persoon_id | langdurig | arbeidsplichtig | traject_binnen_term | trajectdatum | cel
                Anna       | yes       | yes             | no                  | -            | B
                Bram       | no        | -               | no                  | -            | X-Y
            """,
            counts="""
                X | X-Y | Y | Z | Y-Z | A | B
                2 | 1   | 1 | 1 | 0   | 0 | 1
            """,
            ratios="""
                ratio                      | numerator | denominator | value | reason
                complianceratio            | 1         | 2           | 50%   |
                sluitingsratio             | 0         | 1           | 0%    |
                niet_sluitingsratio        | 1         | 1           | 100%  |
                uitstroomratio_met_traject | 0         | 0           | n.b.  | denominator A is 0
            """,
        ),
    ),
)

_NO_JOBS = Spec(
    "Without the register dienstverbanden outflow is known, outflow to work is not",
    "Anna left in her second year, without a traject.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2003-03-31
    """,
    vrijstellingen="""
        persoon_id | begindatum
    """,
    trajecten="""
        persoon_id | begindatum
    """,
    marks="TP",
    cases=(
        Case(
            rows="""
                persoon_id | uitstroomdatum | uitgestroomd | naar_werk | cel
                Anna       | 2003-04-01     | yes          | -         | B
            """,
            counts="""
                B | B.1 | B.2 | B.1_werk
                1 | 1   | 0   | n.b.
            """,
            ratios="""
                ratio                              | numerator | denominator | value | reason
                uitstroomratio_zonder_traject      | 1         | 1           | 100%  |
                uitstroomratio_werk_zonder_traject | n.b.      | 1           | n.b.  | B.1_werk unknown: register dienstverbanden was not delivered
            """,
        ),
    ),
)

_EMPTY_DENOMINATOR = Spec(
    "A ratio of nobody is n.b., not 0",
    "Anna left within the term, so nobody is langdurig. The langdurigheidsratio is 0 of 1; the "
    "ratios of Z and of A have nobody in their denominator.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2002-06-30
    """,
    vrijstellingen="""
        persoon_id | begindatum
    """,
    trajecten="""
        persoon_id | begindatum
    """,
    cases=(
        Case(
            rows="""
                persoon_id | langdurig | arbeidsplichtig | cel
                Anna       | no        | -               | X-Y
            """,
            ratios="""
                ratio                      | numerator | denominator | value | reason
                complianceratio            | 1         | 1           | 100%  |
                langdurigheidsratio        | 0         | 1           | 0%    |
                sluitingsratio             | 0         | 0           | n.b.  | denominator Z is 0
                uitstroomratio_met_traject | 0         | 0           | n.b.  | denominator A is 0
            """,
        ),
    ),
)

_NOBODY = Spec(
    "When nobody flows in, every cell is 0 and every ratio n.b.",
    "Anna has been on benefit since before the window. The total has one row; by gemeente there "
    "is no row, as there is no gemeente with an inflow.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2001-06-01 | open
    """,
    vrijstellingen="""
        persoon_id | begindatum
    """,
    trajecten="""
        persoon_id | begindatum
    """,
    drawing=False,
    cases=(
        Case(
            rows="""
                persoon_id | gemeente | instroomdatum | cel
            """,
            counts="""
                X | X-Y | Y | Z | Y-Z | A | B | C | D
                0 | 0   | 0 | 0 | 0   | 0 | 0 | 0 | 0
            """,
            ratios="""
                ratio               | numerator | denominator | value | reason
                complianceratio     | 0         | 0           | n.b.  | denominator X is 0
                langdurigheidsratio | 0         | 0           | n.b.  | denominator X is 0
                sluitingsratio      | 0         | 0           | n.b.  | denominator Z is 0
            """,
            attrition="""
                stap                                                         | n_voor | n_na | afgevallen
                rijen die in het venster beginnen, samengevoegd tot perioden | 0      | 0    | 0
                nieuwe instroom (washout)                                    | 0      | 0    | 0
            """,
        ),
        Case(
            text="By gemeente:",
            counts="""
                gemeente | X | Y
            """,
        ),
    ),
)

CHAPTER = Chapter(
    "Unknown is not zero",
    "What cannot be determined is n.b. with a reason, never 0 and never left out in silence.",
    (
        _NO_EXEMPTIONS,
        _NO_TRAJECTEN,
        _EMPTY_TRAJECTEN,
        _NO_JOBS,
        _EMPTY_DENOMINATOR,
        _NOBODY,
    ),
)
