"""What a worker on another machine is told of a run before its first report, and why it may have to stay out of it."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from dataworkbench.files import file_fingerprint
from dataworkbench.reports.fingerprints import code_fingerprint


@dataclass(frozen=True)
class Errand:
    """One run, as far as a worker has to know it.

    ``name`` is that of the run among dask's plugins, ``code`` the fingerprint of the workbench that all
    pages are to be made with, ``policy`` that of the policy that the run began under. ``notebook`` is the run's own copy, ``notebook_fingerprint`` what it holds. Where
    machines share no folder, ``storage`` is the address at which the run's things lie and ``bundle`` the fingerprint of
    what a report needs; else both are ''.
    """

    name: str
    code: str
    workspace: str
    snapshot: str
    policy: str
    folder: str
    notebook: str
    notebook_fingerprint: str
    storage: str = ""
    bundle: str = ""


def refusal_of(errand: Errand) -> str:
    """Return why nothing of a run can be made on this machine; '' where it can."""
    machine = socket.gethostname()
    if code_fingerprint() != errand.code:
        return (
            f"The worker on {machine} has another version of the workbench, or of a package that pages rest on. Install "
            "there what is installed here, and start the worker again."
        )
    if not errand.storage and file_fingerprint(Path(errand.notebook)) != errand.notebook_fingerprint:
        return (
            f"The worker on {machine} doesn't find this run in {errand.folder}. Put the workspace on a folder that all "
            "machines see under the same path, or name a storage that all of them reach, with --storage."
        )
    return ""
