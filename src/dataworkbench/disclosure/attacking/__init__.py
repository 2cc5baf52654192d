"""The audit of a release: what somebody can prove of each protected figure who has everything that was ever published."""

from dataworkbench.disclosure.attacking.audit import AUDIT_COLUMNS, attack

__all__ = ["AUDIT_COLUMNS", "attack"]
