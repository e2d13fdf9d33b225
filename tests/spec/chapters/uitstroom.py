"""Who has left by the peildatum."""

# A drawn table is as wide as it is.
# ruff: noqa: E501

from __future__ import annotations

import reintegratie_stats as rs
from tests.spec.framework import Case, Chapter, Spec

_PEILDATUM = Spec(
    "Who is without benefit on the peildatum has left",
    "The peildatum is 2003-07-01. Bram's last day of benefit is the day before, so the peildatum "
    "is his first day without benefit: left. Carla is still on benefit on the peildatum. This is "
    "outflow up to and including 30 June 2003, as in the RWI study.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2003-06-29
        Bram       | 2002-01-01 | 2003-06-30
        Carla      | 2002-01-01 | 2003-07-01
        Dirk       | 2002-01-01 | open
    """,
    trajecten="""
        persoon_id | begindatum
    """,
    marks="P",
    cases=(
        Case(
            rows="""
                persoon_id | uitstroomdatum | uitgestroomd | cel
                Anna       | 2003-06-30     | yes          | B
                Bram       | 2003-07-01     | yes          | B
                Carla      | 2003-07-02     | no           | B
                Dirk       | -              | no           | B
            """,
            counts="""
                A | B | A.1 | A.2 | B.1 | B.2
                0 | 4 | 0   | 0   | 2   | 2
            """,
            ratios="""
                ratio                         | numerator | denominator | value | reason
                uitstroomratio_met_traject    | 0         | 0           | n.b.  | denominator A is 0
                uitstroomratio_zonder_traject | 2         | 4           | 50%   |
            """,
        ),
    ),
)

_WITH_AND_WITHOUT = Spec(
    "The uitstroomratio is a share of the langdurigen who left, with and without a traject",
    "Anna and Bram got a traject; Anna left in her second year. Dirk got none and left. Carla "
    "left within the term: she has left by the peildatum too, but is in X-Y and in no "
    "uitstroomratio.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2003-03-31
        Bram       | 2002-01-01 | open
        Carla      | 2002-01-01 | 2002-05-31
        Dirk       | 2002-01-01 | 2003-05-31
    """,
    trajecten="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-04-01 | 2002-12-31
        Bram       | 2002-04-01 | 2002-12-31
        Carla      | 2002-04-01 | 2002-12-31
    """,
    marks="TP",
    cases=(
        Case(
            rows="""
                persoon_id | uitstroomdatum | traject_binnen_term | uitgestroomd | cel
                Anna       | 2003-04-01     | yes                 | yes          | A
                Bram       | -              | yes                 | no           | A
                Carla      | 2002-06-01     | yes                 | yes          | X-Y
                Dirk       | 2003-06-01     | no                  | yes          | B
            """,
            counts="""
                X | X-Y | A | A.1 | A.2 | B | B.1 | B.2
                4 | 1   | 2 | 1   | 1   | 1 | 1   | 0
            """,
            ratios="""
                ratio                         | numerator | denominator | value
                uitstroomratio_met_traject    | 1         | 2           | 50%
                uitstroomratio_zonder_traject | 1         | 1           | 100%
            """,
        ),
    ),
)

_RETURN = Spec(
    "Who left and came back has left, unless the gap is bridged",
    "Anna left on 2003-03-01 and returned after 61 days: she has left, although she is on benefit "
    "on the peildatum. Bram returned after 30 days, which is bridged: he has not. Carla is "
    "without benefit on the peildatum, but returns ten days later; her gap of 20 days is bridged "
    "too.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2003-02-28
        Anna       | 2003-05-01 | open
        Bram       | 2002-01-01 | 2003-02-28
        Bram       | 2003-03-31 | open
        Carla      | 2002-01-01 | 2003-06-20
        Carla      | 2003-07-11 | open
    """,
    marks="P",
    cases=(
        Case(
            rows="""
                persoon_id | instroomdatum | uitstroomdatum | langdurig | uitgestroomd
                Anna       | 2002-01-01    | 2003-03-01     | yes       | yes
                Bram       | 2002-01-01    | -              | yes       | no
                Carla      | 2002-01-01    | -              | yes       | no
            """,
        ),
    ),
)

