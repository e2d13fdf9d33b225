"""Titles and notes of the tables of RWI 2004, in Dutch and English."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "tabel_5_1": (
        "Tabel 5.1 Resultaten cijferonderzoek, twaalf gemeenten (centrale analyse)",
        "Table 5.1 Results of the central analysis, twelve gemeenten",
    ),
    "tabel_5_2": (
        "Tabel 5.2 Centrale en lokale analyse in drie gemeenten",
        "Table 5.2 Central and local analysis in three gemeenten",
    ),
    "tabel_b3_1": (
        "Tabel B 3.1 Lokale analyse gemeente 3",
        "Table B 3.1 Local analysis of gemeente 3",
    ),
    "tabel_b3_tellingen": (
        "Bijlage 3 Tellingen in de tekst, gemeente 1 en 2 (lokale analyse)",
        "Annex 3 Counts in the text, gemeente 1 and 2 (local analysis)",
    ),
    "tabel_gemeenten": (
        "Instroom eerste helft 2002 en ratio's per gemeente (centrale analyse)",
        "Inflow first half of 2002 and ratios per gemeente (central analysis)",
    ),
    "tabel_uitval": (
        "Wat elke stap van de centrale analyse weglaat",
        "What each step of the central analysis leaves out",
    ),
    "figuur_5_1": (
        "Figuur 5.1 Van instroom in de bijstand naar traject en uitstroom",
        "Figure 5.1 From inflow into benefit to traject and outflow",
    ),
    "figuur_5_1_sub": (
        "Twaalf gemeenten, instroom in de eerste helft van 2002, uitstroom tot en met 30 juni 2003",
        "Twelve gemeenten, inflow in the first half of 2002, outflow up to and including 30 June 2003",
    ),
    "figuur_5_1_note": (
        "Percentages in de vakken: aandeel van het vak erboven.",
        "Per cents in the boxes: share of the box above.",
    ),
    "source": (
        "RWI 2004, Vangnet met veerkracht, hoofdstuk 5 en bijlage 3 (gepubliceerd); "
        "reintegratie_stats op synthetische registers (gereproduceerd)",
        "RWI 2004, Vangnet met veerkracht, chapter 5 and annex 3 (published); "
        "reintegratie_stats on synthetic registers (reproduced)",
    ),
    "synthetic": (
        "Gereproduceerd uit synthetische registers, geijkt op de gepubliceerde cijfers: geen echte personen, "
        "fictieve gemeenten.",
        "Reproduced from synthetic registers, calibrated to the published figures: no real persons, "
        "fictional gemeenten.",
    ),
    "printed": (
        "Verschil: gereproduceerd min gepubliceerd, beide afgerond op hele procenten.",
        "Difference: reproduced minus published, both in whole per cent.",
    ),
    "interval": ("95%-interval (Wilson)", "95% interval (Wilson)"),
    "tabel_5_1_81": (
        "De niet-sluitingsratio staat in de bron bij figuur 5.1, de andere ratio's in tabel 5.1.",
        "The niet-sluitingsratio stands in the source with figure 5.1, the other ratios in table 5.1.",
    ),
    "uitstroomratio": (
        "De uitstroomratio is het aandeel dat is uitgestroomd; § 5.2.1 van de bron omschrijft hem als het aandeel "
        "dat nog in de bijstand is, maar gebruikt hem overal als uitstroom.",
        "The uitstroomratio is the share that left; § 5.2.1 of the source words it as the share still on benefit, "
        "but uses it as outflow everywhere.",
    ),
    "step": ("Stap", "Step"),
    "unit": ("Eenheid", "Unit"),
    "b3_1_X": ("Instroom 1-1-2002 tot 1-7-2002", "Inflow 1-1-2002 to before 1-7-2002"),
    "b3_1_Y": ("Na 365 dagen nog in uitkering", "Still on benefit after 365 days"),
    "b3_1_Y-Z": ("Vrijgesteld van de arbeidsplicht", "Exempt from the labour obligation"),
    "b3_1_Z": ("Doelgroep (arbeidsplichtig)", "Target group (under labour obligation)"),
    "b3_1_A": ("Plan of instrument binnen een jaar", "Plan or instrument within a year"),
    "b3_1_B": ("Niet sluitend", "No offer within a year"),
    "b3_1": (
        "Een plan zonder instrument en een instrument zonder plan tellen beide mee (bijlage 3, B 3.3).",
        "A plan without an instrument and an instrument without a plan both count (annex 3, B 3.3).",
    ),
    "b3_3": (
        "De lopende tekst van B 3.3 noemt 153 vrijgestelden en 74 overigen; dat telt niet op tot 233, de tabel wel.",
        "The text of B 3.3 states 153 exempt and 74 others, which does not add up to 233; the table does.",
    ),
    "b3.1.instroom": ("Instroom", "Inflow"),
    "b3.1.langdurig": ("Langdurig", "Long-term"),
    "b3.1.arbeidsplichtig-eerst": (
        "Arbeidsplichtig volgens het uitkeringssysteem",
        "Under labour obligation according to the benefit system",
    ),
    "b3.1.arbeidsplichtig": (
        "Arbeidsplichtig na dossieronderzoek",
        "Under labour obligation after file research",
    ),
    "b3.1.traject": ("Traject binnen een jaar", "Traject within a year"),
    "b3.1.uitgestroomd": (
        "Met traject uitgestroomd tot en met 30 juni 2003",
        "With traject, left up to and including 30 June 2003",
    ),
    "b3.1.uitgestroomd-later": (
        "Met traject uitgestroomd een half jaar later",
        "With traject, left half a year later",
    ),
    "b3.2.arbeidsplichtig": ("Langdurig en arbeidsplichtig", "Long-term, under labour obligation"),
    "b3.2.traject": ("Traject binnen een jaar", "Traject within a year"),
    "b3_counts": (
        "Volgens het uitkeringssysteem: alleen vrijstellingen die daarin zijn vastgesteld. "
        "Een half jaar later: uitstroom tot en met 1 januari 2004.",
        "According to the benefit system: only exemptions that were established in it. "
        "Half a year later: left up to and including 1 January 2004.",
    ),
}
