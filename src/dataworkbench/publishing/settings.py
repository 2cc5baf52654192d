"""How Voila is told to behave: nothing is open that does not have to be, and nobody who looks can change that."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

ADDRESS: Final = "127.0.0.1"
IDLE_SECONDS: Final = 1200
LOOK_EVERY_SECONDS: Final = 60
CELL_SECONDS: Final = 300
NO_DETAILS: Final = "The data office finds the reason in its log."
TEMPLATE: Final = "dashboards"
ONLY_CRITICAL: Final = 50
"""Voila's own log repeats what errors say, and errors can say names."""


def voila_settings(*, folder: Path, runtime: Path, port: int, token: str) -> dict[str, Any]:
    """Return the settings of a server for one folder of dashboards.

    Each line closes something that stands open by default: no token, files beside the notebooks served without
    one, templates and themes chosen by whoever looks, kernels that are never ended, tracebacks, another port than
    the one that was named.
    """
    return {
        "Voila": {
            "ip": ADDRESS,
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "token": token,
            "root_dir": str(folder),
            "connection_dir_root": str(runtime),
            "log_level": ONLY_CRITICAL,
            "tornado_settings": {"headers": _headers(port)},
        },
        "VoilaConfiguration": {
            "template": TEMPLATE,
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
        "MappingKernelManager": {
            "cull_idle_timeout": IDLE_SECONDS,
            "cull_interval": LOOK_EVERY_SECONDS,
            "cull_connected": False,
            "cull_busy": False,
        },
    }


def _headers(port: int) -> dict[str, str]:
    """Return what a browser is told: load nothing from elsewhere, and do not say in which address you were."""
    sockets = f"ws://{ADDRESS}:{port} ws://localhost:{port}"
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
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
