"""Titles and notes of the tables of Proreact 2013, in Dutch and English."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "pro_source": (
        "R. van Berkel (2013), Proreact, hoofdstuk 2 en 7 en paragraaf 6.2; eigen berekening met reintegratie_stats",
        "R. van Berkel (2013), Proreact, chapters 2 and 7 and section 6.2; own computation with reintegratie_stats",
    ),
    "pro_synthetic": (
        "Gereproduceerd op verzonnen medewerkers; de organisaties zijn die van het onderzoek.",
        "Reproduced on invented staff; the organisations are those of the study.",
    ),
    "pro_tabel_1": (
        "Tabel 1 Medewerkers en respondenten naar organisatie en functiegroep",
        "Table 1 Staff and respondents by organisation and function group",
    ),
    "pro_trekking": (
        "De trekking van respondenten naar organisatie en functiegroep",
        "The draw of respondents by organisation and function group",
    ),
    "pro_tabel_3": ("Tabel 3 Opleiding van de respondenten", "Table 3 Education of the respondents"),
    "pro_caseload": (
        "Caseload op een werkweek van 36 uur naar organisatie en functie",
        "Caseload on a week of 36 hours by organisation and function",
    ),
    "pro_rekencontrole": (
        "Rekencontrole van de gepubliceerde tabellen 1 en 3",
        "Arithmetic check of the published tables 1 and 3",
    ),
    "pro_staff": ("Medewerkers", "Staff"),
    "pro_respondents": ("Respondenten", "Respondents"),
    "pro_sociale_dienst": ("Sociale dienst", "Sociale dienst"),
    "pro_sw_en_fontys": ("SW en Fontys Actief", "SW and Fontys Actief"),
    "pro_totaal": ("Totaal", "Total"),
    "pro_chosen": ("Gekozen", "Chosen"),
    "pro_together": ("samen", "together"),
    "pro_chance": ("Kans van ieder", "Chance of each"),
    "pro_outcomes": (
        "Benaderd zijn {approached} medewerkers: {unable} waren verhinderd en zijn door hun reserve vervangen, "
        "{refused} weigerden. Geïnterviewd is {share} van alle medewerkers.",
        "Approached were {approached} members of staff: {unable} were unable and were replaced by their reserve, "
        "{refused} refused. Interviewed was {share} of all staff.",
    ),
    "pro_draw_said": (
        "Geloot zijn {size} van de {of} medewerkers, met voor ieder een reserve uit dezelfde groep (zaad {seed}).",
        "Drawn by lot are {size} of {of} members of staff, with a reserve from the same group for each (seed {seed}).",
    ),
    "pro_caseload_said": (
        "Caseload × {base} / contracturen. Van minder dan {fewest} medewerkers staat er geen samenvatting: zij zou die "
        "van personen zijn.",
        "Caseload × {base} / contract hours. Of fewer than {fewest} members of staff there is no summary: it would be "
        "that of persons.",
    ),
    "pro_caseload_note": (
        "Taken verschillen: wie ook de uitkering beheert, of anderen het werk laat doen, is met zijn caseload niet "
        "zonder meer te vergelijken.",
        "Tasks differ: who pays benefit as well, or has others do the work, has a caseload that is not simply "
        "comparable.",
    ),
    "pro_check": ("Controle", "Check"),
    "pro_place": ("Plaats in de bron", "Place in the source"),
    "pro_computed": ("Berekend", "Computed"),
    "pro_checks_words": (
        "Wat de bron in woorden zegt (een kwart: 25), klopt als het daar dichtbij ligt.",
        "What the source says in words (een kwart, a quarter: 25) holds when it is near to it.",
    ),
    "pro_holds": ("Klopt", "Holds"),
    "pro_remark": ("Opmerking", "Remark"),
    "pro_yes": ("ja", "yes"),
    "pro_no": ("nee", "no"),
    "pro_checks_said": (
        "Van alle {rules} controles op de cijfers van dit document kloppen er {passes}; niet: {fails}. Hier "
        "staan die op tabel 1 en 3, en alle die niet kloppen.",
        "Of all {rules} checks on the figures of this document {passes} hold; not: {fails}. Here are those on "
        "tables 1 and 3 and all that do not hold.",
    ),
}
