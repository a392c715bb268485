"""The running service does what its OpenAPI document says."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from ..process import Service


@pytest.fixture
def document(service: Service) -> Any:
    return schemathesis.openapi.from_url(f"{service.url}/openapi.json")


schema = schemathesis.pytest.from_fixture("document")


@schema.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_operation(case: schemathesis.Case) -> None:
    case.call_and_validate()
