"""English: what the words of a sentence say, which words it may not hold, and which do not fit together.

Only words of ``words_en_known.KNOWN`` may stand at all. Those that are forbidden here as well are words that a column
may be called by, and words for which a model that tries again is told a better reason than that they are unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from regression_analyzer.insight.texts import has_number
from regression_analyzer.insight.words import STAND_INS, Said, Words
from regression_analyzer.insight.words_en_known import KNOWN
from regression_analyzer.insight.words_en_together import CONDITION, NUMBER, OUTCOME, PREDICTOR, TIED, troubles

SIZES = ("target", "estimate", "times", "interval", "factors", "p_value")
PLACES = str.maketrans(
    {mark: OUTCOME if kind in SIZES else PREDICTOR if kind == "name" else " " for kind, mark in STAND_INS.items()}
)
"""What English needs to know of a mark: a predictor, the target or a size of it, or neither."""


def _any_of(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(text.split())})(?!\w)", re.IGNORECASE)


NUMBERS = _any_of(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen "
    "\\w*twent\\w+ \\w*thirt\\w+ fort(?:y|ies|ieth) fort(?:y)-\\w+ fift\\w+ sixt\\w+ "
    "sevent\\w+ eight(?:y|ies|h|ieth)\\S* ninet\\w+ \\w*hundred\\w* \\w*thousand\\w* \\w*million\\w* \\w*billion\\w* "
    "dozens? scores? half halves halv\\w+ thirds? quarters? \\w+fold once twice thrice doubl\\w+ tripl\\w+ "
    "quadrupl\\w+ "
    "tens percent\\w* per\\s?cent couple pair majority minority (?:nearly|almost)\\s+(?:all|none|every\\w*) "
    "most\\s+of nil naught second fourth fifth sixth seventh eighth ninth tenth several"
)
ROMAN = re.compile(r"(?<!\w)[IVXLCDM]{2,}(?!\w)")
CAUSAL = _any_of(
    "caus\\w+ because due\\s+to leads?\\s+to led\\s+to leading\\s+to results?\\s+in resulted\\s+in resulting "
    "consequence\\w* driv(?:e|es|en|er|ers|ing) drove impact\\w* affect\\w* influenc\\w+ "
    "makes? made making produc(?:e|es|ed|ing) creat(?:e|es|ed|ing) trigger\\w* generat\\w+ responsible thanks owing "
    "brings? brought induc\\w+ boost\\w* increases increased raises? raised raising reduc(?:e|es|ed|ing) lowers "
    "lowered "
    "lowering decreases decreased cuts? cutting contribut\\w+ determin\\w+ govern\\w* depress\\w* push\\w* pull\\w* "
    "prevent\\w* protect\\w* help\\w* hurt\\w* improv\\w+ worsen\\w* shap(?:e|es|ed|ing)"
)
EFFECT = _any_of("effects? effective\\w* depends? dependent")
"""Words that the rules use with their meaning explained beside them; a model may not."""
ABSOLUTE = _any_of(
    "prov(?:e|es|en|ed|ing) proof definite\\w* undoubted\\w* undeniabl\\w+ certain certainly certainty guarantee\\w* "
    "always never ever must surely perfect\\w* exact\\w* entire\\w* complete\\w* every\\w* (?<!of\\s)all none "
    "nothing only without\\s+(?:a\\s+)?doubt beyond\\s+doubt inevitab\\w+ impossible"
)
PRESCRIPTIVE = _any_of(
    "should would will ought recommend\\w* advis\\w+ need(?:s|ed)? try chang(?:e|es|ed|ing) if "
    "stop quit avoid ignor\\w+"
)
NO_EFFECT = re.compile(
    r"(?<!\w)(?:no|without|zero|lacks?|absence\s+of)\s+(?:\w+\s+){0,2}(?:effect|relation\w*|association|difference|link|"
    r"connection|role|influence|evidence|part)(?!\w)|(?<!\w)(?:unrelated|irrelevant|independent|unimportant|negligible|"
    r"(?:do|does)(?:\s+not|n[’']t)\s+matter|nothing\s+to\s+do|plays?\s+no|insignificant|meaningless|makes?\s+no)(?!\w)",
    re.IGNORECASE,
)
SHAPE = _any_of(
    "curv\\w+ quadratic\\w* non-?linear\\w* linear\\w* threshold\\w* interact\\w+ exponential\\w* peak\\w* plateau\\w* "
    "median accelerat\\w+ slow\\w* slower fast\\w* faster u-shaped random\\w*"
)
NEGATION = _any_of("not no nor neither never without hardly barely scarcely fail\\w* cannot \\w+n[’']t")
OPEN = _any_of("unclear uncertain open undecided inconclusive cannot")
TURNED = re.compile(
    r"(?<!\w)(?:not|no|hardly|never|less|far\s+from)\s+(?:\w+\s+)?(?:unclear|uncertain|open)(?!\w)", re.IGNORECASE
)
TIES_PLAINLY = _any_of(TIED.replace("|", " "))
TIES = _any_of(f"{TIED.replace('|', ' ')} accounts? comes?")
UP = _any_of(
    "higher more greater larger bigger rise rises rising rose increase up upward additional extra above exceeds? "
    "positive positively grows? growing longer heavier taller costlier"
)
DOWN = _any_of(
    "lower less fewer smaller fall falls falling fell decrease decline\\w* down downward below negative negatively "
    "inverse\\w* shrinks? shorter lighter cheaper drop\\w*"
)
RELATION = _any_of("positive positively negative negatively inverse inversely")
"""Directions of a relation as a whole."""
MOST = _any_of(
    "most largest strongest biggest main mainly foremost chief\\w* greatest dominant leading primary top highest first"
)
LEAST = _any_of("least smallest weakest lowest last")
THAN = re.compile(r"(?<!\w)(?:than|ahead\s+of|behind|outweighs?|exceeds?|above|below|rank\w*)(?!\w)", re.IGNORECASE)
COMPARED = re.compile(r"(?<!\w)(?:compared|comparison|relative\s+to|next\s+to|versus|against)(?!\w)", re.IGNORECASE)
"""Compare predictors without saying plainly which has the larger part."""
CERTAIN = _any_of(
    "clear\\w* significan\\w+ strong\\w* reliabl\\w+ robust\\w* firm\\w* convincing\\w* confirm\\w* evident\\w* settled"
)
READ_AS_CLAIMS = (UP, DOWN, MOST, LEAST, OPEN, THAN, CERTAIN)
"""Words that turn what a sentence says."""
MARKS = re.compile(r"[!?;\n\r\t<>`\[\]|\\*_#=]|://|www\.", re.IGNORECASE)

CLAUSE = re.compile(
    r",(?!\s*(?:which|that)\b)|(?<!\w)(?:where|when|whenever|while|as|with|to|than)(?!\w)", re.IGNORECASE
)
UNIT = re.compile(
    rf"(?<!\w)(?<!{OUTCOME}\s)an?\s+(?:\w+\s+)?(?:unit|point|step)(?!\w)(?!(?:\s+\w+){{0,2}}\s+{PREDICTOR})",
    re.IGNORECASE,
)
"""A unit that is neither one of a predictor nor what a size is counted by: it stands for a number."""
TOKEN = re.compile(rf"[^\W\d_]+|[^\w\s,.:(){''.join(STAND_INS.values())}-]|_|\d|\.(?=.)")
"""A word, or a sign that may not stand: markup, quotation marks, a full stop before the end."""
SAID_OF = re.compile(f"[{OUTCOME}{NUMBER}]")
WORD = re.compile(rf"[{PREDICTOR}{OUTCOME}]|[\w’'-]+")

NEEDED = {
    "unseen": _any_of("unseen"),
    "flexible": _any_of("flexible"),
    "share": _any_of("explain\\w* account\\w* describ\\w+ captur\\w+"),
    "rows": _any_of("rows? records? observations? cases? lines? entries fitted based"),
    "error": _any_of("off error errors miss\\w* wrong typical\\w* deviat\\w+"),
    "mean": _any_of("average mean"),
    "interval": _any_of("from between interval range ranging anywhere"),
    "p_value": _any_of("p test tested"),
}
"""What a sentence must say where it shows a number of a kind, so that no number stands for another."""


def says_something(name: str) -> bool:
    """Return whether a name holds a word by which a sentence claims something."""
    return any(pattern.search(name) for pattern in READ_AS_CLAIMS)


def trouble(bare: str, marked: str) -> str | None:
    """Return why the words of a sentence cannot stand, or None where they can."""
    if has_number(bare) or NUMBERS.search(bare) or ROMAN.search(bare):
        return "a number that is not a slot"
    for pattern, reason in (
        (MARKS, "markup or more than one sentence"),
        (CAUSAL, "a word for causes"),
        (EFFECT, "a word for causes"),
        (NO_EFFECT, "no effect is never claimed"),
        (ABSOLUTE, "more certainty than data give"),
        (PRESCRIPTIVE, "a prediction of what a change would do"),
        (SHAPE, "a shape that was not tested here"),
    ):
        if pattern.search(bare):
            return reason
    if outside := [word for word in dict.fromkeys(TOKEN.findall(_plain(marked))) if word not in KNOWN]:
        return f"words outside DATA.words: {', '.join(outside)}"[:200]
    if together := next(troubles(_plain(marked)), None):
        return together
    if TIES_PLAINLY.search(bare) and not OPEN.search(bare) and not SAID_OF.search(marked):
        return "nothing is said of the target"
    if TURNED.search(bare) or (NEGATION.search(bare) and not OPEN.search(bare)):
        return "a negation that cannot be checked"
    return None


def read(bare: str, marked: str) -> Said:
    """Return what the words of a sentence say."""
    up, down, compared = bool(UP.search(bare)), bool(DOWN.search(bare)), bool(COMPARED.search(bare))
    of_target = {is_up for of_predictor, is_up in _directions(marked) if not of_predictor}
    return Said(
        up=True in of_target if of_target else up,
        down=False in of_target if of_target else down,
        most=bool(MOST.search(bare)),
        least=bool(LEAST.search(bare)),
        than=compared or bool(THAN.search(bare)),
        larger=compared or up or any(word in bare for word in ("ahead", "outweigh", "stronger")),
        smaller=compared or down or any(word in bare for word in ("behind", "weaker")),
        of_target=bool(of_target and TIES_PLAINLY.search(bare)),
        open=bool(OPEN.search(bare)),
        certain=bool(CERTAIN.search(bare)),
        ties=bool(TIES.search(bare)),
        kinds=frozenset(kind for kind, needed in NEEDED.items() if needed.search(bare)),
    )


def _directions(marked: str) -> Iterator[tuple[bool | None, bool]]:
    """Yield every word that says higher or lower: whether of a predictor (else of the target), and whether higher.

    Each belongs to what stands nearest to it in its clause; None where nothing does. What is said of a relation
    (positive, negative) is said of the target.
    """
    for clause in CLAUSE.split(marked.translate(PLACES)):
        words = WORD.findall(clause)
        anchors = [(place, word) for place, word in enumerate(words) if word in {PREDICTOR, OUTCOME}]
        for place, word in enumerate(words):
            up = UP.fullmatch(word) is not None
            if not up and not DOWN.fullmatch(word):
                continue
            if RELATION.fullmatch(word):
                yield False, up
                continue
            near = min((abs(at - place) for at, _ in anchors), default=None)
            of = {each for at, each in anchors if abs(at - place) == near}
            yield (None if near is None else PREDICTOR in of if not up else of == {PREDICTOR}), up


def _plain(marked: str) -> str:
    """Return a marked sentence in lower case, without the genitive of names, its full stop and doubled blanks."""
    text = re.sub(r"[’']s(?!\w)", "", marked.replace("–", "-").replace("—", "-").lower())
    return " ".join(text.split()).removesuffix(".").rstrip()


def placed_trouble(marked: str, directed: bool) -> str | None:
    """Return why a unit is not a predictor's, or higher and lower are not plainly said of the target.

    A predictor may be said to be higher beside a target that is higher or lower; a lower predictor would turn what the
    sentence says of the target.
    """
    placed = marked.translate(PLACES)
    if UNIT.search(re.sub(r"\s+", " ", placed)):
        return "a number that is not a slot"
    if not directed:
        return None
    said = list(_directions(marked))
    if any(of_predictor is None for of_predictor, _ in said):
        return "a direction of nothing that is named"
    if (True, False) in said:
        return "a predictor that is called lower"
    if RELATION.search(placed) and len(said) > 1:
        return "a direction that is not plain"
    return None


def conditional(marked: str) -> bool:
    """Return whether a sentence says something where a predictor is, or for it after another."""
    return CONDITION.search(_plain(marked)) is not None


ENGLISH_WORDS = Words(
    trouble=trouble, read=read, claims=says_something, placed_trouble=placed_trouble, conditional=conditional
)
