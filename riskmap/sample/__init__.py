"""The demonstration bureau as readable text, and its loader."""
