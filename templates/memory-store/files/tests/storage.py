"""Where the service under test keeps its items."""

import pytest

Environment = dict[str, str]


@pytest.fixture
def storage() -> Environment:
    return {}
