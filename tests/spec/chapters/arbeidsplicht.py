"""Who is under labour obligation, and why not."""

from __future__ import annotations

from tests.spec.framework import Case, Chapter, Spec

_FIVE_WAYS = Spec(
    "Exempt on the day and not around it, judged in five ways",
    "Anna is exempt on T (2003-01-01) alone, Bram on every day of the term but not on T, Carla on "
    "day 0 alone. Dirk is exempt all the time but leaves within the term: only `instroom` and "
    "`iedereen` judge everybody who flows in, the others only the langdurigen. Whatever the "
    "choice, Y = Z + (Y-Z).",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-01-01 | open
        Dirk       | 2002-01-01 | 2002-06-30
    """,
    vrijstellingen="""
        persoon_id | begindatum | einddatum  | reden
        Anna       | 2003-01-01 | 2003-01-01 | ziekte
        Bram       | 2002-01-01 | 2002-12-31 | jong kind
        Carla      | 2002-01-01 | 2002-01-01 | mantelzorg
        Dirk       | 2002-01-01 | open       | ziekte
    """,
    trajecten="""
        persoon_id | begindatum
    """,
    cases=(
        Case(
            changes={"arbeidsplicht_op": "einde_term"},
            text="Exempt is who is exempt on T (the default).",
            rows="""
                persoon_id | langdurig | arbeidsplichtig | vrijstelling_reden | cel
                Anna       | yes       | no              | ziekte             | D
                Bram       | yes       | yes             | -                  | B
                Carla      | yes       | yes             | -                  | B
                Dirk       | no        | -               | -                  | X-Y
            """,
            counts="""
                X | X-Y | Y | Z | Y-Z | A | B | C | D
                4 | 1   | 3 | 2 | 1   | 0 | 2 | 0 | 1
            """,
        ),
        Case(
            changes={"arbeidsplicht_op": "instroom"},
            text="Exempt is who is exempt on the instroomdatum.",
            rows="""
                persoon_id | langdurig | arbeidsplichtig | vrijstelling_reden | cel
                Anna       | yes       | yes             | -                  | B
                Bram       | yes       | no              | jong kind          | D
                Carla      | yes       | no              | mantelzorg         | D
                Dirk       | no        | no              | ziekte             | X-Y
            """,
            counts="""
                X | X-Y | Y | Z | Y-Z | A | B | C | D
                4 | 1   | 3 | 1 | 2   | 0 | 1 | 0 | 2
            """,
        ),
        Case(
            changes={"arbeidsplicht_op": "hele_term"},
            text="Exempt is who is exempt on every day from the instroomdatum to before T.",
            rows="""
                persoon_id | langdurig | arbeidsplichtig | vrijstelling_reden | cel
                Anna       | yes       | yes             | -                  | B
                Bram       | yes       | no              | jong kind          | D
                Carla      | yes       | yes             | -                  | B
                Dirk       | no        | -               | -                  | X-Y
            """,
            counts="""
                X | X-Y | Y | Z | Y-Z | A | B | C | D
                4 | 1   | 3 | 2 | 1   | 0 | 2 | 0 | 1
            """,
        ),
        Case(
            changes={"arbeidsplicht_op": "nooit_vrijgesteld"},
            text="Exempt is who is exempt on any day from the instroomdatum to before T.",
            rows="""
                persoon_id | langdurig | arbeidsplichtig | vrijstelling_reden | cel
                Anna       | yes       | yes             | -                  | B
                Bram       | yes       | no              | jong kind          | D
                Carla      | yes       | no              | mantelzorg         | D
                Dirk       | no        | -               | -                  | X-Y
            """,
            counts="""
                X | X-Y | Y | Z | Y-Z | A | B | C | D
                4 | 1   | 3 | 1 | 2   | 0 | 1 | 0 | 2
            """,
        ),
        Case(
            changes={"arbeidsplicht_op": "iedereen"},
            text="Nobody is exempt.",
            rows="""
                persoon_id | langdurig | arbeidsplichtig | vrijstelling_reden | cel
                Anna       | yes       | yes             | -                  | B
                Bram       | yes       | yes             | -                  | B
                Carla      | yes       | yes             | -                  | B
                Dirk       | no        | yes             | -                  | X-Y
            """,
            counts="""
                X | X-Y | Y | Z | Y-Z | A | B | C | D
                4 | 1   | 3 | 3 | 0   | 0 | 3 | 0 | 0
            """,
        ),
    ),
)

_ON_T = Spec(
    "At the end of the term: exempt on T, not the day before or after",
    "Anna's exemption ends the day before T, Bram's holds T alone, Carla's begins the day after.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-01-01 | open
    """,
    vrijstellingen="""
        persoon_id | begindatum | einddatum  | reden
        Anna       | 2002-01-01 | 2002-12-31 | jong kind
        Bram       | 2003-01-01 | 2003-01-01 | jong kind
        Carla      | 2003-01-02 | open       | jong kind
    """,
    cases=(
        Case(
            changes={"arbeidsplicht_op": "einde_term"},
            rows="""
                persoon_id | arbeidsplichtig | vrijstelling_reden
                Anna       | yes             | -
                Bram       | no              | jong kind
                Carla      | yes             | -
            """,
            counts="""
                Y | Z | Y-Z
                3 | 2 | 1
            """,
        ),
    ),
)

