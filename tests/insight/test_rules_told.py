"""What the rules say of predictors and of the model passes the check that a model's sentences must pass."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import regression_analyzer as ra
from regression_analyzer.findings import Skipped
from regression_analyzer.insight.check import Sentence, trouble_of
from regression_analyzer.insight.story import Story, slot_name, story_of
from regression_analyzer.report import numbers
from regression_analyzer.report.averages import averages_of, unit_of_slope
from regression_analyzer.report.document_explain import validation_of
from regression_analyzer.report.effects import Effect, Size, effects
from regression_analyzer.report.prose import plain_text
from regression_analyzer.report.sentences import NOT_MORE, Answer, answer, explained
from regression_analyzer.report.sizes import Scale, estimate_words, interval_words, open_words, scale_of

from .documents import charges_csv

KINDS = ("gaussian", "logit", "counts", "lasso", "clustered", "weak")
SAYS_NOTHING_OF_THE_DATA = (
    "Each effect is for rows alike in all other predictors. What rows differ in goes together with {}; "
    "the data cannot say that changing one changes the other."
)
OTHERS = re.compile(r"ahead of ([\d,]+) others?")


def shops_csv(rows: int = 400) -> bytes:
    """Return customers of shops: who bought, how often they came, what they paid."""
    rng = np.random.default_rng(8)
    lines = ["age,colour,noise,shop,bought,visits,paid"]
    for row in range(rows):
        age, noise, colour = rng.normal(50, 10), rng.normal(), rng.choice(["red", "blue", "green"])
        bought = rng.random() < 1 / (1 + np.exp(-(age - 50) / 6 - 2 * (colour == "red")))
        visits = rng.poisson(np.exp(-2 + age / 20 + 0.5 * (colour == "blue")))
        paid = 3 * age - 20 * (colour == "red") + rng.normal(0, 10) + 5 * np.sin(row // 8)
        cells = (
            f"{age:.2f}",
            colour,
            f"{noise:.3f}",
            f"s{row // 8}",
            "yes" if bought else "no",
            str(visits),
            f"{paid:.2f}",
        )
        lines.append(",".join(cells))
    return "\n".join(lines).encode()


def wide_csv(rows: int = 60, columns: int = 45) -> bytes:
    random_ = random.Random(4)  # noqa: S311
    lines = [",".join([*(f"x{i}" for i in range(columns)), "y"])]
    for _ in range(rows):
        x = [random_.gauss(0, 1) for _ in range(columns)]
        lines.append(",".join(f"{each:.3f}" for each in (*x, 3 * x[0] - 2 * x[1] + random_.gauss(0, 1))))
    return "\n".join(lines).encode()


@cache
def analysed(kind: str) -> ra.Analysis:
    three = ["age", "colour", "noise"]
    if kind == "gaussian":
        return ra.analyze(charges_csv(), "charges", skip_llm=True)
    if kind == "weak":
        return ra.analyze(charges_csv(), "charges", predictors=["bmi", "discount", "children"], skip_llm=True)
    if kind == "lasso":
        return ra.analyze(wide_csv(), "y", skip_llm=True)
    if kind == "clustered":
        return ra.analyze(shops_csv(), "paid", predictors=three, covariance="cluster:shop", skip_llm=True)
    return ra.analyze(shops_csv(), "bought" if kind == "logit" else "visits", predictors=three, skip_llm=True)


def key_of(effect: Effect) -> str:
    return f"coef.{slot_name(effect.column)}{f'[{slot_name(effect.level)}]' if effect.level else ''}"


def own_texts(effect: Effect, scale: Scale) -> Iterator[tuple[str, str, str, str]]:
    """Yield what the rules write of an effect: (slot, kind, as written, as read)."""
    for number, size in enumerate(size for size in (effect.size, effect.unit) if size is not None):
        yield from size_texts(f"{key_of(effect)}.size{number}", size, scale)


def averaged(effect: Effect, analysis: ra.Analysis) -> Iterator[tuple[str, str, str, str]]:
    """Yield the same of an effect's averages over the rows."""
    averages = averages_of(analysis)
    for number, one in enumerate(averages.found if averages else ()):
        if averages is None or one.predictor != effect.column or (one.level or "") != effect.level:
            continue
        times = unit_of_slope(analysis, one)[0] if one.kind == "slope" else 1.0
        size = averages.size(one).times(times)
        for slot, kind, written, read in size_texts(f"{key_of(effect)}.average{number}", size, averages.scale):
            yield slot, "average" if kind == "estimate" else kind, written, read  # points of a chance, not odds


