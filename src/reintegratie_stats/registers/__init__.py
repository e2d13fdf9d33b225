"""Registers: files and tables, their declaration and their checks; no statistics."""

from reintegratie_stats.registers.checks import CheckReport
from reintegratie_stats.registers.files import FileOptions
from reintegratie_stats.registers.gemeente_data import GemeenteData, read_gemeente_data
from reintegratie_stats.registers.gemeente_tables import GEMEENTE_TABLES
from reintegratie_stats.registers.layout import Layout
from reintegratie_stats.registers.layout_read import read_layout
from reintegratie_stats.registers.read import read_registers
from reintegratie_stats.registers.registers import Registers
from reintegratie_stats.registers.schema import TABLES, Column, Table

__all__ = [
    "GEMEENTE_TABLES",
    "TABLES",
    "CheckReport",
    "Column",
    "FileOptions",
    "GemeenteData",
    "Layout",
    "Registers",
    "Table",
    "read_gemeente_data",
    "read_layout",
    "read_registers",
]
