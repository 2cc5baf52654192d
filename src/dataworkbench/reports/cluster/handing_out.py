"""The side of the run: jobs go to dask, and outcomes come back as reports end."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from dataworkbench.errors import WorkbenchError, story_of
from dataworkbench.files import file_fingerprint, fingerprint, write_whole
from dataworkbench.reports.cluster.bench import BUNDLE, EXECUTED, PAGE
from dataworkbench.reports.cluster.bundle import write_bundle
from dataworkbench.reports.cluster.errand import Errand
from dataworkbench.reports.cluster.storage import Storage, place_of
from dataworkbench.reports.fingerprints import code_fingerprint
from dataworkbench.reports.jobs import FAILED, Job, Outcome

SECONDS_TO_CONNECT: Final = 20
SECONDS_TO_FIND_WORKERS: Final = 30
SECONDS_WITHOUT_WORKERS: Final = 600
"""So long a run waits for a worker where none is left, before it ends and leaves the rest to a later one."""
LOOKING: Final = 5
RETRIES: Final = 2
"""So often dask tries a report again where the worker could not get at it, as when a storage did not answer."""
Came = tuple[str, str] | Exception
"""What dask brings of a report: its outcome as a line and where its page lies, or why there is none."""
PARTS_OF_ADDRESS: Final = ("tcp://", "tls://", "ws://", "wss://")


def run_jobs_elsewhere(
    jobs: Sequence[Job],
    *,
    scheduler: str,
    storage: str,
    workspace: Path,
    snapshot: str,
    policy: str,
    at_once: int | None,
) -> Generator[Outcome, None, None]:
    """Have each job done by the workers of a scheduler, and yield what became of it, in the order in which they end.

    ``at_once`` is the most that are made at the same time; None takes all that the workers offer. Whoever stops
    listening ends all that is at work.

    Raises
    ------
    WorkbenchError
        Where the scheduler cannot be reached or is lost, no worker is there, or one has other code.

    """
    with ExitStack() as held:
        client = held.enter_context(_connected(scheduler))
        errand = held.enter_context(_laid_out(_errand(jobs[0], workspace, snapshot, policy, storage)))
        held.enter_context(_taking_part(client, errand))
        desk = Desk(client, errand, at_once)
        held.callback(desk.call_off)
        for outcome, place in desk.outcomes(jobs):
            yield _collected(errand, outcome, place)


def _errand(job: Job, workspace: Path, snapshot: str, policy: str, storage: str) -> Errand:
    name = f"dataworkbench-{fingerprint(job.folder)[:12]}"
    return Errand(
        name=name,
        code=code_fingerprint(),
        workspace=str(workspace),
        snapshot=snapshot,
        policy=policy,
        folder=job.folder,
        notebook=job.notebook,
        notebook_fingerprint=file_fingerprint(Path(job.notebook)),
        storage=place_of(storage, name) if storage else "",
    )


@contextmanager
def _connected(scheduler: str) -> Iterator[Any]:
    """Give a client of a scheduler; what dask writes about a lost connection is told in a sentence instead."""
    if not scheduler.startswith(PARTS_OF_ADDRESS):
        raise WorkbenchError(
            f"'{scheduler}' is no address of a scheduler. Write it as in tcp://10.0.0.5:8786 or tls://10.0.0.5:8786."
        )
    try:
        from distributed import Client  # noqa: PLC0415 - comes with the extra 'cluster', and few need it
    except ImportError as fault:
        raise WorkbenchError(
            'Many machines need the package distributed. Install it with: pip install "dataworkbench[cluster]"'
        ) from fault
    with _quiet("distributed"):
        try:
            client = Client(scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, ValueError, TypeError) as fault:
            raise WorkbenchError(
                f"No scheduler answers at {scheduler} ({type(fault).__name__}). Start one with: dask scheduler. Then "
                f"start workers with: dask worker {scheduler}"
            ) from fault
        with closing(client):
            yield client


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def _laid_out(errand: Errand) -> Iterator[Errand]:
    """Put what reports need to the storage, where there is one, and take it away at the end."""
    if not errand.storage:
        yield errand
        return
    storage = Storage(errand.storage)
    try:
        with TemporaryDirectory(prefix="dwb-") as folder, _telling(errand.storage):
            bundle = Path(folder) / BUNDLE
            write_bundle(errand, bundle)
            storage.clear()  # what a run left that was ended without a word
            storage.put(bundle, BUNDLE)
            told = file_fingerprint(bundle)
        yield replace(errand, bundle=told)
    finally:
        with _telling(errand.storage):
            storage.clear()


@contextmanager
def _telling(address: str) -> Iterator[None]:
    """Say in a sentence what a storage's own library says of a refusal."""
    try:
        yield
    except WorkbenchError:
        raise
    except Exception as fault:
        raise WorkbenchError(
            f"The storage {address} could not be written ({type(fault).__name__}: {fault}). Look whether it is there, and "
            "whether this machine may write and remove there. What lies there may hold students' data: remove it."
        ) from fault


