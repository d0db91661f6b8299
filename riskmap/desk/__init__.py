"""Pages that look across packages: the organisation with its maps, the register in use, search."""
