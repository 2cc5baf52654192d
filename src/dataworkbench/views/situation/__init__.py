"""Stage 1 as pages: who is here, what is done, how people see it, what students know, and where to look."""
