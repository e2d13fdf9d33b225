"""Titles and notes of the tables of CBS 2025 on the draw, the survey and the interviews, in Dutch and English."""

from __future__ import annotations

from reintegratie_stats.studies.texts.cbs2025 import term_text

TRAITS: dict[str, tuple[str, str]] = {
    "klasse": ("Klasse", "Class"),
    "provincie": ("Provincie", "Provincie"),
    "landsdeel": ("Landsdeel", "Landsdeel"),
    "grootteklasse": ("Grootteklasse", "Size class"),
    "inwoners": ("Inwoners", "Inhabitants"),
    "doelgroep": ("Mensen in de doelgroep", "People in the target group"),
    "in_samenwerkingsverband": ("In een samenwerkingsverband", "In a samenwerkingsverband"),
}
"""What traits are called that no model has."""


def trait_text(name: str, lang: str = "nl") -> str:
    """Return what a trait of gemeenten is called; the trait itself where there is no other name.

    Examples
    --------
    >>> trait_text("provincie"), trait_text("eenouder", "en")
    ('Provincie', 'One-parent families (%)')
    """
    if name not in TRAITS:
        return term_text(name, lang)
    dutch, english = TRAITS[name]
    return english if lang == "en" else dutch


_DRAW: dict[str, tuple[str, str]] = {
    "cbs_trekking": ("Gekozen voor een interview, {jaar}", "Chosen for an interview, {jaar}"),
    "cbs_trekking_redenen": ("Waarom gekozen voor een interview, {jaar}", "Why chosen for an interview, {jaar}"),
    "cbs_draw_note": (
        "z: het gestandaardiseerde residu, boven 0 als meer is geregistreerd dan verwacht.",
        "z: the standardised residual, above 0 where more is registered than expected.",
    ),
    "cbs_twin_note": (
        "Tweeling van: gekozen omdat zij als verwacht registreert en op de kenmerken het meest lijkt op die gekozen "
        "gemeente.",
        "Twin of: chosen as it registers as expected and is most like that chosen gemeente in its traits.",
    ),
    "cbs_draw_no_sample": (
        "De gemeenten zijn gekozen en niet geloot: uit hun antwoorden volgt niets over alle gemeenten.",
        "The gemeenten were chosen and not drawn by lot: nothing follows from their answers about all gemeenten.",
    ),
    "cbs_draw_seed": (
        "Zaad {seed}, vingerafdruk van het ontwerp {fingerprint}: met dezelfde gegevens komt hier dezelfde trekking "
        "uit.",
        "Seed {seed}, fingerprint of the design {fingerprint}: the same data give the same draw.",
    ),
    "cbs_draw_objective": (
        "Doel: |z| van meer en minder is samen {objective}; {objective_best} is het hoogste dat met deze eisen kan, en "
        "tot {room} daaronder geldt als even goed.",
        "Objective: |z| of more and fewer is {objective} together; {objective_best} is the highest that these demands "
        "allow, and up to {room} below it counts as equally good.",
    ),
    "cbs_draw_no_reserve": (
        "Zonder reserve die alle aantallen haalt: {names}.",
        "Without a reserve that keeps every number: {names}.",
    ),
    "cbs_draw_refused": ("Doen niet mee en zijn vervangen: {names}.", "Do not take part and were replaced: {names}."),
    "cbs_draw_kept": ("Er is van geen eis afgeweken.", "No demand was relaxed."),
    "cbs_draw_relaxed": (
        "Afgeweken is van (met wat het werd): {demands}.",
        "Relaxed (with what it became): {demands}.",
    ),
    "cbs_class": ("klasse {flag}", "class {flag}"),
    "cbs_z": ("z", "z"),
    "cbs_twin_of": ("Tweeling van", "Twin of"),
    "cbs_trekking_eisen": ("De eisen aan de trekking, {jaar}", "The demands on the draw, {jaar}"),
    "cbs_demand": ("Eis", "Demand"),
    "cbs_asked": ("Gevraagd", "Asked"),
    "cbs_got": ("Gekregen", "Got"),
    "cbs_slack": ("Speling", "Slack"),
    "cbs_available": ("Gemeenten", "Gemeenten"),
    "cbs_each_value": ("elk van de {n}", "each of {n}"),
    "cbs_slack_note": (
        "Speling: hoeveel gemeenten het er meer of minder hadden mogen zijn (de kleinste van de twee). Gemeenten: "
        "hoeveel er zijn om uit te kiezen.",
        "Slack: how many gemeenten more or fewer it could have been (the smaller of the two). Gemeenten: how many "
        "there are to choose from.",
    ),
    "cbs_spread_demand_note": (
        "Spreiding is een doel en geen eis: een negatieve speling is wat de andere eisen niet toelieten.",
        "Spread is an aim, not a demand: a negative slack is what the other demands did not allow.",
    ),
    "cbs_trekking_reserves": ("Reserves: wie instapt voor wie, {jaar}", "Reserves: who steps in for whom, {jaar}"),
    "cbs_reserve_for": ("Voor", "For"),
    "cbs_turn": ("Beurt", "Turn"),
    "cbs_reserves_note": (
        "Een gemeente kan reserve van verscheidene zijn; na een weigering wordt opnieuw gekeken.",
        "A gemeente can be the reserve of several; after a refusal they are looked up anew.",
    ),
    "cbs_rule_size": ("Omvang", "Size"),
    "cbs_rule_quota": ("Precies", "Exactly"),
    "cbs_rule_between": ("Tussen", "Between"),
    "cbs_rule_minimum": ("Ten minste, van elke waarde", "At least, of each value"),
    "cbs_rule_maximum": ("Hoogstens, van elke waarde", "At most, of each value"),
    "cbs_rule_one_per": ("Hoogstens één per", "At most one per"),
    "cbs_rule_must_have": ("Moet erin", "Must be in"),
    "cbs_rule_must_not_have": ("Mag er niet in", "May not be in"),
    "cbs_rule_certainty": ("Altijd erin", "Always in"),
    "cbs_rule_spread": ("Spreiding (doel)", "Spread (aim)"),
}

