"""The rules by which findings about a gemeente become points to discuss, in Dutch and English: the first comes first.

Every point is a question, names the number behind it, and leaves open whether policy or registration explains it.
"""

from __future__ import annotations

from reintegratie_stats.fieldwork.talking_points import PointRule

LOW, HIGH = 0.67, 1.5
"""Ratios outside these are asked about: those of the default `OutlierRule`."""

MOST = 8
"""Points on a sheet."""

RULES: tuple[PointRule, ...] = (
    PointRule(
        "als_verwacht",
        "Het totaal is {observed} waar {expected} werd verwacht. Hoe verloopt hier het vastleggen, van besluit tot "
        "levering?",
        "The total is {observed} where {expected} were expected. How does recording go here, from decision to "
        "delivery?",
    ),
    PointRule("controle", "{reason}", "{reason}", equal=("zero_where_expected", "heaping_within")),
    PointRule("controle", "{reason} Wat veranderde er?", "{reason} What changed?", equal=("jump",)),
    PointRule(
        "controle",
        "{reason} Hoe is dit aantal tot stand gekomen?",
        "{reason} How did this count come about?",
        equal=("rate_above_limit",),
    ),
    PointRule(
        "geen_levering",
        "Niet geleverd: {items}. Is dat nul, of niet aangeleverd?",
        "Not delivered: {items}. Is that none, or not sent?",
    ),
    PointRule(
        "soorten_minder",
        "Minder dan verwacht: {items}. Worden deze voorzieningen minder ingezet, of anders vastgelegd?",
        "Fewer than expected: {items}. Are these voorzieningen used less, or recorded otherwise?",
    ),
    PointRule(
        "soorten_meer",
        "Meer dan verwacht: {items}. Worden deze voorzieningen vaker ingezet, of ruimer vastgelegd?",
        "More than expected: {items}. Are these voorzieningen used more, or recorded more widely?",
    ),
    PointRule(
        "zonder_geld",
        "Soorten zonder betaling liggen op {without} maal verwacht, soorten met betaling op {with_}. Hoe verschilt het "
        "vastleggen?",
        "Soorten without payment are at {without} times expected, those with payment at {with_}. How does recording "
        "differ?",
        at_most=LOW,
    ),
    PointRule(
        "zonder_geld",
        "Soorten zonder betaling liggen op {without} maal verwacht, soorten met betaling op {with_}. Wat wordt bij de "
        "eerste als voorziening geteld?",
        "Soorten without payment are at {without} times expected, those with payment at {with_}. What is counted as a "
        "voorziening among the former?",
        at_least=HIGH,
    ),
    PointRule(
        "cluster",
        "De andere {n} gemeenten van {cluster} registreren samen {ratio} maal wat wordt verwacht. Wat doen zij "
        "gezamenlijk: beleid, uitvoering, inrichting van het systeem?",
        "The other {n} gemeenten of {cluster} together register {ratio} times what is expected. What do they do in "
        "common: policy, execution, the set-up of the system?",
    ),
    PointRule(
        "aanhoudend",
        "Het totaal ligt in {years} steeds aan dezelfde kant van verwacht ({ratios}). Sinds wanneer, en wat speelde "
        "toen?",
        "The total lies on the same side of expected in {years} ({ratios}). Since when, and what was going on then?",
    ),
    PointRule(
        "verandering",
        "Het totaal ging van {before} maal verwacht in {then} naar {ratio} in {now}. Wat veranderde er?",
        "The total went from {before} times expected in {then} to {ratio} in {now}. What changed?",
    ),
    PointRule(
        "tweeling",
        "{name} lijkt op de kenmerken het meest op deze gemeente en registreert {ratio} maal verwacht; hier is dat "
        "{own}. Wat is hier anders georganiseerd?",
        "{name} is most like this gemeente in its traits and registers {ratio} times expected; here it is {own}. "
        "What is organised otherwise here?",
    ),
    PointRule(
        "enquete_blijft_op_concept",
        "Enquête: voorzieningen blijven op concept staan ({share} van de respondenten). Om welke soorten en hoeveel "
        "gaat het?",
        "Survey: voorzieningen stay on concept ({share} of respondents). Which soorten and how many are they?",
        equal=("ja",),
    ),
    PointRule(
        "enquete_nazorg_geboekt",
        "Enquête: nazorg wordt als voorziening geboekt ({share} van de respondenten). Onder welke soort en voor "
        "hoeveel mensen?",
        "Survey: aftercare is booked as a voorziening ({share} of respondents). As which soort and for how many "
        "people?",
        equal=("ja",),
    ),
    PointRule(
        "enquete_meer_systemen",
        "Enquête: er wordt in meer dan één systeem geregistreerd ({share} van de respondenten). Wat komt uit welk "
        "systeem in de levering?",
        "Survey: registration is in more than one system ({share} of respondents). What goes from which system into "
        "the delivery?",
        equal=("ja",),
    ),
    PointRule(
        "enquete_coaching_bij",
        'Enquête: coaching wordt geregistreerd bij: "{answer}" ({share} van de respondenten). Waar ligt de grens met '
        "het volgen van het traject?",
        'Survey: coaching is registered for: "{answer}" ({share} of respondents). Where is the border with following '
        "the traject?",
        equal=("alle begeleiding", "niet"),
    ),
    PointRule(
        "enquete_brede_doelgroep",
        "Enquête: ook anderen dan mensen met bijstand krijgen voorzieningen ({share} van de respondenten). Wie, en "
        "hoeveel?",
        "Survey: others than people on bijstand get voorzieningen too ({share} of respondents). Who, and how many?",
        equal=("ja",),
    ),
    PointRule(
        "enquete_start_bij_melding",
        "Enquête: voorzieningen beginnen al bij de melding ({share} van de respondenten). Wanneer worden zij "
        "vastgelegd?",
        "Survey: voorzieningen begin on application ({share} of respondents). When are they recorded?",
        equal=("ja",),
    ),
    PointRule(
        "enquete_eigen_jobcoach",
        "Enquête: er is een eigen jobcoach ({share} van de respondenten). Hoe wordt diens werk vastgelegd?",
        "Survey: there is a job coach of its own ({share} of respondents). How is that work recorded?",
        equal=("ja",),
    ),
    PointRule(
        "enquete_taken_gescheiden",
        "Enquête: inkomen en re-integratie zijn gescheiden taken ({share} van de respondenten). Wie legt de "
        "voorziening vast?",
        "Survey: income and re-integration are separate tasks ({share} of respondents). Who records the voorziening?",
        equal=("ja",),
    ),
    PointRule(
        "enquete_richtlijn_duidelijk",
        "Enquête: duidelijkheid van de richtlijn {answer} van 5 (gemiddeld {mean}). Welke onderdelen vragen uitleg?",
        "Survey: clarity of the guideline {answer} of 5 (mean {mean}). Which parts need explaining?",
        at_most=2,
    ),
    PointRule(
        "enquete_registratiedruk",
        "Enquête: registratiedruk {answer} van 5 (gemiddeld {mean}). Wat kost tijd, en wat blijft daardoor liggen?",
        "Survey: burden of registration {answer} of 5 (mean {mean}). What takes time, and what is left for it?",
        at_least=4,
    ),
    PointRule(
        "geen_enquete",
        "De enquête is niet beantwoord ({answered} van de {asked} deden dat wel). Hoe gaat het hier met concept, "
        "nazorg en meer dan één systeem?",
        "The survey was not answered ({answered} of {asked} did). How are concept, aftercare and more than one system "
        "dealt with here?",
    ),
)
