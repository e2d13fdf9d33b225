"""Who flows in, when, and in which gemeente."""

# A drawn table is as wide as it is.
# ruff: noqa: E501

from __future__ import annotations

from tests.spec.framework import Case, Chapter, Spec

_WINDOW = Spec(
    "The first day of the window is in it, instroom_tot is not",
    "A periode is an inflow if it begins on or after `instroom_van` (2002-01-01) and before "
    "`instroom_tot` (2002-07-01). Anna was on benefit a day before it, Dirk flows in once in the "
    "window and is back on the day after its last.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2001-12-31 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-06-30 | open
        Dirk       | 2002-02-01 | 2002-03-31
        Dirk       | 2002-07-01 | open
    """,
    marks="",
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum
                Bram       | 2002-01-01
                Carla      | 2002-06-30
                Dirk       | 2002-02-01
            """,
            counts="""
                X
                3
            """,
        ),
    ),
)

_WASHOUT = Spec(
    "New after 31 days without benefit",
    "`washout_dagen` (31) days without benefit make an inflow new. Anna was without benefit on 30 "
    "days, 2 to 31 December: bridged, her periode began in 2001. Bram was without benefit on the "
    "31 days of December. Carla was never on benefit before.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2001-01-01 | 2001-12-01
        Anna       | 2002-01-01 | open
        Bram       | 2001-01-01 | 2001-11-30
        Bram       | 2002-01-01 | open
        Carla      | 2002-02-01 | open
    """,
    marks="",
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum
                Bram       | 2002-01-01
                Carla      | 2002-02-01
            """,
        ),
    ),
)

_LONG_WASHOUT = Spec(
    "A washout longer than the bridge: who returns in between is herinstroom",
    "With a washout of 60 days a return after 31 to 59 days begins a periode that is no inflow: "
    "herinstroom, counted in the attrition. Anna returns after 30 days (bridged), Bram after 31 "
    "(December), Carla after 59 (January and February), Dirk after 60.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2001-01-01 | 2001-12-31
        Anna       | 2002-01-31 | open
        Bram       | 2001-01-01 | 2001-11-30
        Bram       | 2002-01-01 | open
        Carla      | 2001-01-01 | 2001-12-31
        Carla      | 2002-03-01 | open
        Dirk       | 2001-01-01 | 2001-12-31
        Dirk       | 2002-03-02 | open
    """,
    marks="",
    cases=(
        Case(
            changes={"washout_dagen": 60},
            rows="""
                persoon_id | instroomdatum
                Dirk       | 2002-03-02
            """,
            attrition="""
                stap                                                         | n_voor | n_na | afgevallen | reden
                rijen die in het venster beginnen, samengevoegd tot perioden | 4      | 3    | 1          | hoort bij een periode die al eerder begon
                nieuwe instroom (washout)                                    | 3      | 1    | 2          | minder dan 60 dagen zonder bijstand ervoor (herinstroom)
            """,
        ),
    ),
)

_SHORT_WASHOUT = Spec(
    "A washout shorter than the bridge: bridging comes first",
    "With a washout of 10 days Anna's 20 days without benefit would be enough, but they are "
    "bridged: there is no new periode that could be an inflow. Bram's 31 days are not bridged.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2001-01-01 | 2001-12-31
        Anna       | 2002-01-21 | open
        Bram       | 2001-01-01 | 2001-12-31
        Bram       | 2002-02-01 | open
    """,
    marks="",
    cases=(
        Case(
            changes={"washout_dagen": 10},
            rows="""
                persoon_id | instroomdatum
                Bram       | 2002-02-01
            """,
            attrition="""
                stap                                                         | n_voor | n_na | afgevallen
                rijen die in het venster beginnen, samengevoegd tot perioden | 2      | 1    | 1
                nieuwe instroom (washout)                                    | 1      | 1    | 0
            """,
        ),
    ),
)

_TWICE = Spec(
    "A person who flows in twice counts twice",
    "The cohort has one row per inflow, and every count is a number of inflows. Anna leaves and is back after 61 days.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2002-02-28
        Anna       | 2002-05-01 | open
        Bram       | 2002-01-01 | open
    """,
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum | uitstroomdatum | langdurig
                Anna       | 2002-01-01    | 2002-03-01     | no
                Anna       | 2002-05-01    | -              | yes
                Bram       | 2002-01-01    | -              | yes
            """,
            counts="""
                X | X-Y | Y
                3 | 1   | 2
            """,
            ratios="""
                ratio               | numerator | denominator | value
                langdurigheidsratio | 2         | 3           | 67%
            """,
        ),
    ),
)

