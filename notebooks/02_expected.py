# %% [markdown]
# # Who registers more or fewer than expected
#
# Gemeenten register very different numbers of re-integratievoorzieningen. Part of that is who lives
# there, part is policy, part is registration. For its quality study (2025) CBS fitted what could be
# expected of each gemeente and chose from the results whom to interview: some average, several
# above, several below. This notebook goes that way: from reading the counts to a short list that
# can be defended before a gemeente that does not like it.
#
# **None of these gemeenten exists.** They are invented, with invented counts and invented causes,
# so that at the end we can look up what was really the matter. Of real gemeenten that page stays
# empty.
#
# `make tables` does all of it at once. The text is English, the output is Dutch as the package
# prints it; most functions take `lang="en"`.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from IPython.display import Image

import reintegratie_stats as rs
from reintegratie_stats.outliers import diagnose, plausibility_checks, profile_outliers
from reintegratie_stats.outliers.traits import explain_ratios
from reintegratie_stats.registers import read_gemeente_data
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.report.write import write_figure
from reintegratie_stats.studies.cbs2025 import Cbs2025
from reintegratie_stats.study import read_study

here = Path(globals().get("__file__", ".")).resolve()
ROOT = next(folder for folder in [here, *here.parents] if (folder / "study.toml").is_file())

# %% [markdown]
# Three helpers, so that tables and figures look as they do in a report. None computes anything.

# %%


def table(title, frame, heads, decimals=2, notes=()):
    """Show columns of a frame under Dutch heads: text, whole numbers, and other numbers."""
    columns = []
    for name, head in heads.items():
        if pd.api.types.is_bool_dtype(frame[name]) or not pd.api.types.is_numeric_dtype(frame[name]):
            columns.append(TableColumn(name, label=head))
        elif pd.api.types.is_integer_dtype(frame[name]):
            columns.append(TableColumn(name, "count", label=head))
        else:
            columns.append(TableColumn(name, "number", label=head, decimals=decimals))
    anchor = "".join(letter for letter in title.lower() if letter.isalnum() and letter.isascii())
    return ReportTable(anchor, title, frame, columns, notes=notes)


def readable(p):
    """Write p values, none of them as 0."""
    return [f"{value:.4f}".replace(".", ",") if value >= 0.0001 else "< 0,0001" for value in p]


def picture(figure):
    """Show a figure as its file has it."""
    with TemporaryDirectory() as folder:
        _, png = write_figure(figure, folder, "figuur", status="release")
        return Image(png.read_bytes(), width=720, alt=figure.get_label())


# %% [markdown]
# ## 1. The counts
#
# A folder with `gemeenten.csv` (a row per gemeente, with its traits) and `voorzieningen.csv` (a row
# per gemeente, year and soort). What is wrong is an error that names the gemeente; nothing is
# dropped. The year, the model and the rule stand in the study file, as `make tables` reads them.

# %%
part = read_study(ROOT / "studies" / "cbs2025.toml").needs_gemeenten()
data = read_gemeente_data(part.folder)
data

# %%
counts = data.counts(part.year)
NAME = dict(zip(counts["gemeente"], counts["naam"], strict=True))
table(
    "De eerste vijf gemeenten, 2024",
    counts.head(),
    {"naam": "Gemeente", "voorzieningen": "Voorzieningen", "doelgroep": "Doelgroep", "jongeren": "Jongeren (%)"},
    decimals=1,
)

# %% [markdown]
# A row that was not delivered is unknown, not 0. In 2024 everything is there; in 2022 two gemeenten
# are missing altogether, and they stay missing.

# %%
missing = {year: int(data.counts(year)["voorzieningen"].isna().sum()) for year in data.jaren}
table(
    "Gemeenten zonder totaal, per jaar",
    pd.DataFrame({"jaar": [str(year) for year in missing], "aantal": list(missing.values())}),
    {"jaar": "Jaar", "aantal": "Gemeenten zonder totaal"},
)

# %% [markdown]
# ## 2. First: can these counts be what they were meant to be?
#
# A model takes every count as counted. These checks come before it: more than one per person, none
# where many are expected, counts that are all rounded, a jump against last year. A finding is a
# question to the gemeente, no verdict.

# %%
before = data.counts(part.year - 1)
questions = plausibility_checks(counts, count="voorzieningen", exposure="doelgroep", previous=before)
questions["naam"] = questions["gemeente"].map(NAME)
table("Vragen bij het totaal, 2024", questions, {"naam": "Gemeente", "reason": "Vraag"})

# %% [markdown]
# Per soort the same check finds where a typing error sits: in Dorrerveen it is the
# loonkostensubsidie alone, ten times last year's.

# %%
per_soort = plausibility_checks(
    data.wide(part.year), count=list(data.soortnamen), exposure="doelgroep", previous=data.wide(part.year - 1)
)
dorrerveen = per_soort[per_soort["gemeente"] == "GM8330"]
table("Dorrerveen per soort", dorrerveen, {"count": "Soort", "reason": "Vraag"})

