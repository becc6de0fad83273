"""A question about a finished analysis, answered from its document alone, in sentences that were checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from regression_analyzer.errors import AnalyzerError, ConfigurationError, InputError, UsageError
from regression_analyzer.insight.forms import items, one_of, record
from regression_analyzer.insight.languages import ENGLISH, Language
from regression_analyzer.insight.narrative import checked, rules_of, schema_of, tells_of_predictors, told_of
from regression_analyzer.insight.points import Points
from regression_analyzer.insight.stored import is_analysis
from regression_analyzer.insight.story import Story, Writer, story_of
from regression_analyzer.insight.texts import clean
from regression_analyzer.insight.value import LONGEST_ASKED, Ask, NotAvailable, Question, Share, too_long

TASK = (
    "Answer DATA.asked about a finished regression analysis from DATA alone, in at most three sentences. What is asked "
    "about rows, checks, overlap of predictors, outliers, leaks, causes or new rows is answered by points: give "
    "the ids of those of DATA.points that answer it, at most four, the best first, and no sentence on the same. Their "
    "words are told as they stand. If DATA does not hold the answer, give no sentence and no point. "
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Reply:
    """What can be said to a question.

    Attributes
    ----------
    text : checked sentences and points, "" where the document does not answer or nothing passed the check
    by : who wrote them
    dropped : sentences that did not pass
    language : the code of the language of the sentences
    """

    text: str
    by: str
    dropped: int
    language: str = "en"


def answer_question(
    document: Mapping[str, Any],
    asked: str,
    ask: Ask,
    write: Writer,
    share: Share,
    *,
    points_of: Callable[[Mapping[str, Any], str], Points],
    language: Language = ENGLISH,
) -> Reply:
    """Answer a question about an analysis.

    Parameters
    ----------
    document : the analysis document, as stored
    asked : the user's own words; they leave as they are
    write : how numbers are written in that language
    share : at ``names`` nothing of a result may leave, so nothing can be asked
    points_of : document, code of a language -> what can be told of it in fixed words
    language : to answer in

    Raises
    ------
    ConfigurationError
        Nobody can be asked, or the settings forbid it.
    UsageError
        The question is empty or too long; it is never cut.
    InputError
        The document is none.
    """
    if share == "names":
        raise ConfigurationError(
            "LLM_SHARE is names: of a result nothing may leave.",
            hint="Set LLM_SHARE=summary to ask about results.",
            code="llm_share",
        )
    if not is_analysis(document):
        raise InputError("This is no analysis document.", code="not_an_analysis")
    if share != "sample" and _turned_by_a_model(document):
        raise ConfigurationError(
            "This table was turned on the word of a language model: what are names of columns stood in cells.",
            hint="Set LLM_SHARE=sample to ask about it, or analyse it again with --override table.transpose=yes.",
            code="llm_turned",
        )
    asked = _whole(asked)
    story, points = story_of(document, write), points_of(document, language.code)
    question = asked_of(story, points, asked, language)
    said = ask(question)
    if isinstance(said, NotAvailable):
        raise _nobody(said)
    lines, dropped = checked(question, said, story, ask, language)
    told = points.told(said.content["points"])
    if points.caution and not any(points.caution in line for line in told) and tells_of_predictors(lines, story):
        lines.append(points.caution)
    return Reply(text=" ".join([*lines, *told]), by=said.by, dropped=dropped, language=language.code)


def asked_of(story: Story, points: Points, asked: str, language: Language = ENGLISH) -> Question:
    """Return the question as it is sent."""
    data = {"asked": clean(asked, LONGEST_ASKED), **told_of(story, None, language), "points": points.shared}
    message = f"{TASK}{rules_of(language)}\n\nDATA\n{json.dumps(data, ensure_ascii=False)}"
    sentences = schema_of(story)["properties"]["sentences"]
    return Question(
        name="question", text=message, schema=record(sentences=sentences, points=items(one_of(points.keys)))
    )


def _whole(asked: str) -> str:
    """Return a question on one line, or refuse it."""
    line = clean(asked, len(asked) + 1)
    if not line:
        raise UsageError("The question is empty.", hint="Ask what you want to know.", code="empty_question")
    if len(line) > LONGEST_ASKED:
        raise too_long(line)
    return line


def _turned_by_a_model(document: Mapping[str, Any]) -> bool:
    """Return whether the columns have names that stood in cells, on a model's word alone."""
    turned = [finding.get("facts") for finding in document["findings"] if finding["code"] == "table_turned"]
    return any(not isinstance(facts, Mapping) or facts.get("by") for facts in turned)


def _nobody(said: NotAvailable) -> AnalyzerError:
    if said.reason == "no_key":
        return ConfigurationError(
            "There is no language model to ask: no key is set.",
            hint="Set the key of a provider (see regression-analyzer providers); the report needs none.",
            code="no_key",
        )
    return ConfigurationError(
        f"The language model ({said.provider}) gave no answer: {said.reason.replace('_', ' ')}.",
        hint="Check the key, the model and the connection, or try again later.",
        code=f"llm_{said.reason}",
    )
