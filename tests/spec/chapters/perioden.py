"""From rows of bijstand to perioden."""

from __future__ import annotations

from tests.spec.framework import Case, Chapter, Spec

_ONE_PERIODE_EACH = Spec(
    "Adjacent, overlapping, nested and duplicate rows are one periode",
    "Rows of a person that touch, overlap or lie inside each other belong to one periode, from "
    "the first day of the earliest to the last day of the latest. Each of the four people flows "
    "in once and leaves on 2003-02-01.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2002-06-30
        Anna       | 2002-07-01 | 2003-01-31
        Bram       | 2002-01-01 | 2002-09-30
        Bram       | 2002-07-01 | 2003-01-31
        Carla      | 2002-01-01 | 2003-01-31
        Carla      | 2002-03-01 | 2002-04-30
        Dirk       | 2002-01-01 | 2003-01-31
        Dirk       | 2002-01-01 | 2003-01-31
    """,
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum | uitstroomdatum | langdurig
                Anna       | 2002-01-01    | 2003-02-01     | yes
                Bram       | 2002-01-01    | 2003-02-01     | yes
                Carla      | 2002-01-01    | 2003-02-01     | yes
                Dirk       | 2002-01-01    | 2003-02-01     | yes
            """,
            counts="""
                X | X-Y | Y
                4 | 0   | 4
            """,
        ),
    ),
)

_BRIDGE = Spec(
    "A gap of 30 days is bridged, a gap of 31 days ends the periode",
    "At most `overbrugging_dagen` (30) days without benefit do not interrupt a periode. Anna has "
    "no benefit in April, 30 days: one periode. Bram has none on one day more: his periode ends "
    "on 2002-04-01, and since 31 days are enough for the washout he flows in again.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2002-03-31
        Anna       | 2002-05-01 | open
        Bram       | 2002-01-01 | 2002-03-31
        Bram       | 2002-05-02 | open
    """,
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum | uitstroomdatum | langdurig
                Anna       | 2002-01-01    | -              | yes
                Bram       | 2002-01-01    | 2002-04-01     | no
                Bram       | 2002-05-02    | -              | yes
            """,
            counts="""
                X | X-Y | Y
                3 | 1   | 2
            """,
        ),
    ),
)

_LATEST_END = Spec(
    "The gap is counted from the latest end, not from the end of the row before",
    "A row inside a longer one does not shorten it. Anna has one periode that still runs. Bram "
    "and Carla were on benefit before the window without 31 days in between, so they do not flow "
    "in.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2003-03-31
        Anna       | 2002-02-01 | 2002-03-31
        Anna       | 2003-04-01 | open
        Bram       | 2001-01-01 | 2002-06-30
        Bram       | 2002-02-01 | 2002-02-28
        Carla      | 2001-01-01 | 2002-01-31
        Carla      | 2001-06-01 | 2001-06-30
        Carla      | 2002-02-15 | open
    """,
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum | uitstroomdatum | langdurig
                Anna       | 2002-01-01    | -              | yes
            """,
        ),
    ),
)

_NO_BRIDGE = Spec(
    "Without a bridge rows that touch are still one periode",
    "With `overbrugging_dagen=0` one day without benefit ends the periode. Anna's second row "
    "begins the day after the first has ended, which leaves no day without benefit; Bram's leaves "
    "one.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2002-01-31
        Anna       | 2002-02-01 | open
        Bram       | 2002-01-01 | 2002-01-31
        Bram       | 2002-02-02 | open
    """,
    cases=(
        Case(
            changes={"overbrugging_dagen": 0, "washout_dagen": 1},
            rows="""
                persoon_id | instroomdatum | uitstroomdatum
                Anna       | 2002-01-01    | -
                Bram       | 2002-01-01    | 2002-02-01
                Bram       | 2002-02-02    | -
            """,
        ),
        Case(
            changes={"overbrugging_dagen": 0, "washout_dagen": 2},
            text="One day without benefit is not enough for a washout of two: Bram's second periode is no inflow.",
            rows="""
                persoon_id | instroomdatum | uitstroomdatum
                Anna       | 2002-01-01    | -
                Bram       | 2002-01-01    | 2002-02-01
            """,
            attrition="""
                stap                      | n_voor | n_na | afgevallen
                nieuwe instroom (washout) | 3      | 2    | 1
            """,
        ),
    ),
)

_OPEN = Spec(
    "An open row runs on, and what begins inside it changes nothing",
    "A missing einddatum means that the benefit still runs. Registers also write 9999-12-31 for "
    "it, and leave later rows of the same person in. None of the three has an uitstroomdatum.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | 9999-12-31
        Carla      | 2002-01-01 | open
        Carla      | 2002-05-01 | 2002-08-31
    """,
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum | uitstroomdatum | langdurig | uitgestroomd
                Anna       | 2002-01-01    | -              | yes       | no
                Bram       | 2002-01-01    | -              | yes       | no
                Carla      | 2002-01-01    | -              | yes       | no
            """,
        ),
    ),
)

_SET_ASIDE = Spec(
    "A row that fails a check is set aside and counted",
    "Rows that end before they begin, that have no key (missing, blank or only zeros) or no "
    "gemeente are not used. They are in `registers.report` and in the first step of the "
    "attrition. A row of one day is a row.",
    bijstand="""
        persoon_id | gemeente | begindatum | einddatum
        Anna       | G1       | 2002-02-01 | 2002-01-31
        Bram       | G1       | 2002-02-01 | 2002-02-01
        0000       | G1       | 2002-02-01 | open
        Carla      | -        | 2002-02-01 | open
    """,
    drawing=False,
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum | uitstroomdatum | langdurig
                Bram       | 2002-02-01    | 2002-02-02     | no
            """,
            attrition="""
                stap                    | n_voor | n_na | afgevallen | reden
                bijstandsrijen bruikbaar | 4     | 1    | 3          | terzijde gelegd bij de controle
            """,
        ),
    ),
)

CHAPTER = Chapter(
    "Perioden: joining the rows of bijstand",
    "A periode is an unbroken time on benefit of a person, whichever gemeente pays.",
    (_ONE_PERIODE_EACH, _BRIDGE, _LATEST_END, _NO_BRIDGE, _OPEN, _SET_ASIDE),
)
