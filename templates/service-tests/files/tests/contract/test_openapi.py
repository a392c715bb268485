"""The running service does what its OpenAPI document says."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from ..process import Service


def test_every_operation(service: Service, subtests: pytest.Subtests) -> None:
    document = schemathesis.openapi.from_url(f"{service.url}/openapi.json")
    for found in document.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case[Any]) -> None:
            # A made-up cursor and a key that was used before fit the schema and are refused all the same.
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        with subtests.test(operation.label):
            check()
