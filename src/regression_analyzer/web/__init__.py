"""The page: templates, their contexts, and static files. It reads documents; it computes nothing."""

from regression_analyzer.web.contexts import (
    Example,
    PreviewPage,
    RecentJob,
    ReportBar,
    RunningPage,
    StartPage,
    TroublePage,
    preview_page,
    report_bar,
    running_page,
)
from regression_analyzer.web.render import EXAMPLES, STATIC, render

__all__ = [
    "EXAMPLES",
    "STATIC",
    "Example",
    "PreviewPage",
    "RecentJob",
    "ReportBar",
    "RunningPage",
    "StartPage",
    "TroublePage",
    "preview_page",
    "render",
    "report_bar",
    "running_page",
]
