"""Every finding of framing has words, and they are whole sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from regression_analyzer.report.wording.table import WORDING
from tests.table.reading import read
from tests.table.test_framing_orientation import ON_SIDE
from tests.table.test_framing_text import MESSY
from tests.table.test_framing_workbooks import ROWS, saved

SOURCES: list[bytes | str] = [
    MESSY,
    ON_SIDE,
    '# note\n1,2\n3,4\n"5,6\n7,8\n',
    "Title\nname            mpg   cyl\nMazda RX4       21.0  6\nHornet 4 Drive  21.4  6\nValiant         18.1  6\n",
    "a,b\n1,2,\n3,\0\xe9,\n".encode("latin-1") + b"5,6,\n",
    saved({"one": ROWS, "two": ROWS}, hidden=("two",)),
    saved({"s": [["k", "A", None], ["", "x", "x"], ["a", 1, 2], ["b", 3, 4], ["c", 5, 6]]}),
]


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_findings_read_as_sentences(source: bytes | str) -> None:
    findings = read(source).raw.findings
    assert findings
    for finding in findings:
        words = WORDING[finding.code](finding)
        for text in (words.evidence, words.advice):
            assert text.endswith((".", "…"))
            assert "None" not in text
            assert "!" not in text


def test_every_code_in_the_source_has_words(repository: Path) -> None:
    room = repository / "src" / "regression_analyzer" / "table"
    files = ("layout", "sift", "framing", "delimited", "workbook", "columnar")
    text = "\n".join((room / f"{name}.py").read_text(encoding="utf-8") for name in files)
    codes = set(re.findall(r'find\(\s*"(\w+)"', text)) | {"repeated_header", "comment_lines", "blank_lines"}
    assert len(codes) > 15
    assert codes <= set(WORDING)
