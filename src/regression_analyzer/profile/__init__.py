"""Table -> Profile: what each column is, and what the analysis proposes to do with it."""

from regression_analyzer.profile.describe import describe
from regression_analyzer.profile.value import ELIGIBLE, ColumnProfile, LeftOutColumn, Level, Profile, Role

__all__ = ["ELIGIBLE", "ColumnProfile", "LeftOutColumn", "Level", "Profile", "Role", "describe"]
