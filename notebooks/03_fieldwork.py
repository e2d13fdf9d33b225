# %% [markdown]
# # Whom to interview, and what their answers add up to
#
# CBS chose 29 gemeenten to interview from its regression: some that register as expected, several
# that register more or fewer, spread over the country, over software packages, in and outside a
# samenwerkingsverband. By hand such a choice cannot be repeated, and nobody can say afterwards why
# a gemeente was in it. This notebook makes the choice, says why, replaces who refuses, and then
# counts what the survey and the interviews found.
#
# **None of these gemeenten exists.** They are invented, with invented counts, answers and
# interviews.
#
# `make tables` does all of it at once, with a memo for the file and a fact sheet for each gemeente.
# The text is English, the output is Dutch as the package prints it; most functions take `lang="en"`.

# %%
from pathlib import Path

import pandas as pd

from reintegratie_stats.errors import SampleError
from reintegratie_stats.estimates.expected import fit_expected
from reintegratie_stats.fieldwork.causes import count_causes
from reintegratie_stats.fieldwork.coded import code_interviews
from reintegratie_stats.fieldwork.coders import coder_agreement
from reintegratie_stats.fieldwork.evidence import judge_evidence
from reintegratie_stats.fieldwork.hit_rate import hit_rate, outcomes_of
from reintegratie_stats.fieldwork.interviews import draw_interviews
from reintegratie_stats.fieldwork.probability import ProbabilityDesign, draw_probability_sample
from reintegratie_stats.fieldwork.response import estimate_share, survey_response
from reintegratie_stats.fieldwork.response_representative import compare_respondents, r_indicator
from reintegratie_stats.fieldwork.ties import tie_causes
from reintegratie_stats.fieldwork.units import interview_units
from reintegratie_stats.outliers import flag_outliers
from reintegratie_stats.registers import read_gemeente_data
from reintegratie_stats.report.table import ReportTable, TableColumn
from reintegratie_stats.study import read_study

here = Path(globals().get("__file__", ".")).resolve()
ROOT = next(folder for folder in [here, *here.parents] if (folder / "study.toml").is_file())

# %% [markdown]
# A helper, so that tables look as they do in a report. It computes nothing.

# %%


def table(title, frame, heads, decimals=2, shares=(), notes=()):
    """Show columns of a frame under Dutch heads: text, whole numbers, shares, and other numbers."""
    columns = []
    for name, head in heads.items():
        if not pd.api.types.is_numeric_dtype(frame[name]):
            columns.append(TableColumn(name, label=head))
        elif name in shares:
            columns.append(TableColumn(name, "share", label=head))
        elif pd.api.types.is_integer_dtype(frame[name]):
            columns.append(TableColumn(name, "count", label=head))
        else:
            columns.append(TableColumn(name, "number", label=head, decimals=decimals))
    anchor = "".join(letter for letter in title.lower() if letter.isalnum() and letter.isascii())
    return ReportTable(anchor, title, frame, columns, notes=notes)


# %% [markdown]
# ## 1. The gemeenten to choose from
#
# The study file names the data, the model, the rule and the design of the draw. Fitting and
# flagging is the subject of `02_expected`; here it is one step. `interview_units` puts the class of
# each gemeente (`meer`, `minder`, `verwacht`) beside its standardised residual `z` and its traits.

# %%
study = read_study(ROOT / "studies" / "cbs2025.toml")
part = study.needs_gemeenten()
data = read_gemeente_data(part.folder)
counts = data.counts(part.year)
model = part.expected
fit = fit_expected(counts, model.formula, exposure=model.exposure, family=model.family, seed=model.seed)
flags = flag_outliers(fit, part.rule)

traits = data.gemeenten
traits["in_samenwerkingsverband"] = traits["samenwerkingsverband"].notna().map({True: "ja", False: "nee"})
units = interview_units(fit, flags, traits)
names = dict(zip(units["gemeente"], units["naam"], strict=True))
flags

