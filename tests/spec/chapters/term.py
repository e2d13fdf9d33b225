"""When the term ends, and who is langdurig."""

from __future__ import annotations

import reintegratie_stats as rs
from tests.spec.framework import Case, Chapter, Spec

_ALL_OF_2003 = rs.RWI_2004.replace(
    instroom_van="2003-01-01",
    instroom_tot="2004-07-01",
    uitstroom_peildatum="2005-07-01",
    naam="inflow from 2003-01-01 to before 2004-07-01, peildatum 2005-07-01",
    bron="",
)

_DAY_365 = Spec(
    "Leaving on day 364, 365 and 366",
    "T is the instroomdatum plus 365 days; who is on benefit on that day is langdurig. The "
    "uitstroomdatum is the first day without benefit: Anna's is day 364, Bram's is day 365 and so "
    "T itself, Carla's is day 366.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2002-12-30
        Bram       | 2002-01-01 | 2002-12-31
        Carla      | 2002-01-01 | 2003-01-01
    """,
    marks="",
    cases=(
        Case(
            changes={"term_dagen": 365},
            rows="""
                persoon_id | einde_term | uitstroomdatum | langdurig
                Anna       | 2003-01-01 | 2002-12-31     | no
                Bram       | 2003-01-01 | 2003-01-01     | no
                Carla      | 2003-01-01 | 2003-01-02     | yes
            """,
            counts="""
                X | X-Y | Y
                3 | 2   | 1
            """,
            ratios="""
                ratio               | numerator | denominator | value
                langdurigheidsratio | 1         | 3           | 33%
            """,
        ),
        Case(
            changes={"term_dagen": 366},
            text="With a term that is one day longer Carla has left on T.",
            rows="""
                persoon_id | einde_term | uitstroomdatum | langdurig
                Anna       | 2003-01-02 | 2002-12-31     | no
                Bram       | 2003-01-02 | 2003-01-01     | no
                Carla      | 2003-01-02 | 2003-01-02     | no
            """,
            counts="""
                X | X-Y | Y
                3 | 3   | 0
            """,
        ),
        Case(
            changes={"term_dagen": 364},
            text="With a term that is one day shorter Bram is still on benefit on T.",
            rows="""
                persoon_id | einde_term | uitstroomdatum | langdurig
                Anna       | 2002-12-31 | 2002-12-31     | no
                Bram       | 2002-12-31 | 2003-01-01     | yes
                Carla      | 2002-12-31 | 2003-01-02     | yes
            """,
            counts="""
                X | X-Y | Y
                3 | 1   | 2
            """,
        ),
    ),
)

_GAP_ON_T = Spec(
    "A bridged gap that holds day 365 counts as benefit",
    "All three have no benefit on 2003-01-01, which is T. Anna's gap is 20 days and Bram's 30: "
    "bridged, so both are langdurig. Carla's is 31 days: she left on 2002-12-21.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2002-12-20
        Anna       | 2003-01-10 | open
        Bram       | 2002-01-01 | 2002-12-20
        Bram       | 2003-01-20 | open
        Carla      | 2002-01-01 | 2002-12-20
        Carla      | 2003-01-21 | open
    """,
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum | uitstroomdatum | langdurig
                Anna       | 2002-01-01    | -              | yes
                Bram       | 2002-01-01    | -              | yes
                Carla      | 2002-01-01    | 2002-12-21     | no
            """,
        ),
    ),
)

_BACK_ON_T = Spec(
    "Back on benefit on day 365 is not still on benefit",
    "Langdurig is a matter of one periode. Anna left after half a year and is back on day 365: she "
    "left within the term. So did Bram, who is back within the window and flows in again, with a "
    "term of his own.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2002-06-30
        Anna       | 2002-11-01 | open
        Bram       | 2002-01-01 | 2002-03-31
        Bram       | 2002-06-15 | open
    """,
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum | einde_term | uitstroomdatum | langdurig
                Anna       | 2002-01-01    | 2003-01-01 | 2002-07-01     | no
                Bram       | 2002-01-01    | 2003-01-01 | 2002-04-01     | no
                Bram       | 2002-06-15    | 2003-06-15 | -              | yes
            """,
            counts="""
                X | X-Y | Y
                3 | 2   | 1
            """,
        ),
    ),
)

_LEAP_YEARS = Spec(
    "365 days and 12 months differ across 29 February",
    "Across 29 February 2004 the term of 365 days ends one day before that of 12 months. Anna "
    "(inflow 2003-03-01) and Carla (2004-01-01) have it in their term and leave on the day "
    "between, so the choice decides. Bram's term ends on 28 February and Dirk's begins on 1 "
    "March: for them it makes no difference.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2003-03-01 | 2004-02-29
        Bram       | 2003-02-28 | 2004-02-28
        Carla      | 2004-01-01 | 2004-12-31
        Dirk       | 2004-03-01 | 2005-02-28
    """,
    base=_ALL_OF_2003,
    marks="",
    cases=(
        Case(
            changes={"term_dagen": 365},
            rows="""
                persoon_id | instroomdatum | einde_term | uitstroomdatum | langdurig
                Anna       | 2003-03-01    | 2004-02-29 | 2004-03-01     | yes
                Bram       | 2003-02-28    | 2004-02-28 | 2004-02-29     | yes
                Carla      | 2004-01-01    | 2004-12-31 | 2005-01-01     | yes
                Dirk       | 2004-03-01    | 2005-03-01 | 2005-03-01     | no
            """,
            ratios="""
                ratio               | numerator | denominator | value
                langdurigheidsratio | 3         | 4           | 75%
            """,
        ),
        Case(
            changes={"term_dagen": None, "term_maanden": 12},
            rows="""
                persoon_id | instroomdatum | einde_term | uitstroomdatum | langdurig
                Anna       | 2003-03-01    | 2004-03-01 | 2004-03-01     | no
                Bram       | 2003-02-28    | 2004-02-28 | 2004-02-29     | yes
                Carla      | 2004-01-01    | 2005-01-01 | 2005-01-01     | no
                Dirk       | 2004-03-01    | 2005-03-01 | 2005-03-01     | no
            """,
            ratios="""
                ratio               | numerator | denominator | value
                langdurigheidsratio | 1         | 4           | 25%
            """,
        ),
    ),
)

