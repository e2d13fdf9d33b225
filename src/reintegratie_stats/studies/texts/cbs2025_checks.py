"""Titles, notes and words of CBS 2025 on checks of the model, on soorten and years, on traits, and of the figures."""

from __future__ import annotations

_CHECKS: dict[str, tuple[str, str]] = {
    "cbs_diagnostiek": ("Controles van het model, {jaar}", "Checks of the model, {jaar}"),
    "cbs_diagnostics_note": (
        "Geen controle is een slagboom: een vreemd model kan de goede gemeenten aanwijzen, en omgekeerd.",
        "No check is a gate: a strange model can point at the right gemeenten, and the other way round.",
    ),
    "cbs_diagnostics_limits": (
        "Onder- en bovengrens: van de dispersie het bereik als de familie klopt, op allen; van de correlaties een "
        "95%-interval.",
        "Lower and upper limit: of the dispersion the range if the family holds, on all; of the correlations a 95% "
        "interval.",
    ),
    "cbs_seeds": (
        "Kwantielen over {seeds} trekkingen; p van groepen uit {permutations} permutaties; p na correctie volgens "
        "Benjamini en Hochberg.",
        "Quantiles over {seeds} draws; p of groups from {permutations} permutations; adjusted p by Benjamini and "
        "Hochberg.",
    ),
    "cbs_diagnostic_dispersion": ("Dispersie", "Dispersion"),
    "cbs_diagnostic_dispersion_null": ("1", "1"),
    "cbs_diagnostic_size_trend": ("Residu tegen omvang", "Residual against size"),
    "cbs_diagnostic_size_trend_null": ("0", "0"),
    "cbs_diagnostic_size_spread": ("Spreiding van het residu tegen omvang", "Spread of the residual against size"),
    "cbs_diagnostic_size_spread_null": ("0", "0"),
    "cbs_diagnostic_offset_slope": ("Helling van de doelgroep", "Slope of the target group"),
    "cbs_diagnostic_offset_slope_null": ("1", "1"),
    "cbs_diagnostic_quantiles": ("Afstand tot de normale verdeling", "Distance to the normal distribution"),
    "cbs_diagnostic_quantiles_null": ("0", "0"),
    "cbs_diagnostic_leverage": ("Grootste hefboom", "Largest leverage"),
    "cbs_diagnostic_leverage_null": ("–", "–"),
    "cbs_diagnostic_cook": ("Grootste afstand van Cook", "Largest Cook's distance"),
    "cbs_diagnostic_cook_null": ("< 1", "< 1"),
    "cbs_diagnostic_correlation": ("Samenhang", "Relation"),
    "cbs_diagnostic_correlation_null": ("0", "0"),
    "cbs_diagnostic_region": ("Klontering", "Clustering"),
    "cbs_diagnostic_region_null": ("0", "0"),
    "cbs_diagnostic_sensitivity": ("Aandeel dat onder alles blijft staan", "Share that stands under everything"),
    "cbs_diagnostic_sensitivity_null": ("1", "1"),
    "cbs_gevoeligheid": (
        "Wie er onder andere aannamen zouden opvallen, aantallen, {jaar}",
        "Who would stand out under other assumptions, counts, {jaar}",
    ),
    "cbs_gevoeligheid_gemeenten": (
        "Wie er onder andere aannamen zouden opvallen, per gemeente, {jaar}",
        "Who would stand out under other assumptions, by gemeente, {jaar}",
    ),
    "cbs_sensitivity_note": (
        "Dezelfde gegevens en formule, andere aannamen over de spreiding. Poisson en kleinste kwadraten staan er om te "
        "vergelijken: zij beschrijven aantallen van gemeenten slecht en beslissen niet. Op allen: wie ver afwijkt, "
        "rekt dan zelf de spreiding op en houdt anderen uit het zicht.",
        "The same data and formula, other assumptions about the spread. Poisson and least squares are there to compare "
        "with: they describe counts of gemeenten badly and do not decide. On all: who deviates far then stretches the "
        "spread and hides others.",
    ),
    "cbs_same_all": (
        "Onder alle aannamen die beslissen dezelfde kant op aangewezen: {same} van de {number}.",
        "Flagged in the same direction under all assumptions that decide: {same} of {number}.",
    ),
    "cbs_not_possible": (
        "Niet mogelijk met deze gegevens: {what}.",
        "Not possible with these data: {what}.",
    ),
    "cbs_short_meer": ("meer", "more"),
    "cbs_short_minder": ("minder", "fewer"),
    "cbs_short_verwacht": ("·", "·"),
    "cbs_short_niet_te_beoordelen": ("?", "?"),
    "cbs_short_note": (
        "· als verwacht, ? niet te beoordelen. Wie alleen onder Poisson of kleinste kwadraten opvalt, ontbreekt.",
        "· as expected, ? not to be judged. Who stands out only under Poisson or least squares is not listed.",
    ),
}