_SURVEY: dict[str, tuple[str, str]] = {
    "cbs_respons_gepubliceerd": ("De enquête: gevraagd en geantwoord", "The survey: asked and answered"),
    "cbs_respons": ("De enquête: respons naar kenmerk", "The survey: response by trait"),
    "cbs_respons_vergeleken": (
        "De enquête: wie antwoordden naast alle gemeenten",
        "The survey: who answered beside all gemeenten",
    ),
    "cbs_enquete": ("De enquête: antwoorden", "The survey: answers"),
    "cbs_survey": ("Enquête", "Survey"),
    "cbs_survey_gevraagd": ("Gevraagd", "Asked"),
    "cbs_survey_geantwoord": ("Geantwoord", "Answered"),
    "cbs_survey_respons": ("Respons", "Response"),
    "cbs_unit": ("Eenheid", "Unit"),
    "cbs_survey_unit_gemeenten": ("gemeenten", "gemeenten"),
    "cbs_survey_unit_procent": ("procent", "per cent"),
    "cbs_survey_all_asked": (
        "Alle gemeenten zijn gevraagd: de respons is geteld en niet geschat.",
        "All gemeenten were asked: the response is counted, not estimated.",
    ),
    "cbs_survey_chance": (
        "Als antwoorden toeval is, antwoorden zulke gemeenten in {chance_lower} tot {chance_upper} van de gevallen.",
        "If answering is chance, such gemeenten answer in {chance_lower} to {chance_upper} of cases.",
    ),
    "cbs_all_gemeenten": ("Alle gemeenten", "All gemeenten"),
    "cbs_as_chance": ("Respons als toeval (95%)", "Response as chance (95%)"),
    "cbs_as_chance_note": (
        "Het interval (Wilson) zegt of groepen meer verschillen dan bij toeval; hun respons zelf is bekend.",
        "The interval (Wilson) tells whether groups differ more than by chance; their response itself is known.",
    ),
    "cbs_alike_note": (
        "Verschil: respondenten min alle gemeenten. Gestandaardiseerd: in standaardafwijkingen; vanaf ongeveer 0,1 het "
        "bekijken waard.",
        "Difference: respondents less all gemeenten. Standardised: in standard deviations; worth a look from about "
        "0.1.",
    ),
    "cbs_r_indicator": (
        "R-indicator op deze kenmerken: {value} ({lower} tot {upper}; 1 is: alle kenmerken antwoorden even vaak). Een "
        "aandeel onder de respondenten kan daardoor hoogstens {bias} procentpunt afwijken. Standaardfout uit "
        "{replicates} trekkingen, zaad {seed}.",
        "R-indicator on these traits: {value} ({lower} to {upper}; 1 is: all traits answer equally often). A share "
        "among respondents can be off by at most {bias} percentage points for it. Standard error from {replicates} "
        "draws, seed {seed}.",
    ),
    "cbs_answers_note": (
        "Wie een vraag openliet, telt bij die vraag niet mee.",
        "Who left a question open does not count for that question.",
    ),
    "cbs_weighted_by": (
        "Gewogen naar alle gemeenten op {traits}; het interval (95%) neemt respondenten binnen een groep als een "
        "toevallige greep.",
        "Weighted to all gemeenten by {traits}; the interval (95%) takes respondents within a group for a random draw.",
    ),
    "cbs_weighted_limits": ("Gewogen (95%)", "Weighted (95%)"),
    "cbs_q_registratiedruk": ("Registratiedruk (1 laag, 5 hoog)", "Burden of registration (1 low, 5 high)"),
    "cbs_q_belang_registratie": ("Belang van registreren (1 klein, 5 groot)", "Importance of registration (1–5)"),
    "cbs_q_richtlijn_duidelijk": ("Richtlijn duidelijk (1 niet, 5 zeer)", "Guideline clear (1 not, 5 very)"),
    "cbs_q_meer_systemen": ("Registreert in meer dan één systeem", "Registers in more than one system"),
    "cbs_q_blijft_op_concept": ("Voorzieningen blijven op concept", "Voorzieningen stay on concept"),
    "cbs_q_nazorg_geboekt": ("Nazorg wordt als voorziening geboekt", "Aftercare is booked as a voorziening"),
    "cbs_q_coaching_bij": ("Coaching wordt geregistreerd bij", "Coaching is registered for"),
    "cbs_q_brede_doelgroep": ("Brede doelgroep", "Broad target group"),
    "cbs_q_start_bij_melding": ("Begint al bij de melding", "Begins on application"),
    "cbs_q_eigen_jobcoach": ("Eigen jobcoach", "Job coach of its own"),
    "cbs_q_taken_gescheiden": ("Inkomen en re-integratie gescheiden", "Income and re-integration apart"),
}