# %% [markdown]
# ## 3. What would be expected
#
# Counts of gemeenten vary far more than chance alone allows. Whoever judges them by a Poisson
# distribution finds that nearly everybody stands out:

# %%
formula = " ".join(part.expected.formula.split())
naive = rs.fit_expected(counts, formula, exposure="doelgroep", family="poisson", robust=False).units()
outside = ((naive["observed"] < naive["lower"]) | (naive["observed"] > naive["upper"])).sum()
f"{outside} van de {len(naive)} gemeenten liggen buiten de 95%-grenzen van een gewone Poisson-regressie"

# %% [markdown]
# So the expectation is a negative binomial regression with the target group as offset: it has a
# parameter for the ordinary spread between gemeenten. Two more things are different from a
# textbook fit. Gemeenten that lie far out do not help to decide what is ordinary (they are set
# aside for estimation, and judged like all). And every gemeente is judged by a fit that has not
# seen it.
#
# In the formula stands what a gemeente cannot help: who lives there and what the place is like. The
# software package or the samenwerkingsverband do not: a suspected cause in the expectation explains
# away what should stand out. The package refuses them here; they come in section 8.

# %%
fit = rs.fit_expected(counts, formula, exposure="doelgroep", cluster="arbeidsmarktregio", seed=part.expected.seed)
fit

# %%
table(
    "Coëfficiënten; standaardfouten bestand tegen samenhang binnen arbeidsmarktregio's",
    fit.tidy().assign(p=lambda frame: readable(frame["p"])),
    {
        "term": "Kenmerk",
        "estimate": "Coëfficiënt",
        "std_error": "Standaardfout",
        "irr": "Verhouding per eenheid",
        "lower": "Ondergrens 95%",
        "upper": "Bovengrens 95%",
        "p": "p",
    },
    decimals=4,
    notes=fit.notes,
)

# %% [markdown]
# A target group twice as large should give twice as many. The slope of the offset says that it does
# (1 lies well within chance), so small and large gemeenten can be compared.

# %%
table(
    "Feiten van het model",
    fit.glance(),
    {
        "n": "Beoordeeld",
        "n_estimation": "In de schatting",
        "dispersion": "Dispersie",
        "theta": "Theta",
        "offset_slope": "Helling doelgroep",
        "offset_slope_p": "p van die helling",
    },
)

# %% [markdown]
# ## 4. Can the model be trusted?
#
# No check is a gate, and each says in words what it saw. Read the last rows: observed / expected
# goes with the samenwerkingsverband and the software package. That is not a fault of the model, it
# is what we are after.

# %%
traits = ["softwarepakket", "samenwerkingsverband", "externe_uitvoering"]
diagnostics = diagnose(fit, counts, traits=traits, region="arbeidsmarktregio", rule=part.rule, seed=part.expected.seed)
checks = diagnostics.table()
table("Controles", checks, {"check": "Controle", "value": "Waarde", "verdict": "Bevinding"})

# %% [markdown]
# ## 5. Who stands out
#
# The rule: a signal at 99.8 per cent, or a place on the list with at most 10 per cent false ones,
# **and** a ratio outside 0.67 to 1.5. Every number is a setting, and every gemeente gets a sentence.

# %%
flags = rs.flag_outliers(fit, part.rule)
verdicts = flags.to_frame()
verdicts["naam"] = verdicts["gemeente"].map(NAME)
verdicts["p_adjusted"] = readable(verdicts["p_adjusted"])
flags

# %%
HEADS = {
    "naam": "Gemeente",
    "ratio": "Geregistreerd / verwacht",
    "ratio_eb": "Gekrompen",
    "eb_lower": "Ondergrens 95%",
    "eb_upper": "Bovengrens 95%",
    "p_adjusted": "p na correctie",
    "reason": "Reden",
}
fewer = verdicts[verdicts["flag"] == "minder"].sort_values("ratio_eb")
table("Minder dan verwacht, 2024", fewer, HEADS)

# %% [markdown]
# What the rule does not point at is as much of an answer. The gemeente with the highest raw ratio
# among those with no flag is small: it could have been so by chance alone, and the sentence says so.

# %%
ordinary = verdicts[verdicts["flag"] == "verwacht"].nlargest(3, "ratio")
table(
    "Hoog, en toch als verwacht", ordinary, {"naam": "Gemeente", "ratio": "Geregistreerd / verwacht", "reason": "Reden"}
)

# %% [markdown]
# ## 6. What this rule can and cannot see
#
# From the fitted model a world is drawn in which nobody deviates; every flag in it is false. Then
# gemeenten are made to deviate by a known factor, one at a time. Forty draws are enough to see the
# order of size; `make tables` takes more.

# %%
operating = rs.operating_characteristics(fit, part.rule, n_sim=40, seed=part.expected.seed)
operating.sentences()

