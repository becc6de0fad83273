"""``certify``: what NIST requires, reached on this machine."""

from __future__ import annotations

from .test_command_line import run


def test_every_set_is_certified() -> None:
    done = run("certify")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert len(lines) == 12
    assert lines[0].split() == ["set", "required", "coefficients", "errors"]
    assert all(float(line.split()[2]) >= float(line.split()[1]) for line in lines[1:])