_PROFILES: dict[str, tuple[str, str]] = {
    "cbs_soorten": (
        "Verschillen tussen gemeenten per soort voorziening, {jaar}",
        "Differences between gemeenten by soort voorziening, {jaar}",
    ),
    "cbs_sd": ("Spreiding tussen gemeenten (95%)", "Spread between gemeenten (95%)"),
    "cbs_sd_note": (
        "Spreiding: standaardafwijking van de logaritme van geregistreerd / verwacht, toeval eraf. Bij 0,30 ligt twee "
        "derde van de gemeenten tussen 0,74 en 1,35 maal wat wordt verwacht. Gewone spreiding: zonder wie ver afwijkt.",
        "Spread: standard deviation of the logarithm of registered / expected, chance taken off. At 0.30 two thirds of "
        "the gemeenten lie between 0.74 and 1.35 times what is expected. Ordinary spread: without who deviates far.",
    ),
    "cbs_described": ("Soorten: {each}.", "Soorten (in Dutch): {each}."),
    "cbs_within": (
        "Elke soort is met dezelfde kenmerken apart geschat; de lijst met hoogstens {fdr} onterecht geldt per soort.",
        "Every soort was fitted on its own with the same covariates; the shortlist with at most {fdr} false is per "
        "soort.",
    ),
    "cbs_geldtoets": (
        "Liggen gemeenten dichter bij elkaar waar geld aan de voorziening hangt?",
        "Do gemeenten lie closer together where money is attached to the voorziening?",
    ),
    "cbs_of_all": ("Alle gemeenten", "All gemeenten"),
    "cbs_of_ordinary": ("Zonder wie ver afwijkt", "Without who deviates far"),
    "cbs_unit_soorten": ("soorten: permutatie", "soorten: permutation"),
    "cbs_unit_gemeenten": ("gemeenten: sandwich", "gemeenten: sandwich"),
    "cbs_mean_sd": ("Gemiddelde spreiding", "Mean spread"),
    "cbs_difference": ("Verschil (95%)", "Difference (95%)"),
    "cbs_money_which": ("Met geld: {given}. Zonder: {none}.", "With money: {given}. Without: {none}."),
    "cbs_money_note": (
        "Spreiding gemiddeld over de jaren. Wat wordt betaald, wordt beter geregistreerd (CBS 2025, 5.3.2.4); dan "
        "liggen gemeenten daar dichter bij elkaar.",
        "Spread averaged over the years. What is paid for is registered better (CBS 2025, 5.3.2.4); gemeenten then lie "
        "closer together there.",
    ),
    "cbs_money_units": (
        "Soorten: zouden andere soorten het ook laten zien? Alle verdelingen van geld over de soorten. Gemeenten: is "
        "het bij deze soorten meer dan toeval over gemeenten?",
        "Soorten: would other soorten show it too? All ways to deal out money over the soorten. Gemeenten: is it more "
        "than chance over gemeenten, for these soorten?",
    ),
    "cbs_volhardend_per_soort": (
        "Wie jaar na jaar opvalt, per soort voorziening",
        "Who stands out year after year, by soort voorziening",
    ),
    "cbs_volhardend": (
        "Wie jaar na jaar opvalt, waarop",
        "Who stands out year after year, on what",
    ),
    "cbs_persistent_meer": ("meer", "more"),
    "cbs_persistent_minder": ("minder", "fewer"),
    "cbs_persistent_beide": ("beide kanten", "both ways"),
    "cbs_persistent_onbeslist": ("onbeslist", "undecided"),
    "cbs_persistent_niet": ("niet", "not"),
    "cbs_persistence_note": (
        "In ten minste twee van de laatste drie jaren dezelfde kant op. Onbeslist: jaren die niet te beoordelen zijn, "
        "kunnen het verschil maken.",
        "In the same direction in at least two of the last three years. Undecided: years that could not be judged may "
        "make the difference.",
    ),
    "cbs_last_years": ("Jaren: {van} tot en met {tot}.", "Years: {van} up to and including {tot}."),
    "cbs_pattern_note": (
        "Patroon, oudste jaar eerst: ▲ meer, ▼ minder, · als verwacht, ? niet te beoordelen.",
        "Pattern, oldest year first: ▲ more, ▼ fewer, · as expected, ? not to be judged.",
    ),
    "cbs_sums_note": (
        "Geregistreerd en verwacht: sommen over de jaren die te beoordelen zijn.",
        "Registered and expected: sums over the years that could be judged.",
    ),
    "cbs_persistent_many": (
        "Per soort is apart getoetst: wie naar veel soorten kijkt, vindt ook toevallige. Twee van de drie jaren maakt "
        "toeval zeldzaam, niet onmogelijk; jaren van een gemeente hangen samen.",
        "Every soort was tested on its own: who looks at many finds chance ones too. Two of three years make chance "
        "rare, not impossible; the years of a gemeente go together.",
    ),
    "cbs_overgangen": (
        "Van jaar op jaar: wat er van een oordeel wordt",
        "From year to year: what becomes of a verdict",
    ),
    "cbs_all_soorten": ("alle soorten samen", "all soorten together"),
    "cbs_what_years": ("Over", "On"),
    "cbs_first_year": ("Eerste jaar", "First year"),
    "cbs_next_year": ("Het jaar erna", "The year after"),
    "cbs_transitions_note": (
        "Aantallen gemeenten; bij alle soorten samen gemeenten maal soorten. Blijft: het aandeel dat het jaar erna "
        "hetzelfde oordeel heeft.",
        "Numbers of gemeenten; for all soorten together gemeenten times soorten. Stays: the share with the same "
        "verdict the year after.",
    ),
}

