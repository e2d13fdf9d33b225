"""The real counts of three gemeenten (RWI 2004, bijlage 3), and the percentages it prints."""

from __future__ import annotations

import pandas as pd

from tests.spec.framework import Drawn, draw

COUNTS = """
    gemeente | X   | Y   | Z   | A   | B  | A.1
    1        | 872 | 477 | 164 | 111 | -  | 10
    2        | -   | -   | 218 | 154 | -  | -
    3        | 433 | 233 | 70  | 50  | 20 | -
"""

RATIOS_OF_COUNTS = """
    gemeente | ratio                      | numerator | denominator | value | printed | reason
    1        | complianceratio            | n.b.      | 872         | n.b.  | n.b.    | C unknown
    1        | langdurigheidsratio        | 477       | 872         | 55%   | 55%     |
    1        | sluitingsratio             | 111       | 164         | 68%   | 68%     |
    1        | niet_sluitingsratio        | 53        | 164         | 32%   |         |
    1        | uitstroomratio_met_traject | 10        | 111         | 9%    | 9%      |
    2        | complianceratio            | n.b.      | n.b.        | n.b.  | n.b.    | X-Y, C, X unknown
    2        | langdurigheidsratio        | n.b.      | n.b.        | n.b.  | 49%     | Y, X unknown
    2        | sluitingsratio             | 154       | 218         | 71%   | 71%     |
    2        | niet_sluitingsratio        | 64        | 218         | 29%   |         |
    2        | uitstroomratio_met_traject | n.b.      | 154         | n.b.  | 6%      | A.1 unknown
    3        | complianceratio            | n.b.      | 433         | n.b.  | n.b.    | C unknown
    3        | langdurigheidsratio        | 233       | 433         | 54%   | 54%     |
    3        | sluitingsratio             | 50        | 70          | 71%   | 71%     |
    3        | niet_sluitingsratio        | 20        | 70          | 29%   | 29%     |
    3        | uitstroomratio_met_traject | n.b.      | 50          | n.b.  | 8%      | A.1 unknown
"""


def counts_frame() -> pd.DataFrame:
    """The counts as a user would type them over; what the report does not give is missing."""
    drawn = draw(COUNTS)
    columns = {name: [_count(text) for text in drawn.column(name)] for name in drawn.columns[1:]}
    return pd.DataFrame({"gemeente": drawn.column("gemeente"), **columns})


def _count(text: str) -> int | None:
    return None if text == "-" else int(text)


def without(drawn: Drawn, column: str) -> Drawn:
    """A drawn table without one column."""
    position = drawn.columns.index(column)
    rows = [(*row[:position], *row[position + 1 :]) for row in (drawn.columns, *drawn.rows)]
    return Drawn(rows[0], tuple(rows[1:]))