# %% [markdown]
# ## 2. The design
#
# What the choice must be is one value with every number in it. Six traits: provincie, landsdeel,
# size class, software package, external execution, and in or outside a samenwerkingsverband (at
# most one of each). `quota` is exact, `minimum` and `maximum` are per category, `between` is a
# range, `spread` is an aim and no demand. Who registers as expected is chosen as the twin of a
# chosen gemeente that does not: alike in what should explain the count.

# %%
design, seed = study.interviews.design, study.interviews.seed
choices = [
    {"keuze": name, "waarde": str(value)} for name, value in design.to_dict().items() if value not in ("", None, [], {})
]
table("Het ontwerp", pd.DataFrame(choices), {"keuze": "Keuze", "waarde": "Waarde"})

# %% [markdown]
# ## 3. The draw, and why each gemeente is in it
#
# An integer programme, solved to proven optimality. Draws that are equally good are told apart by a
# lot that is a hash of the seed and the gemeente: the same everywhere, whatever the order of the rows.

# %%
draw = draw_interviews(units, design, seed)
draw

# %%
frame = draw.to_frame()
frame["naam"] = frame["gemeente"].map(names)
chosen = frame[frame["rol"] == "gekozen"]
table(
    "Gekozen, met de reden",
    chosen.head(8),
    {"naam": "Gemeente", "gemeente": "Code", "klasse": "Klasse", "reden": "Reden"},
    notes=[f"De eerste 8 van {len(chosen)}."],
)

# %% [markdown]
# Every number that was asked stands beside what was got, with the slack: how many gemeenten more or
# fewer it could have been.

# %%
quotas = draw.quotas()
table(
    "Gevraagd en gekregen",
    quotas[quotas["rule"] != "one_per"].fillna({"trait": "", "category": ""}),
    {"rule": "Eis", "trait": "Kenmerk", "category": "Categorie", "asked": "Gevraagd", "got": "Gekregen",
     "slack": "Speling", "available": "Gemeenten"},
)  # fmt: skip

# %% [markdown]
# Another seed gives another draw, as good as this one.

# %%
others = [draw_interviews(units, design, other) for other in (1, 2, 3)]
table(
    "Andere zaden",
    pd.DataFrame(
        {
            "zaad": [d.seed for d in (draw, *others)],
            "doel": [d.objective for d in (draw, *others)],
            "best": [d.objective_best for d in (draw, *others)],
            "zelfde": [len(set(d.chosen) & set(draw.chosen)) for d in (draw, *others)],
        }
    ),
    {"zaad": "Zaad", "doel": "Doel", "best": "Hoogst mogelijk", "zelfde": "Gemeenten als bij het eerste zaad"},
)

# %% [markdown]
# ## 4. A gemeente refuses
#
# Each chosen gemeente has reserves, in order: from the same cell, and every number is still kept
# when one steps in. `replace` gives the draw after a refusal; nothing else changes.

# %%
refuses = next(name for name, reserves in draw.reserves().items() if len(reserves) > 1)
later = draw.replace(refuses)
gone, came = set(draw.chosen) - set(later.chosen), set(later.chosen) - set(draw.chosen)
after = later.to_frame()
after["naam"] = after["gemeente"].map(names)
table(
    f"Na de weigering van {names[refuses]}",
    after[after["gemeente"].isin(came) & (after["rol"] == "gekozen")],
    {"naam": "Gemeente", "klasse": "Klasse", "reden": "Reden"},
)

# %% [markdown]
# ## 5. A design that cannot be met
#
# Seven gemeenten from a provincie that has six. The design is refused, naming the smallest set of
# demands that cannot hold together and what would have to give. Nothing is relaxed in silence.

# %%
small = units["provincie"].value_counts().sort_values(kind="stable").index[0]
impossible = design.replace(minimum={"softwarepakket": 2}, maximum={}, quota={**design.quota, "provincie": {small: 7}})
try:
    draw_interviews(units, impossible, seed)
except SampleError as error:
    refusal = str(error)
print(refusal)

# %% [markdown]
# Relaxing is a choice, in a stated order, and what was relaxed is in the result. Not six but four:
# three of the six share a samenwerkingsverband, and of those one at most is chosen.

