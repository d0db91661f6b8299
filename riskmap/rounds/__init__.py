"""Yearly rounds of review: every map due, and what became of each."""
