"""The chart: from a `MapDocument` to positions, to DOT, to SVG, PDF and PNG."""
