"""Labels of interviews, respondents and causes."""

from __future__ import annotations

from typing import Final

from reintegratie_stats.report.wording.kinds import Wording

LABELS: Final[Wording] = {
    "column": {
        "rol": ("Rol", "Role"),
        "reserve_voor": ("Reserve voor", "Reserve for"),
        "rang": ("Rang", "Rank"),
        "reden": ("Reden", "Reason"),
        "rule": ("Regel", "Rule"),
        "low": ("Ten minste", "At least"),
        "high": ("Ten hoogste", "At most"),
        "got": ("Gekregen", "Got"),
        "slack": ("Ruimte", "Slack"),
        "available": ("Beschikbaar", "Available"),
        "tweeling_van": ("Tweeling van", "Twin of"),
        "afstand": ("Afstand (sd)", "Distance (sd)"),
        "soort": ("Soort", "Class"),
        "oorzaak": ("Oorzaak", "Cause"),
        "gemeenten": ("Gemeenten", "Gemeenten"),
        "van": ("Van", "Of"),
        "fieldwork_aandeel": ("Aandeel", "Share"),
        "fieldwork_lower": ("Ondergrens", "Lower limit"),
        "fieldwork_upper": ("Bovengrens", "Upper limit"),
        "richting_meer": ("Leidt tot meer", "Makes for more"),
        "richting_minder": ("Leidt tot minder", "Makes for fewer"),
        "richting_verdeeld": ("Verdeeld", "Divided"),
        "sterkte": ("Sterkte (1–3)", "Strength (1–3)"),
        "overeenstemming": ("Alfa", "Alpha"),
        "effect_z": ("Samenhang met het residu", "Tie with the residual"),
        "p_adjusted": ("p (aangepast)", "p (adjusted)"),
        "richting_aandeel": ("Residu aan de kant van de oorzaak", "Residual on the side of the cause"),
        "gelijk_gecodeerd": ("Gelijk gecodeerd", "Coded alike"),
        "kappa": ("Kappa", "Kappa"),
        "samenhang_met": ("Met de oorzaak", "With the cause"),
        "samenhang_zonder": ("Zonder", "Without"),
        "samenhang_zelfde_kant": ("Residu aan de kant van de oorzaak (aantal)", "Residual on its side (number)"),
        "samenhang_z_met": ("Residu met", "Residual with"),
        "samenhang_z_zonder": ("Residu zonder", "Residual without"),
        "bewijs": ("Bewijs", "Evidence"),
        "tekort": ("Wat ontbreekt voor meer", "What is lacking for more"),
        "klasse": ("Klasse", "Class"),
        "trefkans_gemeenten": ("Gemeenten", "Gemeenten"),
        "trefkans_niet_geinterviewd": ("Niet geïnterviewd", "Not interviewed"),
        "trefkans_onbekend": ("Uitkomst onbekend", "Outcome unknown"),
        "trefkans_bekend": ("Uitkomst bekend", "Outcome known"),
        "trefkans_treffers": ("Registratiefout", "Registration error"),
        "organisatie": ("Organisatie", "Organisation"),
        "functiegroep": ("Functiegroep", "Function group"),
        "functie": ("Functie", "Function"),
        "opleiding": ("Opleiding", "Education"),
        "sociale_dienst": ("Sociale dienst", "Sociale dienst"),
        "sw_en_fontys": ("SW en Fontys Actief", "SW and Fontys Actief"),
        "totaal": ("Totaal", "Total"),
        "medewerkers": ("Medewerkers", "Staff"),
        "benaderd": ("Benaderd", "Approached"),
        "geinterviewd": ("Respondenten", "Respondents"),
        "verhinderd": ("Verhinderd", "Unable"),
        "geweigerd": ("Geweigerd", "Refused"),
        "reserves": ("Reserves", "Reserves"),
        "reserves_tekort": ("Reserves te weinig", "Reserves lacking"),
        "caseload_n": ("Caseload bekend van", "Caseload known of"),
        "caseload_ontbreekt": ("Caseload onbekend van", "Caseload unknown of"),
        "caseload_mean": ("Gemiddelde", "Mean"),
        "caseload_min": ("Laagste", "Lowest"),
        "caseload_q1": ("Eerste kwartiel", "First quartile"),
        "caseload_median": ("Mediaan", "Median"),
        "caseload_q3": ("Derde kwartiel", "Third quartile"),
        "caseload_max": ("Hoogste", "Highest"),
        "population": ("Populatie", "Population"),
        "asked": ("Gevraagd", "Asked"),
        "answered": ("Geantwoord", "Answered"),
        "response_rate": ("Respons", "Response"),
        "chance_lower": ("Ondergrens (respons als toeval)", "Lower limit (response as chance)"),
        "chance_upper": ("Bovengrens (respons als toeval)", "Upper limit (response as chance)"),
        "trait": ("Kenmerk", "Trait"),
        "category": ("Categorie", "Category"),
        "all_value": ("Alle", "All"),
        "respondent_value": ("Respondenten", "Respondents"),
        "standardised": ("Gestandaardiseerd verschil", "Standardised difference"),
        "question": ("Vraag", "Question"),
        "answer": ("Antwoord", "Answer"),
        "weighted": ("Gewogen", "Weighted"),
        "std_error_share": ("Standaardfout", "Standard error"),
    },
    "rol": {"gekozen": ("gekozen", "chosen"), "reserve": ("reserve", "reserve")},
    "draw_rule": {
        "size": ("aantal gemeenten", "number of gemeenten"),
        "quota": ("precies", "exactly"),
        "between": ("van tot en met", "from to"),
        "minimum": ("ten minste", "at least"),
        "maximum": ("ten hoogste", "at most"),
        "one_per": ("hoogstens één per", "at most one per"),
        "must_have": ("moet erin", "must be in"),
        "must_not_have": ("mag er niet in", "may not be in"),
        "certainty": ("altijd erin", "always in"),
        "spread": ("gespreid", "spread"),
    },
    "reason": {
        "geen_variatie": ("alle codes zijn gelijk: niets om het over eens te zijn", "all codes are the same"),
        "niemand_dubbel": ("geen gemeente is door twee codeurs gecodeerd", "no gemeente was coded by two coders"),
        "een_gemeente": ("alle verschil zit in één gemeente: geen interval", "all variation is in one gemeente"),
        "twee_codeurs": ("kappa is voor twee codeurs", "kappa is for two coders"),
        "oorzaak_niet_gevonden": ("de oorzaak telt in geen gemeente", "the cause counts in no gemeente"),
        "geen_verschil": (
            "alle gemeenten zijn voor deze oorzaak gelijk: niets te vergelijken",
            "all gemeenten are alike for this cause: nothing to compare",
        ),
        "te_weinig_verdelingen": (
            "te weinig gemeenten voor een interval op dit niveau",
            "too few gemeenten for an interval at this level",
        ),
        "geen_bekende_uitkomst": ("niemand met een bekende uitkomst", "nobody with a known outcome"),
    },
    "soort_oorzaak": {
        "feitelijk": ("Feitelijk", "Actual"),
        "administratief": ("Administratief", "Administrative"),
        "hybride": ("Hybride", "Hybrid"),
        "geen": ("Geen oorzaak", "No cause"),
        "alle": ("Alle", "All"),
    },
    "bewijs": {
        "beperkt": ("beperkt", "limited"),
        "redelijk": ("redelijk", "fair"),
        "sterk": ("sterk", "strong"),
    },
    "klasse_trefkans": {
        "meer": ("Meer dan verwacht", "More than expected"),
        "minder": ("Minder dan verwacht", "Fewer than expected"),
        "meer_of_minder": ("Meer of minder", "More or fewer"),
        "verwacht": ("Als verwacht (geen vlag)", "As expected (no flag)"),
    },
    "evidence_rule": {
        "redelijk": ("Redelijk bewijs", "Fair evidence"),
        "sterk": ("Sterk bewijs", "Strong evidence"),
        "beperkt": (
            "Beperkt bewijs: al het mindere. Wat niet is gemeten, telt als niet gehaald.",
            "Limited evidence: anything less. What was not measured counts as not met.",
        ),
        "gemeenten": ("de oorzaak telt in ten minste {} gemeenten", "the cause counts in at least {} gemeenten"),
        "overeenstemming": ("alfa is ten minste {}", "alpha is at least {}"),
        "samenhang": (
            "de samenhang met het residu heeft een aangepaste p van hoogstens {} en ligt aan de kant waar de oorzaak "
            "op wijst",
            "the tie with the residual has an adjusted p of at most {} and lies on the side that the cause points to",
        ),
        "richting": (
            "in ten minste {} van die gemeenten ligt het residu aan de kant waar de oorzaak op wijst",
            "in at least {} of these gemeenten the residual lies on the side that the cause points to",
        ),
        "and": (" en ", ", and "),
        "own": ("De regel is van dit pakket en niet van de bron.", "The rule is of this package, not of the source."),
        "not_found": ("in geen gemeente gevonden", "found in no gemeente"),
    },
    "evidence_criterion": {
        "gemeenten": ("aantal gemeenten", "number of gemeenten"),
        "overeenstemming": ("overeenstemming", "agreement"),
        "samenhang": ("samenhang met het residu", "tie with the residual"),
        "richting": ("richting", "direction"),
    },
    "fieldwork_title": {
        "causes_by_oorzaak": ("Oorzaken uit de interviews", "Causes from the interviews"),
        "causes_by_soort": ("Soorten oorzaken uit de interviews", "Classes of causes from the interviews"),
        "evidence": ("Bewijs per oorzaak", "Evidence per cause"),
        "ties": ("Oorzaken en het residu", "Causes and the residual"),
        "agreement_genoemd": (
            "Overeenstemming tussen codeurs: of een oorzaak is genoemd",
            "Agreement between coders: whether a cause was named",
        ),
        "agreement_sterkte": (
            "Overeenstemming tussen codeurs: hoe sterk een oorzaak is",
            "Agreement between coders: how strong a cause is",
        ),
        "agreement_richting": (
            "Overeenstemming tussen codeurs: welke kant een oorzaak op wijst",
            "Agreement between coders: which way a cause points",
        ),
        "hit_rate": (
            "Hoe vaak een vlag een registratiefout bleek",
            "How often a flag turned out to be a registration error",
        ),
    },
    "fieldwork_note": {
        "agree_any": (
            "Een oorzaak telt als één codeur haar noemt.",
            "A cause counts when one coder names it.",
        ),
        "agree_majority": (
            "Een oorzaak telt als meer dan de helft van de codeurs van een gemeente haar noemt.",
            "A cause counts when more than half of the coders of a gemeente name it.",
        ),
        "agree_all": (
            "Een oorzaak telt als alle codeurs van een gemeente haar noemen.",
            "A cause counts when all coders of a gemeente name it.",
        ),
        "chosen": (
            "Het aandeel geldt de geïnterviewde gemeenten; die zijn gekozen en niet geloot.",
            "The share is of the gemeenten interviewed, which were chosen and not drawn by lot.",
        ),
        "tie_richting": (
            "Samenhang: het verschil in residu, positief als het residu aan de kant ligt waar de oorzaak op wijst. "
            "Permutatietoets; p aangepast voor het aantal oorzaken (Benjamini-Hochberg).",
            "Tie: the difference in the residual, positive where it lies on the side that the cause points to. "
            "Permutation test; p adjusted for the number of causes (Benjamini-Hochberg).",
        ),
        "tie_genoemd": (
            "Samenhang: het gemiddelde residu met de oorzaak min dat zonder. Permutatietoets; p aangepast voor het "
            "aantal oorzaken (Benjamini-Hochberg).",
            "Tie: the mean residual with the cause less that without. Permutation test; p adjusted for the number of "
            "causes (Benjamini-Hochberg).",
        ),
        "tie_chosen": (
            "De gemeenten zijn op hun residu gekozen: de toets geldt voor deze gemeenten, de grootte van het verschil "
            "niet voor alle.",
            "The gemeenten were chosen by their residual: the test holds for them, the size of the difference does not "
            "hold for all.",
        ),
        "tie_within": (
            "De toets is per klasse (meer, minder, verwacht) gedaan.",
            "The test is conditioned on the class (more, fewer, as expected).",
        ),
        "agreement": (
            "Alfa van Krippendorff en kappa van Cohen: 1 is volledige overeenstemming, 0 die van het toeval. Bij een "
            "oorzaak die bijna niemand noemt, is er weinig om het over eens te zijn: lees dan het aandeel gelijk "
            "gecodeerd.",
            "Krippendorff's alpha and Cohen's kappa: 1 is perfect agreement, 0 that of chance. For a cause that hardly "
            "anybody named there is little to agree on: read the share that was coded alike.",
        ),
        "hit": ("Als registratiefout telt: {}.", "Counts as a registration error: {}."),
        "kept_out": (
            "Wie niet is geïnterviewd of van wie de uitkomst niet bekend is, telt niet mee in het aandeel.",
            "Who was not interviewed, or whose outcome is not known, does not count in the share.",
        ),
        "own": ("Eigen berekening; interval van Clopper en Pearson", "Own figures; interval of Clopper and Pearson"),
    },
    "respondent_text": {
        "gekozen": (
            "geloot: {number} van {total} in deze groep, ieder met kans {share}",
            "drawn by lot: {number} of {total} in this group, each with chance {share}",
        ),
        "reserve": (
            "reserve {turn}, geloot uit dezelfde groep",
            "reserve {turn}, drawn by lot from the same group",
        ),
        "tekort": (
            "In {stratum} zijn {given} van {asked} reserves: de groep is te klein voor meer.",
            "In {stratum} there are {given} of {asked} reserves: the group is too small for more.",
        ),
        "buiten": (
            "{number} medewerkers zijn in groepen waaruit niet is geloot.",
            "{number} staff are in groups that were not drawn from.",
        ),
        "totaal": ("Totaal", "Total"),
        "onbekend": ("Onbekend", "Unknown"),
        "geen_caseload": ("van niemand bekend", "known of nobody"),
        "te_weinig": ("van minder dan {fewest} bekend", "known of fewer than {fewest}"),
        "samen_te_weinig": (
            "zou tonen wat van minder dan {fewest} is weggelaten",
            "would show what is left out of fewer than {fewest}",
        ),
    },
    "response_text": {
        "niemand_gevraagd": ("niemand gevraagd", "nobody was asked"),
        "geen_bevolking": ("de omvang van de populatie is niet opgegeven", "the size of the population is not given"),
        "niemand_geantwoord": ("niemand heeft geantwoord", "nobody answered"),
        "allen_gevraagd": (
            "Allen zijn gevraagd: de respons is geteld en niet geschat, haar interval voor de eindige populatie heeft "
            "geen breedte. Het interval met respons als toeval staat ernaast.",
            "All were asked: response is counted, not estimated, and its interval for the finite population has no "
            "width. The interval with response as chance stands beside it.",
        ),
        "gemiddelde": ("gemiddelde", "mean"),
        "kans_0_of_1": (
            "In een categorie of combinatie van kenmerken antwoordden allen of niemand: de kans is daar 1 of 0.",
            "In a category or combination of traits everybody or nobody answered: the chance there is 1 or 0.",
        ),
        "kans_in_bootstrap": (
            "In {lost} van {replicates} trekkingen van de bootstrap liep een kans naar 0 of 1.",
            "In {lost} of {replicates} draws of the bootstrap a chance ran to 0 or 1.",
        ),
        "r_is_1": (
            "De kansen op antwoord verschillen minder dan door toeval: R is op 1 gesteld.",
            "Chances of response differ less than by chance: R is put at 1.",
        ),
        "weinig": (
            "Minder dan {fewest} respondenten in: {names}.",
            "Fewer than {fewest} respondents in: {names}.",
        ),
    },
}
