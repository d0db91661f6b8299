"""riskmap: integrity-risk registers and the account maps drawn from them."""
