"""English: the words that a sentence may be made of, beside slots and names. Whatever is not here cannot be checked.

No number or unit of anything, no cause, no certainty beyond what is clear, no size ("slightly", "far"), no judgement
("good"), no advice, nobody and no time but what columns name. What these words say together is then checked.
"""

from __future__ import annotations

SMALL = """
    a an the this these that those it its they them their there here which what whose each any another other others
    both such same is are was were be been being has have had having and or but as than then while whereas although
    though where when whenever whether with of in on at to for from by between among within across over about around
    roughly approximately per not no nor neither too still also again yet instead rather if do does did can
    cannot may might could how way ways else all together jointly respectively
"""
DIRECTIONS = """
    higher more greater larger bigger rise rises rising rose increase up upward additional extra above exceeds exceed
    positive positively grow grows growing longer heavier taller costlier
    lower less fewer smaller fall falls falling fell decrease decline declines down downward below negative negatively
    inverse inversely shrinks shrink shorter lighter cheaper drop drops
    highest lowest most largest strongest biggest main mainly foremost chief chiefly greatest dominant leading primary
    top first least smallest weakest last next stronger weaker ahead behind outweigh outweighs followed
    compare compared comparing comparison relative versus against
"""
CERTAINTY = """
    clear clearly significant significantly strong strongly reliable reliably robust robustly firm firmly convincing
    convincingly evident evidently settle settles settled statistically visible visibly distinguishable
    unclear uncertain uncertainty open undecided inconclusive wide consistent compatible """
STATEMENTS = """
    go goes going associate associated association associations relate related relates relation relations relationship
    relationships link linked links tie tied ties connected connection come comes coming lie lies stand stands show
    shows shown showing see seen appear appears tend tends remain remains stay stays hold holds holding held keep
    keeping kept say says said saying tell tells told leave leaves leaving left describe describes described
    describing explain explains explained explaining account accounts accounting capture captures captured vary varies
    varying differ differs fit fits fitted base based use used range ranges ranging reach reaches reaching span spans
    estimate estimates estimated amount amounts take taken taking given includes include including covers cover
    after adjusting adjusted controlling rank ranks ranked matter matters concern concerns comparable
"""
THINGS = """
    row rows record records observation observations case cases line lines entry entries data dataset table file model
    models analysis regression result results finding findings interval intervals confidence coefficient coefficients
    test tests p value values number average mean typical typically usually generally error errors off miss misses
    wrong deviate deviates deviation size sizes part parts share shares portion difference differences
    variation variance direction directions unit units predictor predictors target outcome outcomes level levels group
    groups category categories column columns variable variables evidence sign order picture important importance
    thing things constant fixed equal alike identical otherwise everyone odds chances anywhere overall
    question reference times high little expected count chance unseen flexible """
KNOWN = frozenset(" ".join((SMALL, DIRECTIONS, CERTAINTY, STATEMENTS, THINGS)).split())

PATTERNS = (
    "{name} goes with higher {target}.",
    "Higher {name} goes with lower {target}.",
    "Each unit of {name} goes with {target} about {estimate} higher (from {interval}).",
    "For rows alike in the other predictors, {target} is about {estimate} lower per unit of {name}.",
    "For {name}, {level} instead of {reference} goes with {estimate} more {target}.",
    "Where {name} is {level}, {target} is {estimate} higher, compared with {reference}.",
    "For {name}, {level} instead of {reference} goes with {estimate} the odds of {target}.",
    "The relation of {name} with {target} is clear ({p_value} in its test).",
    "For {name}, the direction is too uncertain to say.",
    "The data leave open whether {name} goes with higher or lower {target}: the interval is {interval}.",
    "What goes with {target} most is {name}, then {name}, then {name}.",
    "{name} accounts for more of the differences than {name}.",
    "The model explains {share} of what varies in {target}.",
    "Of what varies in unseen rows the model explains {unseen}.",
    "A flexible model explains {flexible}.",
    "The model is based on {rows} rows.",
    "On a typical row the model is off by {error}.",
    "The average of {target} is {mean}.",
)
"""Whole sentences made of them, for a model to follow."""