_INTERVIEWS: dict[str, tuple[str, str]] = {
    "cbs_interviewed": (
        "Interviews met {n} gemeenten, gecodeerd door {coders} codeurs.",
        "Interviews with {n} gemeenten, coded by {coders} coders.",
    ),
    "cbs_interviewed_drawn": (
        "Van hen staan er {both} in de trekking van {size} van deze studie.",
        "Of them {both} are in the draw of {size} of this study.",
    ),
}

_SHEETS: dict[str, tuple[str, str]] = {
    "cbs_points": ("Bespreekpunten", "Points to discuss"),
    "cbs_item": ("{soort} ({observed}; verwacht {expected})", "{soort} ({observed}; expected {expected})"),
    "cbs_and_more": ("en nog {n}", "and {n} more"),
    "cbs_none": ("geen", "none"),
    "cbs_left_open": ("opengelaten", "left open"),
    "cbs_stands_in": ("Stapt in", "Steps in"),
    "cbs_sheet_chosen": ("Gekozen", "Chosen"),
    "cbs_sheet_stepped_in": ("Ingestapte reserve", "Reserve who stepped in"),
    "cbs_sheet_reserves": ("Reserves: {names}.", "Reserves: {names}."),
    "cbs_sheet_no_reserve": (
        "Geen reserve die alle aantallen haalt.",
        "No reserve that keeps every number.",
    ),
    "cbs_sheet_reserve_for": ("Zelf reserve voor {names}.", "Itself a reserve for {names}."),
    "cbs_sheet_counts": ("Geregistreerd en verwacht per soort en jaar", "Registered and expected by soort and year"),
    "cbs_sheet_counts_note": (
        "Verwacht: door een model dat deze gemeente niet heeft gezien. Verhouding en oordeel: {jaar}. €: met betaling.",
        "Expected: by a model that has not seen this gemeente. Ratio and verdict: {jaar}. €: with payment.",
    ),
    "cbs_short_registered": ("reg.", "reg."),
    "cbs_short_expected": ("verw.", "exp."),
    "cbs_short_ratio": ("Verh.", "Ratio"),
    "cbs_short_flag": ("Oordeel", "Verdict"),
    "cbs_mark_meer": ("meer", "more"),
    "cbs_mark_minder": ("minder", "fewer"),
    "cbs_mark_verwacht": ("", ""),
    "cbs_mark_niet_te_beoordelen": ("n.t.b.", "n.j."),
    "cbs_sheet_funnel": (
        "Trechterfiguur: {name} staat op {ratio} maal verwacht bij {expected} verwacht.",
        "Funnel: {name} stands at {ratio} times expected with {expected} expected.",
    ),
    "cbs_sheet_caption": (
        "Totaal {jaar}. Lijn: 99,8%-grens, streep: 95%. Grote cirkel: deze gemeente; streepcirkel: haar tweeling.",
        "Total {jaar}. Line: 99.8% limit, dashes: 95%. Large ring: this gemeente; dashed ring: its twin.",
    ),
    "cbs_sheet_caption_zero": (
        "Totaal {jaar}: niets geregistreerd (op de onderrand). Lijn: 99,8%-grens, streep: 95%. Streepcirkel: de "
        "tweeling.",
        "Total {jaar}: nothing registered (on the lower edge). Line: 99.8% limit, dashes: 95%. Dashed ring: the twin.",
    ),
    "cbs_sheet_twin": ("Naast haar tweeling {name} ({code})", "Beside its twin {name} ({code})"),
    "cbs_sheet_twin_chosen": (
        "Afstand {distance} sd; de tweeling is om deze gemeente gekozen.",
        "Distance {distance} sd; the twin was chosen for this gemeente.",
    ),
    "cbs_sheet_twin_of": (
        "Afstand {distance} sd; deze gemeente is als haar tweeling gekozen.",
        "Distance {distance} sd; this gemeente was chosen as its twin.",
    ),
    "cbs_sheet_twin_near": (
        "Afstand {distance} sd; van wie als verwacht registreert, lijkt zij het meest op deze gemeente.",
        "Distance {distance} sd; of those that register as expected it is most like this gemeente.",
    ),
    "cbs_sheet_checks": ("Controle van de aantallen", "Check of the counts"),
    "cbs_sheet_why": ("Waarom gekozen: {why}", "Why chosen: {why}"),
    "cbs_sheet_more_checks": ("En nog {n}: zie de tabel met controles.", "And {n} more: see the table of checks."),
    "cbs_sheet_no_checks": ("Geen bijzonderheden in de aantallen.", "Nothing particular about the counts."),
    "cbs_sheet_cluster": ("Samenwerking en software", "Samenwerking and software"),
    "cbs_sheet_survey": ("Antwoorden op de enquête", "Answers to the survey"),
    "cbs_sheet_not_answered": ("De enquête is niet beantwoord.", "The survey was not answered."),
    "cbs_sheet_footer": (
        "Trekking: zaad {seed}, ontwerp {fingerprint}.",
        "Draw: seed {seed}, design {fingerprint}.",
    ),
    "cbs_sheets": ("Feitenbladen van de gekozen gemeenten, {jaar}", "Fact sheets of the chosen gemeenten, {jaar}"),
    "cbs_sheets_lead": (
        "Een blad per gemeente van één bladzijde A4: afdrukken of bewaren als PDF gaat met de browser.",
        "A sheet per gemeente of one page of A4: print it or save it as PDF with the browser.",
    ),
}

