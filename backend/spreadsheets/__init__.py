"""Reading the tables that people hand in: .xlsx and .csv to a header and a stream of clean rows. No meaning yet."""

from backend.spreadsheets.columns import CellFault, Column, Row, RowFaults, read_cells
from backend.spreadsheets.table import Table, open_table

__all__ = ["CellFault", "Column", "Row", "RowFaults", "Table", "open_table", "read_cells"]
