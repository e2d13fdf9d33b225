"""How long a draw of gemeenten takes, how many removals leave it as it is, and how seeds differ.

Simulates 342 gemeenten (class, z, six traits, a samenwerkingsverband, three covariates) and draws 29 of them: numbers
per class, at least one and at most four of each provincie, at least two of each software package, ranges for external
execution and samenwerkingsverband, one per samenwerkingsverband, spread over landsdelen and size classes. Then every
gemeente that was not chosen is left out in turn and the draw is made again: it should be the same. Times are printed
only; the exit code is 1 where fewer than 95 per cent of the draws stay as they are.

    python benchmarks/interview_draw.py --frames 3 --seeds 5
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri

from reintegratie_stats.fieldwork.interviews import SampleDraw, draw_interviews
from reintegratie_stats.fieldwork.sample_design import SampleDesign

PROVINCIES = {
    "Drenthe": (12, "Noord"), "Flevoland": (6, "Oost"), "Friesland": (18, "Noord"), "Gelderland": (51, "Oost"),
    "Groningen": (10, "Noord"), "Limburg": (31, "Zuid"), "Noord-Brabant": (56, "Zuid"), "Noord-Holland": (44, "West"),
    "Overijssel": (25, "Oost"), "Utrecht": (26, "West"), "Zeeland": (13, "Zuid"), "Zuid-Holland": (50, "West"),
}  # fmt: skip
DESIGN = SampleDesign(
    size=29,
    quota={"klasse": {"meer": 10, "minder": 10, "verwacht": 9}},
    minimum={"provincie": 1, "softwarepakket": 2},
    maximum={"provincie": 4},
    between={"externe_uitvoering": {"ja": (8, 12)}, "in_verband": {"ja": (12, 17)}},
    one_per="samenwerkingsverband",
    spread=["landsdeel", "grootteklasse"],
)
COVARIATES = ("laagopgeleid", "eenouder", "stedelijkheid")


def gemeenten(seed: int, n: int = 342) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    names = np.repeat(list(PROVINCIES), [number for number, _ in PROVINCIES.values()])
    provincie = names[np.argsort(random.random(len(names)), kind="stable")][:n]
    z = ndtri(random.random(n))
    flagged = random.random(n) < 0.12
    z = np.round(np.where(flagged, np.sign(z) * (2.9 + 4.0 * random.random(n)), z), 3)
    verband = np.floor(60 * random.random(n)).astype(int)
    member = random.random(n) < 0.6
    return pd.DataFrame(
        {
            "gemeente": [f"GM{k + 1:04d}" for k in range(n)],
            "z": z,
            "klasse": np.where(flagged, np.where(z > 0, "meer", "minder"), "verwacht"),
            "provincie": provincie,
            "landsdeel": [PROVINCIES[str(name)][1] for name in provincie],
            "softwarepakket": np.array(list("ABCDE"))[np.searchsorted([0.4, 0.7, 0.85, 0.95], random.random(n))],
            "samenwerkingsverband": [
                f"SV{v:02d}" if inside else None for v, inside in zip(verband, member, strict=True)
            ],
            "in_verband": np.where(member, "ja", "nee"),
            "externe_uitvoering": np.where(random.random(n) < 0.2, "ja", "nee"),
            "grootteklasse": np.searchsorted([0.1, 0.35, 0.7, 0.9], random.random(n)) + 1,
            **{name: np.round(random.random(n), 3) for name in COVARIATES},
        }
    )


def stable(frame: pd.DataFrame, design: SampleDesign, draw: SampleDraw) -> tuple[int, int]:
    """Return how many draws stay as they are when a gemeente that was not chosen is left out, and of how many."""
    others = [name for name in frame["gemeente"] if name not in draw.chosen]
    same = 0
    for name in others:
        same += draw_interviews(frame[frame["gemeente"] != name], design, draw.seed).chosen == draw.chosen
    return same, len(others)


def row(k: int, name: str, design: SampleDesign, seeds: int, removals: bool) -> tuple[str, float]:
    frame = gemeenten(k)
    start = time.perf_counter()
    draw = draw_interviews(frame, design, 1)
    draw.to_frame()
    seconds = time.perf_counter() - start
    drawn = [set(draw_interviews(frame, design, seed).chosen) for seed in range(1, seeds + 1)]
    shared = [len(a & b) for a, b in itertools.combinations(drawn, 2)]
    same, of = stable(frame, design, draw) if removals else (0, 0)
    share = same / of if of else 1.0
    bare = sum(not others for others in draw.reserves().values())
    cells = [
        str(k), name, f"{seconds:.2f}", f"{draw.objective:g}", f"{draw.objective_best:g}", str(draw.spread),
        f"{min(shared)}-{max(shared)}" if shared else "-", str(bare), f"{same} of {of}" if of else "-",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |", share


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Time, stability and variety of a draw of 29 from 342 gemeenten.")
    parser.add_argument("--frames", type=int, default=3, help="simulated frames (default 3)")
    parser.add_argument("--seeds", type=int, default=5, help="seeds to compare (default 5)")
    parser.add_argument("--no-removals", action="store_true", help="leave out the 313 draws with one gemeente fewer")
    options = parser.parse_args(arguments)
    designs = {
        "default": DESIGN,
        "tolerance 0": DESIGN.replace(tolerance=0.0),
        "proportional": DESIGN.replace(spread={"landsdeel": "proportional", "grootteklasse": "proportional"}),
        "twins": DESIGN.replace(twins=True, covariates=COVARIATES),
        "spread": DESIGN.replace(objective="spread"),
    }
    head = ["frame", "design", "seconds", "objective", "best", "spread", "same between seeds", "without a reserve",
            "unchanged"]  # fmt: skip
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head), flush=True)
    least = 1.0
    for k, (name, design) in itertools.product(range(options.frames), designs.items()):
        text, share = row(k, name, design, options.seeds, not options.no_removals)
        least = min(least, share)
        print(text, flush=True)
    return 0 if least >= 0.95 else 1


if __name__ == "__main__":
    raise SystemExit(main())
