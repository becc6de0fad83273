"""The Kubernetes manifests against the published schemas (bundled with a package: no network)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

MANIFESTS = sorted((Path(__file__).parents[2] / "deploy" / "kubernetes").glob("*.yaml"))

pytestmark = pytest.mark.container


def resources() -> list[dict[str, Any]]:
    yaml = pytest.importorskip("yaml")
    return [
        resource
        for path in MANIFESTS
        if path.name != "kustomization.yaml"
        for resource in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    ]


def of_kind(kind: str) -> dict[str, Any]:
    return next(resource for resource in resources() if resource["kind"] == kind)


def test_every_resource_fits_its_schema() -> None:
    validator = pytest.importorskip("kubernetes_validate")
    checked = [validator.validate(resource, "1.37", strict=True) for resource in resources()]
    assert len(checked) == 6


def test_the_base_lists_every_manifest() -> None:
    yaml = pytest.importorskip("yaml")
    base = yaml.safe_load((MANIFESTS[0].parent / "kustomization.yaml").read_text(encoding="utf-8"))
    assert set(base["resources"]) == {path.name for path in MANIFESTS} - {"kustomization.yaml"}


def test_one_replica_that_is_recreated() -> None:
    spec = of_kind("Deployment")["spec"]
    assert (spec["replicas"], spec["strategy"]["type"]) == (1, "Recreate")


def test_pod_security_is_restricted() -> None:
    pod = of_kind("Deployment")["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 1000
    assert pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_probes_and_service_use_the_named_port() -> None:
    container = of_kind("Deployment")["spec"]["template"]["spec"]["containers"][0]
    assert "/api/v1/ready" in container["readinessProbe"]["exec"]["command"][-1]
    for probe in ("startupProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] == container["ports"][0]["name"]
    assert of_kind("Service")["spec"]["ports"][0]["targetPort"] == container["ports"][0]["name"]
