# %% [markdown]
# # From files to a register that you can answer for
#
# Registers come as SPSS files with keys in two columns, as an Excel export of a client system, as CSV
# with semicolons and decimal commas, a file per year. This notebook goes from such files to checked
# registers: what every row became, what is wrong, what is unusual but legal, how the registers link,
# what was known on an earlier day, and what happens when gemeenten merge.
#
# **Nobody in these data exists**, and none of the gemeenten. No cell shows a row of a person: keep it
# that way with registers of your own. The text is English, the output is Dutch as the package prints it.

# %%
import tempfile
from pathlib import Path

import ibis
import openpyxl
import pandas as pd
import pyreadstat

import reintegratie_stats as rs
from reintegratie_stats.cohorts.completeness import expected_completeness
from reintegratie_stats.registers.delays import registration_counts, registration_delays
from reintegratie_stats.registers.gemeenten import normalise_codes, read_crosswalk, to_boundaries
from reintegratie_stats.registers.known import known_account, registers_as_known
from reintegratie_stats.registers.layout_draft import draft_layout
from reintegratie_stats.registers.spells import gemeente_spells, join_offers
from reintegratie_stats.report.table import ReportTable, TableColumn

here = Path(globals().get("__file__", ".")).resolve()
ROOT = next(folder for folder in [here, *here.parents] if (folder / "study.toml").is_file())
SOURCE = ROOT / "data" / "synthetic" / "rwi2004" / "lokaal"

# %% [markdown]
# A helper, so that tables look as they do in a report. It computes nothing.

# %%


def table(title, frame, heads, shares=(), notes=()):
    """Show columns of a frame under Dutch heads: text, whole numbers, shares, and other numbers."""
    frame = frame.reset_index(drop=True)
    columns = []
    for name, head in heads.items():
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = frame[name].astype("string").fillna("")
            columns.append(TableColumn(name, label=head))
        elif name in shares:
            columns.append(TableColumn(name, "share", label=head))
        elif pd.api.types.is_integer_dtype(frame[name]):
            columns.append(TableColumn(name, "count", label=head))
        else:
            columns.append(TableColumn(name, "number", label=head, decimals=1))
    anchor = "".join(letter for letter in title.lower() if letter.isalnum() and letter.isascii())
    return ReportTable(anchor, title, frame, columns, notes=notes)


# %% [markdown]
# ## 1. Files as they come
#
# To have something to read, the synthetic local delivery is written the way others deliver: bijstand
# as SPSS, a file per year, with keys in two columns, dates as text and 99991231 for "still running";
# dienstverbanden as Dutch CSV; trajecten as a workbook. Skip this cell with files of your own.

# %%
work = tempfile.TemporaryDirectory()
files = Path(work.name)


def source(name):
    """Return a register as text, exactly as it lies in the repository."""
    return pd.read_csv(SOURCE / f"{name}.csv", dtype=str, keep_default_na=False)


bijstand = source("bijstand")
bijstand["RINPERSOONS"] = "R"
bijstand = bijstand.rename(columns={"persoon_id": "RINPERSOON", "begindatum": "AANVANG", "einddatum": "EINDE"})
for column in ["AANVANG", "EINDE", "registratiedatum", "registratiedatum_einde"]:
    bijstand[column] = bijstand[column].str.replace("-", "")
bijstand["EINDE"] = bijstand["EINDE"].replace("", "99991231")
bijstand["gemeente"] = bijstand["gemeente"].str.removeprefix("GM")
for year, part in bijstand.groupby(bijstand["AANVANG"].str[:4].clip("2000", "2003")):
    pyreadstat.write_sav(part.reset_index(drop=True), files / f"BIJSTAND{year}V1.sav")

jobs = source("dienstverbanden")
for column in ["begindatum", "einddatum"]:
    parts = jobs[column].str.extract(r"^(\d{4})-(\d{2})-(\d{2})$")
    jobs[column] = (parts[2] + "-" + parts[1] + "-" + parts[0]).fillna(jobs[column])
