"""Stage 4 as pages: lessons, standards, growth on tests, progress week by week, criteria for students."""
