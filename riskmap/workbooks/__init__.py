"""Workbooks: what is written to Excel, and later read from it."""
