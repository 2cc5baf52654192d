"""Stage 3 as pages: a class, a student on one page, groups, targets, and what goes home."""
