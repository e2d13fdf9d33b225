"""Labels of the report on the quality of registers."""

from __future__ import annotations

from typing import Final

from reintegratie_stats.report.wording.kinds import Wording

LABELS: Final[Wording] = {
    "column": {
        "quality_table": ("Register", "Register"),
        "quality_column": ("Kolom", "Column"),
        "quality_severity": ("Ernst", "Severity"),
        "quality_unit": ("Eenheid", "Unit"),
        "quality_items": ("Aantal", "Items"),
        "quality_passes": ("Voldoet", "Passes"),
        "quality_fails": ("Voldoet niet", "Fails"),
        "quality_missing": ("Niet te beoordelen", "Not to be judged"),
        "quality_file": ("Bestand", "File"),
        "quality_step": ("Stap", "Step"),
        "quality_because": ("Waarom", "Why"),
        "quality_rows": ("Rijen", "Rows"),
        "quality_source_rows": ("In de bron", "In the source"),
        "quality_taken_out": ("Weggelaten door de layout", "Taken out by the layout"),
        "quality_read": ("Gelezen", "Read"),
        "quality_checked": ("Gecontroleerd", "Checked"),
        "quality_set_aside": ("Terzijde gelegd", "Set aside"),
        "quality_used": ("Gebruikt", "Used"),
        "quality_first_rule": ("Eerste regel waaraan de rij niet voldoet", "First rule that the row fails"),
        "quality_from": ("Register", "Register"),
        "quality_other": ("Gezocht in", "Looked up in"),
        "quality_key": ("Sleutel", "Key"),
        "quality_keys": ("Sleutels", "Keys"),
        "quality_matched": ("Gevonden", "Found"),
        "quality_unmatched": ("Niet gevonden", "Not found"),
        "quality_duplicated": ("Op meer rijen", "On more rows"),
        "quality_there": ("Wel", "Yes"),
        "quality_not_there": ("Niet", "No"),
        "quality_rows_matched": ("Rijen gevonden", "Rows found"),
        "quality_rows_unmatched": ("Rijen niet gevonden", "Rows not found"),
        "quality_persons": ("Personen met bijstand", "Persons on bijstand"),
    },
    "quality_severity": {
        "fout": ("fout", "error"),
        "waarschuwing": ("waarschuwing", "warning"),
        "uit": ("uit", "off"),
    },
    "quality_unit": {
        "rij": ("rij", "row"),
        "maand": ("maand", "month"),
        "jaar": ("jaar", "year"),
        "gemeente": ("gemeente", "gemeente"),
        "persoon": ("persoon", "person"),
    },
    "quality_where": {
        "gemeente": ("Gemeente", "Gemeente"),
        "maand": ("Maand", "Month"),
        "jaar": ("Jaar", "Year"),
        "rijen": ("Rijen", "Rows"),
        "personen": ("Personen", "Persons"),
        "verwacht": ("Verwacht", "Expected"),
        "aandeel": ("Aandeel", "Share"),
        "verhouding": ("Verhouding", "Ratio"),
        "van_rijen": ("Van rijen", "Of rows"),
        "van": ("Van", "From"),
        "tot_en_met": ("Tot en met", "Up to and including"),
        "maat": ("Maat", "Measure"),
        "wat": ("Wat", "What"),
        "rijen_ervoor": ("Rijen ervoor", "Rows before"),
        "rijen_erna": ("Rijen erna", "Rows after"),
        "lengte": ("Lengte", "Length"),
        "met_voorloopnul": ("Met voorloopnul", "With leading zero"),
        "datum": ("Datum", "Date"),
        "geschreven": ("Geschreven als", "Written as"),
    },
    "quality_what": {
        "instroom": ("instroom", "inflow"),
        "stand": ("stand", "stock"),
        "verschijnt": ("verschijnt", "appears"),
        "verdwijnt": ("verdwijnt", "vanishes"),
        "gat": ("gat", "gap"),
    },
    "row_rule": {
        "is ingevuld": ("is ingevuld", "is filled in"),
        "bestaat niet uit nullen": ("bestaat niet uit nullen", "does not consist of zeros"),
        "heeft geen spaties rondom": ("heeft geen spaties rondom", "has no blanks around it"),
        "is een datum": ("is een datum", "is a date"),
        "is een getal": ("is een getal", "is a number"),
        "is {} of {}": ("is {} of {}", "is {} or {}"),
        "is minstens {}": ("is minstens {}", "is at least {}"),
        "komt voor in {}": ("komt voor in {}", "occurs in {}"),
        "ligt niet voor begindatum": ("ligt niet voor begindatum", "does not lie before begindatum"),
        "ligt tussen {} en {}": ("ligt tussen {} en {}", "lies between {} and {}"),
        "ligt voor {} (later telt als lopend)": (
            "ligt voor {} (later telt als lopend)",
            "lies before {} (later counts as running)",
        ),
    },
    "reading_word": {
        "gefilterd": ("gefilterd", "filtered"),
        "zonder aantal": ("zonder aantal", "without a number"),
        "waarde vervallen": ("waarde vervallen", "value dropped"),
        "lopend": ("lopend", "running"),
        "spaties verwijderd": ("spaties verwijderd", "blanks removed"),
        "andere code": ("andere code", "other code"),
        "gemeente van het adres": ("gemeente van het adres", "gemeente of the address"),
        "zonder gemeente": ("zonder gemeente", "without a gemeente"),
        "gemeentecode in één schrijfwijze": (
            "gemeentecode in één schrijfwijze",
            "code of the gemeente written in one way",
        ),
        "het bestand verklaart de waarde ontbrekend": (
            "het bestand verklaart de waarde ontbrekend",
            "the file declares the value missing",
        ),
        "de waarde betekent dat er geen einde is": (
            "de waarde betekent dat er geen einde is",
            "the value means that there is no end",
        ),
        "spaties voor of achter de sleutel": ("spaties voor of achter de sleutel", "blanks before or after the key"),
        "de code staat niet in de layout": ("de code staat niet in de layout", "the code is not in the layout"),
        "onleesbaar": ("onleesbaar", "unreadable"),
        "niet te lezen zoals de layout zegt": (
            "niet te lezen zoals de layout zegt",
            "cannot be read as the layout says",
        ),
        "geen aantal groter dan nul": ("geen aantal groter dan nul", "no number above zero"),
        "de code van een gemeente is geschreven als GM0014": (
            "de code van een gemeente is geschreven als GM0014",
            "the code of a gemeente is written as GM0014",
        ),
        "adres op {}": ("adres op {}", "address on {}"),
        "geen adres in één gemeente op {}": ("geen adres in één gemeente op {}", "no address in one gemeente on {}"),
        "zonder {}": ("zonder {}", "without {}"),
        "nabetaling: saldo van het tijdvak niet groter dan nul": (
            "nabetaling: saldo van het tijdvak niet groter dan nul",
            "back-payment: balance of the period not above zero",
        ),
        "nabetaling: uren niet groter dan nul": (
            "nabetaling: uren niet groter dan nul",
            "back-payment: hours not above zero",
        ),
        "nabetaling: loon niet groter dan nul": (
            "nabetaling: loon niet groter dan nul",
            "back-payment: wages not above zero",
        ),
        "stage": ("stage", "intern"),
        "samen te voegen": ("samen te voegen", "to be joined"),
        "niet samengevoegd": ("niet samengevoegd", "not joined"),
        "samengevoegd": ("samengevoegd", "joined"),
        "waarvan": ("waarvan", "of which"),
        "perioden": ("perioden", "spells"),
        "keep": ("beperkt op", "limited by"),
        "known": ("zoals bekend op", "as known on"),
        "joined": ("samengevoegd:", "joined:"),
        "bestanden": ("bestanden", "files"),
        "tabellen": ("tabellen", "tables"),
    },
    "quality_text": {
        "title": ("Kwaliteit van de registers", "Quality of the registers"),
        "lead": (
            "Aantallen over {source}. Geen rij en geen sleutel van een persoon staat op dit blad, maar er staan ook "
            "kleine aantallen op: het is niet gecontroleerd op onthulling.",
            "Numbers about {source}. No row and no key of a person is on this page, but small numbers are: it was not "
            "checked for disclosure.",
        ),
        "lead_day": ("Stand op {day}.", "As on {day}."),
        "lead_window": ("Periode van {van} tot {tot}.", "Period from {van} up to {tot}."),
        "nothing_aside": ("Geen rij is terzijde gelegd.", "No row was set aside."),
        "some_aside": (
            "{rows} van de {of} gecontroleerde rijen zijn terzijde gelegd.",
            "{rows} of {of} rows that were checked were set aside.",
        ),
        "one_aside": (
            "Eén van de {of} gecontroleerde rijen is terzijde gelegd.",
            "One of {of} rows that were checked was set aside.",
        ),
        "warnings": (
            "Waarschuwingen: {rows} van rijen, {unusual} van wat ongewoon is maar mag. Niet te beoordelen: {unjudged}.",
            "Warnings: {rows} on rows, {unusual} on what is unusual but legal. Not to be judged: {unjudged}.",
        ),
        "account": ("Wat er van de rijen werd", "What became of the rows"),
        "account_table": ("Rijen per register", "Rows per register"),
        "reading_table": ("Stappen van de layout", "Steps of the layout"),
        "set_aside_table": ("Terzijde gelegde rijen naar reden", "Rows set aside by reason"),
        "fails_table": ("Rijen per regel", "Rows per rule"),
        "rules_table": ("Rijen per regel, ook waar iedere rij voldoet", "Rows per rule, also where every row passes"),
        "unusual_table": ("Eenheden per regel en register", "Units per rule and register"),
        "where": ("Waar", "Where"),
        "linking_table": ("Sleutels per paar registers", "Keys per pair of registers"),
        "places_table": (
            "Personen met bijstand, en in welk register zij staan",
            "Persons on bijstand, and where found",
        ),
        "account_text": (
            "In de bron = weggelaten door de layout + gelezen; gecontroleerd = terzijde gelegd + gebruikt. Gelezen en "
            "gecontroleerd verschillen alleen waar een layout kolommen uitklapt tot rijen.",
            "In the source = taken out by the layout + read; checked = set aside + used. Read and checked differ only "
            "where a layout unfolds columns into rows.",
        ),
        "changes": (
            "Na de controle is veranderd: {changes}. Wat ongewoon is en wat koppelt gaat over wat er daarna is.",
            "Changed after the checks: {changes}. What is unusual and what links is about what there is after that.",
        ),
        "reading": ("Wat bij het lezen gebeurde", "What happened in reading"),
        "set_aside": ("Waarom rijen terzijde zijn gelegd", "Why rows were set aside"),
        "set_aside_text": (
            "Iedere rij telt één keer, bij de eerste regel waaraan zij niet voldoet.",
            "Each row counts once, at the first rule that it fails.",
        ),
        "fails": ("Regels voor rijen waaraan niet alle rijen voldoen", "Rules on rows that some rows fail"),
        "fails_text": (
            "Een rij die een fout heeft is terzijde gelegd, een rij met een waarschuwing is gebruikt. Een rij kan aan "
            "meer dan één regel niet voldoen.",
            "A row that fails an error was set aside; one that fails a warning was used. A row can fail more than one "
            "rule.",
        ),
        "no_fails": ("Aan iedere regel voldoet iedere rij.", "Every row passes every rule."),
        "unusual": ("Ongewoon, maar het mag", "Unusual, but legal"),
        "unusual_text": (
            "Om wat ongewoon is wordt geen rij terzijde gelegd; het is een waarschuwing. Aantallen zijn in de eenheid "
            "die erbij staat.",
            "No row is set aside for what is unusual; it is a warning. Numbers are in the unit that is given.",
        ),
        "unjudged": ("Niet te beoordelen: {cases}. {note}", "Not to be judged: {cases}. {note}"),
        "no_unusual_fails": ("Er is niets ongewoons gevonden.", "Nothing unusual was found."),
        "unusual_passing": (
            "In {number} andere gevallen (een regel op een register) voldoet alles wat te beoordelen is.",
            "In {number} other cases (a rule on a register) everything passes that can be judged.",
        ),
        "unusual_passing_one": (
            "In één ander geval (een regel op een register) voldoet alles wat te beoordelen is.",
            "In one other case (a rule on a register) everything passes that can be judged.",
        ),
        "unusual_all": ("Alle regels voor wat ongewoon is", "All rules on what is unusual"),
        "unusual_all_table": (
            "Eenheden per regel en register, ook waar alles voldoet",
            "Units per rule and register, also where everything passes",
        ),
        "no_unusual": ("Er is niet naar ongewone zaken gekeken.", "Nothing unusual was looked for."),
        "where_more": ("Getoond zijn {shown} van {of}.", "Shown are {shown} of {of}."),
        "linking": ("Koppelen van sleutels", "Linking of keys"),
        "linking_text": (
            "Van gebruikte rijen, per paar naar beide kanten: hoeveel verschillende sleutels er zijn, hoeveel daarvan "
            "in het andere register voorkomen, en hoeveel op meer dan één rij staan (van perioden is dat gewoon).",
            "Of rows that are used, in both directions of each pair: how many different keys there are, how many of "
            "these occur in the other register, and how many stand on more than one row (of spells that is ordinary).",
        ),
        "linking_gemeenten": (
            "Van bijstand en gemeenten tellen ook de rijen mee die terzijde zijn gelegd om een gemeente die niet "
            "voorkomt.",
            "Of bijstand and gemeenten the rows count too that were set aside for a gemeente that does not occur.",
        ),
        "places": ("Koppelen per gemeente", "Linking per gemeente"),
        "places_text": (
            "Personen naar de gemeente van hun bijstand. Wie in meer dan één gemeente bijstand had, telt in elk "
            "daarvan.",
            "Persons by the gemeente of their bijstand. Who was on bijstand in more than one gemeente counts in each.",
        ),
        "in_more": (
            "De gemeenten tellen samen {number} meer dan het totaal.",
            "The gemeenten add up to {number} more than the total.",
        ),
        "in_none": ("De gemeenten tellen op tot het totaal.", "The gemeenten add up to the total."),
        "no_gemeenten": (
            "De kolom gemeente heeft meer dan 2.000 waarden, of herhaalt de sleutel van de persoon: dat zijn geen "
            "gemeenten, en er is niet naar uitgesplitst.",
            "Column gemeente has more than 2,000 values, or repeats the key of the person: these are no gemeenten, and "
            "nothing was broken down by it.",
        ),
        "rules": ("Alle regels voor rijen", "All rules on rows"),
        "no_gemeente": ("zonder gemeente", "without gemeente"),
    },
}
