"""From a file of any format, or a set of them, to a table as the file has it.

Nothing is interpreted here: text stays text, numbers stay numbers, and what a file says about itself (labels, declared
missing values, encoding) goes with the table. What a column means is said by a layout (`registers.layout`).
"""

from reintegratie_stats.registers.files.cache import Cache
from reintegratie_stats.registers.files.described import ColumnInfo, FileOptions
from reintegratie_stats.registers.files.open import describe_file, open_source
from reintegratie_stats.registers.files.source import SourceFile, SourceTable

__all__ = ["Cache", "ColumnInfo", "FileOptions", "SourceFile", "SourceTable", "describe_file", "open_source"]
