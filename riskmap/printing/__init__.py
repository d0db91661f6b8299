"""Paper: the sheet of one map, the risk ledger and the atlas of a bureau, typeset by Typst."""
