"""Work that outlives a request: a row per job, done by whoever holds its lease, its result kept."""
