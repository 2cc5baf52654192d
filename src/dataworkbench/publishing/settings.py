"""How Voila is told to behave: nothing is open that does not have to be, and nobody who looks can change that."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

ADDRESS: Final = "127.0.0.1"
IDLE_SECONDS: Final = 1200
LOOK_EVERY_SECONDS: Final = 60
CELL_SECONDS: Final = 300
NO_DETAILS: Final = "The data office finds the reason in its log."
LONGEST_SOCKET_PATH: Final = 100
LONGEST_SOCKET_NAME: Final = len("/voila_12345678/kernel-12345678-1234-1234-1234-123456789012-ipc-1")
"""Bytes: what the smallest systems take for the path of a socket, and what Jupyter puts below the folder."""
STAFF: Final = "dataworkbench.publishing.staff"
TEMPLATE: Final = "dashboards"
ONLY_CRITICAL: Final = 50
"""Voila's own log repeats what errors say, and errors can say names."""


def voila_settings(
    *, folder: Path, runtime: Path, port: int, surroundings: Path, address: str = ""
) -> dict[str, Any]:
    """Return the settings of a server for one folder of dashboards.

    Each line closes something that stands open by default: nobody asked who they are, files beside the notebooks served without
    one, templates and themes chosen by whoever looks, kernels that are never ended, tracebacks, another port than
    the one that was named.
    """
    return {
        "Voila": {
            "ip": ADDRESS,
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "token": "",
            "identity_provider_class": f"{STAFF}.door.Door",
            "root_dir": str(folder),
            "connection_dir_root": str(runtime),
            "log_level": ONLY_CRITICAL,
            "tornado_settings": {"headers": _headers(port, address)},
        },
        "StaffVoila": {"surroundings": str(surroundings)},
        "VoilaConfiguration": {
            "template": TEMPLATE,
            "multi_kernel_manager_class": f"{STAFF}.kernels.StaffKernels",
            "strip_sources": True,
            "show_tracebacks": False,
            "file_allowlist": [],
            "file_denylist": [".*"],
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "http_header_envs": [],
            "preheat_kernel": False,
            "classic_tree": True,
        },
        "VoilaExecutor": {"timeout": CELL_SECONDS, "cell_error_instruction": NO_DETAILS},
        "KernelManager": {"transport": transport(runtime)},
        "MappingKernelManager": {
            "cull_idle_timeout": IDLE_SECONDS,
            "cull_interval": LOOK_EVERY_SECONDS,
            "cull_connected": False,
            "cull_busy": False,
        },
    }


def transport(runtime: Path) -> str:
    """Return how a kernel is spoken to: by files in the private folder, where the system has that and their names fit.

    By way of ports, whoever has an account on the machine can listen to what a kernel shows.
    """
    fits = len(os.fsencode(runtime)) + LONGEST_SOCKET_NAME <= LONGEST_SOCKET_PATH
    return "ipc" if os.name != "nt" and fits else "tcp"


def _headers(port: int, address: str) -> dict[str, str]:
    """Return what a browser is told: load nothing from elsewhere, and do not say in which address you were."""
    sockets = (
        f"wss://{address.removeprefix('https://')}"
        if address
        else f"ws://{ADDRESS}:{port} ws://localhost:{port}"
    )
    policy = (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        f"connect-src 'self' {sockets} data: blob:",
        "worker-src 'self' blob:",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'self'",
        "object-src 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
