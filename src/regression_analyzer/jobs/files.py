"""Where the files of uploads and jobs are. Every name on the disk is ours; a client's name is only text."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from regression_analyzer.jobs.settings import Settings
from regression_analyzer.jobs.value import QUICK_KINDS, Grip, Job, Kind

DOCUMENT = "analysis.json"
ANSWER = "answer.json"
ROWS = "rows.json"


def new_id() -> str:
    """Return a new identifier of an upload or a job: 32 hexadecimal digits, random."""
    return uuid.uuid4().hex


def is_id(text: str) -> bool:
    """Return whether a text could be one of our identifiers, and so is safe in a path."""
    return len(text) == 32 and all(c in "0123456789abcdef" for c in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A stored upload: identifier, the client's name as text, size in bytes, time in seconds since 1970."""

    upload_id: str
    filename: str
    size: int
    created_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The layout of ``DATA_DIR`` and ``OUTPUT_DIR``."""

    data: Path
    output: Path

    @classmethod
    def of(cls, settings: Settings) -> Folders:
        """Return the layout that the settings name."""
        return cls(data=settings.data_dir.absolute(), output=settings.output_dir.absolute())

    @property
    def store(self) -> Path:
        """The job store's file."""
        return self.data / "jobs.db"

    @property
    def uploads(self) -> Path:
        """The folder with a folder for each upload."""
        return self.data / "uploads"

    @property
    def incoming(self) -> Path:
        """Where uploads are received."""
        return self.data / "uploads" / ".incoming"

    @property
    def answers(self) -> Path:
        """The folder with a folder for each preview or prediction."""
        return self.data / "answers"

    @property
    def workers(self) -> Path:
        """Where each living worker holds a lock."""
        return self.data / "workers"

    def make(self) -> None:
        """Make every folder that is missing."""
        for folder in (self.incoming, self.answers / ".work", self.workers, self.output / ".work"):
            folder.mkdir(parents=True, exist_ok=True)

    # ---- jobs

    def result(self, kind: Kind, job_id: str) -> Path:
        """Return the folder of a finished job's files."""
        return (self.answers if kind in QUICK_KINDS else self.output) / job_id

    def work(self, kind: Kind, grip: Grip) -> Path:
        """Return the folder in which one attempt works."""
        root = self.answers if kind in QUICK_KINDS else self.output
        return root / ".work" / f"{grip.job_id}.a{grip.attempt}"

    def publish(self, kind: Kind, grip: Grip) -> None:
        """Move an attempt's folder into place; what an earlier attempt left there goes."""
        work, final = self.work(kind, grip), self.result(kind, grip.job_id)
        for path in (work, *work.rglob("*")):
            _sync(path)
        if final.exists():
            stale = work.with_name(f"{work.name}.old")
            shutil.rmtree(stale, ignore_errors=True)
            final.rename(stale)
            shutil.rmtree(stale, ignore_errors=True)
        work.rename(final)
        _sync(final.parent)

    def discard(self, kind: Kind, job_id: str) -> None:
        """Remove the files of a job."""
        remove_folder(self.result(kind, job_id))

    def leftovers(self) -> Iterator[tuple[Path, str, int]]:
        """Yield the work folders on the disk with the job and the attempt each belongs to."""
        for root in (self.answers / ".work", self.output / ".work"):
            for folder in sorted(root.iterdir()) if root.is_dir() else ():
                job_id, _, rest = folder.name.partition(".a")
                attempt = rest.removesuffix(".tmp")
                yield folder, job_id, int(attempt) if attempt.isdecimal() else 0

    # ---- uploads

    def upload_data(self, upload_id: str) -> Path:
        """Return the path of an upload's bytes."""
        return self.uploads / upload_id / "data"

    def find_upload(self, upload_id: str) -> Upload | None:
        """Return an upload, or None where there is none of that name."""
        if not is_id(upload_id):
            return None
        try:
            text = (self.uploads / upload_id / "meta.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return Upload(**json.loads(text))

    def keep_upload(self, upload: Upload) -> None:
        """Make an upload that was received in ``incoming`` visible, all at once."""
        folder = self.incoming / upload.upload_id
        (folder / "meta.json").write_text(json.dumps(asdict(upload), ensure_ascii=False), encoding="utf-8")
        folder.rename(self.uploads / upload.upload_id)

    def all_uploads(self) -> Iterator[str]:
        """Yield the identifiers of all uploads."""
        for entry in sorted(self.uploads.iterdir()) if self.uploads.is_dir() else ():
            if is_id(entry.name):
                yield entry.name

    def remove_upload(self, upload_id: str) -> None:
        """Remove an upload."""
        if is_id(upload_id):
            remove_folder(self.uploads / upload_id)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all in it, if it is there; it disappears at once, then its content goes."""
    doomed = folder.with_name(f".gone-{uuid.uuid4().hex}")
    try:
        folder.rename(doomed)
    except FileNotFoundError:
        return
    shutil.rmtree(doomed, ignore_errors=True)


def upload_of(job: Job) -> str | None:
    """Return the upload that a job reads, if any."""
    upload_id = job.payload.get("upload_id")
    return upload_id if isinstance(upload_id, str) else None


def _sync(path: Path) -> None:
    """Flush a file, or a folder's entries, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
