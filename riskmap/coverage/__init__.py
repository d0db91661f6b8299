"""What of the bureau is not covered: facts, rules, gaps, grids, runs, findings."""