_TRAITS: dict[str, tuple[str, str]] = {
    "cbs_kenmerken": (
        "Hangt geregistreerd / verwacht samen met kenmerken van de organisatie? {jaar}",
        "Does registered / expected go with traits of the organisation? {jaar}",
    ),
    "cbs_pooled": ("Verhouding, gekrompen (95%)", "Ratio, shrunken (95%)"),
    "cbs_effects_note": (
        "Verhouding: geregistreerd / verwacht tegenover de waarden van het kenmerk die niet opvallen, alle kenmerken "
        "samen, gekrompen naarmate er minder gemeenten zijn. p na correctie over alle waarden (Benjamini en Hochberg).",
        "Ratio: registered / expected against the values of the trait that do not stand out, all traits together, "
        "shrunken the fewer gemeenten there are. p adjusted over all values (Benjamini and Hochberg).",
    ),
    "cbs_trait_not_causal": (
        "Deze kenmerken staan niet in het model: een vermoede oorzaak mag niet wegverklaren wat moet opvallen. "
        "Samenhang is nog geen oorzaak.",
        "These traits are not in the model: a suspected cause may not explain away what should stand out. A relation "
        "is not yet a cause.",
    ),
    "cbs_kenmerken_spreiding": (
        "Hoeveel van de spreiding tussen gemeenten tussen de waarden van een kenmerk ligt, {jaar}",
        "How much of the spread between gemeenten lies between the values of a trait, {jaar}",
    ),
    "cbs_all_traits": ("Alle kenmerken samen", "All traits together"),
    "cbs_share": ("Aandeel tussen de waarden (95%)", "Share between the values (95%)"),
    "cbs_spread_note": (
        "Spreiding: standaardafwijking van de logaritme van geregistreerd / verwacht, toeval eraf; wie zeer ver "
        "afwijkt, telt als 2,5 standaardafwijking. p: permutatie van de waarden over gemeenten.",
        "Spread: standard deviation of the logarithm of registered / expected, chance taken off; who deviates very far "
        "counts as 2.5 standard deviations. p: permutation of the values over gemeenten.",
    ),
    "cbs_clusters": (
        "Wie opvalt: alleen, of door wat hij met andere gemeenten deelt, {jaar}",
        "Who stands out: alone, or through what is shared with other gemeenten, {jaar}",
    ),
    "cbs_cluster_gedeeld": ("Gedeeld", "Shared"),
    "cbs_cluster_beide": ("Gedeeld en eigen", "Shared and own"),
    "cbs_cluster_eigen": ("Eigen", "Own"),
    "cbs_clusters_note": (
        "Verhouding van de anderen: van de gemeenten die het kenmerk delen, zonder deze gemeente. Eigen verhouding: "
        "wat overblijft. Eén gesprek met een samenwerkingsverband kan meer zeggen dan vijf met haar gemeenten.",
        "Ratio of the others: of the gemeenten that share the trait, without this gemeente. Own ratio: what remains. "
        "One talk with a samenwerkingsverband can say more than five with its gemeenten.",
    ),
    "cbs_clusters_counts": (
        "Van wie opvalt: {gedeeld_flagged} gedeeld, {beide_flagged} gedeeld en eigen, {eigen_flagged} eigen. Daarnaast "
        "delen {others} gemeenten die niet opvallen een kenmerk dat opvalt.",
        "Of who stands out: {gedeeld_flagged} shared, {beide_flagged} shared and own, {eigen_flagged} own. Beside them "
        "{others} gemeenten that do not stand out share a trait that does.",
    ),
}

