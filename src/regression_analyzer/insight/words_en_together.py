"""English: what words that may stand must not say together, and what must stand around a number.

The patterns are regular expressions of a sentence in lower case with single blanks; ``<estimate>`` is the mark that
stands for a slot of that kind (``words.STAND_INS``), and ``<SIZE>`` and others are parts that recur.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from regression_analyzer.insight.words import STAND_INS

PREDICTOR, OUTCOME = STAND_INS["name"], STAND_INS["target"]
NAMES = ("name", "target", "level", "reference")
NUMBER = "".join(mark for kind, mark in STAND_INS.items() if kind not in NAMES)
TIED = "goes|go|going|associated|association|related|relation|together|relationship|linked|tied|connected"
PARTS: Mapping[str, str] = {
    "TIED": f"(?:{TIED})",
    "NUMBER": f"[{NUMBER}]",
    "SIZE": "[<estimate><times>]",
    "SPAN": "[<interval><factors>]",
    "ABOUT": "(?:(?:about|around|roughly|approximately) )?",
    "IS": "(?:is|are|of|at|comes to|amounts to|lies at)",
    "UP_DOWN": "(?:higher|more|greater|larger|bigger|above|additional|extra|lower|less|fewer|smaller|below)",
    "TARGET": "(?:the )?(?:<UP_DOWN> )?(?:the )?<target>",
    "VARIES": "(?:what varies|(?:the )?(?:variation|variance|differences?))",
    "TELLS": "(?:explains?|describes?|captures?)",
    "ROWS": "(?:rows|records|observations|cases|lines|entries)",
    "MODEL": r"(?:the|this) (?:model|regression|analysis|predictors)\b",
}


def compiled(text: str) -> re.Pattern[str]:
    """Return a pattern written in the notation above."""
    while found := re.search(r"<([A-Z_]+)>", text):
        text = text.replace(found.group(), PARTS[found.group(1)])
    return re.compile(re.sub(r"<([a-z_]+)>", lambda match: STAND_INS[match.group(1)], text))


CAUSE = "a word for causes"
LIMIT = "a limit of a number"
NOT_PLAIN = "an order or a direction that is not plain"
ELSEWHERE = "a number of the target, said of a predictor"
TOGETHER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (compiled(text), reason)
    for reason, texts in {
        CAUSE: (
            r"\bcom(?:es?|ing)\b(?! (?:to|with|together|first|next|last)\b)",
            r"\b(?:explained|described|captured) by\b(?! <MODEL>)",
            r"\b(?:accounts?|accounting) for <TARGET>",
            r"\b(?:explains?|explaining|describes?|behind) <TARGET>",
            r"\b(?:has|have|having|holds?|keeps?|leaves?|takes?|uses?|fits?|shows?|reach(?:es)?) <TARGET>",
            r"\bbehind\b(?! (?:the )?<name>)",
            r"\b(?<!followed )(?<!then )by\b(?! (?:from )?<ABOUT>(?:from )?<NUMBER>| <MODEL>)",
            r"\bafter\b(?! (?:accounting|adjusting|taking)\b)",
            r"\b(?:results?|accounts?) of\b",
            r"\bfollowed\b(?! by\b)",
            r"\bthen\b(?! (?:by )?(?:the )?<name>)",
            r"\bgiven (?:the )?<name>",
            r"\bdo(?:es)?\b(?! not\b)",
        ),
        LIMIT: (
            r"\b(?:than|over|above|below|exceeds?|within|not|nor|but) (?:the )?<ABOUT><NUMBER>",
            r"<NUMBER> or (?:more|less|higher|lower|so)\b",
            r"\bup to\b|\bat (?:the )?(?:most|least|top)\b",
        ),
        NOT_PLAIN: (
            r"(?<!otherwise )\b(?:alike|same|equal|identical|comparable)\b(?! (?:in|for|on|otherwise)\b)",
            r"\b(?:other|same|inverse) directions?\b",
            r"\bnext\b(?! (?:to|comes?|is|by|<name>))",
        ),
        ELSEWHERE: (
            r"<SIZE> <UP_DOWN> (?:of )?(?:the )?<name>",
            r"\bunits? (?:\w+ )?of (?:the )?<target>.*<NUMBER>",
            r"<target> (?:is|lies|stands|ranges) (?:from|between) <SPAN>(?! <UP_DOWN>)",
        ),
        "predictors that are said to go together with each other": (
            r"<name>.*\b<TIED>\b(?: \w+){0,2} (?:the )?<name>",
        ),
        "rows or a model that no number is of": (
            r"^(?!.*<unseen>).*\bunseen\b",
            r"^(?!.*<flexible>).*\bflexible\b",
            r"<mean> (?:in|for|among|within|where|when|on|at)\b(?! (?:the|these) (?:rows|data)\b)",
        ),
        "a number that is not a slot": (
            r"\bper\b(?! unit\b)",
            r"(?<!<times> )\btimes\b",
            r"(?<!\bas )\bhigh\b|\blittle\b(?!:)|\bexpected\b(?! (?:count|number|value|mean)\b)",
        ),
        "a negation that cannot be checked": (
            r"\b(?:not|no|nor|neither)\b(?! (?:yet )?(?:be )?(?:clear|clearly|settled?|said|told|say|tell)\b)",
        ),
    }.items()
    for text in texts
)
"""Pattern, and why a sentence that holds it cannot stand."""

AROUND: Mapping[str, re.Pattern[str]] = {
    kind: compiled("|".join(texts))
    for kind, texts in {
        "estimate": (
            r"<SIZE> (?:units? )?<UP_DOWN>\b",
            r"<SIZE> of (?:the )?<target>",
            r"\bcoefficients?\b[^,]*\b<IS> <ABOUT><SIZE>",
        ),
        "times": (
            r"<SIZE> (?:times )?(?:the (?:odds|chances)|as high)",
            r"\bodds\b[^,]*<SIZE>",
            r"\bcoefficients?\b[^,]*\b<IS> <ABOUT><SIZE>",
        ),
        "rows": (
            r"<rows> <ROWS>\b",
            r"\bnumber of <ROWS>\b[^,]*\b<IS> <rows>",
            r"\bin <rows> of the rows",
        ),
        "share": (
            r"\b(?:explain|describ|captur|account)\w*(?: for)?(?: little:)? <ABOUT><share> of <VARIES>",
            r"^<ABOUT><share> of <VARIES>[^,]*\b(?:is|are) (?:explained|described|captured)\b",
        ),
        "error": (
            r"\boff (?:by )?<ABOUT><error>",
            r"\bmiss(?:es)? (?:\w+ )?by <ABOUT><error>",
            r"\b(?:typical|average) error\b[^,]*\b<IS> <ABOUT><error>",
        ),
        "mean": (
            r"\baverage(?: of)?(?: the)?(?: <target>)? <IS> <ABOUT><mean>",
            r"<target> <IS> <ABOUT><mean> on average",
            r"^on average,? (?:the )?<target> <IS> <ABOUT><mean>",
        ),
        "unseen": (
            r"\bof what varies in unseen rows\b[^,]*\b<TELLS> <ABOUT><unseen>",
            r"\b<TELLS> <ABOUT><unseen> of <VARIES>(?: in <target>)? in unseen rows",
            r"\bin unseen rows,? (?:the model|it) <TELLS> <ABOUT><unseen> of <VARIES>",
        ),
        "flexible": (r"\bflexible model <TELLS> <ABOUT><flexible>",),
    }.items()
}
"""Kind of number -> what it must stand in, so that none says more than it is."""
CONDITION = compiled(
    r"\b(?:where|when|whenever|while|as|among|within|if|given) (?:the )?<name>|<name>.*\b(?:for|in|at) (?:the )?<name>"
)
"""Says something where a predictor is, or for it after another."""


def troubles(plain: str) -> Iterator[str]:
    """Yield what the words of a sentence must not say together, and which numbers are out of place."""
    for pattern, reason in TOGETHER:
        if pattern.search(plain):
            yield reason
    for kind, pattern in AROUND.items():
        if STAND_INS[kind] in plain and not pattern.search(plain):
            yield f"a number out of place ({kind})"
