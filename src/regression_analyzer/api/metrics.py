"""Prometheus metrics: counts of the serving process, and of the store at the moment of asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from regression_analyzer.jobs.store import JobStore
from regression_analyzer.version import __version__

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The metrics of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "ra_http_request_seconds",
            "Seconds to answer, by method, route template and status",
            ["method", "route", "status"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.uploaded = Counter("ra_upload_bytes", "Bytes uploaded", registry=self.registry)
        Gauge("ra_build_info", "The version that runs", ["version"], registry=self.registry).labels(__version__).set(1)

    def watch(self, store: Callable[[], JobStore | None]) -> None:
        """Add what the store knows."""
        self.registry.register(_StoreCollector(store))

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text form."""
        return generate_latest(self.registry)


class _StoreCollector(Collector):
    """Reads the store when asked; its counts outlive restarts."""

    def __init__(self, store: Callable[[], JobStore | None]) -> None:
        self._store = store

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        store = self._store()
        if store is None:
            return
        queue = store.queue()
        yield GaugeMetricFamily("ra_queue_depth", "Jobs that wait", value=queue.waiting)
        yield GaugeMetricFamily("ra_jobs_running", "Jobs that run", value=queue.running)
        yield GaugeMetricFamily("ra_queue_oldest_seconds", "Age of the oldest waiting job", value=queue.oldest_s)
        jobs = SummaryMetricFamily("ra_job_seconds", "Jobs that ended, and their time", labels=["kind", "outcome"])
        stages = SummaryMetricFamily("ra_stage_seconds", "Time of each stage of a job", labels=["kind", "stage"])
        for tally in store.tallies():
            family = jobs if tally.name == "job" else stages
            family.add_metric([tally.kind, tally.outcome], count_value=tally.count, sum_value=tally.seconds)
        yield jobs
        yield stages