jobs["uren_per_week"] = jobs["uren_per_week"].where(jobs["uren_per_week"] != "26", "25,5")
jobs.to_csv(files / "banen.csv", index=False, sep=";", encoding="cp1252")

book = openpyxl.Workbook(write_only=True)
sheet = book.create_sheet("Uitdraai")
sheet.append(["Trajecten uit het cliëntsysteem"])
sheet.append([])
trajecten = source("trajecten")
sheet.append(list(trajecten))
for row in trajecten.itertuples(index=False):
    sheet.append([value or None for value in row])
book.save(files / "trajecten.xlsx")
sorted(path.name for path in files.iterdir())

# %% [markdown]
# ## 2. A layout: what the columns mean
#
# A layout is data, not code. `reintegratie layout new FILE` drafts one from what the file says of
# itself: names, labels and formats, never a value of a person.

# %%
print(draft_layout(files / "BIJSTAND2002V1.sav", "bijstand"))

# %% [markdown]
# Filled in, it is ten lines. Column names match whatever their capitals. The draft joins both key
# columns, as one should among CBS files; the other registers here hold the number alone, so the key is
# made of the number alone: it must be made the same way in every register, or nothing links.

# %%
LAYOUT = """
tabel = "bijstand"
[kolommen]
persoon_id = "RINPERSOON"
gemeente = { kolom = "gemeente", breedte = 4, voor = "GM" }
begindatum = { kolom = "AANVANG", datum = "jjjjmmdd" }
einddatum = { kolom = "EINDE", datum = "jjjjmmdd", open = ["99991231"] }
reden_einde = "reden_einde"
[meenemen]
registratiedatum = { kolom = "registratiedatum", datum = "jjjjmmdd" }
registratiedatum_einde = { kolom = "registratiedatum_einde", datum = "jjjjmmdd" }
[[filter]]
kolom = "RINPERSOONS"
houd = ["R", "S"]
reden = "sleutel wijst geen persoon aan"
"""
JOBS = """
tabel = "dienstverbanden"
[kolommen]
persoon_id = "persoon_id"
begindatum = { kolom = "begindatum", datum = "dd-mm-jjjj" }
einddatum = { kolom = "einddatum", datum = "dd-mm-jjjj" }
uren_per_week = "uren_per_week"
soort = "soort"
"""
(files / "bijstand.toml").write_text(LAYOUT, encoding="utf-8")
(files / "banen.toml").write_text(JOBS, encoding="utf-8")

registers = rs.read_registers(
    {
        "bijstand": str(files / "BIJSTAND*.sav"),
        "vrijstellingen": SOURCE / "vrijstellingen.csv",
        "trajecten": files / "trajecten.xlsx",
        "dienstverbanden": files / "banen.csv",
        "personen": SOURCE / "personen.csv",
        "gemeenten": SOURCE / "gemeenten.csv",
    },
    layout=[files / "bijstand.toml", files / "banen.toml"],
    cache=files / "omgezet",
)
registers

# %% [markdown]
# Every file is converted once, into the cache. What became of every row is counted: rows read are
# rows taken out by the layout, rows set aside by the checks, and rows used.

# %%
reading = pd.concat([registers.reading[name].to_frame() for name in ("bijstand", "trajecten", "dienstverbanden")])
table(
    "Wat er van elke rij werd",
    reading,
    {"register": "Register", "bestand": "Bestand", "stap": "Stap", "kolom": "Kolom", "reden": "Reden",
     "rijen": "Rijen"},
)  # fmt: skip

# %% [markdown]
# And the proof that it is the same register: the same cohort as from the package's own files, row for
# row, and so the same sluitingsratio.

# %%
own = rs.read_registers(SOURCE)
cohort, known_cohort = (rs.define_cohort(one, rs.RWI_2004_LOKAAL) for one in (registers, own))
same = cohort.to_frame().equals(known_cohort.to_frame())
table(
    "Sluitingsratio arbeidsplichtigen, uit deze bestanden",
    cohort.ratios(by="gemeente").to_frame().query("ratio == 'sluitingsratio'"),
    {"gemeente": "Gemeente", "numerator": "Teller", "denominator": "Noemer", "value": "Ratio"},
    shares=["value"],
    notes=[f"Dezelfde cohorttabel als uit de eigen bestanden: {'ja' if same else 'nee'}."],
)

