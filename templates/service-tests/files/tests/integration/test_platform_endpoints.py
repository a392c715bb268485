"""What the platform asks for, and what holds for every answer."""

import httpx2
import pytest


def test_health(client: httpx2.Client) -> None:
    assert client.get("/livez").json() == {"status": "alive"}
    assert client.get("/readyz").json()["status"] == "ready"


def test_metrics_are_labelled_by_route(client: httpx2.Client) -> None:
    client.get("/api/v1/items/00000000-0000-0000-0000-000000000000")
    client.get("/nobody/knows")
    text = client.get("/metrics").text

    assert 'http_requests_total{method="GET",route="/api/v1/items/{item_id}",status="404"}' in text
    assert 'http_requests_total{method="GET",route="unmatched",status="404"}' in text
    assert "nobody" not in text


def test_documentation(client: httpx2.Client) -> None:
    assert "swagger" in client.get("/docs").text
    assert "/api/v1/items" in client.get("/openapi.json").json()["paths"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/unknown", 404), ("PATCH", "/api/v1/items", 405), ("GET", "/api/v1/items?limit=0", 422)],
)
def test_errors_are_problem_documents(client: httpx2.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    problem = answer.json()

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == problem["status"] == status
    assert problem["request_id"] == answer.headers["x-request-id"]


def test_a_wrong_method_learns_the_right_ones(client: httpx2.Client) -> None:
    assert client.patch("/api/v1/items").headers["allow"] == "GET, POST"


@pytest.mark.parametrize("content", [b"x" * 2_000_000, iter([b"x" * 1_000_000] * 2)], ids=["announced", "chunked"])
def test_a_large_body_is_refused(client: httpx2.Client, content: bytes) -> None:
    answer = client.post("/api/v1/items", content=content, headers={"content-type": "application/json"})

    assert answer.status_code == answer.json()["status"] == 413


def test_security_headers(client: httpx2.Client) -> None:
    headers = client.get("/api/v1/items").headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