_FIGURES: dict[str, tuple[str, str]] = {
    "cbs_trechter": (
        "Geregistreerd / verwacht tegen het verwachte aantal",
        "Registered / expected against the expected count",
    ),
    "cbs_trechter_sub": ("Voorzieningen per gemeente, {jaar}", "Voorzieningen by gemeente, {jaar}"),
    "cbs_trechter_note": (
        "Grenzen van het geschatte model; een vlag telt ook de onzekerheid van de verwachting en de lijst mee.",
        "Limits of the fitted model; a flag also counts the uncertainty of the expectation and the shortlist.",
    ),
    "cbs_rupsfiguur": ("Gekrompen verhouding van elke gemeente", "Shrunken ratio of every gemeente"),
    "cbs_rupsfiguur_sub": ("Voorzieningen per gemeente, {jaar}", "Voorzieningen by gemeente, {jaar}"),
    "cbs_rupsfiguur_note": (
        "Streep: {level}-interval. Geen ranglijst: de intervallen van de meeste gemeenten overlappen.",
        "Line: {level} interval. No league table: the intervals of most gemeenten overlap.",
    ),
    "cbs_geregistreerd_verwacht": ("Geregistreerd tegen verwacht", "Registered against expected"),
    "cbs_geregistreerd_verwacht_sub": ("Voorzieningen per gemeente, {jaar}", "Voorzieningen by gemeente, {jaar}"),
    "cbs_geregistreerd_verwacht_note": (
        "Verwacht door een model dat de gemeente zelf niet heeft gezien.",
        "Expected by a model that has not seen the gemeente itself.",
    ),
    "cbs_heatmap": ("Wie op welke soort voorziening opvalt", "Who stands out on which soort voorziening"),
    "cbs_heatmap_sub": ("Per soort en jaar", "By soort and year"),
    "cbs_heatmap_note": ("Elke soort is apart geschat.", "Every soort was fitted on its own."),
    "cbs_figuur_diagnostiek": ("Controles van het model", "Checks of the model"),
    "cbs_figuur_diagnostiek_sub": ("Voorzieningen per gemeente, {jaar}", "Voorzieningen by gemeente, {jaar}"),
    "cbs_figuur_diagnostiek_note": (
        "De cijfers staan in de tabel met controles van het model.",
        "The figures stand in the table with checks of the model.",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {**_CHECKS, **_PROFILES, **_TRAITS, **_FIGURES}
