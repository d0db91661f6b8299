"""The register: categories, items, measures, legal bases and their time limits."""