_ON_DAY_0 = Spec(
    "At the inflow: exempt on day 0, not the day before or after",
    "Anna's exemption ends the day before she flows in, Bram's holds the instroomdatum alone, "
    "Carla's begins the day after. It is a fact of the day of inflow, so it is judged of Bram "
    "although he leaves within the term.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | 2002-02-28
        Carla      | 2002-01-01 | open
    """,
    vrijstellingen="""
        persoon_id | begindatum | einddatum  | reden
        Anna       | 2001-12-01 | 2001-12-31 | jong kind
        Bram       | 2002-01-01 | 2002-01-01 | jong kind
        Carla      | 2002-01-02 | open       | jong kind
    """,
    cases=(
        Case(
            changes={"arbeidsplicht_op": "instroom"},
            rows="""
                persoon_id | langdurig | arbeidsplichtig | vrijstelling_reden
                Anna       | yes       | yes             | -
                Bram       | no        | no              | jong kind
                Carla      | yes       | yes             | -
            """,
            counts="""
                X | X-Y | Y | Z | Y-Z
                3 | 1   | 2 | 2 | 0
            """,
        ),
    ),
)

_WHOLE_TERM = Spec(
    "The whole term: exemptions together must cover every day to before T",
    "Anna lacks day 0 and Bram day 364. Carla's three exemptions overlap and join without a hole, "
    "so she is exempt; the reason is that of the exemption on her first day. Dirk's two leave one "
    "day open, 2002-07-01.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-01-01 | open
        Dirk       | 2002-01-01 | open
    """,
    vrijstellingen="""
        persoon_id | begindatum | einddatum  | reden
        Anna       | 2002-01-02 | open       | ziekte
        Bram       | 2002-01-01 | 2002-12-30 | ziekte
        Carla      | 2002-01-01 | 2002-10-31 | mantelzorg
        Carla      | 2002-02-01 | 2002-02-28 | ziekte
        Carla      | 2002-11-01 | 2002-12-31 | jong kind
        Dirk       | 2002-01-01 | 2002-06-30 | ziekte
        Dirk       | 2002-07-02 | 2002-12-31 | ziekte
    """,
    cases=(
        Case(
            changes={"arbeidsplicht_op": "hele_term"},
            rows="""
                persoon_id | arbeidsplichtig | vrijstelling_reden
                Anna       | yes             | -
                Bram       | yes             | -
                Carla      | no              | mantelzorg
                Dirk       | yes             | -
            """,
            counts="""
                Y | Z | Y-Z
                4 | 3 | 1
            """,
        ),
    ),
)

_NEVER = Spec(
    "Never exempt: one day within the term is enough",
    "An exemption on day 0 (Bram) or on day 364 (Carla) takes the obligation away; the day before "
    "the term (Anna) and T itself (Dirk) are not in it.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-01-01 | open
        Dirk       | 2002-01-01 | open
    """,
    vrijstellingen="""
        persoon_id | begindatum | einddatum  | reden
        Anna       | 2001-12-01 | 2001-12-31 | ziekte
        Bram       | 2001-12-01 | 2002-01-01 | ziekte
        Carla      | 2002-12-31 | 2002-12-31 | ziekte
        Dirk       | 2003-01-01 | open       | ziekte
    """,
    cases=(
        Case(
            changes={"arbeidsplicht_op": "nooit_vrijgesteld"},
            rows="""
                persoon_id | arbeidsplichtig | vrijstelling_reden
                Anna       | yes             | -
                Bram       | no              | ziekte
                Carla      | no              | ziekte
                Dirk       | yes             | -
            """,
        ),
    ),
)

_REASON = Spec(
    "Of exemptions that overlap, the one that began first gives the reason",
    "On T both of Anna's exemptions run: the earlier one counts. Bram's began on the same day: "
    "the first in the alphabet. Carla's earlier one had ended on T, so it does not count there, "
    "but it does where any day of the term counts.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | open
        Bram       | 2002-01-01 | open
        Carla      | 2002-01-01 | open
    """,
    vrijstellingen="""
        persoon_id | begindatum | einddatum  | reden
        Anna       | 2002-06-01 | open       | jong kind
        Anna       | 2002-03-01 | open       | ziekte
        Bram       | 2002-03-01 | open       | ziekte
        Bram       | 2002-03-01 | 2003-12-31 | mantelzorg
        Carla      | 2002-03-01 | 2002-06-30 | ziekte
        Carla      | 2002-07-01 | open       | jong kind
    """,
    cases=(
        Case(
            changes={"arbeidsplicht_op": "einde_term"},
            rows="""
                persoon_id | arbeidsplichtig | vrijstelling_reden
                Anna       | no              | ziekte
                Bram       | no              | mantelzorg
                Carla      | no              | jong kind
            """,
        ),
        Case(
            changes={"arbeidsplicht_op": "nooit_vrijgesteld"},
            rows="""
                persoon_id | arbeidsplichtig | vrijstelling_reden
                Anna       | no              | ziekte
                Bram       | no              | mantelzorg
                Carla      | no              | ziekte
            """,
        ),
    ),
)

CHAPTER = Chapter(
    "Arbeidsplicht: who is exempt",
    "Of the langdurigen, Z are arbeidsplichtig and Y-Z exempt (vrijgesteld). `arbeidsplicht_op` "
    "says on which day or days that is judged.",
    (_FIVE_WAYS, _ON_T, _ON_DAY_0, _WHOLE_TERM, _NEVER, _REASON),
)