_MEMO: dict[str, tuple[str, str]] = {
    "cbs_memo": (
        "Selectiememo: keuze van gemeenten voor interviews, {jaar}",
        "Selection memo: choice of gemeenten, {jaar}",
    ),
    "cbs_memo_lead": (
        "Gekozen zijn {size} van de {of} gemeenten voor interviews over hun registratie in {jaar}: {meer} die meer "
        "registreren dan verwacht, {minder} die minder en {verwacht} die als verwacht registreren.",
        "Chosen are {size} of {of} gemeenten for interviews about their registration in {jaar}: {meer} that register "
        "more than expected, {minder} that register fewer and {verwacht} that register as expected.",
    ),
    "cbs_memo_design": ("Het ontwerp", "The design"),
    "cbs_memo_ontwerp": ("Het ontwerp van de trekking", "The design of the draw"),
    "cbs_memo_choice": ("Keuze", "Choice"),
    "cbs_memo_key": ("In het studiebestand", "In the study file"),
    "cbs_rule_twins": ("Tweelingen", "Twins"),
    "cbs_rule_covariates": ("Tweelingen vergeleken op", "Twins compared on"),
    "cbs_rule_objective": ("Doel", "Objective"),
    "cbs_rule_resolution": ("Stap waarin het doel telt", "Step in which the objective counts"),
    "cbs_rule_tolerance": ("Speling op het doel", "Room on the objective"),
    "cbs_rule_relax": ("Wat mag wijken, het eerste eerst", "What may give way, first one first"),
    "cbs_rule_reserves": ("Reserves per gemeente, hoogstens", "Reserves per gemeente, at most"),
    "cbs_rule_cell": ("Reserve ook gelijk op", "Reserve also equal on"),
    "cbs_by_default": ("volgt uit de andere keuzes", "follows from the other choices"),
    "cbs_value_even": ("gelijk", "even"),
    "cbs_value_proportional": ("naar verhouding", "proportional"),
    "cbs_value_extreme": ("wie het verst afwijkt", "who deviates most"),
    "cbs_value_spread": ("alleen de spreiding", "the spread only"),
    "cbs_memo_objective_extreme": (
        "Doel: de gemeenten die het verst afwijken, en gemeenten die als verwacht registreren om hen mee te "
        "vergelijken. Opgelost als geheeltallig programma tot bewezen optimum; van even goede trekkingen beslist het "
        "lot.",
        "Objective: the gemeenten that deviate most, and gemeenten that register as expected to compare them with. "
        "Solved as an integer programme to a proven optimum; of equally good draws the lot decides.",
    ),
    "cbs_memo_objective_spread": (
        "Doel: de beste spreiding over de kenmerken. Opgelost als geheeltallig programma tot bewezen optimum; van even "
        "goede trekkingen beslist het lot.",
        "Objective: the best spread over the traits. Solved as an integer programme to a proven optimum; of equally "
        "good draws the lot decides.",
    ),
    "cbs_memo_objective_weights": (
        "Doel: de grootste som van {column}. Opgelost als geheeltallig programma tot bewezen optimum; van even goede "
        "trekkingen beslist het lot.",
        "Objective: the largest sum of {column}. Solved as an integer programme to a proven optimum; of equally good "
        "draws the lot decides.",
    ),
    "cbs_memo_twins": (
        "Wie als verwacht registreert, is gekozen als tweeling van een gekozen gemeente die afwijkt, vergeleken op: "
        "{names}.",
        "Who registers as expected was chosen as the twin of a chosen gemeente that deviates, compared on: {names}.",
    ),
    "cbs_memo_every_number": ("alle kenmerken die een getal zijn", "every trait that is a number"),
    "cbs_memo_demands": ("Wat is gevraagd en gekregen", "What was asked and got"),
    "cbs_memo_named": ("Wie er vooraf in of uit was", "Who was in or out beforehand"),
    "cbs_memo_unjudged": (
        "Niet te beoordelen, en daarom niet om uit te kiezen: {names}.",
        "Not to be judged, and so not to be chosen: {names}.",
    ),
    "cbs_memo_refused": ("Geweigerd en vervangen: {names}.", "Refused and replaced: {names}."),
    "cbs_memo_chosen": ("Wie is gekozen en waarom", "Who was chosen and why"),
    "cbs_memo_reserves": ("Reserves", "Reserves"),
    "cbs_memo_reserves_how": (
        "Doet een gemeente niet mee, dan stapt haar eerste reserve in en verandert er verder niets.",
        "When a gemeente does not take part its first reserve steps in and nothing else changes.",
    ),
    "cbs_memo_rule": ("De regel die afwijken aanwijst, en wat zij kan", "The rule that flags, and what it can do"),
    "cbs_memo_repeat": ("Herhalen", "To repeat it"),
    "cbs_memo_repeat_how": (
        "Dezelfde gegevens, dezelfde vingerafdrukken en hetzelfde zaad geven op elke machine dezelfde keuze.",
        "The same data, the same fingerprints and the same seed give the same choice on every machine.",
    ),
    "cbs_memo_data_is": ("Gegevens", "Data"),
    "cbs_memo_expected_is": ("Vingerafdruk van het model", "Fingerprint of the model"),
    "cbs_memo_rule_is": ("Vingerafdruk van de regel", "Fingerprint of the rule"),
    "cbs_memo_design_is": ("Vingerafdruk van het ontwerp", "Fingerprint of the design"),
    "cbs_memo_seed_is": ("Zaad", "Seed"),
}

TEXTS: dict[str, tuple[str, str]] = {**_MEMO, **_DRAW, **_SURVEY, **_INTERVIEWS, **_SHEETS}