@contextmanager
def _taking_part(client: Any, errand: Errand) -> Iterator[None]:
    """Have the workers take part in a run, those too that come later; stop where one of those that are there cannot."""
    from dataworkbench.reports.cluster.worker import Maker  # noqa: PLC0415 - needs distributed

    _refuse_nobody(client)
    try:
        try:
            client.register_plugin(Maker(errand), name=errand.name)
        except WorkbenchError as refusal:
            raise WorkbenchError(f"{refusal} Nothing was made.") from refusal
        except Exception as fault:
            raise WorkbenchError(
                f"A worker of this scheduler cannot make reports ({type(fault).__name__}). Each needs the workbench, in the "
                "version that is installed here, with the extra 'cluster'."
            ) from fault
        yield
    finally:
        with suppress(
            Exception
        ):  # the scheduler, or the last worker, may have gone; then there is nothing to end
            client.unregister_worker_plugin(errand.name)


def _refuse_nobody(client: Any) -> None:
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_FIND_WORKERS)
    except TimeoutError as fault:
        at = client.scheduler.address
        raise WorkbenchError(
            f"The scheduler at {at} has no workers. Start some, on each machine: dask worker {at}"
        ) from fault


class Desk:
    """Hands jobs out to dask, as many as its workers can make at once.

    No more than that, so that a worker that is ended takes along only reports that it was making.
    """

    def __init__(self, client: Any, errand: Errand, at_most: int | None) -> None:
        self._client = client
        self._errand = errand
        self._at_most = at_most
        self._at_work: dict[Any, Job] = {}
        self._empty_since: float | None = None

    def outcomes(self, jobs: Sequence[Job]) -> Iterator[tuple[Outcome, str]]:
        """Yield what became of each job, and where its page lies at the storage.

        Dask gives up a report after several workers were ended that were making it; one of those beside it may have
        ended them. So each is made once more while nothing else is, and only one that is given up then has failed.
        """
        suspects: list[Job] = []
        for job, came in self._as_they_end(jobs, at_most=self._at_most):
            if _was_given_up(came):
                suspects.append(job)
            else:
                yield _told(job, came)
        for job, came in self._as_they_end(suspects, at_most=1):
            yield _told(job, came)

    def call_off(self) -> None:
        """Have dask forget what was handed out."""
        if self._client.status == "running":
            with suppress(Exception):  # without a scheduler there is nothing to call off
                self._client.cancel(list(self._at_work), force=True)

    def _as_they_end(self, jobs: Sequence[Job], *, at_most: int | None) -> Iterator[tuple[Job, Came]]:
        left = list(reversed(jobs))
        while left or self._at_work:
            room = min(self._room(), at_most or len(jobs)) - len(self._at_work)
            for _ in range(min(room, len(left))):
                self._hand_out(left.pop())
            for future in self._ended():
                came = self._came_of(future)
                yield self._at_work.pop(future), came

    def _room(self) -> int:
        """Return how many reports the workers can make at once; 1 where there is none, so that one waits for a worker."""
        threads: int = sum(self._asked(self._client.nthreads).values())
        self._look_for_workers(threads)
        return max(threads, 1)

    def _look_for_workers(self, threads: int) -> None:
        if threads:
            self._empty_since = None
            return
        self._empty_since = self._empty_since or time.monotonic()
        if time.monotonic() - self._empty_since > SECONDS_WITHOUT_WORKERS:
            raise WorkbenchError(
                f"No worker has been there for {SECONDS_WITHOUT_WORKERS // 60} minutes. What is done stays. Start workers, "
                "then go on with --resume."
            )

    def _hand_out(self, job: Job) -> None:
        from dataworkbench.reports.cluster.worker import make  # noqa: PLC0415 - needs distributed

        future = self._client.submit(
            make,
            job.to_line(),
            self._errand.name,
            key=f"{self._errand.name}-{job.slug}-{secrets.token_hex(6)}",  # dask takes one key for one piece of work
            retries=RETRIES,
        )
        self._at_work[future] = job

    def _ended(self) -> list[Any]:
        from distributed import wait  # noqa: PLC0415 - comes with the extra 'cluster'

        if not self._at_work:
            return []
        with suppress(TimeoutError), self._client.as_current():
            self._asked(wait, list(self._at_work), timeout=LOOKING, return_when="FIRST_COMPLETED")
        return [future for future in self._at_work if future.done()]

    def _came_of(self, ended: Any) -> Came:
        """Return what a report brought. Where it was lost with its worker since, dask has it made again."""
        from distributed import CancelledError  # noqa: PLC0415 - comes with the extra 'cluster'

        try:
            line, place = ended.result()
        except CancelledError as fault:
            raise _lost() from fault
        except Exception as fault:
            if self._client.status != "running":
                raise _lost() from fault
            return fault
        return line, place

    def _asked(self, ask: Any, *what: Any, **how: Any) -> Any:
        """Return what dask answers; stop with a sentence where the scheduler is lost."""
        from distributed import CancelledError  # noqa: PLC0415 - comes with the extra 'cluster'

        try:
            if self._client.status != "running":
                raise ConnectionError
            return ask(*what, **how)
        except TimeoutError:
            raise
        except (OSError, CancelledError, RuntimeError) as fault:
            raise _lost() from fault


