"""Stage 5 as pages: what goes with a concern, the ledger of what was tried, rigor, and when it is looked at again."""
