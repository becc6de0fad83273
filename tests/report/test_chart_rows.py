"""The rows behind the points of the charts are the file's own."""

from __future__ import annotations

import json
from pathlib import Path

from regression_analyzer.analysis import Options
from regression_analyzer.service import ROWS, analyze_file

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "penguins.csv"


def test_rows_are_written_for_a_page_and_only_then(tmp_path: Path) -> None:
    analyze_file(EXAMPLE, options=Options(skip_llm=True), output_dir=tmp_path / "page", for_page=True)
    told = json.loads((tmp_path / "page" / ROWS).read_text(encoding="utf-8"))
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    assert told["columns"][0] == "body_mass_g"
    assert told["more_columns"] == 0
    assert len(told["rows"]) > 300
    for row, (line, *cells) in told["rows"].items():
        assert line == int(row) + 1
        in_file = dict(zip(header, lines[line - 1].split(","), strict=True))
        wanted = [in_file[name] for name in told["columns"]]
        assert [cell or "" for cell in cells] == [text.removesuffix(".0") if text != "NA" else "" for text in wanted]
    analyze_file(EXAMPLE, options=Options(skip_llm=True), output_dir=tmp_path / "plain")
    assert not (tmp_path / "plain" / ROWS).exists()
