"""One example from registers to ratios."""

# A drawn table is as wide as it is.
# ruff: noqa: E501

from __future__ import annotations

from tests.spec.framework import Case, Chapter, Spec

CHAPTER = Chapter(
    "From four people to the ratios",
    "One example that uses every register and every column; the chapters after it take the steps one by one.",
    (
        Spec(
            "Four people, every register",
            "Anna leaves within the year. Bram is arbeidsplichtig, gets a traject in time and "
            "leaves to work in the second year. Carla is arbeidsplichtig, gets nothing and stays. "
            "Dirk is exempt on the day on which his term ends (2003-05-10) and has a traject all "
            "the same.",
            bijstand="""
                persoon_id | gemeente | begindatum | einddatum
                Anna       | G1       | 2002-02-01 | 2002-07-31
                Bram       | G1       | 2002-03-01 | 2003-04-30
                Carla      | G1       | 2002-01-15 | open
                Dirk       | G1       | 2002-05-10 | open
            """,
            vrijstellingen="""
                persoon_id | begindatum | einddatum | reden
                Dirk       | 2003-01-01 | open      | mantelzorg
            """,
            trajecten="""
                persoon_id | begindatum | einddatum  | soort    | vorm
                Bram       | 2002-09-01 | 2003-02-28 | scholing | instrument
                Dirk       | 2002-06-01 | open       | activering | plan
            """,
            dienstverbanden="""
                persoon_id | begindatum | einddatum | uren_per_week | soort
                Bram       | 2003-05-01 | open      | 32            | regulier
            """,
            cases=(
                Case(
                    rows="""
                        persoon_id | gemeente | instroomdatum | uitstroomdatum | langdurig | arbeidsplichtig | vrijstelling_reden | traject_binnen_term | trajectdatum | uitgestroomd | naar_werk | cel
                        Anna       | G1       | 2002-02-01    | 2002-08-01     | no        | -               | -                  | no                  | -            | yes          | no        | X-Y
                        Bram       | G1       | 2002-03-01    | 2003-05-01     | yes       | yes             | -                  | yes                 | 2002-09-01   | yes          | yes       | A
                        Carla      | G1       | 2002-01-15    | -              | yes       | yes             | -                  | no                  | -            | no           | no        | B
                        Dirk       | G1       | 2002-05-10    | -              | yes       | no              | mantelzorg         | yes                 | 2002-06-01   | no           | no        | C
                    """,
                    counts="""
                        X | X-Y | Y | Z | Y-Z | A | B | C | D | A.1 | A.2 | B.1 | B.2 | A.1_werk | B.1_werk
                        4 | 1   | 3 | 2 | 1   | 1 | 1 | 1 | 0 | 1   | 0   | 0   | 1   | 1        | 0
                    """,
                    ratios="""
                        ratio                             | numerator | denominator | value
                        complianceratio                   | 3         | 4           | 75%
                        langdurigheidsratio               | 3         | 4           | 75%
                        sluitingsratio                    | 1         | 2           | 50%
                        niet_sluitingsratio               | 1         | 2           | 50%
                        uitstroomratio_met_traject        | 1         | 1           | 100%
                        uitstroomratio_zonder_traject     | 0         | 1           | 0%
                        uitstroomratio_werk_met_traject   | 1         | 1           | 100%
                        uitstroomratio_werk_zonder_traject | 0        | 1           | 0%
                    """,
                ),
            ),
        ),
    ),
)
