from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from regression_analyzer.api.preflight import check_address, check_folders, filesystem_of, report
from regression_analyzer.errors import ConfigurationError
from regression_analyzer.jobs.settings import Settings


def test_folders_that_are_missing_are_made(tmp_path: Path) -> None:
    check_folders(Settings(data_dir=tmp_path / "a" / "b", output_dir=tmp_path / "c"))
    assert (tmp_path / "a" / "b").is_dir()
    assert list((tmp_path / "c").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        check_folders(Settings(data_dir=tmp_path / "file" / "data", output_dir=tmp_path / "output"))
    said = caught.value.message
    assert f"runs as {os.getuid()}:{os.getgid()}" in said
    assert f"DATA_DIR = {tmp_path}/file/data" in said
    assert "OUTPUT_DIR" not in said
    assert f"owned by {os.getuid()}:{os.getgid()}" in said
    for remedy in ("sudo chown -R", "--user", "named volume"):
        assert remedy in said


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_of_someone_else_is_explained(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    with pytest.raises(ConfigurationError, match="permission denied"):
        check_folders(Settings(data_dir=tmp_path / "data", output_dir=tmp_path / "output"))


def test_a_network_file_system_is_refused_for_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regression_analyzer.api.preflight.filesystem_of", lambda _folder: "nfs4")
    with pytest.raises(ConfigurationError, match="network file system"):
        check_folders(Settings(data_dir=tmp_path, output_dir=tmp_path))


def test_the_file_system_is_known(tmp_path: Path) -> None:
    assert filesystem_of(tmp_path)
    assert filesystem_of(Path("/proc")) == "proc"


def test_the_check_prints_what_is_in_force_without_secrets(tmp_path: Path) -> None:
    environ = {
        "DATA_DIR": str(tmp_path),
        "OUTPUT_DIR": str(tmp_path),
        "API_TOKEN": "my-token",
        "GROQ_API_KEY": "my-key",
    }
    text = report(environ)
    assert "my-" not in text
    assert "API_TOKEN                  (set)" in text
    assert "groq       available" in text


def test_a_port_in_use_is_explained() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match="another program listens there") as caught:
            check_address(Settings(port=port))
    assert f"PORT = {port}" in caught.value.message
    assert "--port" in caught.value.hint
    check_address(Settings(port=port))


def test_an_address_of_another_machine_is_explained() -> None:
    with pytest.raises(ConfigurationError, match=r"HOST = 192\.0\.2\.1"):
        check_address(Settings(host="192.0.2.1", port=0))
    with pytest.raises(ConfigurationError, match="no address to listen on"):
        check_address(Settings(host="name.invalid", port=0))
