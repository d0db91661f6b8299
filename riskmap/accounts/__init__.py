"""Who works with riskmap: users, what each may do, signing in."""
