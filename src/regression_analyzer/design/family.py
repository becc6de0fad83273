"""Which kind of target this is, and so which family of models: the choice, its reason, what else was considered."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from regression_analyzer.design.levels import LevelCount, no_side
from regression_analyzer.design.value import FamilyName
from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.findings import Decision
from regression_analyzer.profile.value import ColumnProfile
from regression_analyzer.table.value import Column

LINKS: Mapping[FamilyName, tuple[str, ...]] = {
    "gaussian": ("identity",),
    "binomial": ("logit", "probit"),
    "poisson": ("log",),
    "negative-binomial": ("log",),
    "gamma": ("log", "inverse"),
}
"""Links a family can have, the usual one first."""

SMALL_COUNTS_MEDIAN = 30.0
"""Counts with a larger median are close enough to a normal quantity."""
LEAST_COUNT_DISPERSION = 0.5
"""Whole numbers with a variance below this share of the mean are ratings or sizes, not counts of events."""
OVERDISPERSED = 2.0
"""Counts with a variance above this multiple of the mean start as negative binomial."""
MANY_OUTCOMES = 20
"""A column of words with more is hardly one of outcomes."""
MOST_NAMED = 3
"""Outcomes named in a refusal, the most frequent ones."""
MULTINOMIAL = "multinomial"
"""A family by name: several outcomes at once, beside the binomial model of one against the others."""
SKEWED = 1.25
"""Mean over median that makes the decision mention a gamma model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyChoice:
    """Family and link; ``event`` is the level that counts as 1 where the target has to be coded.

    ``levels`` are the target's among the rows used, where they were counted.
    """

    family: FamilyName
    link: str
    event: str | None
    dispersion_estimated: bool
    decisions: tuple[Decision, ...]
    outcomes: tuple[str, ...] = ()
    levels: tuple[LevelCount, ...] = ()


def parse_family(text: str) -> tuple[FamilyName | None, str | None, bool]:
    """Read ``"auto"``, ``"gamma"``, ``"gamma(inverse)"``, ``"quasi-poisson"`` as (family, link, quasi)."""
    name, _, rest = text.strip().lower().replace("_", "-").partition("(")
    link = rest.rstrip(")").strip() or None
    name = name.strip()
    if name in {"auto", MULTINOMIAL} and (name == "auto" or link is None):
        return (None if name == "auto" else "binomial"), link, False
    quasi = name.startswith("quasi")
    name = name.removeprefix("quasi").lstrip("-")
    name = {"negbin": "negative-binomial", "nb": "negative-binomial", "logistic": "binomial"}.get(name, name)
    for family, links in LINKS.items():
        if name == family and (link is None or link in links) and not (quasi and family not in {"poisson", "binomial"}):
            return family, link, quasi
    raise UsageError(
        f'"{text}" is not a family of models.',
        hint=(
            f"Use auto, {', '.join(LINKS)}, {MULTINOMIAL}, or with a link: binomial(probit), gamma(inverse); "
            "quasi-poisson."
        ),
        code="unknown_family",
    )


def choose_family(
    asked: str,
    column: Column,
    profile: ColumnProfile,
    *,
    levels: Sequence[LevelCount],
    transformed: bool,
    weighted: bool,
    link: str | None = None,
    event: str | None = None,
) -> FamilyChoice:
    """Choose the family from the target's kind.

    Parameters
    ----------
    levels : the target's levels among the rows used, for text and for numbers with few values, else empty
    transformed : the target is a function of its column (``log(price)``), so it is a quantity
    link : asked for, whatever the family
    event : the level that counts as 1, asked for; all others count as 0
    """
    wanted, written_link, quasi = parse_family(asked)
    two = _two_sides(column, levels) if not transformed else None
    if event is not None:
        two = _event_and_others(column, levels, event)
    if column.kind in {"text", "yes_no"} and two is None:
        raise _text_target(column, levels)
    if event is not None and wanted not in {None, "binomial"}:
        raise UsageError(
            f"An event was named, and a {wanted} model has none.",
            hint="Use the binomial family, or leave the event out.",
            code="event_of_number",
        )
    chosen, because, rejected = (
        (wanted, "asked for", ()) if wanted else _from_values(profile, two, transformed, named=event is not None)
    )
    if chosen != "binomial" and column.kind in {"text", "yes_no"}:
        raise UsageError(
            f'"{column.name}" holds text, so a {chosen} model cannot explain it.',
            hint="Use the binomial family or a number as the target.",
            code="family_needs_number",
        )
    if chosen == "binomial" and two is None and not (weighted and _is_share(profile)):
        raise InputError(
            f'"{column.name}" has {profile.distinct:,} different values; the binomial family needs two.',
            hint="Choose another family, or give shares from 0 to 1 with the numbers of trials as weights.",
            code="target_not_binary",
        )
    counted = two[1] if chosen == "binomial" and two is not None else None
    coded = counted is not None and not (column.kind == "number" and two == ("0", "1"))
    if counted is not None and wanted is None:
        because += f'; the event is "{counted}"'
    decision = Decision(
        id="family",
        what="Family of models",
        chosen=("quasi-" if quasi else "") + chosen,
        because=because,
        rejected=tuple(rejected),
        overridden=wanted is not None,
    )
    used, link_decisions = choose_link(chosen, link or written_link)
    events = () if counted is None or two is None else (_event_decision(two, levels, asked=event is not None),)
    return FamilyChoice(
        family=chosen,
        link=used,
        event=counted if coded else None,
        dispersion_estimated=quasi or chosen in {"gaussian", "gamma"},
        decisions=(decision, *events, *link_decisions),
        levels=tuple(levels),
    )