# %% [markdown]
# ## 3. Checks: what is wrong, and what is only unusual
#
# Rows that break a rule were set aside when the registers were read, and counted. `rs.check` adds what
# is legal but unusual: a jump at a year's boundary, heaping on the first of the month, ends that go
# missing, a gemeente that vanishes, a break in the series, months that are still provisional.
# `reintegratie check FOLDER` prints the same, and writes it as HTML or JSON.

# %%
quality = rs.check(registers, day="2004-03-31")
quality

# %% [markdown]
# Where something unusual sits: by year, month or gemeente, never by person. This jump is no defect:
# these registers hold who flowed in during the first half of 2002, and little before.

# %%
quality.where("sprong_jaargrens")

# %% [markdown]
# The rows themselves come only when asked for, `quality.rows("bijstand", ...)`, and are personal data:
# they stay where they are. Here they are only counted.

# %%
len(quality.rows("bijstand", "is ingevuld"))

# %% [markdown]
# A wrong link is the most common source of a wrong ratio. The last table above counts, per pair of
# registers, how many keys of one are found in the other; here the same per gemeente, for one pair.

# %%
by = quality.linking(by="gemeente").query("table == 'bijstand' and other == 'trajecten'")
table(
    "Mensen met bijstand, en of zij in het register van trajecten staan",
    by,
    {"gemeente": "Gemeente", "keys": "Mensen", "matched": "Gevonden", "unmatched": "Niet gevonden", "rows": "Rijen"},
)

# %% [markdown]
# ## 4. From rows to spells
#
# A row of the SRG says how many voorzieningen of each type ran for a person in a period, and a new
# row begins whenever any number changes. Counting rows counts administration: below, six rows are
# two voorzieningen. (Everybody here is invented on the spot.)

# %%
periods = pd.DataFrame(
    {
        "persoon_id": ["p1"] * 6,
        "soort": ["coaching"] * 3 + ["scholing"] * 3,
        "begindatum": ["2024-01-01", "2024-02-01", "2024-03-01"] * 2,
        "einddatum": ["2024-01-31", "2024-02-29", "2024-03-31"] * 2,
        "aantal": [1, 1, 1, 0, 1, 0],
    }
)
offers = join_offers(ibis.memtable(periods)).stored()
table(
    "Van persoonsperioden naar voorzieningen",
    offers.account.to_frame(),
    {"stap": "Stap", "reden": "Reden", "rijen": "Rijen"},
)

# %% [markdown]
# CBS' bijstand has no gemeente. It comes from where somebody lived on a day: address spells, and a
# table that says in which gemeente each address lies, by the boundaries of one year for all years.
# `read_registers` does this by itself when it is given both; here are its parts.

# %%
homes = pd.DataFrame(
    {
        "persoon_id": ["p1", "p1", "p2"],
        "object_id": ["W1", "W2", "W3"],
        "begindatum": ["2001-01-01", "2003-05-01", "2002-01-01"],
        "einddatum": ["2003-04-30", "9999-12-31", "9999-12-31"],
    }
)
places = pd.DataFrame({"object_id": ["W1", "W2"], "gemeente": ["9001", "9002"]})
lived = gemeente_spells(ibis.memtable(homes), ibis.memtable(places)).stored()
table("Adressen", lived.account.to_frame(), {"stap": "Stap", "reden": "Reden", "rijen": "Rijen"})

# %% [markdown]
# ## 5. As known on a day
#
# The central delivery of 2004 closed two months after the half-year; what was registered later never
# reached it. These registers say when each row was registered, so that delivery can be replayed.

# %%
known = registers_as_known(registers, "2003-08-31")
heads = {"register": "Register", "rijen": "Rijen", "bekend": "Bekend", "later": "Later geregistreerd",
         "zonder_datum": "Nooit geregistreerd", "einde_nog_niet_bekend": "Einde nog niet bekend"}  # fmt: skip
