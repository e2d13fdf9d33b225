"""Rows of a register as a pandas frame, of the same types whatever the version of pandas."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa

_EXTENSIONS: dict[pa.DataType, Any] = {
    pa.string(): pd.StringDtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.int64(): pd.Int64Dtype(),
}
"""Types of pandas that have a missing value of their own."""


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a pandas frame whose types follow from those of the table alone.

    pandas 2 and 3 differ in what they make of text, and both make of a column with a missing value something else than
    of one without. Here text is ``string``, a day ``datetime64[s]`` (a year such as 9999 fits), a moment
    ``datetime64``, yes or no ``boolean``, a whole number ``Int64`` and another number ``float64``.

    Parameters
    ----------
    table : pyarrow.Table

    Returns
    -------
    DataFrame
        Columns of other types (a list, say) are as pandas makes them.

    Examples
    --------
    >>> frame = to_frame(pa.table({"naam": ["a", None], "aantal": [1, None]}))
    >>> [str(kind) for kind in frame.dtypes]
    ['string', 'Int64']
    """
    for place, one in enumerate(table.schema):
        kind = _plain(one.type)
        if kind != one.type:
            table = table.set_column(place, one.name, table.column(place).cast(kind, safe=False))
    frame: pd.DataFrame = table.to_pandas(types_mapper=_EXTENSIONS.get, date_as_object=False)
    return frame


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the type of a few that stands for one of many; a day is a moment."""
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if pa.types.is_large_string(kind) or str(kind) == "string_view" or pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_date(kind):
        return pa.timestamp("s")
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return pa.float64()
    return pa.int64() if pa.types.is_integer(kind) and not pa.types.is_uint64(kind) else kind
