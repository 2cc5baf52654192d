"""A place that all machines reach, by fsspec: a bucket, a container, a folder. What is put there is whole or not there.

Every name is written once, by one process: so nobody ever reads a name that somebody else is writing again.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dataworkbench.errors import WorkbenchError


class Storage:
    """A folder of a run at an address."""

    def __init__(self, address: str) -> None:
        self._files, self._top = _opened(address)

    def put(self, local: Path, name: str) -> None:
        """Put a file there under a name that nothing has had."""
        path = self._path(name)
        self._files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        self._files.put_file(str(local), path)

    def get(self, name: str, local: Path) -> None:
        """Bring a file from there."""
        self._files.get_file(self._path(name), str(local))

    def read(self, name: str) -> bytes:
        """Return what a file there holds."""
        return bytes(self._files.cat_file(self._path(name)))

    def remove(self, names: Sequence[str]) -> None:
        """Take files away that were there."""
        for name in names:
            with suppress(FileNotFoundError):
                self._files.rm_file(self._path(name))

    def clear(self) -> None:
        """Take away all that the run put there."""
        self._files.invalidate_cache()  # other machines wrote there too
        with suppress(FileNotFoundError):
            self._files.rm(self._top, recursive=True)

    def _path(self, name: str) -> str:
        return f"{self._top}/{name}"


def place_of(address: str, folder: str) -> str:
    """Return the address of a run's folder under the address that a person named."""
    parts = urlsplit(address)
    if parts.password or parts.username:
        raise WorkbenchError(
            "A name or password does not belong into the address of a storage, which is told to all machines. Let each "
            "machine have its own access, as the storage's own program has it (for S3: ~/.aws/credentials or a role)."
        )
    if not parts.scheme:
        raise WorkbenchError(
            f"'{address}' is no address of a storage. Write it as in s3://bucket/folder, abfs://container/folder or "
            "file:///folder/that/all/machines/see."
        )
    return f"{address.rstrip('/')}/{folder}"


def _opened(address: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - comes with the extra 'cluster', and few need it
    except ImportError as fault:
        raise WorkbenchError(
            'A storage needs the package fsspec. Install it with: pip install "dataworkbench[cluster]"'
        ) from fault
    try:
        files, top = url_to_fs(address)
    except ImportError as fault:
        raise WorkbenchError(
            f"The storage {address} needs a package that is not installed: {fault}."
        ) from fault
    except ValueError as fault:
        raise WorkbenchError(f"The storage {address} cannot be used: {fault}.") from fault
    return files, str(top).rstrip("/")
