"""Protocols as files: the timed steps by which a team meets, with roles and norms."""

from __future__ import annotations

from dataworkbench.protocols.files import Shelf, protocol, protocols, read_protocol, shelf
from dataworkbench.protocols.model import SHOWS, Does, Protocol, Timed

__all__ = ["SHOWS", "Does", "Protocol", "Shelf", "Timed", "protocol", "protocols", "read_protocol", "shelf"]
