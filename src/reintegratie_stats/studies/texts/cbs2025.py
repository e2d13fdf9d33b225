"""Titles, notes and words of the tables of CBS 2025 on who stands out and on the model, in Dutch and English."""

from __future__ import annotations

import re

TERMS: dict[str, tuple[str, str]] = {
    "Intercept": ("Constante", "Intercept"),
    "laagopgeleid": ("Laagopgeleid (%)", "Low education (%)"),
    "eenouder": ("Eenoudergezinnen (%)", "One-parent families (%)"),
    "migratieachtergrond": ("Migratieachtergrond (%)", "Migration background (%)"),
    "jongeren": ("Jongeren (%)", "Young people (%)"),
    "vijftigplus": ("Vijftigplussers (%)", "Aged fifty or over (%)"),
    "langdurig_bijstand": ("Langdurig in de bijstand (%)", "Long on benefit (%)"),
    "stedelijkheid": ("Stedelijkheid (1 zeer sterk, 5 niet)", "Urbanity (1 very high, 5 none)"),
    "woz_waarde": ("WOZ-waarde (1.000 euro)", "Value of homes (1,000 euro)"),
    "werkloosheid": ("Werkloosheid (%)", "Unemployment (%)"),
    "softwarepakket": ("Softwarepakket", "Software package"),
    "samenwerkingsverband": ("Samenwerkingsverband", "Samenwerkingsverband"),
    "externe_uitvoering": ("Externe uitvoering", "External execution"),
    "afstand_voorzieningen": ("Afstand tot voorzieningen (km)", "Distance to amenities (km)"),
}
"""What known covariates and traits are called."""


def term_text(term: str, lang: str = "nl") -> str:
    """Return what a term of a model is called; the term itself where there is no other name.

    Examples
    --------
    >>> term_text("eenouder", "en"), term_text("regen")
    ('One-parent families (%)', 'regen')
    """
    dutch, english = TERMS.get(term, (term, term))
    return english if lang == "en" else dutch


TRAITS = ("softwarepakket", "samenwerkingsverband", "externe_uitvoering")
"""Traits of the institution that sentences name."""


def in_words(sentence: str, lang: str = "nl") -> str:
    """Return a sentence in which soorten and traits are called what a reader calls them.

    Examples
    --------
    >>> in_words("Niets in beschut_werk"), in_words("the values of externe_uitvoering", "en")
    ('Niets in beschut werk', 'the values of external execution')
    """

    def called(word: str) -> str:
        known = term_text(word.lower(), lang) if word.lower() in TRAITS else word.replace("_", " ")
        return (known[:1].upper() if word[:1].isupper() else known[:1].lower()) + known[1:] if known != word else word

    return re.sub(r"\w+", lambda found: called(found[0]), sentence)


_SHARED: dict[str, tuple[str, str]] = {
    "cbs_source": (
        "Eigen berekening met reintegratie_stats, gegevens: {data}; opzet naar CBS 2025, Kwaliteitsonderzoek naar de "
        "registratie van re-integratievoorzieningen, hoofdstuk 5",
        "Own computation with reintegratie_stats, data: {data}; set up after CBS 2025, Kwaliteitsonderzoek naar de "
        "registratie van re-integratievoorzieningen, chapter 5",
    ),
    "cbs_synthetic": (
        "Verzonnen gemeenten met verzonnen aantallen: over bestaande gemeenten zegt dit niets.",
        "Invented gemeenten with invented counts: this says nothing about gemeenten that exist.",
    ),
    "cbs_total": ("totaal", "total"),
    "cbs_yes": ("ja", "yes"),
    "cbs_no": ("nee", "no"),
    "cbs_this_report": ("Dit rapport", "This report"),
    "cbs_shrunken": ("Gekrompen verhouding", "Shrunken ratio"),
    "cbs_range": ("Voorspeld bereik (95%)", "Predictive range (95%)"),
    "cbs_rank": ("Plaats ({level})", "Place ({level})"),
    "cbs_rule": (
        "De regel: aangewezen wordt wie een signaal op {signal} geeft of op de lijst met hoogstens {fdr} onterecht "
        "staat, mits geregistreerd / verwacht buiten {low}–{high} ligt.",
        "The rule: flagged is who gives a signal at {signal} or is on the shortlist with at most {fdr} false, provided "
        "that registered / expected lies outside {low}–{high}.",
    ),
    "cbs_expected_loo": (
        "Verwacht: door een model dat de gemeente zelf niet heeft gezien.",
        "Expected: by a model that has not seen the gemeente itself.",
    ),
    "cbs_shrunken_note": (
        "Gekrompen verhouding: naar 1 getrokken naarmate het verwachte aantal kleiner is (empirische Bayes), met "
        "{level}-interval. Zij wijst niemand aan.",
        "Shrunken ratio: drawn towards 1 the smaller the expected count (empirical Bayes), with a {level} interval. It "
        "flags nobody.",
    ),
    "cbs_rank_note": (
        "Plaats: {level}-interval van de rang van de ware verhouding onder de beoordeelde gemeenten, 1 is de laagste.",
        "Place: {level} interval of the rank of the true ratio among all gemeenten judged; 1 is the lowest.",
    ),
    "cbs_no_verdict": (
        "Meer of minder dan verwacht is geen oordeel over de gemeente: het kan beleid zijn, registratie of beide.",
        "More or fewer than expected is no judgement of the gemeente: it may be policy, registration or both.",
    ),
    "cbs_total_expected": (
        "Verwacht telt niet op tot geregistreerd: gemeenten die ver afwijken, tellen in de schatting niet mee.",
        "Expected does not add up to registered: gemeenten that deviate far do not count in the estimate.",
    ),
}

