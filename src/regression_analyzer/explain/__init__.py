"""What a fitted model says of rows, and how well."""

from regression_analyzer.explain.domain import prediction_model
from regression_analyzer.explain.explanation import Explanation, explain
from regression_analyzer.explain.predict import edges_reader, predict
from regression_analyzer.explain.spec import from_spec, to_spec
from regression_analyzer.explain.value import Domain, PredictionModel, Predictions

__all__ = [
    "Domain",
    "Explanation",
    "PredictionModel",
    "Predictions",
    "edges_reader",
    "explain",
    "from_spec",
    "predict",
    "prediction_model",
    "to_spec",
]