def _event_and_others(column: Column, levels: Sequence[LevelCount], event: str) -> tuple[str, str]:
    """Return what stands against the event, and the event.

    Raises
    ------
    UsageError
        The target has no such level, or the event is all there is.
    """
    names = [c.level for c in levels]
    others = [name for name in names if name != event]
    if event not in names or not others:
        shown = ", ".join(f'"{name}"' for name in names[:10]) + (" ..." if len(names) > 10 else "")
        raise UsageError(
            f'"{column.name}" has no level "{event}" to tell from others.',
            hint=f"Its levels are: {shown}.",
            code="unknown_event",
        )
    return others[0] if len(others) == 1 else f"not {event}", event


def _event_decision(two: tuple[str, str], levels: Sequence[LevelCount], *, asked: bool) -> Decision:
    return Decision(
        id="event",
        what="The outcome that counts as 1",
        chosen=two[1],
        because="asked for; every other outcome counts as 0" if asked else f'the other outcome is "{two[0]}"',
        rejected=tuple(c.level for c in levels if c.level != two[1])[:10],
        overridden=asked,
    )


def choose_link(family: FamilyName, asked: str | None) -> tuple[str, tuple[Decision, ...]]:
    """Choose the link; a decision is recorded where the family leaves a choice.

    Raises
    ------
    UsageError
        A link that the family does not have.
    """
    links = LINKS[family]
    if asked is not None and asked not in links:
        raise UsageError(
            f'A {family} model has no link "{asked}" here.',
            hint=f"Its links are: {', '.join(links)}.",
            code="unknown_link",
        )
    chosen = asked or links[0]
    if len(links) == 1 and asked is None:
        return chosen, ()
    decision = Decision(
        id="link",
        what="Link between the mean and the predictors",
        chosen=chosen,
        because="asked for" if asked else f"the usual one of a {family} model",
        rejected=tuple(link for link in links if link != chosen),
        overridden=asked is not None,
    )
    return chosen, (decision,)


def several_outcomes(
    choice: FamilyChoice,
    column: Column,
    levels: Sequence[LevelCount],
    *,
    reference: str | None,
    asked: bool,
    event_asked: bool,
) -> FamilyChoice:
    """Return the choice with all outcomes of the target, the reference first.

    Raises
    ------
    UsageError
        Fewer than three outcomes or more than 20, or a reference that is none of them.
    """
    names = [c.level for c in levels]
    if not 3 <= len(names) <= MANY_OUTCOMES:
        raise UsageError(
            f'"{column.name}" has {len(names):,} different outcomes; a multinomial model takes 3 to {MANY_OUTCOMES}.',
            hint="Use the binomial family for two outcomes.",
            code="outcomes",
        )
    first = names[0] if reference is None else reference
    if first not in names:
        raise UsageError(
            f'"{column.name}" has no outcome "{first}".', hint=f"It has {', '.join(names)}.", code="unknown_event"
        )
    decision = Decision(
        id="outcome_reference",
        what="The outcome that the others are compared with",
        chosen=first,
        because="the first in order" if reference is None else "asked for",
        rejected=tuple(name for name in names if name != first),
        overridden=reference is not None,
    )
    told = f'"{choice.event}" is told from the others, and all are compared at once'
    family = replace(
        choice.decisions[0],
        chosen=MULTINOMIAL,
        because="asked for" if asked else f"the target has {len(names)} outcomes: {told}",
        rejected=("binomial",),
        overridden=asked,
    )
    events = tuple(_most_frequent(d) if d.id == "event" and not event_asked else d for d in choice.decisions[1:])
    return replace(
        choice,
        decisions=(family, *events, decision),
        outcomes=(first, *(name for name in names if name != first)),
    )


def _most_frequent(decision: Decision) -> Decision:
    return replace(decision, because="the most frequent outcome; every other one counts as 0", overridden=False)