_FLAGS: dict[str, tuple[str, str]] = {
    "cbs_vlaggen_grootte": ("Wie opvalt, per grootteklasse, {jaar}", "Who stands out, by size class, {jaar}"),
    "cbs_meer": (
        "Gemeenten die meer voorzieningen registreren dan verwacht, {jaar}",
        "Gemeenten that register more voorzieningen than expected, {jaar}",
    ),
    "cbs_minder": (
        "Gemeenten die minder voorzieningen registreren dan verwacht, {jaar}",
        "Gemeenten that register fewer voorzieningen than expected, {jaar}",
    ),
    "cbs_nobody": ("Niemand.", "Nobody."),
    "cbs_vermogen": (
        "Wat de regel kan en niet kan, naar de omvang van de doelgroep, {jaar}",
        "What the rule can and cannot do, by the size of the target group, {jaar}",
    ),
    "cbs_size_alle": ("Alle", "All"),
    "cbs_size_klein": ("Klein", "Small"),
    "cbs_size_midden": ("Midden", "Middle"),
    "cbs_size_groot": ("Groot", "Large"),
    "cbs_exposure": ("Doelgroep", "Target group"),
    "cbs_flagged": ("Aangewezen", "Flagged"),
    "cbs_false": ("Onterecht als niemand afwijkt", "False if nobody deviates"),
    "cbs_power": ("Gevonden van wie afwijkt", "Found of who deviates"),
    "cbs_times": ("factor {f}", "factor {f}"),
    "cbs_way_meer": ("omhoog", "up"),
    "cbs_way_minder": ("omlaag", "down"),
    "cbs_operating": (
        "Klein, midden en groot: een derde van de gemeenten elk, naar de omvang van de doelgroep.",
        "Small, middle and large: a third of the gemeenten each, by the size of the target group.",
    ),
    "cbs_simulated": (
        "Gesimuleerd uit het geschatte model: {n_sim} keer (mislukt: {failed}), startgetal {seed}. Daarin is het model "
        "waar; wat het model mist, komt er bovenop.",
        "Simulated from the fitted model: {n_sim} times (failed: {failed}), seed {seed}. In it the model is true; what "
        "the model misses comes on top.",
    ),
    "cbs_niet_beoordeeld": (
        "Wie niet te beoordelen is, per soort en jaar",
        "Who could not be judged, by soort and year",
    ),
    "cbs_all_judged": ("Allen zijn beoordeeld.", "All were judged."),
    "cbs_not_judged_total": (
        "Op het totaal van {jaar} niet te beoordelen: {number}.",
        "Not to be judged on the total of {jaar}: {number}.",
    ),
    "cbs_not_judged_note": (
        "Een rij die niet is geleverd, is onbekend en niet nul. Wie hier staat, is niet 'als verwacht'.",
        "A row that was not delivered is unknown and not zero. Who is listed here is not 'as expected'.",
    ),
    "cbs_plausibiliteit": (
        "Opmerkelijke aantallen: vragen aan de gemeente, {jaar}",
        "Remarkable counts: questions to the gemeente, {jaar}",
    ),
    "cbs_everybody": ("Alle gemeenten", "All gemeenten"),
    "cbs_check_rate_above_limit": ("Meer per persoon dan aannemelijk", "More per person than is likely"),
    "cbs_check_zero_where_expected": ("Nul waar meer wordt verwacht", "Zero where more is expected"),
    "cbs_check_heaping": ("Afgerond, over gemeenten", "Rounded, over gemeenten"),
    "cbs_check_heaping_within": ("Afgerond, binnen de gemeente", "Rounded, within the gemeente"),
    "cbs_check_jump": ("Sprong ten opzichte van vorig jaar", "Jump against last year"),
    "cbs_plausibility_note": (
        "Een opmerking is geen oordeel en wijst niemand aan. Het model ziet dit niet: het neemt elk aantal als geteld.",
        "A remark is no verdict and flags nobody. The model does not see this: it takes every count as counted.",
    ),
    "cbs_more_than_one": (
        "Per persoon: gevraagd wordt vanaf meer dan {most_soort} van een soort of meer dan {most_all} in totaal per "
        "persoon in de doelgroep. Iemand kan meer voorzieningen hebben; het is een vraag, geen fout.",
        "Per person: asked about is more than {most_soort} of a soort or more than {most_all} in total per person in "
        "the target group. Somebody can have more than one voorziening; it is a question, no error.",
    ),
    "cbs_alle_gemeenten": (
        "Geregistreerd en verwacht van elke gemeente, {jaar}",
        "Registered and expected of every gemeente, {jaar}",
    ),
    "cbs_waarheid": (
        "Wat de regel vond van wat waar is, {jaar} (kan alleen bij verzonnen gemeenten)",
        "What the rule found of what is true, {jaar} (possible with invented gemeenten only)",
    ),
    "cbs_flagged_as": ("Oordeel van de regel", "Verdict of the rule"),
    "cbs_truth_strong_more": ("Sterke oorzaak, factor {more} of meer", "Strong cause, factor {more} or more"),
    "cbs_truth_strong_fewer": ("Sterke oorzaak, factor {fewer} of minder", "Strong cause, factor {fewer} or less"),
    "cbs_truth_mild_more": ("Mildere oorzaak, omhoog", "Milder cause, upward"),
    "cbs_truth_mild_fewer": ("Mildere oorzaak, omlaag", "Milder cause, downward"),
    "cbs_truth_none": ("Geen oorzaak", "No cause"),
    "cbs_truth_note": (
        "Van bestaande gemeenten is de waarheid niet bekend; daar zegt de tabel over wat de regel kan en niet kan wat "
        "te verwachten is. De factor geldt het verwachte aantal; gewone spreiding is geen oorzaak.",
        "Of gemeenten that exist the truth is not known; there the table on what the rule can and cannot do says what "
        "is to be expected. The factor is on the expected count; ordinary spread is no cause.",
    ),
    "cbs_truth_hits": (
        "Treffers: {hits} van de {strong} sterke oorzaken, aan de goede kant. Gemist: {missed}.",
        "Hits: {hits} of the {strong} strong causes, in the right direction. Missed: {missed}.",
    ),
    "cbs_truth_false": (
        "Aangewezen: {flags}; onterecht (geen oorzaak, of een aan de andere kant): {false}; op een mildere oorzaak: "
        "{mild}.",
        "Flagged: {flags}; falsely (no cause, or one in the other direction): {false}; on a milder cause: {mild}.",
    ),
    "cbs_missed_one": ("{name} (verwacht {expected})", "{name} ({expected} expected)"),
}

