"""The line between a page and its kernel: what a browser may send over it, and until when."""

from __future__ import annotations

import json
import struct
import weakref
from typing import Any, ClassVar, Final

from jupyter_server.services.kernels.connection.base import (
    deserialize_binary_message,
    deserialize_msg_from_ws_v1,
)
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from dataworkbench.publishing.staff.inside import Inside
from dataworkbench.publishing.staff.sessions import Session

CHANNELS: Final = frozenset({"shell", "control"})
MESSAGES: Final = frozenset(
    {"comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"}
)
OPENED_BY_PAGES: Final = frozenset({"jupyter.widget.control"})
"""The one line that a page opens itself, to ask how its widgets stand. It opens no widget of its own."""
TORN: Final = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    struct.error,
    OverflowError,
)
"""What comes of reading a message that is none."""


def may_be_sent(channel: str, message: str, target: str) -> bool:
    """Whether a browser may send a message: no code, no answer to a question, no ending, no widget that was not there."""
    if channel not in CHANNELS or message not in MESSAGES:
        return False
    return message != "comm_open" or target in OPENED_BY_PAGES


class StaffConnection(ZMQChannelsWebsocketConnection):
    """Hands on to a kernel what a page may send, and drops the rest."""

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Hand on one message, or drop it."""
        try:
            told = _told(incoming_msg, self.subprotocol)
        except TORN:
            return
        if may_be_sent(*told):
            super().handle_incoming_message(incoming_msg)


def _told(message: Any, protocol: str | None) -> tuple[str, str, str]:
    """Return the channel, the type and the target that a message names."""
    if protocol == "v1.kernel.websocket.jupyter.org":
        channel, parts = deserialize_msg_from_ws_v1(message)
        header, content = json.loads(parts[0]), json.loads(parts[3])
    else:
        held = deserialize_binary_message(message) if isinstance(message, bytes) else json.loads(message)
        channel, header, content = held.get("channel") or "shell", held["header"], held.get("content") or {}
    return str(channel), str(header["msg_type"]), str(content.get("target_name", ""))


class Socket(Inside, VoilaKernelWebsocketHandler):  # type: ignore[misc]  # Voila carries no types
    """The line to one kernel of one visitor."""

    open_ones: ClassVar[weakref.WeakSet[Socket]] = weakref.WeakSet()
    session: Session | None = None

    async def open(self, kernel_id: str) -> None:
        """Open the line, and remember it, so that it is closed when the sign-in ends."""
        self.session = self.signed_in
        Socket.open_ones.add(self)
        await super().open(kernel_id)

    def on_message(self, ws_message: Any) -> None:
        """Take a message while the sign-in holds."""
        if self.door.valid(self.session) is None:
            self.close(code=4403, reason="signed out")
        else:
            super().on_message(ws_message)

    def get_compression_options(self) -> None:
        """Return that nothing is compressed: a small message could unfold into a very large one."""
        return