# %%
eased = draw_interviews(units, impossible.replace(relax=[f"quota:provincie={small}"]), seed)
table(
    "Waarvan is afgeweken",
    pd.DataFrame([{"eis": one.name, "gevraagd": one.low, "gekregen": one.got} for one in eased.relaxed]),
    {"eis": "Eis", "gevraagd": "Gevraagd", "gekregen": "Gekregen"},
)

# %% [markdown]
# ## 6. A draw to extrapolate from
#
# The draw above is a choice: nothing follows from it about all gemeenten. Who wants that needs
# known chances. Here 40 gemeenten are drawn by landsdeel, balanced on inhabitants and target group
# (the cube method), and the mean number of voorzieningen is estimated from them with a design-based
# interval. As these gemeenten are invented we can look up what it is.

# %%
frame = units.merge(counts[["gemeente", "voorzieningen"]], on="gemeente")
lottery = ProbabilityDesign(40, "landsdeel", balance=("inwoners", "doelgroep"))
sample = draw_probability_sample(frame, lottery, seed)
found = sample.estimate("voorzieningen", estimator="regression")
table(
    "Gemiddeld aantal voorzieningen per gemeente, 2024",
    pd.DataFrame(
        {
            "wat": ["geschat uit 40 gemeenten", "over alle gemeenten"],
            "waarde": [found.value, float(frame["voorzieningen"].mean())],
            "van": [found.lower, float("nan")],
            "tot": [found.upper, float("nan")],
        }
    ),
    {"wat": "", "waarde": "Gemiddelde", "van": "Ondergrens", "tot": "Bovengrens"},
    decimals=0,
)

# %% [markdown]
# ## 7. Who answered the survey
#
# All 342 gemeenten were asked and 202 answered: 59 per cent, as published. The response is counted,
# not estimated; the interval says what chance would do.

# %%
survey = units.merge(data.enquete, on="gemeente")
response = survey_response(survey, asked=True, by="grootteklasse")
table(
    "Respons naar grootteklasse",
    response.to_frame(total=True),
    {"grootteklasse": "Inwoners", "asked": "Gevraagd", "answered": "Geantwoord", "rate": "Respons",
     "chance_lower": "Ondergrens", "chance_upper": "Bovengrens"},
    shares=("rate", "chance_lower", "chance_upper"),
)  # fmt: skip

# %% [markdown]
# Are those who answered like all? The R-indicator is 1 when every trait answers equally often.

# %%
known = ["grootteklasse", "landsdeel", "softwarepakket", "externe_uitvoering"]
indicator = r_indicator(survey, known, asked=True, seed=seed)
print(indicator)
compare_respondents(survey, known)

# %% [markdown]
# The letter of 23 January 2018 has one survey share: 32 per cent, from a survey among 100 of the 388
# gemeenten that there were. If those 100 answered and were like a random draw, the share among all is

# %%
letter = estimate_share(32, 100, population=388)
f"{letter.lower:.1%} to {letter.upper:.1%}"

# %% [markdown]
# ## 8. What the interviews found
#
# Two coders read each interview and named causes from the code book of CBS 5.3: actual,
# administrative or hybrid. (Who was interviewed in these data was fixed when they were made; it is
# not the draw above.)

# %%
coded = code_interviews(data.interviews)
by_cause = count_causes(coded)
by_cause.to_report()

# %%
agreement = coder_agreement(coded)
agreement.to_report()

# %% [markdown]
# Does a cause go with the residual? A permutation test, as fits 29 gemeenten. The gemeenten were
# chosen *because of* their residual, so the test holds for them and the size of the effect does not
# hold for all.

# %%
ties = tie_causes(coded, units, seed=seed)
ties.to_report()

# %% [markdown]
# Four figures for each cause, read at once by a rule that is printed under the table.

# %%
evidence = judge_evidence(by_cause, agreement, ties)
evidence.to_report()

# %% [markdown]
# ## 9. What the flags were worth
#
# How often did a flag turn out to be a registration error? That is the hit rate of the rule, and
# the reason to hold interviews: next year it can be set against another rule.

# %%
rate = hit_rate(flags, outcomes_of(coded))
rate.to_report()
