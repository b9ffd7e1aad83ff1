from datetime import timedelta
from pathlib import Path

import httpx2

from qabot.state.stored import LoggedQuestion, now
from tests.support.serving import service

HARBOUR = "Harbour Broadband"


def test_server_keys_read_what_stayed_open(tmp_path: Path) -> None:
    """A server key sees it all, one of a company what was asked of that, a page's nothing."""
    with service(tmp_path, keyless=False) as (api, address):
        store = api.state.service.store
        for company, days in ((HARBOUR, 0), ("Pinecrest Mobile", 0), (HARBOUR, 40)):
            asked = now() - timedelta(days)
            store.log_question(
                LoggedQuestion("a" * 16, "Any parrots?", company, None, "not_covered", "b", asked)
            )
        store.rephrase("Any parrots?", now() - timedelta(1), answered=False)
        tokens = [
            store.add_key("server", "all")[1],
            store.add_key("server", "one", company=HARBOUR)[1],
            store.add_key("publishable", "page", origins=("https://a.example",))[1],
        ]

        def gaps(token: str, **asked: str | int) -> httpx2.Response:
            headers = {"Authorization": f"Bearer {token}", "Origin": "https://a.example"}
            return httpx2.get(f"{address}/v1/gaps", params=asked, headers=headers)

        every, own, page = (gaps(token) for token in tokens)
        older = gaps(tokens[1], days=60)
        other = gaps(tokens[1], company="Pinecrest Mobile")

    assert [(gap["company"], gap["count"]) for gap in every.json()] == [
        (HARBOUR, 1),
        ("Pinecrest Mobile", 1),
    ]
    assert [gap["company"] for gap in own.json()] == [HARBOUR]
    assert own.json()[0]["wordings"] == ["Any parrots?"]
    assert (own.json()[0]["rephrased"], own.json()[0]["rephrased_answered"]) == (1, 0)
    assert older.json()[0]["count"] == 2
    assert "server key" in page.json()["detail"] and page.status_code == 403
    assert other.status_code == 403
