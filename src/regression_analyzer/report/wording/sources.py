"""Sources that findings of more than one room name."""

from __future__ import annotations

BELSLEY = "Belsley, Kuh and Welsch (1980), doi:10.1002/0471725153"
BOX = "Box and Cox (1964), doi:10.1111/j.2517-6161.1964.tb00553.x"
BROMAN = "Broman and Woo (2018), Data organization in spreadsheets, doi:10.1080/00031305.2017.1375989"
LEAKAGE = "Kaufman et al. (2012), Leakage in data mining, doi:10.1145/2382577.2382579"
MISSING = "Little and Rubin (2019), Statistical Analysis with Missing Data, doi:10.1002/9781119482260"