def _lost() -> WorkbenchError:
    return WorkbenchError(
        "The scheduler was lost in the middle of the run. What is done stays. Start it and its workers again, then go on "
        "with --resume."
    )


def _was_given_up(came: Came) -> bool:
    from distributed import KilledWorker  # noqa: PLC0415 - comes with the extra 'cluster'

    return isinstance(came, KilledWorker)


def _told(job: Job, came: Came) -> tuple[Outcome, str]:
    """Return what became of a job that dask says has ended."""
    if not isinstance(came, Exception):
        line, place = came
        return Outcome.from_line(line), place
    if _was_given_up(came):
        said = "Each worker that made this report was ended while it did, most often because its machine's memory ran out."
        return Outcome(job.slug, FAILED, message=said), ""
    said = (
        str(came)
        if isinstance(came, WorkbenchError)
        else f"The worker could not begin or hand in this report ({type(came).__name__}). Its log says where it stopped."
    )
    return Outcome(job.slug, FAILED, message=said, log=story_of(came)), ""


def _collected(errand: Errand, outcome: Outcome, place: str) -> Outcome:
    """Bring a page and its notebook from the storage into the run's folder, and return what became of the report."""
    if not place:
        return outcome
    storage = Storage(errand.storage)
    names = (f"{place}/{EXECUTED}", f"{place}/{PAGE}")
    try:
        executed, page = map(storage.read, names)
        if (fingerprint(executed), fingerprint(page)) != (outcome.executed, outcome.page):
            return replace(outcome, state=FAILED, message=_OTHER)
        write_whole(Path(errand.folder) / "notebooks" / f"{outcome.slug}.ipynb", executed)
        write_whole(Path(errand.folder) / "pages" / f"{outcome.slug}.html", page)
        storage.remove(names)
    except Exception as fault:  # noqa: BLE001 - whatever a storage's library raises costs this report, not the others
        said = f"The page was made, but could not be brought from the storage ({type(fault).__name__})."
        return replace(outcome, state=FAILED, message=said, log=story_of(fault))
    return outcome


_OTHER: Final = "The page that the storage handed out is not the one that was made. It was left out."
