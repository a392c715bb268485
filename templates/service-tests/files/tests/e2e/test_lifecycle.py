"""Start, use and stop, as the platform does it."""

import itertools
import threading

import httpx2

from ..process import Service

ITEMS = "/api/v1/items"


def test_an_item_lives_through_all_operations(service: Service) -> None:
    with httpx2.Client(base_url=service.url) as client:
        created = client.post(ITEMS, json={"name": "first"})
        location, etag = created.headers["location"], created.headers["etag"]
        replaced = client.put(location, json={"name": "second"}, headers={"if-match": etag})
        read = client.get(location)
        removed = client.delete(location, headers={"if-match": read.headers["etag"]})

    assert [created.status_code, replaced.status_code, removed.status_code] == [201, 200, 204]
    assert read.json()["name"] == "second"


def test_the_health_check_of_the_image(service: Service) -> None:
    assert service.run("healthcheck") == 0


def test_sigterm_drains_and_exits_with_0(service: Service) -> None:
    with httpx2.Client(base_url=service.url) as client:
        service.terminate()
        while client.get("/readyz").status_code != 503:
            pass
        late = client.post(ITEMS, json={"name": "late"})

    assert late.status_code == 201
    assert late.headers["connection"] == "close"
    assert service.exit_code() == 0


def test_no_request_is_lost_while_stopping(service: Service) -> None:
    answered: set[str] = set()

    def use(user: int) -> None:
        with httpx2.Client(base_url=service.url) as client:
            for number in itertools.count():
                name = f"{user}-{number}"
                try:
                    answer = client.get(ITEMS, headers={"x-request-id": name})
                except httpx2.TransportError:
                    return
                assert answer.status_code == 200
                answered.add(name)

    users = [threading.Thread(target=use, args=[user]) for user in range(4)]
    for user in users:
        user.start()
    service.terminate()
    for user in users:
        user.join()

    assert service.exit_code() == 0
    accepted = {line["request_id"] for line in service.lines() if line.get("route") == ITEMS}
    assert answered == accepted


def test_each_request_has_one_line_in_the_log(service: Service) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"x-request-id": "mine", "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    answer = httpx2.get(f"{service.url}{ITEMS}", headers=headers)
    service.terminate()
    service.exit_code()

    assert answer.headers["x-request-id"] == "mine"
    mine = [line for line in service.lines() if line.get("request_id") == "mine"]
    assert [(line["route"], line["status"], line["trace_id"]) for line in mine] == [(ITEMS, 200, trace)]
