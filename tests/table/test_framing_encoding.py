"""Character encodings: with and without marks, the old national ones, and what does not fit."""

from __future__ import annotations

import codecs

import pytest

from tests.table.reading import read

WESTERN = "Département,Année,Récolte\nCôtes-d'Armor,2019,310\nFinistère,2020,295\nHérault,2021,402\nNièvre,2020,281\n"
GERMAN = "Straße,Größe,Wert\nMüllerweg,12.5,3\nÄußere Gasse,9.1,4\nÖlmühle,7.7,5\n"
PRICES = "Produkt,Preis €,Menge\nKäse – mild,4.5,120\nBrot “dunkel”,3.2,150\nÄpfel…,2.9,171\n"
RUSSIAN = "город,население,доход\nМосква,12506,48.1\nКазань,1243,39.9\nСамара,1163,37.0\nОмск,1172,31.5\n"
JAPANESE = "車名,燃費,馬力,重量\nトヨタ,21.0,110,2.62\nホンダ,22.8,93,2.32\n日産,18.7,175,3.44\n"
CHINESE = "城市,人口,收入\n北京,2154,67.7\n上海,2428,69.4\n广州,1490,60.0\n深圳,1302,62.5\n"
KOREAN = "도시,인구,소득\n서울,977,45.1\n부산,344,38.2\n대구,246,35.9\n인천,295,36.4\n"
TAIWANESE = "城市,人口,收入\n臺北,264,67.7\n高雄,277,59.4\n臺中,281,60.0\n臺南,188,52.5\n"
GREEK = "πόλη,πληθυσμός,έσοδα\nΑθήνα,664,20.1\nΠάτρα,213,17.5\nΒόλος,144,16.9\n"
POLISH = "miasto,ludność,dochód\nŁódź,690,45.1\nKraków,771,48.9\nGdańsk,466,50.2\nWrocław,640,49.7\nPoznań,536,51.1\n"


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        (WESTERN, "latin-1", "latin-1"),
        (GERMAN, "latin-1", "latin-1"),
        (PRICES, "cp1252", "windows-1252"),
        (WESTERN, "mac-roman", "mac-roman"),
        (GERMAN, "mac-roman", "mac-roman"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (CHINESE, "gb18030", "gb18030"),
        (KOREAN, "euc_kr", "euc-kr"),
        (TAIWANESE, "big5", "big5"),
        (GREEK, "cp1253", "windows-1253"),
        (POLISH, "cp1250", "windows-1250"),
        (RUSSIAN, "utf-8", "utf-8"),
        (JAPANESE, "utf-16-le", "utf-16-le"),
        (WESTERN, "utf-16-be", "utf-16-be"),
        (WESTERN, "utf-32-le", "utf-32-le"),
        (JAPANESE, "iso2022_jp", "iso2022_jp"),
    ],
)
def test_encoding_is_recognised(text: str, encoding: str, shown: str) -> None:
    reading = read(text.encode(encoding))
    assert reading.names == text.splitlines()[0].split(",")
    assert [",".join(r) for r in reading.cells] == text.splitlines()[1:]
    assert reading.raw.source.encoding == shown


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param("Größe,Umsatz (€)\n" + "".join(f"{i}.5,{i * 3}.20 €\n" for i in range(60)), "cp1252", id="euros"),
        pytest.param("item,price\n" + "".join(f"a{i},£{i}.50\n" for i in range(30)), "cp1252", id="pounds"),
        pytest.param("temp,y\n" + "".join(f"{i}°C,{i}\n" for i in range(30)), "cp1252", id="degrees"),
        pytest.param("range,y\n" + "".join(f"{i}–{i + 5},{i}\n" for i in range(30)), "cp1252", id="dashes"),
        pytest.param("text,y\n" + "".join(f"it’s number {i},{i}\n" for i in range(30)), "cp1252", id="apostrophes"),
        pytest.param("név,összeg\nGyőr,3\nSzékesfehérvár,3\nKőszeg,1\n", "cp1250", id="hungarian"),
        pytest.param("județ,y\nBraşov,3\nTimiş,3\nConstanţa,3\n".replace("ț", "ţ"), "cp1250", id="romanian"),
        pytest.param("şehir,nüfus\nİstanbul,3\nİzmir,4\nDiyarbakır,4\n", "cp1254", id="turkish"),
        pytest.param("sýsla,íbúar\nÞingeyjarsýsla,3\nÍsafjörður,4\nSeyðisfjörður,4\n", "cp1252", id="icelandic"),
        pytest.param("Straße,Wärme\nMünchen,3\nKöln,5\n", "cp850", id="german-dos"),
    ],
)
def test_few_characters_are_enough_for_the_encoding(text: str, encoding: str) -> None:
    reading = read(text.encode(encoding))
    assert reading.names == text.splitlines()[0].split(",")
    assert [",".join(r) for r in reading.cells] == text.splitlines()[1:]


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_mark_is_no_part_of_a_name(mark: bytes, codec: str) -> None:
    reading = read(mark + WESTERN.encode(codec))
    assert reading.names[0] == "Département"
    assert reading.raw.source.encoding == codec


def test_encoding_can_be_overridden() -> None:
    reading = read(RUSSIAN.encode("cp866"), overrides={"table.encoding": "cp866"})
    assert reading.names[0] == "город"
    assert reading.decision("table.encoding").overridden


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    reading = read((WESTERN * 12).encode() + b"Br\xffk,2020,3\n")
    assert reading.raw.source.encoding == "utf-8"
    assert reading.names[0] == "Département"
    assert reading.finding("undecodable_bytes").facts["count"] == 1


def test_characters_beyond_the_first_part_of_the_file_count() -> None:
    text = "name,x\n" + "".join(f"row{i},{i}\n" for i in range(40_000)) + "Müller,1\nJäger,2\nKöhler,3\n"
    reading = read(text.encode("latin-1"))
    assert reading.cells[-3][0] == "Müller"
    assert reading.raw.source.encoding in ("latin-1", "windows-1252")
