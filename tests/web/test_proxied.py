"""Who asks, behind the proxy that `deploy/nginx.conf` sets up."""

from __future__ import annotations

import pytest
from flask import Flask, request

from node.web.proxied import install_proxied


@pytest.mark.parametrize(
    ("near", "headers", "seen"),
    [
        ("127.0.0.1", {}, "127.0.0.1 http"),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, "192.0.2.7 http"),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.1, 192.0.2.7"}, "192.0.2.7 http"),
        ("::1", {"X-Forwarded-For": "2001:db8::7"}, "2001:db8::7 http"),
        ("127.0.0.1", {"X-Forwarded-For": "nonsense"}, "127.0.0.1 http"),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}, "127.0.0.1 https"),
        ("127.0.0.1", {"X-Forwarded-Proto": "gopher"}, "127.0.0.1 http"),
        (
            "198.51.100.9",
            {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"},
            "198.51.100.9 http",
        ),
    ],
)
def test_the_proxys_word_counts_from_this_machine_alone(
    near: str, headers: dict[str, str], seen: str
) -> None:
    app = Flask("node")
    app.add_url_rule("/", view_func=lambda: f"{request.remote_addr} {request.scheme}")
    install_proxied(app)
    client = app.test_client()
    answer = client.get("/", headers=headers, environ_overrides={"REMOTE_ADDR": near})
    assert answer.text == seen