def size_texts(stem: str, size: Size, scale: Scale) -> Iterator[tuple[str, str, str, str]]:
    """Yield how a size, its interval and the sizes it leaves open are written."""
    yield f"{stem}_open", "interval", open_words(size, scale), f"between {{{stem}_open}}"
    yield f"{stem}_interval", "interval", f"({interval_words(size, scale)})", f"(from {{{stem}_interval}})"
    about = re.sub(r"^about | (?:higher|lower|times as high)$", "", estimate_words(size, scale))
    yield f"{stem}_estimate", "estimate", about, f"{{{stem}_estimate}}"


def readable(analysis: ra.Analysis) -> tuple[Story, list[tuple[str, str]]]:
    """Return the story with a slot for everything the rules may write, and how each is read, the longest first."""
    story = story_of(analysis.to_dict(), numbers)
    texts, kinds, reading = dict(story.texts), dict(story.kinds), list[tuple[str, str]]()
    for effect in effects(analysis):
        name = slot_name(effect.column)
        if effect.level:
            _, _, reference = effect.step.partition(" instead of ")
            reading.append(
                (effect.step, f"{{level.{name}[{slot_name(effect.level)}]}} instead of {{reference.{name}}}")
            )
            assert reference
        else:
            reading.append((effect.step, f"{{{key_of(effect)}.step}}"))
            texts[f"{key_of(effect)}.step"], kinds[f"{key_of(effect)}.step"] = effect.step, "level"
        for slot, kind, written, read in (*own_texts(effect, scale_of(analysis)), *averaged(effect, analysis)):
            texts[slot], kinds[slot] = written, kind
            reading.append((written, read))
    share, measure = explained(analysis)
    validation = validation_of(analysis.explanation)
    assert validation is not None
    digits = 4 if analysis.fit.family == "gaussian" else 3
    quality = {"model.explained": ("share", numbers.fmt_pct(share)),
               "target.average": ("mean", numbers.fmt(analysis.fit.y_mean, digits)),
               "target.seen": ("rows", numbers.fmt_pct(analysis.fit.y_mean)),
               "model.measure": ("measure", measure),
               "model.unseen": ("unseen", numbers.fmt_pct(validation.linear.explained.value))}  # fmt: skip
    if not isinstance(validation.flexible, Skipped):
        quality["model.flexible"] = ("flexible", numbers.fmt_pct(validation.flexible.explained.value))
    for slot, (kind, written) in quality.items():
        texts[slot], kinds[slot] = written, kind
        reading.append((written, f"{{{slot}}}"))
    if others := OTHERS.search(plain_text(answer(analysis).headline)):
        texts["model.others"], kinds["model.others"] = others.group(1), "count"
        reading.append((others.group(), others.group().replace(others.group(1), "{model.others}")))
    reading += [(story.texts[slot], f"{{{slot}}}") for slot in story.texts if slot.startswith("model.")]
    reading += [(name, f"{{name.{slot_name(name)}}}") for name in story.predictors]
    reading += [(story.target, "{target}"), (f"{story.target} being yes", "{target}")]
    return replace(story, texts=texts, kinds=kinds), sorted(reading, key=lambda pair: -len(pair[0]))