# %%
power = operating.power().query("factor == 2").copy()
power["power"] *= 100
power["direction"] = power["direction"].map({"meer": "twee keer zoveel", "minder": "de helft"})
table(
    "Van wie twee keer zoveel of de helft registreert, vindt de regel (%)",
    power,
    {"size_class": "Doelgroep", "n": "Gemeenten", "direction": "Afwijking", "power": "Gevonden (%)"},
    decimals=0,
)

# %% [markdown]
# No flag is no proof: of the small gemeenten that register half of what they should, almost half is
# missed. Whoever chooses gemeenten to talk to takes some of those as well.
#
# ## 7. All soorten and years
#
# The same, for every soort in every year: 24 fits in one call.

# %%
covariates = formula.partition("~")[2]
profiles = profile_outliers(
    data.long(), f"aantal ~{covariates}", exposure="doelgroep", rule=part.rule, money="geld", missing="not_judged"
)
profiles

# %% [markdown]
# Where a payment is attached, gemeenten lie closer together: what is paid for is registered (CBS
# 2025, 5.3.2.4). The test asks whether other soorten would show it too, so the soort is its unit; of
# eight soorten no smaller p can come than 1 in 70.

# %%
spread = profiles.spread().query("jaar == 2024").copy()
spread["geld"] = spread["money"].map({True: "ja", False: "nee"})
table(
    "Spreiding tussen gemeenten per soort, 2024 (sd, logschaal)",
    spread.sort_values("sd_ordinary"),
    {"soort": "Soort", "geld": "Geld", "sd": "Alle gemeenten", "sd_ordinary": "Zonder wie ver afwijkt"},
    notes=[profiles.money_test(of="all").sentence(), profiles.money_test(of="ordinary").sentence()],
)

# %% [markdown]
# One year can be an accident. Two of the last three in the same direction seldom are.

# %%
persistence = profiles.persistence()
persistent = persistence[persistence["persistent"].isin(["meer", "minder"])]
table(
    "Aantal gemeenten dat in twee van de drie jaren dezelfde kant op afwijkt",
    pd.crosstab(persistent["soort"], persistent["persistent"]).reset_index(),
    {"soort": "Soort", "meer": "Meer", "minder": "Minder"},
)

# %% [markdown]
# ## 8. Alone, or together with others?
#
# Now the traits of the institution. Effects are shrunken (three gemeenten say less than fifty) and
# corrected for the number of values that were looked at. The sentences say what stands out, and
# how much of the spread lies between the values of each trait.

# %%
effects = explain_ratios(fit, counts, traits, rule=part.rule, seed=part.expected.seed)
effects.sentences()

# %% [markdown]
# Nearly half of the flags turn out to be shared. One talk with the samenwerkingsverband then says more than
# five with its gemeenten.

# %%
clusters = effects.clusters()
clusters = clusters[clusters["flag"].isin(["meer", "minder"])]
shared = clusters[clusters["label"] == "gedeeld"].copy()
shared["naam"] = shared["gemeente"].map(NAME)
table(
    "Wie opvalt door wat hij deelt",
    shared.sort_values(["cluster", "gemeente"]),
    {"naam": "Gemeente", "ratio": "Verhouding", "cluster": "Deelt", "own_ratio": "Wat overblijft"},
)

# %% [markdown]
# ## 9. The report
#
# Everything above in one value, with the tables and figures that `make tables` writes. The funnel
# plot shows why size matters: the limits are those of the fitted family, wide where few are
# expected.

# %%
totals = pd.concat([data.counts(year).assign(jaar=year, soort="totaal") for year in data.jaren])
of_totals = profile_outliers(totals, formula, exposure="doelgroep", rule=part.rule, missing="not_judged")
study = Cbs2025(data, part, fit, operating, diagnostics, profiles, of_totals, effects)
report = {made.name: made for made in study.tables()}
figures = study.figures()
picture(figures["trechter"])

# %%
picture(figures["rupsfiguur"])

# %%
picture(figures["heatmap_1"])

# %%
picture(figures["diagnostiek"])

# %% [markdown]
# ### Would another assumption have pointed at others?
#
# With nobody set aside the gemeenten that lie far out stretch the spread themselves, and hide all
# but seven. Under plain Poisson only the border of relevance (0.67 to 1.5) keeps the list short.

# %%
report["gevoeligheid"]

# %% [markdown]
# ### From year to year

# %%
report["overgangen"]

# %% [markdown]
# ## 10. What was really the matter
#
# Only here, because these gemeenten are invented: the causes are known. The two that were missed
# are tiny, and Quaderdrecht of section 5 is one of them: there was a cause, and ten counts cannot
# show it.

# %%
report["waarheid"]

# %% [markdown]
# ## On your own counts
#
# Put `gemeenten.csv` and `voorzieningen.csv` in a folder, with the columns of the [data
# dictionary](../docs/reference/data-dictionary.md), and begin at section 1; or take a frame with a
# row per gemeente to `rs.fit_expected` at once ([how
# to](../docs/how-to/expected-registration.md)). The choice of whom to interview, and what the
# interviews add up to, is the next notebook.