def choose_grouped(asked: str, target: str, *, link: str | None = None) -> FamilyChoice:
    """Return the family of successes counted among trials: binomial."""
    wanted, written_link, quasi = parse_family(asked)
    if wanted not in {None, "binomial"}:
        raise UsageError(
            f"{target} counts successes among trials, so a {wanted} model cannot explain it.",
            hint="Use the binomial family, or one column as the target.",
            code="family_of_counts",
        )
    decision = Decision(
        id="family",
        what="Family of models",
        chosen="quasi-binomial" if quasi else "binomial",
        because="asked for" if wanted else "the target counts successes among trials",
        rejected=() if quasi else ("quasi-binomial",),
        overridden=wanted is not None,
    )
    used, link_decisions = choose_link("binomial", link or written_link)
    return FamilyChoice(
        family="binomial", link=used, event=None, dispersion_estimated=quasi, decisions=(decision, *link_decisions)
    )


def _two_sides(column: Column, levels: Sequence[LevelCount]) -> tuple[str, str] | None:
    if len(levels) != 2:
        return None
    names = [c.level for c in levels]
    if column.kind == "yes_no" and no_side(names) == names[1]:
        names.reverse()
    return names[0], names[1]


def _is_share(profile: ColumnProfile) -> bool:
    return profile.minimum is not None and profile.maximum is not None and 0 <= profile.minimum <= profile.maximum <= 1


def _text_target(column: Column, levels: Sequence[LevelCount]) -> InputError:
    if len(levels) < 2:
        return InputError(
            f'Every row has the same value in "{column.name}", so there is nothing to explain.',
            hint="Choose another target.",
            code="constant_target",
        )
    common = sorted(levels, key=lambda c: -c.rows)[:MOST_NAMED]
    options = " or ".join(f"--override {shlex.quote(f'event={c.level}')}" for c in common)
    at_once = ", or all at once: --family multinomial" if len(levels) <= MANY_OUTCOMES else ""
    more = f" (one run for each of its {len(levels):,} outcomes)" if len(levels) <= MANY_OUTCOMES else ""
    return InputError(
        f'"{column.name}" has {len(levels):,} different outcomes; a regression explains a number, or one outcome '
        "against the others.",
        hint=f"Say which outcome to tell from all others: {options}{more}{at_once}; or choose another target.",
        code="text_target",
    )


def _from_values(
    profile: ColumnProfile, two: tuple[str, str] | None, transformed: bool, *, named: bool
) -> tuple[FamilyName, str, Sequence[str]]:
    if two is not None and (two == ("0", "1") or profile.kind != "number" or named):
        return "binomial", f'the target has two values, "{two[0]}" and "{two[1]}"', ("gaussian",)
    if transformed:
        return "gaussian", "the target is transformed into a quantity", ()
    if _looks_like_counts(profile):
        mean, variance = profile.mean or 0.0, (profile.std or 0.0) ** 2
        ratio = variance / mean if mean > 0 else 0.0
        reason = f"whole numbers from {profile.minimum or 0:,.0f} with mean {mean:.3g}: counts"
        if ratio > OVERDISPERSED:
            reason += f"; their variance is {ratio:.2g} times the mean, more than a Poisson model allows"
            return "negative-binomial", reason, ("poisson", "gaussian")
        return "poisson", f"{reason}; their variance is {ratio:.2g} times the mean", ("negative-binomial", "gaussian")
    median = _median(profile)
    positive = profile.minimum is not None and profile.minimum > 0
    if positive and median and profile.mean is not None and profile.mean > SKEWED * median:
        reason = (
            "the target is a positive quantity, skewed to the right (its mean is "
            f"{profile.mean / median:.2g} times its median); a straight line in its own unit is tried first"
        )
        return "gaussian", reason, ("gamma", "gaussian on log")
    if profile.integer and positive and median is not None and median > SMALL_COUNTS_MEDIAN:
        return "gaussian", "the target is a quantity, or a count so large that it behaves like one", ("poisson",)
    return "gaussian", "the target is a quantity", ("gamma",) if positive else ()


def _looks_like_counts(profile: ColumnProfile) -> bool:
    if not profile.integer or profile.minimum is None or profile.mean is None or profile.std is None:
        return False
    median = _median(profile) or profile.mean
    if profile.minimum < 0 or median > SMALL_COUNTS_MEDIAN or profile.mean <= 0:
        return False
    if profile.minimum > 0 and profile.role != "count":
        return False
    return profile.std**2 / profile.mean >= LEAST_COUNT_DISPERSION


def _median(profile: ColumnProfile) -> float | None:
    return next((v for k, v in (profile.quantiles or {}).items() if k in {"0.5", "0.50", "50%", "p50"}), None)
