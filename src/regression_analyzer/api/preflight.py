"""What must be right before the server starts, said in one readable block where it is not."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import stat
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from regression_analyzer.errors import ConfigurationError
from regression_analyzer.insight.registry import describe, read_keys
from regression_analyzer.jobs.settings import Settings, read_settings, shown
from regression_analyzer.version import __version__

NETWORK_FILESYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "fuse.sshfs"})
"""File systems on which SQLite's write-ahead log does not work."""
ADDRESS_TROUBLES: Mapping[int, tuple[str, str]] = {
    errno.EADDRINUSE: ("another program listens there", "Stop it, or choose another port with PORT or --port."),
    errno.EACCES: ("the system keeps this port for itself", "Choose one above 1023 with PORT or --port."),
    errno.EADDRNOTAVAIL: ("this is not an address of this machine", "Set HOST to 127.0.0.1 or 0.0.0.0, or use --host."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with a folder: the setting that names it, the folder, the reason, who owns it, its mode."""

    folder: Path
    reason: str
    owner: str
    mode: str


def folder_trouble(folder: Path) -> Trouble | None:
    """Return what keeps us from writing into a folder (it is made if missing); None where nothing does."""
    probe = folder / f".probe-{uuid.uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with probe.open("wb") as stream:
            stream.write(b"probe")
        probe.unlink()
    except OSError as error:
        probe.unlink(missing_ok=True) if os.access(folder, os.W_OK) else None
        return _trouble(folder, (error.strerror or "the system refused").lower())
    return None


def _trouble(folder: Path, reason: str) -> Trouble:
    nearest = next((path for path in (folder, *folder.absolute().parents) if path.exists()), Path("/"))
    about = nearest.stat()
    place = "" if nearest == folder else f" ({nearest}, as the folder itself is missing)"
    return Trouble(
        folder=folder,
        reason=reason,
        owner=f"{about.st_uid}:{about.st_gid}{place}",
        mode=stat.filemode(about.st_mode),
    )


def _block(troubles: Mapping[str, Trouble]) -> str:
    """Return the explanation: who we are, whose the folders are, and three ways out."""
    me = f"{os.getuid()}:{os.getgid()}"
    lines = [f"The server cannot write where it must; it runs as {me} (user:group)."]
    for setting, trouble in troubles.items():
        folder = trouble.folder.absolute()
        lines.append(f"  {setting} = {folder}: {trouble.reason}; owned by {trouble.owner}, mode {trouble.mode}")
    folders = " ".join(str(trouble.folder) for trouble in troubles.values())
    lines += [
        "Any one of these helps:",
        f"  1. give the folders to it:   sudo chown -R {me} {folders}   (in a container: the folders on the host)",
        '  2. run it as their owner:    docker run --user "$(id -u):$(id -g)" ...',
        "  3. use a named volume:       docker run -v regression-data:/app/data -v regression-output:/app/output ...",
    ]
    return "\n".join(lines)


def check_folders(settings: Settings) -> None:
    """Check that the folders can be written to and that the job store can live there.

    Raises
    ------
    ConfigurationError
        With the whole explanation as its message.
    """
    folders = {"DATA_DIR": settings.data_dir, "OUTPUT_DIR": settings.output_dir}
    troubles = {name: found for name, folder in folders.items() if (found := folder_trouble(folder))}
    if troubles:
        raise ConfigurationError(_block(troubles), code="folders")
    if (kind := filesystem_of(settings.data_dir)) in NETWORK_FILESYSTEMS:
        raise ConfigurationError(
            f"DATA_DIR = {settings.data_dir.absolute()} is on a network file system ({kind}), where the job store "
            "would be damaged sooner or later.",
            hint="Put DATA_DIR on a local disk; OUTPUT_DIR may stay where it is.",
            code="network_filesystem",
        )


def check_address(settings: Settings) -> None:
    """Check that the server can listen where it is told to.

    Raises
    ------
    ConfigurationError
        Another program listens there, the port is reserved, or the address is not one of this machine.
    """
    where = f"HOST = {settings.host}, PORT = {settings.port}"
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(address)
    except OSError as error:
        reason, hint = ADDRESS_TROUBLES.get(
            error.errno or 0, (f"this is no address to listen on ({error.strerror})", "Set HOST, or use --host.")
        )
        raise ConfigurationError(f"{where}: {reason}.", hint=hint, code="address") from error


def filesystem_of(folder: Path) -> str:
    """Return the kind of file system a folder is on; ``""`` where unknown."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    path = folder.resolve()
    best, kind = "", ""
    for line in mounts:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        if path.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def report(environ: Mapping[str, str] | None = None) -> str:
    """Check settings, key files and folders; return what is in force, secrets masked.

    Raises
    ------
    ConfigurationError
    """
    environ = os.environ if environ is None else environ
    settings = read_settings(environ)
    read_keys(environ)
    check_folders(settings)
    lines = [f"regression-analyzer {__version__}", "", "Settings in force:"]
    lines += [f"  {name:<26} {value}" for name, value in shown(settings)]
    lines += ["", "Folders:"]
    for folder in (settings.data_dir, settings.output_dir):
        free = shutil.disk_usage(folder).free / 1e9
        lines.append(f"  {folder.absolute()}: writable, {free:,.1f} GB free")
    lines += ["", "Language model providers:", *(f"  {line}" for line in describe(environ).splitlines())]
    return "\n".join([*lines, "", "Everything is in order."])
