"""The steps of a study in order: read, one call, write; a module per study."""

from reintegratie_stats.pipeline.run import STUDIES as STUDIES
from reintegratie_stats.pipeline.run import run_study as run_study