_LAST_OF_MONTH = Spec(
    "A term in months ends on the last day of a month that is too short",
    "Twelve months after 29 February 2004 is 28 February 2005; six months after 31 August 2003 is "
    "29 February 2004. Anna has left on T, Bram not yet.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2004-02-29 | 2005-02-27
        Bram       | 2004-02-29 | 2005-02-28
        Carla      | 2003-08-31 | 2004-03-01
    """,
    base=_ALL_OF_2003,
    marks="",
    cases=(
        Case(
            changes={"term_dagen": None, "term_maanden": 12},
            rows="""
                persoon_id | instroomdatum | einde_term | uitstroomdatum | langdurig
                Anna       | 2004-02-29    | 2005-02-28 | 2005-02-28     | no
                Bram       | 2004-02-29    | 2005-02-28 | 2005-03-01     | yes
                Carla      | 2003-08-31    | 2004-08-31 | 2004-03-02     | no
            """,
        ),
        Case(
            changes={"term_dagen": None, "term_maanden": 6},
            rows="""
                persoon_id | instroomdatum | einde_term | uitstroomdatum | langdurig
                Anna       | 2004-02-29    | 2004-08-29 | 2005-02-28     | yes
                Bram       | 2004-02-29    | 2004-08-29 | 2005-03-01     | yes
                Carla      | 2003-08-31    | 2004-02-29 | 2004-03-02     | yes
            """,
        ),
    ),
)

_YOUNG = {
    "term_dagen": None,
    "term_maanden": 12,
    "term_per_leeftijd": (rs.LeeftijdsTerm(23, term_maanden=6),),
}

_BIRTHDAY = Spec(
    "The age is that on the instroomdatum",
    "In the later sluitende aanpak (`rs.SLUITENDE_AANPAK`) the term is six months under 23 and "
    "twelve for others. Anna turns 23 on the day on which she flows in, Bram one day later. Both "
    "leave after nine months.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2004-03-01 | 2004-11-30
        Bram       | 2004-03-01 | 2004-11-30
    """,
    personen="""
        persoon_id | geboortedatum
        Anna       | 1981-03-01
        Bram       | 1981-03-02
    """,
    base=rs.SLUITENDE_AANPAK,
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum | einde_term | uitstroomdatum | langdurig
                Anna       | 2004-03-01    | 2005-03-01 | 2004-12-01     | no
                Bram       | 2004-03-01    | 2004-09-01 | 2004-12-01     | yes
            """,
        ),
    ),
)

_BORN_29_FEBRUARY = Spec(
    "Who was born on 29 February has a birthday on 1 March in other years",
    "All four were born on 29 February 1980. On 2003-02-28 Anna is still 22; on 2003-03-01 Bram "
    "is 23. In the leap year 2004 Carla is still 23 on 28 February, and Dirk is 24 on the 29th.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2003-02-28 | open
        Bram       | 2003-03-01 | open
        Carla      | 2004-02-28 | open
        Dirk       | 2004-02-29 | open
    """,
    personen="""
        persoon_id | geboortedatum
        Anna       | 1980-02-29
        Bram       | 1980-02-29
        Carla      | 1980-02-29
        Dirk       | 1980-02-29
    """,
    base=_ALL_OF_2003,
    drawing=False,
    cases=(
        Case(
            changes=_YOUNG,
            rows="""
                persoon_id | instroomdatum | einde_term
                Anna       | 2003-02-28    | 2003-08-28
                Bram       | 2003-03-01    | 2004-03-01
                Carla      | 2004-02-28    | 2005-02-28
                Dirk       | 2004-02-29    | 2005-02-28
            """,
        ),
        Case(
            changes={**_YOUNG, "term_per_leeftijd": (rs.LeeftijdsTerm(24, term_maanden=6),)},
            rows="""
                persoon_id | instroomdatum | einde_term
                Anna       | 2003-02-28    | 2003-08-28
                Bram       | 2003-03-01    | 2003-09-01
                Carla      | 2004-02-28    | 2004-08-28
                Dirk       | 2004-02-29    | 2005-02-28
            """,
        ),
    ),
)

