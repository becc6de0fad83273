"""Blocks of arrays -> estimates and their uncertainty."""

from regression_analyzer.fit.covariances import covariances
from regression_analyzer.fit.infer import infer
from regression_analyzer.fit.model import fit_model
from regression_analyzer.fit.second_pass import observe

__all__ = ["covariances", "fit_model", "infer", "observe"]
