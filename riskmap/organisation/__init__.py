"""Units, offices and posts; who holds them; who else acts in a procedure."""