_MORE_AGES = Spec(
    "Of several ages the lowest that applies counts",
    "Anna (22) is under 23 and under 27: her term is six months. Bram (23) and Carla (26) are "
    "under 27 only: 270 days. Dirk turns 27 on the day: the general term. The order in which the "
    "ages are written does not matter.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-01-01 | open
        Dirk       | 2002-01-01 | open
    """,
    personen="""
        persoon_id | geboortedatum
        Anna       | 1979-01-02
        Bram       | 1979-01-01
        Carla      | 1975-01-02
        Dirk       | 1975-01-01
    """,
    drawing=False,
    cases=(
        Case(
            changes={
                "term_dagen": None,
                "term_maanden": 12,
                "term_per_leeftijd": (
                    rs.LeeftijdsTerm(27, term_dagen=270),
                    rs.LeeftijdsTerm(23, term_maanden=6),
                ),
            },
            rows="""
                persoon_id | instroomdatum | einde_term
                Anna       | 2002-01-01    | 2002-07-01
                Bram       | 2002-01-01    | 2002-09-28
                Carla      | 2002-01-01    | 2002-09-28
                Dirk       | 2002-01-01    | 2003-01-01
            """,
        ),
    ),
)

_NO_BIRTHDAY = Spec(
    "Without a geboortedatum there is no term by age",
    "Bram's geboortedatum is missing and Carla is not in `personen` at all: where the term "
    "depends on age they are left out and counted in the attrition. Where it does not, they stay.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-01-01 | open
    """,
    personen="""
        persoon_id | geboortedatum
        Anna       | 1970-05-01
        Bram       | -
    """,
    drawing=False,
    cases=(
        Case(
            changes=_YOUNG,
            rows="""
                persoon_id | instroomdatum | einde_term
                Anna       | 2002-01-01    | 2003-01-01
            """,
            attrition="""
                stap            | n_voor | n_na | afgevallen | reden
                leeftijd bekend | 3      | 1    | 2          | geboortedatum ontbreekt
            """,
        ),
        Case(
            changes={"term_dagen": None, "term_maanden": 12},
            rows="""
                persoon_id | instroomdatum | einde_term
                Anna       | 2002-01-01    | 2003-01-01
                Bram       | 2002-01-01    | 2003-01-01
                Carla      | 2002-01-01    | 2003-01-01
            """,
        ),
    ),
)

CHAPTER = Chapter(
    "Term: who is langdurig",
    "The term begins on the instroomdatum and ends on T: the instroomdatum plus `term_dagen` days "
    "or `term_maanden` calendar months. Who is on benefit on T is langdurig (Y); the others left "
    "within the term (X-Y). `to_frame(extra=True)` gives T as `einde_term`.",
    (
        _DAY_365,
        _GAP_ON_T,
        _BACK_ON_T,
        _LEAP_YEARS,
        _LAST_OF_MONTH,
        _BIRTHDAY,
        _BORN_29_FEBRUARY,
        _MORE_AGES,
        _NO_BIRTHDAY,
    ),
)
