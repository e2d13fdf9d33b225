"""Registers: files and tables, their declaration and their checks; no statistics."""

from reintegratie_stats.registers.checks import CheckReport
from reintegratie_stats.registers.read import read_registers
from reintegratie_stats.registers.registers import Registers
from reintegratie_stats.registers.schema import TABLES, Column, Table

__all__ = ["TABLES", "CheckReport", "Column", "Registers", "Table", "read_registers"]
