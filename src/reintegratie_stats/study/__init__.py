"""A study as its file describes it: where its data lie, which definitions go with them, where its output goes."""

from reintegratie_stats.study.deliveries import PRESETS as PRESETS
from reintegratie_stats.study.deliveries import Delivery as Delivery
from reintegratie_stats.study.gemeenten import GemeentenPart as GemeentenPart
from reintegratie_stats.study.interviews import InterviewsPart as InterviewsPart
from reintegratie_stats.study.interviews import RespondentsPart as RespondentsPart
from reintegratie_stats.study.study import Study as Study
from reintegratie_stats.study.study import read_study as read_study
