"""What becomes of a map that is to come into force: who has to sign it."""
