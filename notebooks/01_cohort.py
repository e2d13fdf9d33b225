# %% [markdown]
# # From registers to the tables of a report
#
# In 2004 the Raad voor Werk en Inkomen (RWI) followed everybody who had flowed into the bijstand
# in the first half of 2002. Who was still there after a year? Who of them was arbeidsplichtig,
# who got a traject in time, and who had left by 30 June 2003? This notebook goes that way once
# more: from the registers to the tables and the figure of the report.
#
# **Nobody in these registers exists.** They are synthetic, of fictional gemeenten, and calibrated
# so that the published figures come out. They show how the analysis works; they say nothing about
# people or gemeenten.
#
# `make tables` does all of it at once. Here every step can be looked at and changed. The text is
# English, the output is Dutch as the package prints it; most functions take `lang="en"`.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from IPython.display import Image
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

import reintegratie_stats as rs
from reintegratie_stats.publications import check_arithmetic
from reintegratie_stats.report.figure import ACCENT, house_style
from reintegratie_stats.report.labels import labels
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.report.write import write_figure
from reintegratie_stats.studies.rwi2004 import FIVE, Rwi2004

here = Path(globals().get("__file__", ".")).resolve()
ROOT = next(folder for folder in [here, *here.parents] if (folder / "study.toml").is_file())
DELIVERIES = ROOT / "data" / "synthetic" / "rwi2004"

# %% [markdown]
# Two helpers, so that tables and figures look as they do in a report. Neither computes anything.

# %%
RATIO, CELL = labels("ratio"), labels("cell")


def table(title, frame, heads, group=None, notes=()):
    """Show columns of a frame under Dutch heads: text, whole numbers, and shares as per cents."""
    columns = []
    for name, head in heads.items():
        if name == group:
            columns.append(TableColumn(name, "group", label=head))
        elif pd.api.types.is_integer_dtype(frame[name]):
            columns.append(TableColumn(name, "count", label=head))
        elif pd.api.types.is_float_dtype(frame[name]):
            columns.append(TableColumn(name, "share", label=head, decimals=1))
        else:
            columns.append(TableColumn(name, label=head))
    anchor = "".join(letter for letter in title.lower() if letter.isalnum() and letter.isascii())
    return ReportTable(anchor, title, frame, columns, notes=notes)


def picture(figure):
    """Show a figure as its file has it."""
    with TemporaryDirectory() as folder:
        _, png = write_figure(figure, folder, "figuur", status="release")
        return Image(png.read_bytes(), width=720, alt=figure.get_label())


# %% [markdown]
# ## 1. The registers
#
# The delivery to the central registers, of twelve gemeenten: one file per register, a row per
# spell, linked by `persoon_id`. Reading them also checks them against the [data
# dictionary](../docs/reference/data-dictionary.md).

# %%
central_registers = rs.read_registers(DELIVERIES / "centraal")

table(
    "Rijen per register, centraal",
    central_registers.report.accounting(),
    {"table": "Register", "rows": "Gelezen", "usable": "Bruikbaar", "set_aside": "Terzijde gelegd"},
)

# %% [markdown]
# A row that breaks a rule is set aside and counted, never dropped in silence. Why:
#
# - without a usable key (`persoon_id` is empty or all zeros) it belongs to nobody;
# - without a readable `begindatum` or `einddatum`, or with an end before its begin, it has no
#   place in time;
# - an unknown gemeente cannot be reported on;
# - a traject that is no `plan` and no `instrument` cannot be told to count.
#
# A *waarschuwing* is only a remark: a traject of somebody without bijstand is odd and does no
# harm, so the row is used. The report holds counts. The rows themselves come by an explicit call,
# `report.rows("bijstand")`; they are personal data, so not here.

# %%
table(
    "Regels waaraan niet elke rij voldoet, centraal",
    central_registers.report.fails(),
    {
        "table": "Register",
        "column": "Kolom",
        "rule": "Regel",
        "severity": "Ernst",
        "fails": "Rijen die niet voldoen",
    },
    group="table",
)

# %% [markdown]
# ## 2. The definition
#
# "A year", "new", "arbeidsplichtig": each can be read in several ways. A `CohortDefinition`
# spells out every choice. `RWI_2004` has those of the central analysis:

# %%
choices = rs.RWI_2004.to_dict()


def shown(value):
    """Write a choice as text."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "–"
    return "–" if value is None else str(value)


table(
    "RWI_2004: elke keuze",
    pd.DataFrame({"keuze": list(choices), "waarde": [shown(value) for value in choices.values()]}),
    {"keuze": "Keuze", "waarde": "Waarde"},
)

# %% [markdown]
# In words:
#
# - **Inflow** is a period of bijstand that begins on 1 January 2002 or later and before 1 July
#   2002. Gaps of at most 30 days are bridged (`overbrugging_dagen`), and somebody is new after at
#   least 31 days without bijstand (`washout_dagen`).
# - **Langdurig** is who is still on benefit on `instroomdatum + 365 days` (`term_dagen`).
# - **Arbeidsplichtig** is who is not exempt on that day (`arbeidsplicht_op`).
# - **A traject counts** when a plan or an instrument starts within the term, while on benefit
#   (`traject_vorm`, `traject_moment`, `traject_tijdens`).
# - **Uitgestroomd** is who has left by the `uitstroom_peildatum`: on 30 June 2003 at the latest,
#   so that 1 July is the first day without benefit. **Naar werk** is who then has a
#   dienstverband, no stage, or has one within 31 days.
#
# The definition travels with every result. Its fingerprint changes as soon as one choice does; it
# stands in the manifest beside the tables.

# %%
rs.RWI_2004.fingerprint()

# %% [markdown]
# ## 3. The cohort
#
# One row per inflow. Those rows stay inside; we look at what each step left out.

# %%
central = rs.define_cohort(central_registers, rs.RWI_2004)
central

# %%
STEPS = {
    "stap": "Stap",
    "eenheid": "Eenheid",
    "n_voor": "Voor",
    "n_na": "Na",
    "afgevallen": "Weggelaten",
    "reden": "Reden",
}
table("Uitval per stap, centraal", central.attrition, STEPS)

# %% [markdown]
# The last two steps leave nobody out, and that is right. With gaps of up to 30 days bridged,
# whoever returns has been away for 31 days or more, so a washout of 31 days takes nobody away; a
# longer one would (section 6). And everybody has reached the end of the term by the peildatum.
#
# ## 4. The cells
#
# Every inflow is in X-Y, A, B, C or D. The other cells of the RWI figure are sums of these, or
# parts.

# %%
cells = central.counts().T.set_axis(["aantal"], axis="columns").rename_axis("cel").reset_index()
cells["omschrijving"] = cells["cel"].map(CELL)
table("Cellen, centraal", cells, {"cel": "Cel", "omschrijving": "Omschrijving", "aantal": "Aantal"})

# %%
BY = ["gemeente", "naam"]
SHORT = ["X", "Y", "Z", "A", "B", "C", "D", "A.1", "B.1"]
heads = {"naam": "Gemeente", **{cell: cell for cell in SHORT}}
table("Cellen per gemeente, centraal", central.counts(BY), heads)

# %% [markdown]
# ## 5. The ratios
#
# Each with its numerator and denominator and a Wilson interval. The *uitstroomratio* is the share
# that has **left**: the report words it the other way round in § 5.2.1 and uses it this way
# everywhere else.

# %%
HEADS = {
    "ratio": "Ratio",
    "numerator": "Teller",
    "denominator": "Noemer",
    "value": "Waarde",
    "lower": "Ondergrens 95%",
    "upper": "Bovengrens 95%",
}


def readable(ratios, wanted=tuple(RATIO)):
    """Name the ratios, and keep the reason of each that is n.b. beside its value."""
    frame = ratios.to_frame().rename(columns={"reason": "value_reason"})
    frame = frame[frame["ratio"].isin(wanted)]
    return frame.assign(id=frame["ratio"], ratio=frame["ratio"].map(RATIO))


table("Ratio's, twaalf gemeenten, centraal", readable(central.ratios()), HEADS)

# %% [markdown]
# The same per gemeente; `by` takes any column that groups. Behind the 19 per cent in total lie
# two gemeenten with more than 40. The fewer people, the wider the interval; those of Gemeente 1
# and 2 lie so far from the rest that chance does not explain it.

# %%
per_gemeente = central.ratios(by=BY).to_frame()
sluiting = per_gemeente[per_gemeente["ratio"] == "sluitingsratio"].reset_index(drop=True)
table(
    "Sluitingsratio per gemeente, centraal",
    sluiting,
    {"naam": "Gemeente", **{name: head for name, head in HEADS.items() if name != "ratio"}},
)

# %%
total = central.ratios().value("sluitingsratio")
with house_style():
    figure = Figure(figsize=(7.1, 3.6), layout="constrained", label="Sluitingsratio per gemeente")
    axes = figure.subplots()
    axes.axvline(total, color="0.6", linewidth=1)
    axes.annotate("totaal", (total, 0.0), (4, 0), textcoords="offset points", va="center")
    axes.hlines(sluiting["naam"], sluiting["lower"], sluiting["upper"], color=ACCENT)
    axes.plot(sluiting["value"], sluiting["naam"], "o", color=ACCENT)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, 0.6)
    axes.xaxis.set_major_formatter(PercentFormatter(xmax=1))
    axes.set_title("Sluitingsratio (A / Z) per gemeente, met 95%-interval", loc="left")
picture(figure)

# %% [markdown]
# ## 6. Two teams, two answers
#
# What happens if another team, with the same registers, reads one thing differently? Another
# reading is another value, made with `replace`. Nothing else changes.

# %%
READINGS = {
    "overbrugging_dagen=60": {"overbrugging_dagen": 60},
    "washout_dagen=183": {"washout_dagen": 183},
    "term_maanden=12": {"term_dagen": None, "term_maanden": 12},
    "arbeidsplicht_op=hele_term": {"arbeidsplicht_op": "hele_term"},
    "traject_moment=lopend": {"traject_moment": "lopend"},
    "traject_vorm=plan": {"traject_vorm": "plan"},
    "60, hele_term en lopend": {
        "overbrugging_dagen": 60,
        "arbeidsplicht_op": "hele_term",
        "traject_moment": "lopend",
    },
}
COLUMNS = {
    "complianceratio": "Compliance",
    "langdurigheidsratio": "Langdurig",
    "sluitingsratio": "Sluiting",
    "uitstroomratio_met_traject": "Uitstroom met",
    "uitstroomratio_zonder_traject": "Uitstroom zonder",
}


def answer(keuze, cohort):
    """Return the counts and ratios of one reading."""
    ratios = cohort.ratios()
    counts = cohort.counts()[["X", "Y", "Z", "A"]].iloc[0]
    return {"keuze": keuze, **counts, **{name: ratios.value(name) for name in COLUMNS}}


answers = [answer("RWI_2004", central)]
for keuze, changes in READINGS.items():
    other = rs.RWI_2004.replace(**changes)
    answers.append(answer(keuze, rs.define_cohort(central_registers, other)))

table(
    "Eén keuze anders, en de laatste keer drie",
    pd.DataFrame(answers),
    {"keuze": "Keuze", "X": "X", "Y": "Y", "Z": "Z", "A": "A", **COLUMNS},
)

# %% [markdown]
# - **Bridging 60 days** makes one period of two that lie close together: fewer inflows, and fewer
#   people who have left.
# - **A washout of half a year** leaves out who came back earlier: the counts change most, the
#   ratios hardly.
# - **Twelve months** give what 365 days give, as neither 2002 nor 2003 has a 29 February. In
#   other years they do not.
# - **Exempt only if exempt for the whole term** changes who the sluitingsratio is about (Z),
#   hardly its value.
# - **A traject that runs** in the term, instead of one that starts in it, gives a sluitingsratio
#   two points higher; **only a plan** gives one more than five points lower.
# - The last row is a team that reads three things differently, each in a way that can be
#   defended.
#
# A ratio without its definition cannot be compared with another.
#
# ## 7. The local registers
#
# Three gemeenten were asked for their own registers: later, and more complete. There the study
# looked up trajecten for arbeidsplichtigen only, and followed outflow only for people with a
# traject. `RWI_2004_LOKAAL` is `RWI_2004` with those two facts, so that nobody takes "not looked
# up" for "no".

# %%
local_registers = rs.read_registers(DELIVERIES / "lokaal")
local = rs.define_cohort(local_registers, rs.RWI_2004_LOKAAL)

table(
    "Ratio's per gemeente, lokaal",
    readable(local.ratios(by=BY), FIVE),
    {"naam": "Gemeente", **HEADS},
    group="naam",
)

# %% [markdown]
# What is not known is **n.b.**, with the reason, and never 0. The complianceratio needs C, people
# who are exempt and have a traject; nobody looked those up. The uitstroomratio zonder traject
# needs B.1, people without a traject who left; nobody followed them. A ratio with an empty
# denominator is n.b. too.

# %% [markdown]
# ## 8. Published beside reproduced
#
# The study puts the printed figures beside ours. No figure is typed over: the printed ones come
# from `rs.published("rwi2004")`, ours from the two cohorts above.

# %%
study = Rwi2004(central, local, local_registers)
study.table_5_1()

# %% [markdown]
# Central beside local. In Gemeente 1 and 2 the local sluitingsratio is much higher: their
# trajecten reached the central registers late, and exemptions there were out of date.

# %%
study.table_5_2()

# %%
study.table_b3_1()

# %% [markdown]
# ## 9. The figure

# %%
picture(study.figure_5_1())

# %% [markdown]
# ## 10. With only a report in hand
#
# Without registers, counts from a report are enough, and some of them may be unknown. These are
# the counts that bijlage 3 prints. What follows from other counts is filled in (`B = Z - A`).
# With them come intervals that the report does not have.

# %%
printed = rs.published("rwi2004").set_index("id")["value"]
counts = pd.DataFrame(
    {
        "gemeente": ["Gemeente 1", "Gemeente 2", "Gemeente 3"],
        "X": [printed["b3.1.instroom"], None, printed["tabel-b3.1.X"]],
        "Y": [printed["b3.1.langdurig"], None, printed["tabel-b3.1.Y"]],
        "Z": [
            printed["b3.1.arbeidsplichtig"],
            printed["b3.2.arbeidsplichtig"],
            printed["tabel-b3.1.Z"],
        ],
        "A": [printed["b3.1.traject"], printed["b3.2.traject"], printed["tabel-b3.1.A"]],
        "A.1": [printed["b3.1.uitgestroomd"], None, None],
    }
)
from_report = readable(rs.ratios_from_counts(counts), FIVE).dropna(subset="value")
ids = "tabel-5.2.g" + from_report["gemeente"].str[-1] + ".lokaal." + from_report["id"]
table(
    "Ratio's uit de tellingen van bijlage 3",
    from_report.assign(gedrukt=ids.map(printed).astype("Int64")),
    {"gemeente": "Gemeente", **HEADS, "gedrukt": "Tabel 5.2 (%)"},
    group="gemeente",
)

# %% [markdown]
# ## 11. What does not add up in the source
#
# The published figures are kept as they are printed, and checked against each other. Most agree;
# those below do not. They are reported, never repaired.

# %%
arithmetic = check_arithmetic("rwi2004")
arithmetic

# %%
failed = arithmetic.to_frame().query("~passes").reset_index(drop=True)
for name in ("stated", "computed"):
    failed[name] = [f"{value:.4g}".replace(".", ",") for value in failed[name]]
table(
    "Cijfers die elkaar in de bron tegenspreken",
    failed,
    {"section": "Plaats", "stated": "Gedrukt", "computed": "Nagerekend", "noot": "Noot"},
)

# %% [markdown]
# ## On your own registers
#
# Put `bijstand`, `vrijstellingen`, `trajecten` and `dienstverbanden` as CSV or Parquet in a
# folder, with the columns of the [data dictionary](../docs/reference/data-dictionary.md), and
# begin at section 1 with `rs.read_registers("that/folder")`. Tables in memory go in with
# `rs.Registers.from_frames(...)`. A register that you do not have is unknown, not empty: what
# needs it becomes n.b. with the reason.
