"""Outflow to work."""

from __future__ import annotations

import reintegratie_stats as rs
from tests.spec.framework import Case, Chapter, Spec

_FOUR_LEAVE = """
    persoon_id | begindatum | einddatum
    Anna       | 2002-01-01 | 2003-02-28
    Bram       | 2002-01-01 | 2003-02-28
    Carla      | 2002-01-01 | 2003-02-28
    Dirk       | 2002-01-01 | 2003-02-28
"""

_WINDOW = Spec(
    "A job on the uitstroomdatum or in the 31 days after it",
    "All leave on 2003-03-01. A job counts if it has a day from `werk_dagen_voor` (0) days before "
    "that to `werk_dagen_na` (31) days after it: to and including 2003-04-01, Anna's first day. "
    "Bram begins a day too late, Carla's job ended the day before, Dirk's on the uitstroomdatum "
    "itself.",
    bijstand=_FOUR_LEAVE,
    trajecten="""
        persoon_id | begindatum
    """,
    dienstverbanden="""
        persoon_id | begindatum | einddatum
        Anna       | 2003-04-01 | open
        Bram       | 2003-04-02 | open
        Carla      | 2002-11-01 | 2003-02-28
        Dirk       | 2002-11-01 | 2003-03-01
    """,
    marks="",
    cases=(
        Case(
            rows="""
                persoon_id | uitstroomdatum | uitgestroomd | naar_werk
                Anna       | 2003-03-01     | yes          | yes
                Bram       | 2003-03-01     | yes          | no
                Carla      | 2003-03-01     | yes          | no
                Dirk       | 2003-03-01     | yes          | yes
            """,
            counts="""
                B | B.1 | B.1_werk
                4 | 4   | 2
            """,
            ratios="""
                ratio                              | numerator | denominator | value
                uitstroomratio_zonder_traject      | 4         | 4           | 100%
                uitstroomratio_werk_zonder_traject | 2         | 4           | 50%
            """,
        ),
        Case(
            changes={"werk_dagen_voor": 1, "werk_dagen_na": 30},
            text="One day to the front, one day off the end: Carla comes in and Anna drops out.",
            rows="""
                persoon_id | uitstroomdatum | uitgestroomd | naar_werk
                Anna       | 2003-03-01     | yes          | no
                Bram       | 2003-03-01     | yes          | no
                Carla      | 2003-03-01     | yes          | yes
                Dirk       | 2003-03-01     | yes          | yes
            """,
        ),
    ),
)

_WHO = Spec(
    "A job that runs since before counts; a job beside benefit does not",
    "Anna has worked since June 2002 and still does when she leaves. Bram's job ended long "
    "before. Carla works but is still on benefit: no outflow, so no outflow to work. Dirk left to "
    "work within the term: he is in X-Y, so not in B.1_werk.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2003-02-28
        Bram       | 2002-01-01 | 2003-02-28
        Carla      | 2002-01-01 | open
        Dirk       | 2002-01-01 | 2002-08-31
    """,
    trajecten="""
        persoon_id | begindatum
    """,
    dienstverbanden="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-06-01 | open
        Bram       | 2002-06-01 | 2002-12-31
        Carla      | 2002-06-01 | open
        Dirk       | 2002-09-01 | open
    """,
    marks="TP",
    cases=(
        Case(
            rows="""
                persoon_id | uitstroomdatum | uitgestroomd | naar_werk | cel
                Anna       | 2003-03-01     | yes          | yes       | B
                Bram       | 2003-03-01     | yes          | no        | B
                Carla      | -              | no           | no        | B
                Dirk       | 2002-09-01     | yes          | yes       | X-Y
            """,
            counts="""
                X | X-Y | B | B.1 | B.1_werk
                4 | 1   | 3 | 2   | 1
            """,
            ratios="""
                ratio                              | numerator | denominator | value
                uitstroomratio_werk_zonder_traject | 1         | 3           | 33%
            """,
        ),
        Case(
            changes={"uitstroom_peildatum": None},
            text="Where it is not known who left, it is not known who left to work.",
            rows="""
                persoon_id | uitstroomdatum | uitgestroomd | naar_werk | cel
                Anna       | 2003-03-01     | -            | -         | B
                Bram       | 2003-03-01     | -            | -         | B
                Carla      | -              | -            | -         | B
                Dirk       | 2002-09-01     | -            | -         | X-Y
            """,
        ),
    ),
)

