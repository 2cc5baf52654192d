"""Stage 2 as pages: goals and where they stand, rubrics and visits, agreement, learning, schools that take part."""
