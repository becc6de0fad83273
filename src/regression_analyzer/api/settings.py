"""The settings as the API's door sees them: the one table is in ``regression_analyzer.jobs.settings``."""

from regression_analyzer.jobs.settings import SETTINGS, Setting, Settings, read_settings, shown

__all__ = ["SETTINGS", "Setting", "Settings", "read_settings", "shown"]