_OPENING_ROW = Spec(
    "The gemeente is that of the row that opens the periode",
    "Anna's periode is opened by G2. Where two rows open it on the same day, the one that runs "
    "longest counts (Bram: G2, which still runs); where they also end on the same day, the lowest "
    "code as text (Carla: G1; Dirk: G10, which as text comes before G9).",
    bijstand="""
        persoon_id | gemeente | begindatum | einddatum
        Anna       | G2       | 2002-01-01 | 2002-03-31
        Anna       | G1       | 2002-02-01 | open
        Bram       | G1       | 2002-01-01 | 2002-03-31
        Bram       | G2       | 2002-01-01 | open
        Carla      | G2       | 2002-01-01 | 2002-12-31
        Carla      | G1       | 2002-01-01 | 2002-12-31
        Dirk       | G9       | 2002-01-01 | 2002-12-31
        Dirk       | G10      | 2002-01-01 | 2002-12-31
    """,
    marks="",
    cases=(
        Case(
            rows="""
                persoon_id | gemeente | instroomdatum
                Anna       | G2       | 2002-01-01
                Bram       | G2       | 2002-01-01
                Carla      | G1       | 2002-01-01
                Dirk       | G10      | 2002-01-01
            """,
        ),
    ),
)

_MOVE = Spec(
    "A move to another gemeente is no outflow",
    "The periode runs on, and the inflow stays with the gemeente in which it began. "
    "`cohort.moves()` tells moves apart per gemeente: Anna moves on day 364, the last day of her "
    "term; Bram on day 365, after it; Carla within her term, with ten days without benefit that "
    "are bridged; Dirk never.",
    bijstand="""
        persoon_id | gemeente | begindatum | einddatum
        Anna       | G1       | 2002-01-01 | 2002-12-30
        Anna       | G2       | 2002-12-31 | open
        Bram       | G1       | 2002-01-01 | 2002-12-31
        Bram       | G2       | 2003-01-01 | open
        Carla      | G2       | 2002-01-01 | 2002-08-31
        Carla      | G1       | 2002-09-11 | open
        Dirk       | G2       | 2002-01-01 | open
    """,
    cases=(
        Case(
            rows="""
                persoon_id | gemeente | instroomdatum | uitstroomdatum | langdurig | uitgestroomd | verhuisdatum
                Anna       | G1       | 2002-01-01    | -              | yes       | no           | 2002-12-31
                Bram       | G1       | 2002-01-01    | -              | yes       | no           | 2003-01-01
                Carla      | G2       | 2002-01-01    | -              | yes       | no           | 2002-09-11
                Dirk       | G2       | 2002-01-01    | -              | yes       | no           | -
            """,
            counts="""
                gemeente | X | X-Y | Y
                G1       | 2 | 0   | 2
                G2       | 2 | 0   | 2
            """,
            ratios="""
                gemeente | ratio               | numerator | denominator | value
                G1       | langdurigheidsratio | 2         | 2           | 100%
                G2       | langdurigheidsratio | 2         | 2           | 100%
            """,
            moves="""
                gemeente | instroom | verhuisd_binnen_term | verhuisd
                G1       | 2        | 1                    | 2
                G2       | 2        | 1                    | 1
            """,
        ),
    ),
)

_MOVE_WITH_GAP = Spec(
    "A move after more than 30 days without benefit is outflow and new inflow",
    "Anna is without benefit on the 31 days of March. Both gemeenten count her once, and nobody has moved.",
    bijstand="""
        persoon_id | gemeente | begindatum | einddatum
        Anna       | G1       | 2002-01-01 | 2002-02-28
        Anna       | G2       | 2002-04-01 | open
    """,
    marks="",
    cases=(
        Case(
            rows="""
                persoon_id | gemeente | instroomdatum | uitstroomdatum | langdurig
                Anna       | G1       | 2002-01-01    | 2002-03-01     | no
                Anna       | G2       | 2002-04-01    | -              | yes
            """,
            counts="""
                gemeente | X | X-Y | Y
                G1       | 1 | 1   | 0
                G2       | 1 | 0   | 1
            """,
            moves="""
                gemeente | instroom | verhuisd_binnen_term | verhuisd
                G1       | 1        | 0                    | 0
                G2       | 1        | 0                    | 0
            """,
        ),
    ),
)

CHAPTER = Chapter(
    "Instroom: which perioden are an inflow",
    "A periode that begins in the window is an inflow (X) if it is the person's first or comes "
    "after enough days without benefit. Its first day is the instroomdatum: day 0.",
    (
        _WINDOW,
        _WASHOUT,
        _LONG_WASHOUT,
        _SHORT_WASHOUT,
        _TWICE,
        _OPENING_ROW,
        _MOVE,
        _MOVE_WITH_GAP,
    ),
)
