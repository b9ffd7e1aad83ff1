"""GET /v1/examples."""

from pathlib import Path

import httpx2

from tests.support.serving import is_problem, new_key, service


def test_examples_and_companies(tmp_path: Path) -> None:
    """What is returned are questions and companies, as far as the caller may see them."""
    with service(tmp_path, keyless=False) as (api, address):
        (tmp_path / "index" / "examples.txt").write_text(
            "Harbour Broadband: How soon?\nPinecrest Mobile: How long?\n"
        )
        _, every = new_key(api)
        _, one = new_key(api, company="Pinecrest Mobile")
        with httpx2.Client(base_url=address) as client:
            seen = client.get("/v1/examples", headers=every)
            chosen = client.get("/v1/examples?company=harbour broadband", headers=every).json()
            bound = client.get("/v1/examples", headers=one).json()
            refused = client.get("/v1/examples?company=Harbour Broadband", headers=one)

    companies = ["Harbour Broadband", "Pinecrest Mobile"]
    assert seen.json() == {"examples": ["How soon?", "How long?"], "companies": companies}
    assert seen.headers["cache-control"] == "private, max-age=300"
    assert chosen == {"examples": ["How soon?"], "companies": companies}
    assert bound == {"examples": ["How long?"], "companies": ["Pinecrest Mobile"]}
    is_problem(refused, 403)
