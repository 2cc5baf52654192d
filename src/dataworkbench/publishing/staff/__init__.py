"""Voila for staff: who may come in, what each may see, a kernel that holds no more than that, and who looked at what."""

from __future__ import annotations

from dataworkbench.publishing.staff.visitors import (
    VISITORS_FILE,
    Visitor,
    VisitorBook,
    add_visitor,
    made_token,
    password_hash,
    read_visitors,
    remove_visitor,
    token_hash,
)

__all__ = [
    "VISITORS_FILE",
    "Visitor",
    "VisitorBook",
    "add_visitor",
    "made_token",
    "password_hash",
    "read_visitors",
    "remove_visitor",
    "token_hash",
]
