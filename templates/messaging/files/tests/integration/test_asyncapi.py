"""The events are described."""

import httpx2


def test_the_document(client: httpx2.Client) -> None:
    document = client.get("/asyncapi.json").json()

    assert document["asyncapi"] == "3.0.0"
    assert document["channels"]
    properties = {name for schema in document["components"]["schemas"].values() for name in schema["properties"]}
    assert {"id", "type", "version", "time", "source", "traceparent", "data"} <= properties


def test_the_page(client: httpx2.Client) -> None:
    page = client.get("/asyncapi")

    assert "AsyncApiStandalone" in page.text
    assert "unpkg.com" in page.headers["content-security-policy"]
