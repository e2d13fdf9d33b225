"""Which traject counts as within the term."""

# A drawn table is as wide as it is.
# ruff: noqa: E501

from __future__ import annotations

import reintegratie_stats as rs
from tests.spec.framework import Case, Chapter, Spec

_NOBODY_EXEMPT = rs.RWI_2004.replace(arbeidsplicht_op="iedereen")

_FOUR_OPEN = """
    persoon_id | begindatum | einddatum
    Anna       | 2002-01-01 | open
    Bram       | 2002-01-01 | open
    Carla      | 2002-01-01 | open
    Dirk       | 2002-01-01 | open
"""

_DAYS = Spec(
    "A traject on day 0 or day 364 is within the term, on day 365 it is not",
    "A traject counts when it starts on the instroomdatum or later and before T. Anna's started "
    "the day before she flowed in, Bram's on day 0, Carla's on day 364, Dirk's on day 365, which "
    "is T.",
    bijstand=_FOUR_OPEN,
    trajecten="""
        persoon_id | begindatum | einddatum
        Anna       | 2001-12-31 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-12-31 | open
        Dirk       | 2003-01-01 | open
    """,
    cases=(
        Case(
            changes={"traject_moment": "gestart"},
            rows="""
                persoon_id | traject_binnen_term | trajectdatum | cel
                Anna       | no                  | -            | B
                Bram       | yes                 | 2002-01-01   | A
                Carla      | yes                 | 2002-12-31   | A
                Dirk       | no                  | -            | B
            """,
            ratios="""
                ratio               | numerator | denominator | value
                complianceratio     | 2         | 4           | 50%
                sluitingsratio      | 2         | 4           | 50%
                niet_sluitingsratio | 2         | 4           | 50%
            """,
        ),
        Case(
            changes={"traject_moment": "lopend"},
            text="A traject that merely runs within the term counts too: Anna's does, with a "
            "trajectdatum before her instroomdatum.",
            rows="""
                persoon_id | traject_binnen_term | trajectdatum | cel
                Anna       | yes                 | 2001-12-31   | A
                Bram       | yes                 | 2002-01-01   | A
                Carla      | yes                 | 2002-12-31   | A
                Dirk       | no                  | -            | B
            """,
            ratios="""
                ratio               | numerator | denominator | value
                complianceratio     | 3         | 4           | 75%
                sluitingsratio      | 3         | 4           | 75%
                niet_sluitingsratio | 1         | 4           | 25%
            """,
        ),
    ),
)

_RUNNING = Spec(
    "A running traject must have a day in the term",
    "All began before the inflow. Anna's ended the day before day 0 and Bram's on day 0 itself; Carla's still runs.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-01-01 | open
    """,
    trajecten="""
        persoon_id | begindatum | einddatum
        Anna       | 2001-06-01 | 2001-12-31
        Bram       | 2001-06-01 | 2002-01-01
        Carla      | 2001-06-01 | open
    """,
    cases=(
        Case(
            changes={"traject_moment": "lopend"},
            rows="""
                persoon_id | traject_binnen_term | trajectdatum | cel
                Anna       | no                  | -            | B
                Bram       | yes                 | 2001-06-01   | A
                Carla      | yes                 | 2001-06-01   | A
            """,
        ),
        Case(
            changes={"traject_moment": "gestart"},
            rows="""
                persoon_id | traject_binnen_term | trajectdatum | cel
                Anna       | no                  | -            | B
                Bram       | no                  | -            | B
                Carla      | no                  | -            | B
            """,
        ),
    ),
)

_FORM = Spec(
    "A plan, an instrument, or either",
    "A plan without an instrument (Anna) and an instrument without a plan (Bram) both count in "
    "the RWI study (B 3.3); `traject_vorm` asks for one of them. Carla has both, the plan first.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-01-01 | open
    """,
    trajecten="""
        persoon_id | begindatum | einddatum  | vorm
        Anna       | 2002-02-01 | open       | plan
        Bram       | 2002-02-01 | open       | instrument
        Carla      | 2002-03-01 | open       | plan
        Carla      | 2002-05-01 | open       | instrument
    """,
    cases=(
        Case(
            changes={"traject_vorm": "plan_of_instrument"},
            rows="""
                persoon_id | traject_binnen_term | trajectdatum | cel
                Anna       | yes                 | 2002-02-01   | A
                Bram       | yes                 | 2002-02-01   | A
                Carla      | yes                 | 2002-03-01   | A
            """,
        ),
        Case(
            changes={"traject_vorm": "plan"},
            rows="""
                persoon_id | traject_binnen_term | trajectdatum | cel
                Anna       | yes                 | 2002-02-01   | A
                Bram       | no                  | -            | B
                Carla      | yes                 | 2002-03-01   | A
            """,
        ),
        Case(
            changes={"traject_vorm": "instrument"},
            rows="""
                persoon_id | traject_binnen_term | trajectdatum | cel
                Anna       | no                  | -            | B
                Bram       | yes                 | 2002-02-01   | A
                Carla      | yes                 | 2002-05-01   | A
            """,
        ),
    ),
)

