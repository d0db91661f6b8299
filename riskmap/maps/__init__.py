"""Account maps as rows, and the way from rows to a `MapDocument`."""
