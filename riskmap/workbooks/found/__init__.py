"""Ledgers as found: tables of integrity risks in whatever form they are kept, read as values."""