def slotted(text: str, reading: list[tuple[str, str]], first: str = "") -> str:
    """Return a text with slots for what is written; where two are written alike, that of ``first``."""
    ordered = sorted(reading, key=lambda pair: (-len(pair[0]), first not in pair[1]))
    known = dict(reversed(ordered))
    pattern = "|".join(
        rf"(?<![\w.,]){re.escape(w)}(?![\w%]|[.,]\d)" if w[0] != "(" else re.escape(w) for w, _ in ordered
    )
    return re.sub(pattern, lambda match: known[match.group(0)], text)


def statements(told: Answer, named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield every statement about predictors and the model, each with its subject, and the predictor it is about."""
    yield plain_text(told.headline), ""
    for paragraph in map(plain_text, told.effects):
        name = next(name for name in sorted(named, key=len, reverse=True) if paragraph.startswith(name))
        for number, part in enumerate(re.split(r"; |\. (?=[A-Z])", paragraph)):
            is_whole = number == 0 or re.search(rf"\b{re.escape(name)}\b", part)
            yield (part if is_whole else f"{paragraph.partition(' goes with')[0]}: {part}"), named[name]
    for paragraph in map(plain_text, told.open_questions):
        start, _, rest = paragraph.partition(": ")
        for part in rest.rstrip(".").split("; "):
            yield f"{start}: {part}", ""
    for paragraph in map(plain_text, told.quality):
        for part in paragraph.replace(NOT_MORE, "").split("; "):
            yield part, next((f"{{model.{word}" for word in ("unseen", "flexible") if word in part), "{model.")


def read_statements(kind: str) -> tuple[Story, list[str]]:
    analysis = analysed(kind)
    story, reading = readable(analysis)
    named = {name: f"coef.{slot_name(name)}" for name in story.predictors}
    return story, [slotted(text, reading, first) for text, first in statements(answer(analysis), named)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_statement_of_the_rules_passes_the_check(kind: str) -> None:
    story, read = read_statements(kind)
    assert len(read) >= 5
    assert [
        (text, trouble_of(Sentence(text=text), story)) for text in read if trouble_of(Sentence(text=text), story)
    ] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_statements_bent_do_not(kind: str) -> None:
    story, read = read_statements(kind)
    bent = [text.replace("goes with", "causes") for text in read]
    bent += [text.replace("Too uncertain to say: ", "It is clear for ") for text in read]
    bent += [re.sub(r"\{coef[^{}]*estimate\}", "12", text) for text in read]
    bent += [re.sub(r"\{model\.(?:explained|unseen|flexible|others)\}", "12", text) for text in read]
    bent += [re.sub("higher|lower", lambda m: "lower" if m.group(0) == "higher" else "higher", text) for text in read]
    changed = [text for text in bent if text not in read]
    assert len(changed) >= 8
    assert [text for text in changed if trouble_of(Sentence(text=text), story) is None] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_narrative_is_these_statements_and_what_no_sentence_of_a_model_could_be(kind: str) -> None:
    """What the check does not read, and why.

    ``chosen`` and ``caution`` tell what was done and found, in the words of the report: they say nothing of what goes
    with the target. ``association`` says what data cannot, with the very words that nobody else may use. That a
    flexible model is not clearly ahead (``NOT_MORE``) compares models, which no slot or claim speaks of.
    """
    analysis = analysed(kind)
    told, document = answer(analysis), analysis.to_dict()
    read = (told.headline, *told.effects, *told.quality, *told.open_questions)
    outside = [part for part in told.paragraphs() if part not in read]
    assert document["narrative"]["text"] == " ".join(map(plain_text, told.paragraphs()))
    assert outside == [part for part in (told.chosen, told.caution, told.association) if part]
    assert (plain_text(told.chosen) != "") == (kind == "lasso")
    serious = next((f for f in document["findings"] if f["severity"] != "info"), None)
    words = f"{serious['evidence']} {serious['advice']}" if serious else "No check of the data or the model"
    assert words in plain_text(told.caution)
    assert plain_text(told.association) == SAYS_NOTHING_OF_THE_DATA.format(analysis.design.target)