_HOURS = Spec(
    "At least so many hours, in one job",
    "With `werk_min_uren=12` twelve hours are enough (Anna) and eleven and a half are not (Bram). "
    "Unknown hours (Carla) count only where no minimum is asked. Hours of two jobs are not added "
    "up (Dirk).",
    bijstand=_FOUR_LEAVE,
    dienstverbanden="""
        persoon_id | begindatum | einddatum | uren_per_week
        Anna       | 2003-03-01 | open      | 12
        Bram       | 2003-03-01 | open      | 11.5
        Carla      | 2003-03-01 | open      | -
        Dirk       | 2003-03-01 | open      | 8
        Dirk       | 2003-03-01 | open      | 8
    """,
    marks="",
    cases=(
        Case(
            changes={"werk_min_uren": 12},
            rows="""
                persoon_id | uitgestroomd | naar_werk
                Anna       | yes          | yes
                Bram       | yes          | no
                Carla      | yes          | no
                Dirk       | yes          | no
            """,
        ),
        Case(
            changes={"werk_min_uren": 0},
            rows="""
                persoon_id | uitgestroomd | naar_werk
                Anna       | yes          | yes
                Bram       | yes          | yes
                Carla      | yes          | yes
                Dirk       | yes          | yes
            """,
        ),
    ),
)

_KINDS = Spec(
    "An internship is no work",
    "Dienstverbanden of a kind in `werk_niet_soorten` do not count. Anna is an intern; Bram's "
    "kind is unknown, which is no reason to leave it out; Carla is an intern and has an ordinary "
    "job beside it; Dirk is a temp.",
    bijstand=_FOUR_LEAVE,
    dienstverbanden="""
        persoon_id | begindatum | einddatum | soort
        Anna       | 2003-03-01 | open      | stage
        Bram       | 2003-03-01 | open      | -
        Carla      | 2003-03-01 | open      | stage
        Carla      | 2003-03-15 | open      | regulier
        Dirk       | 2003-03-01 | open      | uitzend
    """,
    marks="",
    cases=(
        Case(
            changes={"werk_niet_soorten": ("stage",)},
            rows="""
                persoon_id | uitgestroomd | naar_werk
                Anna       | yes          | no
                Bram       | yes          | yes
                Carla      | yes          | yes
                Dirk       | yes          | yes
            """,
        ),
        Case(
            changes={"werk_niet_soorten": ("stage", "uitzend")},
            rows="""
                persoon_id | uitgestroomd | naar_werk
                Anna       | yes          | no
                Bram       | yes          | yes
                Carla      | yes          | yes
                Dirk       | yes          | no
            """,
        ),
        Case(
            changes={"werk_niet_soorten": ()},
            rows="""
                persoon_id | uitgestroomd | naar_werk
                Anna       | yes          | yes
                Bram       | yes          | yes
                Carla      | yes          | yes
                Dirk       | yes          | yes
            """,
        ),
    ),
)

CHAPTER = Chapter(
    "Naar werk: outflow to a job",
    "Of who left (A.1, B.1) it is told who had a dienstverband around the uitstroomdatum: "
    'A.1_werk and B.1_werk. In this chapter nobody is exempt (`arbeidsplicht_op="iedereen"`).',
    (_WINDOW, _WHO, _HOURS, _KINDS),
    base=rs.RWI_2004.replace(arbeidsplicht_op="iedereen"),
)