_MODEL: dict[str, tuple[str, str]] = {
    "cbs_model": (
        "Model van het verwachte aantal voorzieningen, {jaar}",
        "Model of the expected number of voorzieningen, {jaar}",
    ),
    "cbs_irr": ("Verhouding per eenheid (95%)", "Ratio per unit (95%)"),
    "cbs_irr_note": (
        "Verhouding per eenheid: waarmee het verwachte aantal wordt vermenigvuldigd als het kenmerk 1 hoger is en de "
        "andere gelijk blijven. Van de constante: het aantal per persoon in de doelgroep als alle kenmerken 0 zijn.",
        "Ratio per unit: by which the expected count is multiplied when the covariate is 1 higher and the others stay "
        "the same. Of the intercept: the count per person in the target group when all covariates are 0.",
    ),
    "cbs_not_causal": (
        "De kenmerken maken gemeenten vergelijkbaar; een coëfficiënt is niet het gevolg van het kenmerk.",
        "The covariates make gemeenten comparable; a coefficient is not the effect of the covariate.",
    ),
    "cbs_formula": ("Formule: {formula}.", "Formula: {formula}."),
    "cbs_clustered": (
        "Standaardfouten houden rekening met samenhang binnen {cluster}.",
        "Standard errors allow for dependence within {cluster}.",
    ),
    "cbs_not_clustered": ("Standaardfouten van het model.", "Standard errors of the model."),
    "cbs_model_feiten": ("Feiten van het model, {jaar}", "Facts of the model, {jaar}"),
    "cbs_fact_family": ("Familie", "Family"),
    "cbs_fact_family_meaning": ("verdeling van de aantallen", "distribution of the counts"),
    "cbs_fact_n": ("Gemeenten, beoordeeld", "Gemeenten, judged"),
    "cbs_fact_n_meaning": ("met een verwacht aantal", "with an expected count"),
    "cbs_fact_n_estimation": ("Gemeenten, in de schatting", "Gemeenten, in the estimate"),
    "cbs_fact_n_estimation_meaning": (
        "wie ver afwijkt, bepaalt niet mee wat gewoon is",
        "who deviates far does not shape what is ordinary",
    ),
    "cbs_fact_df_residual": ("Vrijheidsgraden", "Degrees of freedom"),
    "cbs_fact_df_residual_meaning": (
        "gemeenten in de schatting min coëfficiënten",
        "gemeenten in the estimate less coefficients",
    ),
    "cbs_fact_dispersion": ("Dispersie (Pearson)", "Dispersion (Pearson)"),
    "cbs_fact_dispersion_meaning": (
        "van de gemeenten in de schatting; iets onder 1, want hun staarten zijn eraf",
        "of the gemeenten in the estimate; somewhat below 1, as their tails are cut",
    ),
    "cbs_fact_theta": ("Theta", "Theta"),
    "cbs_fact_theta_meaning": (
        "variantie = verwacht + verwacht²/theta; groter: gemeenten liggen dichter bij elkaar",
        "variance = expected + expected²/theta; larger: gemeenten lie closer together",
    ),
    "cbs_fact_log_likelihood": ("Log-aannemelijkheid", "Log likelihood"),
    "cbs_fact_log_likelihood_meaning": ("van de gemeenten in de schatting", "of the gemeenten in the estimate"),
    "cbs_fact_observed": ("Geregistreerd, som", "Registered, sum"),
    "cbs_fact_observed_meaning": ("van alle beoordeelde gemeenten", "of all gemeenten judged"),
    "cbs_fact_expected": ("Verwacht, som", "Expected, sum"),
    "cbs_fact_expected_meaning": (
        "van dezelfde gemeenten, door het model op allen",
        "of the same gemeenten, by the model on all",
    ),
    "cbs_fact_ratio_total": ("Geregistreerd / verwacht", "Registered / expected"),
    "cbs_fact_ratio_total_meaning": (
        "niet precies 1, want wie ver afwijkt zit niet in de schatting",
        "not exactly 1, as who deviates far is not in the estimate",
    ),
    "cbs_fact_offset_slope": ("Helling van de doelgroep", "Slope of the target group"),
    "cbs_fact_offset_slope_meaning": ("1: het aantal groeit evenredig", "1: the count grows in proportion"),
    "cbs_fact_offset_slope_p": ("p van de helling", "p of the slope"),
    "cbs_fact_offset_slope_p_meaning": ("toets dat zij 1 is", "test that it is 1"),
    "cbs_fact_iterations": ("Iteraties", "Iterations"),
    "cbs_fact_iterations_meaning": ("over alle ronden", "over all rounds"),
    "cbs_fact_converged": ("Geconvergeerd", "Converged"),
    "cbs_fact_converged_meaning": ("anders zou er geen tabel zijn", "otherwise there would be no table"),
}

TEXTS: dict[str, tuple[str, str]] = {**_SHARED, **_FLAGS, **_MODEL}