table("Bekend op 31 augustus 2003", known_account(registers, "2003-08-31"), heads)

# %% [markdown]
# The same people, the same definition, seven months apart. (The local analysis knew trajecten of the
# arbeidsplichtigen only, hence its own definition.)

# %%
both = pd.concat(
    [
        rs.define_cohort(one, rs.RWI_2004_LOKAAL).ratios(by="gemeente").to_frame().assign(bekend_op=day)
        for one, day in ((known, "31 augustus 2003"), (registers, "vandaag"))
    ]
)
table(
    "Sluitingsratio arbeidsplichtigen, naar wat bekend was",
    both.query("ratio == 'sluitingsratio'"),
    {
        "gemeente": "Gemeente",
        "bekend_op": "Bekend op",
        "numerator": "Teller",
        "denominator": "Noemer",
        "value": "Ratio",
    },
    shares=["value"],
)

# %% [markdown]
# In GM9003 24% becomes 71% by the day on which one looks, and by nothing else. (The central delivery has
# 21 of 92, 23%: three people more, who moved on to a gemeente without a local delivery.)
#
# How long registration takes, per gemeente, of trajecten that have had the time.

# %%
delays = registration_delays(registers, "trajecten", van="2001-01-01", tot="2003-01-01")
delays

# %%
counts = registration_counts(
    registers, "trajecten", van="2002-01-01", tot="2003-07-01", bekend_op="2003-06-30", stap="kwartaal"
)
complete = expected_completeness(counts)
complete

# %%
table(
    "Wat er nog te komen is, geschat op 30 juni 2003",
    complete.totals().fillna({"gemeente": "Samen"}),
    {"gemeente": "Gemeente", "bekend": "Bekend", "nog_te_komen": "Nog te komen", "lower": "Ondergrens (95%)",
     "upper": "Bovengrens (95%)", "aandeel_bekend": "Aandeel bekend"},
    shares=["aandeel_bekend"],
)  # fmt: skip

# %%
complete.notes

# %% [markdown]
# The ordinary delay is foreseen. A delivery that failed is not: months later far more had come than any
# method could find in a delivery in which it never happened. `docs/explanation/as-known-on-a-day.md`
# sets the two beside each other.
#
# ## 6. Gemeenten that merge
#
# Codes come as 14, "14", "0014" and "GM0014 ". One boundary year for all years makes them comparable;
# here with the small fictional crosswalk of the repository, in which GM9003 and GM9004 merge.

# %%
normalise_codes(["9001", 9002, "GM9003 ", "n.b."])

# %%
crosswalk = read_crosswalk(
    ROOT / "data" / "synthetic" / "gemeenten_crosswalk" / "crosswalk.csv", sleutel="inwoners 2006"
)
central = rs.read_registers(ROOT / "data" / "synthetic" / "rwi2004" / "centraal")
merged = to_boundaries(central, crosswalk, 2005)
before, after = (rs.define_cohort(one, rs.RWI_2004) for one in (central, merged))
per = pd.concat(
    [
        one.ratios(by="gemeente").to_frame().query("ratio == 'complianceratio'").assign(indeling=name)
        for one, name in ((before, "van toen"), (after, "1 januari 2005"))
    ]
)
shown = per[per["gemeente"].isin(["GM9003", "GM9004", "GM9013"])]
totals = [
    int(one.ratios().to_frame().query("ratio == 'complianceratio'")["denominator"].iloc[0]) for one in (before, after)
]
table(
    "Complianceratio voor en na de samenvoeging",
    shown,
    {"gemeente": "Gemeente", "indeling": "Indeling", "numerator": "Teller", "denominator": "Noemer", "value": "Ratio"},
    shares=["value"],
    notes=[f"Instroom van alle gemeenten samen: {totals[0]} naar de indeling van toen, {totals[1]} naar die van 2005."],
)

# %% [markdown]
# The country stays the same: a merger moves people between gemeenten, never in or out.

# %%
work.cleanup()
