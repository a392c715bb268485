"""The items API with its storage."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

ITEMS = "/api/v1/items"
UNKNOWN = f"{ITEMS}/00000000-0000-0000-0000-000000000000"


def create(client: httpx2.Client, name: str = "one", **fields: str) -> httpx2.Response:
    answer = client.post(ITEMS, json={"name": name, **fields})
    assert answer.status_code == 201, answer.text
    return answer


def names(answer: httpx2.Response) -> list[str]:
    return [item["name"] for item in answer.json()["items"]]


def test_create_and_read(client: httpx2.Client) -> None:
    created = create(client, "one", description="A thing", status="active")
    read = client.get(created.headers["location"])

    assert read.json() == created.json()
    assert read.json().items() >= {"name": "one", "description": "A thing", "status": "active", "version": 1}.items()
    assert read.headers["etag"] == created.headers["etag"]


def test_what_is_not_there(client: httpx2.Client) -> None:
    assert client.get(UNKNOWN).status_code == 404
    assert client.put(UNKNOWN, json={"name": "x"}, headers={"if-match": "*"}).status_code == 404
    assert client.delete(UNKNOWN, headers={"if-match": "*"}).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "a\0b"}, {"name": "a", "id": "b"}, {"name": "a", "status": "x"}]
)
def test_invalid_items(client: httpx2.Client, body: dict[str, str]) -> None:
    answer = client.post(ITEMS, json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("#/")


def test_a_cached_item_is_not_sent_again(client: httpx2.Client) -> None:
    created = create(client)
    answer = client.get(created.headers["location"], headers={"if-none-match": created.headers["etag"]})

    assert (answer.status_code, answer.content) == (304, b"")


def test_a_change_needs_the_current_version(client: httpx2.Client) -> None:
    created = create(client)
    location, etag = created.headers["location"], created.headers["etag"]

    assert client.put(location, json={"name": "two"}).status_code == 428
    assert client.delete(location).status_code == 428
    replaced = client.put(location, json={"name": "two"}, headers={"if-match": etag})
    assert (replaced.status_code, replaced.json()["version"]) == (200, 2)
    assert client.put(location, json={"name": "three"}, headers={"if-match": etag}).status_code == 412
    assert client.delete(location, headers={"if-match": etag}).status_code == 412
    assert client.delete(location, headers={"if-match": replaced.headers["etag"]}).status_code == 204
    assert client.get(location).status_code == 404


def test_of_concurrent_changes_one_wins(client: httpx2.Client) -> None:
    created = create(client)

    def change(number: int) -> int:
        headers = {"if-match": created.headers["etag"]}
        return client.put(created.headers["location"], json={"name": f"n{number}"}, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(change, range(4))) == [200, 412, 412, 412]


def test_archived_items_stay_as_they_are(client: httpx2.Client) -> None:
    created = create(client, status="archived")
    answer = client.put(created.headers["location"], json={"name": "x"}, headers={"if-match": "*"})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem-type:conflict")


def test_an_idempotency_key_creates_one_item(client: httpx2.Client) -> None:
    headers = {"idempotency-key": "key-1"}
    first = client.post(ITEMS, json={"name": "one"}, headers=headers)
    client.put(first.headers["location"], json={"name": "changed"}, headers={"if-match": first.headers["etag"]})
    again = client.post(ITEMS, json={"name": "one"}, headers=headers)
    other = client.post(ITEMS, json={"name": "two"}, headers=headers)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["type"]) == (422, "urn:problem-type:idempotency-key-reused")
    assert names(client.get(ITEMS)) == ["changed"]


def test_an_idempotency_key_creates_one_item_for_concurrent_requests(client: httpx2.Client) -> None:
    def post(_number: int) -> str:
        answer = client.post(ITEMS, json={"name": "one"}, headers={"idempotency-key": "key-2"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(post, range(8)))

    assert [item["id"] for item in client.get(ITEMS).json()["items"]] == [*ids]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("created_at", ["b", "c", "a", "e", "d"]),
        ("-created_at", ["d", "e", "a", "c", "b"]),
        ("name", ["a", "b", "c", "d", "e"]),
        ("-name", ["e", "d", "c", "b", "a"]),
    ],
)
def test_pages_hold_every_item_once(client: httpx2.Client, sort: str, expected: list[str]) -> None:
    for name in ["b", "c", "a", "e", "d"]:
        create(client, name)

    found: list[str] = []
    parameters = {"sort": sort, "limit": "2"}
    while True:
        page = client.get(ITEMS, params=parameters)
        found += names(page)
        if page.json()["next_cursor"] is None:
            break
        parameters["cursor"] = page.json()["next_cursor"]

    assert found == expected


def test_filters(client: httpx2.Client) -> None:
    create(client, "Red 100%", status="active")
    create(client, "Blue", status="active")
    create(client, "red")

    assert names(client.get(ITEMS, params={"status": "active"})) == ["Red 100%", "Blue"]
    assert names(client.get(ITEMS, params={"name": "RED"})) == ["Red 100%", "red"]
    assert names(client.get(ITEMS, params={"name": "%"})) == ["Red 100%"]


@pytest.mark.parametrize("cursor", ["x", "bnVsbA==", "WyJuYW1lIiwgImEiLCAiYiJd"])
def test_strange_cursors(client: httpx2.Client, cursor: str) -> None:
    answer = client.get(ITEMS, params={"cursor": cursor})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:problem-type:invalid-cursor")
