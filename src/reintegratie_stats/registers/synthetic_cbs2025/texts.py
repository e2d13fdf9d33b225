"""Invented things that people in interviews might have said; nobody said them."""

from __future__ import annotations

from collections.abc import Mapping

CITATEN: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("doelgroep", "meer"): (
        "Bij ons mag iedereen binnenlopen, ook wie geen uitkering krijgt.",
        "De scholen sturen jongeren naar ons door, die helpen we gewoon.",
    ),
    ("doelgroep", "minder"): (
        "Wie geen bijstand heeft, zien we hier eigenlijk niet.",
        "We hebben gekozen voor de mensen in de bijstand, meer lukt niet.",
    ),
    ("moment_toekenning", "meer"): (
        "De eerste week van de aanvraag zit je al in een training.",
        "We wachten niet op het besluit over de uitkering.",
    ),
    ("moment_toekenning", "minder"): ("Pas als de uitkering loopt kijken we naar werk.",),
    ("eigen_middelen", "meer"): (
        "Onze jobcoaches zitten op de gang, dus je schuift zo iemand door.",
        "De trainingen geven we zelf, er is altijd plek.",
    ),
    ("eigen_middelen", "minder"): ("Voor alles moeten we inkopen, dan denk je er twee keer over na.",),
    ("gemeentespecifiek", "meer"): (
        "De bus rijdt twee keer per dag, dus reiskosten betalen we veel.",
        "De praktijkschool regelt het werk zelf en belt ons voor de subsidie.",
    ),
    ("gemeentespecifiek", "minder"): (
        "Eerst een dak en rust, dan pas werk; dat duurt hier lang.",
        "De schulden gaan bij ons voor.",
    ),
    ("administratieve_last", "meer"): (
        "Afsluiten vergeten we, er staan er nog van jaren terug open.",
        "We hebben in een maand alles ingevoerd wat was blijven liggen.",
    ),
    ("administratieve_last", "minder"): (
        "Er was niemand om het in te voeren.",
        "Vroeger deed een collega dit twee dagen per week, die plek is weg.",
    ),
    ("belang_registratie", "meer"): ("Elke maand lopen we de lijst met het team na.",),
    ("belang_registratie", "minder"): (
        "Eerlijk gezegd hangt het onderaan de lijst.",
        "De klantmanagers zien niet wat zij eraan hebben.",
    ),
    ("registratiesystemen", "meer"): (
        "Voor de nazorg houden we bij iedereen een regel open.",
        "Alles wat je doet moet als activiteit in het systeem, anders raak je het kwijt.",
    ),
    ("registratiesystemen", "minder"): (
        "Het blijft op concept staan tot iemand op de knop drukt.",
        "Dat zit in een ander systeem en die twee praten niet met elkaar.",
        "Sinds de nieuwe versie komt het niet meer mee in de levering.",
    ),
    ("financiele_component", "meer"): ("Zonder opdracht geen factuur, dus alles staat erin.",),
    ("financiele_component", "minder"): (
        "Waar geen rekening achteraan komt, boekt niemand iets.",
        "De subsidies kloppen, de rest weet ik niet.",
    ),
    ("coaching_of_monitoren", "meer"): ("Elk gesprek is begeleiding, dus iedereen heeft coaching.",),
    ("coaching_of_monitoren", "minder"): (
        "Begeleiden is gewoon ons werk, dat noemen we geen voorziening.",
        "Alleen bij wekelijks contact zetten we het erin.",
    ),
    ("interpretatie_richtlijn", "meer"): ("Als we twijfelen gaat het naar overig.",),
    ("interpretatie_richtlijn", "minder"): (
        "Als we twijfelen laten we het weg.",
        "Ik wist niet dat er een richtlijn was.",
    ),
    ("taakverdeling", "meer"): ("Onze collega's van werk doen niets anders dan werk.",),
    ("taakverdeling", "minder"): (
        "Sinds iedereen alles doet, gaat de tijd op aan de uitkeringen.",
        "Inkomen en werk zitten bij een persoon, en inkomen wint.",
    ),
}
"""Per cause and direction, one to three short texts."""