_AFTERWARDS = Spec(
    "Only while on benefit, or also after it has ended",
    "Anna's traject starts on her first day without benefit, Bram's on his last day of benefit, "
    "both within the term. Carla's starts on T, which is too late either way. Dirk's starts in a "
    "bridged gap, which counts as benefit.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2002-06-30
        Bram       | 2002-01-01 | 2002-06-30
        Carla      | 2002-01-01 | 2003-03-31
        Dirk       | 2002-01-01 | 2002-03-31
        Dirk       | 2002-04-21 | open
    """,
    trajecten="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-07-01 | open
        Bram       | 2002-06-30 | open
        Carla      | 2003-01-01 | open
        Dirk       | 2002-04-10 | open
    """,
    cases=(
        Case(
            changes={"traject_tijdens": "bijstand"},
            rows="""
                persoon_id | uitstroomdatum | traject_binnen_term | trajectdatum | cel
                Anna       | 2002-07-01     | no                  | -            | X-Y
                Bram       | 2002-07-01     | yes                 | 2002-06-30   | X-Y
                Carla      | 2003-04-01     | no                  | -            | B
                Dirk       | -              | yes                 | 2002-04-10   | A
            """,
            ratios="""
                ratio           | numerator | denominator | value
                complianceratio | 3         | 4           | 75%
                sluitingsratio  | 1         | 2           | 50%
            """,
        ),
        Case(
            changes={"traject_tijdens": "ook_daarna"},
            text="Anna now has a traject within the term. No ratio changes: who left within the "
            "term is in X-Y, with a traject or without.",
            rows="""
                persoon_id | uitstroomdatum | traject_binnen_term | trajectdatum | cel
                Anna       | 2002-07-01     | yes                 | 2002-07-01   | X-Y
                Bram       | 2002-07-01     | yes                 | 2002-06-30   | X-Y
                Carla      | 2003-04-01     | no                  | -            | B
                Dirk       | -              | yes                 | 2002-04-10   | A
            """,
            ratios="""
                ratio           | numerator | denominator | value
                complianceratio | 3         | 4           | 75%
                sluitingsratio  | 1         | 2           | 50%
            """,
        ),
    ),
)

_EARLIEST = Spec(
    "The trajectdatum is that of the earliest traject that counts",
    "Of Anna's three trajecten two start in the term, the first of them on 2002-04-01; the one of "
    "2001 still runs in it. Bram's two lie before and after the term.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | open
    """,
    trajecten="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-09-01 | 2002-12-31
        Anna       | 2002-04-01 | 2002-06-30
        Anna       | 2001-06-01 | 2002-02-28
        Bram       | 2001-06-01 | 2001-12-31
        Bram       | 2003-05-01 | open
    """,
    cases=(
        Case(
            changes={"traject_moment": "gestart"},
            rows="""
                persoon_id | traject_binnen_term | trajectdatum
                Anna       | yes                 | 2002-04-01
                Bram       | no                  | -
            """,
        ),
        Case(
            changes={"traject_moment": "lopend"},
            rows="""
                persoon_id | traject_binnen_term | trajectdatum
                Anna       | yes                 | 2001-06-01
                Bram       | no                  | -
            """,
        ),
    ),
)

