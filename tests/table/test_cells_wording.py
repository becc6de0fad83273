"""Every finding of the cells has words: sentences that name the column, the numbers and a way out."""

from __future__ import annotations

import pytest

from regression_analyzer.report.wording.cells import WORDING
from regression_analyzer.table import read_table

FILES = {
    "names": "a,a,,y\n1,2,3,4\n5,6,7,9\n",
    "cells": "r,x\n" + "".join(f"r{i},{c}\n" for i, c in enumerate([*range(10, 30), "see note", "n/a", "1e999"])),
    "codes": "g,y\nmale,1\nNA,2\nfemale,-999\nMale,4\n",
    "percent": 'p,b\n"12.5%",<1\n"3%",2.5\n"0.07",3.5\n"9%",4.5\n',
    "open": 'p,d\n"1,234",03/04/2021\n"2,345",01/12/2020\n"3,456",11/02/2023\n"4,567",07/06/2019\n',
    "codes_and_units": "z,u,date\n00123,12 kg,44927\n04567,3 lb,44934\n10234,7 kg,44941\n20345,8 lb,44999\n",
    "mostly": "m,y\n" + "".join(f"{c},{i}\n" for i, c in enumerate([*range(10, 20), "low", "low", "high", "mid"])),
    "clock": "t,y\n1:30,2\n2:45,3\n0:15,5\n",
    "copies": "a,b,c\n" + "1,2,x\n3,4,y\n5,6,z\n" * 2,
}


@pytest.mark.parametrize("name", list(FILES))
def test_what_was_found_is_said_in_sentences(name: str) -> None:
    table = read_table(FILES[name].encode())
    found = [f for f in table.findings if f.code in WORDING]
    assert found
    for finding in found:
        words = WORDING[finding.code](finding)
        for sentence in (words.evidence, words.advice):
            assert sentence.endswith("."), sentence
            assert "nan" not in sentence, sentence
            assert "None" not in sentence, sentence
            assert "!" not in sentence, sentence


def test_the_words_of_a_sentinel() -> None:
    table = read_table(b"r,x\na,1.5\nb,2.5\nc,-999\n")
    (finding,) = [f for f in table.findings if f.code == "sentinel_missing"]
    words = WORDING[finding.code](finding)
    assert words.evidence.replace("\u2212", "-") == (
        "x: 1 cell holds -999 (line 4), while all other values lie between 1.5 and 2.5."
    )
    assert "--override 'column.x.missing=keep'" in words.advice
    assert "The average was -332 with it and is 2 now." in words.advice.replace("\u2212", "-")


def test_each_kind_of_finding_appears_in_a_file_or_is_known() -> None:
    seen = {f.code for text in FILES.values() for f in read_table(text.encode()).findings}
    assert set(WORDING) - seen == {"override_not_possible", "duplicate_rows_not_checked"}
