"""The page: templates, their contexts, and static files. It reads documents; it computes nothing."""

from regression_analyzer.web.added import added_note, missing_note
from regression_analyzer.web.contexts import (
    Example,
    Page,
    RecentJob,
    ReportBar,
    RunningPage,
    StartPage,
    TermNote,
    TroublePage,
    report_bar,
    running_page,
)
from regression_analyzer.web.contexts_plan import PreviewPage
from regression_analyzer.web.insight import AnswerPage, OutboundPage, model_part, note_of, shown_requests
from regression_analyzer.web.plan import Plan, form_fields, plan_of_form, plan_of_options, plan_of_query
from regression_analyzer.web.preview import preview_page
from regression_analyzer.web.render import EXAMPLES, STATIC, render

__all__ = [
    "EXAMPLES",
    "STATIC",
    "AnswerPage",
    "Example",
    "OutboundPage",
    "Page",
    "Plan",
    "PreviewPage",
    "RecentJob",
    "ReportBar",
    "RunningPage",
    "StartPage",
    "TermNote",
    "TroublePage",
    "added_note",
    "form_fields",
    "missing_note",
    "model_part",
    "note_of",
    "plan_of_form",
    "plan_of_options",
    "plan_of_query",
    "preview_page",
    "render",
    "report_bar",
    "running_page",
    "shown_requests",
]