_TWO_INFLOWS = Spec(
    "A traject belongs to every inflow in whose term it starts",
    "Both flow in twice. Anna's traject starts between her two times on benefit, Bram's in the "
    "second; by then a year since the first inflow has not passed.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2002-02-28
        Anna       | 2002-05-01 | open
        Bram       | 2002-01-01 | 2002-02-28
        Bram       | 2002-05-01 | open
    """,
    trajecten="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-03-15 | open
        Bram       | 2002-06-01 | open
    """,
    cases=(
        Case(
            changes={"traject_tijdens": "bijstand"},
            rows="""
                persoon_id | instroomdatum | uitstroomdatum | traject_binnen_term | trajectdatum | cel
                Anna       | 2002-01-01    | 2002-03-01     | no                  | -            | X-Y
                Anna       | 2002-05-01    | -              | no                  | -            | B
                Bram       | 2002-01-01    | 2002-03-01     | no                  | -            | X-Y
                Bram       | 2002-05-01    | -              | yes                 | 2002-06-01   | A
            """,
        ),
        Case(
            changes={"traject_tijdens": "ook_daarna"},
            rows="""
                persoon_id | instroomdatum | uitstroomdatum | traject_binnen_term | trajectdatum | cel
                Anna       | 2002-01-01    | 2002-03-01     | yes                 | 2002-03-15   | X-Y
                Anna       | 2002-05-01    | -              | no                  | -            | B
                Bram       | 2002-01-01    | 2002-03-01     | yes                 | 2002-06-01   | X-Y
                Bram       | 2002-05-01    | -              | yes                 | 2002-06-01   | A
            """,
        ),
    ),
)

_LOCAL = Spec(
    "In a local analysis trajecten are known of the arbeidsplichtigen only",
    "Gemeenten looked trajecten up for the langdurigen under labour obligation alone. Then C and "
    "D are unknown, and with C the complianceratio; the sluitingsratio is not touched.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-01-01 | open
        Dirk       | 2002-01-01 | 2002-06-30
    """,
    vrijstellingen="""
        persoon_id | begindatum | einddatum  | reden
        Carla      | 2002-01-01 | open       | jong kind
    """,
    trajecten="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-02-01 | open
        Carla      | 2002-02-01 | open
        Dirk       | 2002-02-01 | open
    """,
    base=rs.RWI_2004,
    cases=(
        Case(
            changes={"traject_bekend_van": "arbeidsplichtigen"},
            rows="""
                persoon_id | langdurig | arbeidsplichtig | traject_binnen_term | trajectdatum | cel
                Anna       | yes       | yes             | yes                 | 2002-02-01   | A
                Bram       | yes       | yes             | no                  | -            | B
                Carla      | yes       | no              | -                   | -            | -
                Dirk       | no        | -               | -                   | -            | X-Y
            """,
            counts="""
                X | X-Y | Y | Z | Y-Z | A | B | C    | D
                4 | 1   | 3 | 2 | 1   | 1 | 1 | n.b. | n.b.
            """,
            ratios="""
                ratio           | numerator | denominator | value | reason
                complianceratio | n.b.      | 4           | n.b.  | C unknown: trajecten were looked up for arbeidsplichtigen only
                sluitingsratio  | 1         | 2           | 50%   |
            """,
        ),
        Case(
            changes={"traject_bekend_van": "allen"},
            rows="""
                persoon_id | langdurig | arbeidsplichtig | traject_binnen_term | trajectdatum | cel
                Anna       | yes       | yes             | yes                 | 2002-02-01   | A
                Bram       | yes       | yes             | no                  | -            | B
                Carla      | yes       | no              | yes                 | 2002-02-01   | C
                Dirk       | no        | -               | yes                 | 2002-02-01   | X-Y
            """,
            counts="""
                X | X-Y | Y | Z | Y-Z | A | B | C | D
                4 | 1   | 3 | 2 | 1   | 1 | 1 | 1 | 0
            """,
            ratios="""
                ratio           | numerator | denominator | value
                complianceratio | 3         | 4           | 75%
                sluitingsratio  | 1         | 2           | 50%
            """,
        ),
        Case(
            changes={
                "traject_bekend_van": "arbeidsplichtigen",
                "arbeidsplicht_op": "instroom",
            },
            text="Dirk is arbeidsplichtig on the day of inflow, but not langdurig: his traject was not looked up.",
            rows="""
                persoon_id | langdurig | arbeidsplichtig | traject_binnen_term | trajectdatum | cel
                Anna       | yes       | yes             | yes                 | 2002-02-01   | A
                Bram       | yes       | yes             | no                  | -            | B
                Carla      | yes       | no              | -                   | -            | -
                Dirk       | no        | yes             | -                   | -            | X-Y
            """,
        ),
    ),
)

CHAPTER = Chapter(
    "Traject: what counts as within the term",
    "A traject within the term makes A (of the arbeidsplichtigen) or C (of the exempt). In this "
    'chapter nobody is exempt (`arbeidsplicht_op="iedereen"`) unless a register of vrijstellingen '
    "is drawn.",
    (_DAYS, _RUNNING, _FORM, _AFTERWARDS, _EARLIEST, _TWO_INFLOWS, _LOCAL),
    base=_NOBODY_EXEMPT,
)
