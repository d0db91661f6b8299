"""The account map as a frozen value: what drawing, printing, diff and rules agree on."""