_INCOMPLETE = Spec(
    "A term that ends after the peildatum: left out, or kept with the outflow missing",
    "The peildatum is 2003-03-01. Anna's term ends on that very day: her follow-up is complete. "
    "Those of Bram (one day later) and Carla are not, and it does not matter that Carla has "
    "already left.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-03-01 | open
        Bram       | 2002-03-02 | open
        Carla      | 2002-04-01 | 2002-05-31
    """,
    trajecten="""
        persoon_id | begindatum
    """,
    base=rs.RWI_2004.replace(
        arbeidsplicht_op="iedereen",
        uitstroom_peildatum="2003-03-01",
        naam="`rs.RWI_2004` with nobody exempt and peildatum 2003-03-01",
    ),
    marks="T",
    cases=(
        Case(
            changes={"onvolledige_opvolging": "weglaten"},
            rows="""
                persoon_id | instroomdatum | einde_term | langdurig | uitgestroomd | cel
                Anna       | 2002-03-01    | 2003-03-01 | yes       | no           | B
            """,
            counts="""
                X | X-Y | Y | Z | A | B | B.1 | B.2
                1 | 0   | 1 | 1 | 0 | 1 | 0   | 1
            """,
            attrition="""
                stap               | n_voor | n_na | afgevallen | reden
                opvolging volledig | 3      | 1    | 2          | einde van de term na de peildatum 2003-03-01
            """,
        ),
        Case(
            changes={"onvolledige_opvolging": "meenemen"},
            text="All three stay. Since the outflow of Bram is missing, B.1 and B.2 are unknown.",
            rows="""
                persoon_id | instroomdatum | einde_term | langdurig | uitgestroomd | cel
                Anna       | 2002-03-01    | 2003-03-01 | yes       | no           | B
                Bram       | 2002-03-02    | 2003-03-02 | yes       | -            | B
                Carla      | 2002-04-01    | 2003-04-01 | no        | -            | X-Y
            """,
            counts="""
                X | X-Y | Y | Z | A | B | B.1  | B.2
                3 | 1   | 2 | 2 | 0 | 2 | n.b. | n.b.
            """,
            ratios="""
                ratio                         | numerator | denominator | value | reason
                langdurigheidsratio           | 2         | 3           | 67%   |
                uitstroomratio_zonder_traject | n.b.      | 2           | n.b.  | B.1 unknown: outflow was not followed up to the peildatum for everybody
            """,
        ),
    ),
)

_NO_PEILDATUM = Spec(
    "Without a peildatum outflow is not determined",
    "The other ratios are. Nobody is left out for an incomplete follow-up.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2003-03-31
        Bram       | 2002-06-30 | open
    """,
    trajecten="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-02-01 | open
    """,
    marks="",
    cases=(
        Case(
            changes={"uitstroom_peildatum": None},
            rows="""
                persoon_id | uitstroomdatum | langdurig | uitgestroomd | cel
                Anna       | 2003-04-01     | yes       | -            | A
                Bram       | -              | yes       | -            | B
            """,
            counts="""
                A | A.1  | A.2  | B | B.1  | B.2
                1 | n.b. | n.b. | 1 | n.b. | n.b.
            """,
            ratios="""
                ratio                      | numerator | denominator | value | reason
                sluitingsratio             | 1         | 2           | 50%   |
                uitstroomratio_met_traject | n.b.      | 1           | n.b.  | A.1 unknown: the definition has no uitstroom_peildatum
            """,
        ),
    ),
)

_FOLLOWED = Spec(
    "In a local analysis outflow is known of people with a traject only",
    "Anna and Bram are langdurig and both left, Anna with a traject. Of Bram and of Carla, who "
    "have none, it is not known; B.1 is unknown.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2003-03-31
        Bram       | 2002-01-01 | 2003-03-31
        Carla      | 2002-01-01 | 2002-05-31
        Dirk       | 2002-01-01 | 2002-05-31
    """,
    trajecten="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-02-01 | open
        Dirk       | 2002-02-01 | open
    """,
    cases=(
        Case(
            changes={"uitstroom_bekend_van": "met_traject"},
            rows="""
                persoon_id | traject_binnen_term | uitgestroomd | cel
                Anna       | yes                 | yes          | A
                Bram       | no                  | -            | B
                Carla      | no                  | -            | X-Y
                Dirk       | yes                 | yes          | X-Y
            """,
            counts="""
                A | A.1 | A.2 | B | B.1  | B.2
                1 | 1   | 0   | 1 | n.b. | n.b.
            """,
            ratios="""
                ratio                         | numerator | denominator | value | reason
                uitstroomratio_met_traject    | 1         | 1           | 100%  |
                uitstroomratio_zonder_traject | n.b.      | 1           | n.b.  | B.1 unknown: outflow was followed for people with a traject only
            """,
        ),
    ),
)

_RWI_LOKAAL = Spec(
    "The local analysis of RWI 2004 has both limits",
    "With `rs.RWI_2004_LOKAAL` a traject is known of the arbeidsplichtigen and outflow of those "
    "of them with a traject. All four left before the peildatum; it is known of Anna alone. Of "
    "the ratios of table 5.2 the langdurigheidsratio, the sluitingsratio and the uitstroomratio "
    "met traject remain, as in its local columns.",
    bijstand="""
        persoon_id | begindatum | einddatum
        Anna       | 2002-01-01 | 2003-03-31
        Bram       | 2002-01-01 | 2003-03-31
        Carla      | 2002-01-01 | 2003-03-31
        Dirk       | 2002-01-01 | 2002-05-31
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
    base=rs.RWI_2004_LOKAAL,
    marks="",
    cases=(
        Case(
            rows="""
                persoon_id | langdurig | arbeidsplichtig | traject_binnen_term | uitgestroomd | cel
                Anna       | yes       | yes             | yes                 | yes          | A
                Bram       | yes       | yes             | no                  | -            | B
                Carla      | yes       | no              | -                   | -            | -
                Dirk       | no        | -               | -                   | -            | X-Y
            """,
            ratios="""
                ratio                         | numerator | denominator | value | reason
                complianceratio               | n.b.      | 4           | n.b.  | C unknown: trajecten were looked up for arbeidsplichtigen only
                langdurigheidsratio           | 3         | 4           | 75%   |
                sluitingsratio                | 1         | 2           | 50%   |
                uitstroomratio_met_traject    | 1         | 1           | 100%  |
                uitstroomratio_zonder_traject | n.b.      | 1           | n.b.  | B.1 unknown: outflow was followed for people with a traject only
            """,
        ),
    ),
)

CHAPTER = Chapter(
    "Uitstroom: who has left by the peildatum",
    "Who has an uitstroomdatum (first day without benefit) on or before the `uitstroom_peildatum` "
    'has left: A.1 and B.1. In this chapter nobody is exempt (`arbeidsplicht_op="iedereen"`) '
    "unless a register of vrijstellingen is drawn.",
    (
        _PEILDATUM,
        _WITH_AND_WITHOUT,
        _RETURN,
        _INCOMPLETE,
        _NO_PEILDATUM,
        _FOLLOWED,
        _RWI_LOKAAL,
    ),
    base=rs.RWI_2004.replace(arbeidsplicht_op="iedereen"),
)
