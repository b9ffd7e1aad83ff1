"""The owner's page over HTTP: who gets in, and what it shows and does."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from lxml import html as markup  # type: ignore[import-untyped]

from qabot.index.build_store import BuildStore
from qabot.index.releases import current_id
from qabot.index.shared_releases import SharedReleases
from qabot.service.live import LiveBot
from qabot.settings import Settings
from qabot.state.store import Store
from qabot.state.stored import Feedback, LoggedQuestion, now
from tests.support.ports import free_port
from tests.support.serving import MANY, service

HARBOUR = "Harbour Broadband"
PAGES = (
    "",
    "/policies",
    "/upload",
    "/builds",
    "/test-set",
    "/gaps",
    "/feedback",
    "/questions",
    "/keys",
)


@dataclass(frozen=True)
class Owned:
    """A service with the owner's page, and its store."""

    address: str
    store: Store

    @contextmanager
    def session(self) -> Iterator[httpx2.Client]:
        """Give a client that came in by a one-time link."""
        with httpx2.Client(base_url=self.address, follow_redirects=True) as client:
            entered = client.post("/owner/enter", data={"link": self.store.new_owner_link(1)})
            assert entered.status_code == 200 and entered.url.path == "/owner"
            yield client


@pytest.fixture
def owned(tmp_path: Path) -> Iterator[Owned]:
    """Serve two companies, to whoever has a key."""
    with service(tmp_path, keyless=False) as (api, address):
        yield Owned(address, api.state.service.store)


def form_token(client: httpx2.Client) -> str:
    """Return what the forms of a session carry."""
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', client.get("/owner/keys").text)
    assert found
    return found[1]


def test_nobody_gets_in_without_a_session(owned: Owned) -> None:
    """Each page asks for a key or a link; no other cookie opens it."""
    with httpx2.Client(base_url=owned.address) as client:
        for cookie in ("", "x", "9999999999.aa.bb", "9999999999.aa."):
            client.cookies.set("qabot_owner", cookie, path="/owner")
            seen = {client.get(f"/owner{path}").status_code for path in PAGES}
            assert seen == {401}, cookie
            assert client.post("/owner/keys", data={"name": "x"}).status_code == 401


def test_link_opens_once(owned: Owned) -> None:
    """Looking at the link does not use it up, opening does; a second time it is refused."""
    token = owned.store.new_owner_link(1)
    with httpx2.Client(base_url=owned.address, follow_redirects=True) as client:
        for _ in range(2):
            assert client.get("/owner/enter", params={"link": token}).status_code == 200
        first = client.post("/owner/enter", data={"link": token})
        cookie = first.history[0].headers["set-cookie"].lower()
    with httpx2.Client(base_url=owned.address) as client:
        again = client.post("/owner/enter", data={"link": token})

    assert first.status_code == 200
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/owner"))
    assert again.status_code == 401 and "used already" in again.text


def test_session_is_left(owned: Owned) -> None:
    """Who leaves is let in no more by that browser; another site makes nobody leave."""
    with owned.session() as client:
        assert client.post("/owner/leave", data={"form_token": "0" * 64}).status_code == 403
        assert client.get("/owner").status_code == 200
        left = client.post("/owner/leave", data={"form_token": form_token(client)})
        again = client.get("/owner/keys")

    assert left.url.path == "/owner" and (left.status_code, again.status_code) == (401, 401)


def test_old_link_opens_nothing(owned: Owned) -> None:
    """After its minutes a link is refused, and forgotten."""
    assert not owned.store.use_owner_link(owned.store.new_owner_link(0))
    assert owned.store.use_owner_link(owned.store.new_owner_link(1))


def test_server_key_of_every_company_opens(owned: Owned) -> None:
    """One of a single company, a page's key and a made-up one do not."""
    keys = {
        owned.store.add_key("server", "all")[1]: 200,
        owned.store.add_key("server", "one", HARBOUR)[1]: 401,
        owned.store.add_key("publishable", "page", origins=["https://a.example"])[1]: 401,
        "sk_nothing": 401,
        "": 401,
    }
    for key, status in keys.items():
        with httpx2.Client(base_url=owned.address, follow_redirects=True) as client:
            assert client.post("/owner/enter", data={"key": key}).status_code == status


def test_pages_are_kept_in_no_cache(owned: Owned) -> None:
    """What the owner saw cannot be fetched from a cache after the session."""
    with owned.session() as client:
        for path in PAGES:
            assert client.get(f"/owner{path}").headers["cache-control"] == "no-store", path


def test_session_ends_with_its_key(owned: Owned) -> None:
    """Who came in by a key is out when it is revoked; who came in by a link is not."""
    key, token = owned.store.add_key("server", "lost")
    with (
        owned.session() as by_link,
        httpx2.Client(base_url=owned.address, follow_redirects=True) as by_key,
    ):
        assert by_key.post("/owner/enter", data={"key": token}).status_code == 200
        forms = form_token(by_key)
        owned.store.revoke_key(key.id)

        assert {by_key.get(f"/owner{path}").status_code for path in PAGES} == {401}
        made = by_key.post("/owner/keys", data={"name": "mine", "form_token": forms})
        assert made.status_code == 401
        assert {by_link.get(f"/owner{path}").status_code for path in PAGES} == {200}


def test_forms_of_another_site_do_nothing(owned: Owned) -> None:
    """A form without the session's own token is refused, and nothing happens."""
    key, _ = owned.store.add_key("server", "kept")
    with owned.session() as client, owned.session() as other:
        for token in ("", "0" * 64, form_token(other)):
            asked = {"key": key.id, "form_token": token}
            assert client.post("/owner/keys/revoke", data=asked).status_code == 403

        (kept,) = owned.store.keys()
        assert kept.revoked is None
        asked = {"key": key.id, "form_token": form_token(client)}
        revoked = client.post("/owner/keys/revoke", data=asked)

    assert revoked.status_code == 200 and "is refused from now on" in revoked.text
    assert owned.store.keys()[0].revoked


def test_keys_are_made(owned: Owned) -> None:
    """A new key's token is shown once; a company that there is none of is refused."""
    with owned.session() as client:
        asked = {"name": "Tickets", "company": HARBOUR, "form_token": form_token(client)}
        made = client.post("/owner/keys", data=asked)
        wrong = client.post("/owner/keys", data=asked | {"company": "Nobody"})
        shown = re.search(r"<code>(sk_\S+)</code>", made.text)
        assert shown
        assert shown[1] not in client.get("/owner/keys").text

    found = owned.store.find_key(shown[1])
    assert found and (found.name, found.company) == ("Tickets", HARBOUR)
    assert wrong.status_code == 422
    assert len(owned.store.keys()) == 1


def test_pages_show_what_is_there(owned: Owned) -> None:
    """Files with where each value came from, gaps, feedback with its question, questions sought."""
    store = owned.store
    for text in ("May my <b>parrot</b> come?", "May my <b>parrot</b> come?", "Is there sun?"):
        store.log_question(LoggedQuestion("a" * 16, text, None, None, "not_covered", "b"))
    store.log_question(
        LoggedQuestion("c" * 16, "long ago", None, None, "answered", "b", now() - timedelta(40))
    )
    store.save_feedback(Feedback("a" * 16, "x", helpful=False, comment="No parrots!"))
    store.hand_over("a" * 16)

    with owned.session() as client:
        pages = {path: client.get(f"/owner{path}") for path in PAGES}
        sought = client.get("/owner/questions", params={"q": "PARROT"}).text

    assert {page.status_code for page in pages.values()} == {200}
    assert "front matter" in pages["/policies"].text and HARBOUR in pages["/policies"].text
    assert "live" in pages["/builds"].text
    assert "Asked 2 times: not covered 2, said not to help 2" in pages["/gaps"].text
    assert "then: a person asked 1. Last on" in pages["/gaps"].text
    assert "No parrots!" in pages["/feedback"].text and "Is there sun?" in pages["/feedback"].text
    assert "/owner/test-set?question=Is%20there%20sun%3F" in pages["/feedback"].text
    assert "<b>parrot" not in pages["/questions"].text and "long ago" in pages["/questions"].text
    assert "&lt;b&gt;parrot" in sought and "Is there sun?" not in sought


def test_long_lists_come_in_parts(owned: Owned) -> None:
    """Of 120 questions and gaps fifty are shown, with links that lead through all and back."""
    for number in range(120):
        words = " ".join(f"w{number}x{part}" for part in range(6))
        owned.store.log_question(
            LoggedQuestion(f"{number:016}", words, HARBOUR, None, "not_covered", "b")
        )
    with owned.session() as client:
        for path, row in (("/owner/questions", "//tbody/tr"), ("/owner/gaps", "//article")):
            seen, address = [], f"{path}?q="
            while address:
                shown = markup.document_fromstring(client.get(address).text)
                seen.append(len(shown.xpath(row)))
                links = {one.text: one.get("href") for one in shown.xpath("//main//nav/a")}
                address = path + links["The next ones"] if "The next ones" in links else ""
            total = shown.xpath("string(//main//nav/span)").rpartition(" of ")[2]
            assert seen[0] == 50 and sum(seen) == int(total) > 90, path
            back = client.get(path + links["The ones before"]).text
            assert f"{50 * len(seen) - 99} to {50 * len(seen) - 50} of {total}" in back


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    """Then nothing of it is there, whoever asks."""
    settings = Settings(address_limit=MANY, key_limit=MANY, owner=False)
    with service(tmp_path, keyless=False, settings=settings) as (api, address):
        store = api.state.service.store
        token = store.new_owner_link(1)
        entered = httpx2.post(f"{address}/owner/enter", data={"link": token})
        seen = {httpx2.get(f"{address}/owner{path}").status_code for path in PAGES}

    assert entered.status_code == 404
    assert seen == {404}
    assert not settings.owner


POLICY = """---
company: Harbour Broadband
policy: privacy
title: Privacy Policy
effective: 2030-01-01
---
# Privacy Policy

## Call records

Call records are kept for 3 months, and for no longer than that.
"""


def upload(client: httpx2.Client, name: str, content: bytes, **said: str) -> httpx2.Response:
    """Give a file to be looked at."""
    asked = {"form_token": form_token(client), **said}
    return client.post("/owner/upload", data=asked, files={"file": (name, content)})


def decide(client: httpx2.Client, checked: httpx2.Response, decision: str) -> httpx2.Response:
    """Say whether what was looked at goes live."""
    found = re.search(r'name="upload" value="([0-9a-f]+)"', checked.text)
    assert found
    asked = {"form_token": form_token(client), "upload": found[1], "decision": decision}
    return client.post("/owner/upload/live", data=asked)


def test_new_version_is_uploaded(owned: Owned, tmp_path: Path) -> None:
    """It is looked at, made live, asked, and can be taken back by using the build before it."""
    asked = {"question": "How long are call records kept?", "company": HARBOUR}
    on_its_day = asked | {"as_of": "2030-06-01"}
    _, key = owned.store.add_key("server", "asks")
    headers = {"Authorization": f"Bearer {key}"}

    def cited(client: httpx2.Client) -> str:
        found = client.post("/v1/ask", json=on_its_day, headers=headers).json()
        return str([*found["citations"], *found["nearest"]][0]["version"])

    with owned.session() as client:
        before = cited(client)
        checked = upload(client, "../privacy 2030.md", POLICY.encode())
        waiting = cited(client)
        live = decide(client, checked, "yes")
        after = cited(client)
        builds = client.get("/owner/builds").text
        old = re.search(r'name="build" value="([^"]+)"', builds)
        assert old
        client.post("/owner/builds", data={"form_token": form_token(client), "build": old[1]})
        back = cited(client)

    assert "harbour-broadband/privacy@2030-01-01" in checked.text
    assert "front matter" in checked.text
    assert waiting == before
    assert live.status_code == 200 and "is live now" in live.text
    assert after == "harbour-broadband/privacy@2030-01-01"
    assert back == before
    (kept,) = tmp_path.rglob("privacy 2030.md")
    assert kept.read_text() == POLICY
    assert kept.parent.name == "policies"


def test_what_goes_live_does_so_for_all(
    tmp_path: Path, object_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where machines share builds, an upload is live for all, and so is going back, or for none."""
    store = BuildStore(object_store)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    away = BuildStore(object_store)
    with service(tmp_path, keyless=False) as (api, address):
        live: LiveBot = api.state.service.live
        first = live.bot.index.manifest.id
        with Owned(address, api.state.service.store).session() as client:
            live.releases = SharedReleases(live.index, away)
            refused = decide(client, upload(client, "privacy-2030.md", POLICY.encode()), "yes")
            assert current_id(live.index) == first
            live.releases = SharedReleases(live.index, store)
            decide(client, upload(client, "privacy-2030.md", POLICY.encode()), "yes")
            uploaded = store.current().build
            going_back = {"form_token": form_token(client), "build": first}
            client.post("/owner/builds", data=going_back)

    assert refused.status_code == 409 and "cannot be reached" in refused.text
    assert uploaded not in (None, first)
    assert store.current().build == current_id(live.index) == first


@pytest.mark.parametrize("name", ["returns.txt", "\U00020bb7-returns.txt"])
def test_what_a_file_does_not_say_is_declared(owned: Owned, tmp_path: Path, name: str) -> None:
    """The day and company that the owner gives go into the catalog beside the file."""
    text = b"# Returns\n\nWe take back every lamp within 30 days of the day that you bought it."
    with owned.session() as client:
        checked = upload(client, name, text, company="Harbour Broadband", effective="2031-02-03")
        assert decide(client, checked, "yes").status_code == 200

    assert "/returns@2031-02-03" in checked.text
    (catalog,) = tmp_path.rglob("catalog.yaml")
    assert "2031-02-03" in catalog.read_text()


def test_thrown_away_file_leaves_nothing(owned: Owned, tmp_path: Path) -> None:
    """Neither the file nor a change of what answers."""
    with owned.session() as client:
        checked = upload(client, "privacy-2030.md", POLICY.encode())
        gone = decide(client, checked, "no")
        again = decide(client, checked, "yes")

    assert "Nothing was changed" in gone.text
    assert again.status_code == 409
    assert not list(tmp_path.rglob("privacy-2030.md"))


def test_build_that_was_only_looked_at_says_so(owned: Owned) -> None:
    """With what to look at in it; one that was live before can be used as before."""
    of_nobody = POLICY.replace("Harbour Broadband", "Acme Lamps")
    with owned.session() as client:
        looked = upload(client, "lamps.md", of_nobody.encode())
        waiting = client.get("/owner/builds").text
        decide(client, looked, "yes")
        live = client.get("/owner/builds").text

    assert "looked at, never live" in waiting and "Acme Lamps is new here" in waiting
    assert "Make it live" in waiting and "Use this one" not in waiting
    assert "never live" not in live and "Use this one" in live


def test_upload_writes_over_no_file(owned: Owned, tmp_path: Path) -> None:
    """A new version under a live file's name gets one of its own; the version in force stays."""
    (live,) = tmp_path.rglob("policies/*privacy*.md")
    before = live.read_text()
    edited = POLICY.replace("3 months", "4 months").replace("2030", "2032")
    _, key = owned.store.add_key("server", "asks")
    with owned.session() as client:
        for text in (POLICY, edited):
            checked = upload(client, live.name, text.encode())
            assert "gone:" not in checked.text
            assert decide(client, checked, "yes").status_code == 200
        again = upload(client, live.name, edited.encode())
        headers = {"Authorization": f"Bearer {key}"}
        versions = client.get("/v1/policies", headers=headers).text

    assert again.status_code == 422 and "their texts are equal" in again.text
    assert live.read_text() == before
    assert (live.parent / f"{live.stem}-2030-01-01.md").read_text() == POLICY
    assert (live.parent / f"{live.stem}-2032-01-01.md").read_text() == edited
    assert "privacy@2030-01-01" in versions and "privacy@2032-01-01" in versions


def test_refused_version_leaves_nothing(owned: Owned, tmp_path: Path) -> None:
    """Another text of a day that a version has is refused; no path of the server is told."""
    (live,) = tmp_path.rglob("policies/*privacy*.md")
    before = {file: file.read_text() for file in live.parent.iterdir()}
    changed = before[live].replace("Call records", "Your call records")
    with owned.session() as client:
        refused = upload(client, live.name, changed.encode())

    assert refused.status_code == 422 and "would be one version" in refused.text
    assert str(tmp_path) not in refused.text
    assert {file: file.read_text() for file in live.parent.iterdir()} == before


def test_waiting_file_goes_live_from_the_builds_too(owned: Owned, tmp_path: Path) -> None:
    """It is put beside the others then, and so is the next one that is uploaded."""
    with owned.session() as client:
        token = {"form_token": form_token(client)}
        upload(client, "privacy 2030.md", POLICY.encode())
        build = re.search(r'name="build" value="([^"]+)"', client.get("/owner/builds").text)
        assert build
        live = client.post("/owner/builds", data=token | {"build": build[1]})
        later = POLICY.replace("2030", "2032")
        decide(client, upload(client, "privacy 2032.md", later.encode()), "yes")

    assert live.url.path == "/owner/policies" and "is live now" in live.text
    for name in ("privacy 2030.md", "privacy 2032.md"):
        (file,) = tmp_path.rglob(name)
        assert file.parent.name == "policies"
    assert not list(tmp_path.rglob("waiting.json"))


def test_file_that_nobody_decided_on_is_forgotten(owned: Owned, tmp_path: Path) -> None:
    """After a day, with its build, when the next one is looked at."""
    with owned.session() as client:
        upload(client, "privacy 2030.md", POLICY.encode())
        (waiting,) = tmp_path.rglob("waiting.json")
        build = json.loads(waiting.read_text())["build"]
        (folder,) = tmp_path.rglob(build)
        upload(client, "privacy 2032.md", POLICY.replace("2030", "2032").encode())
        assert waiting.exists() and folder.exists()
        os.utime(waiting.parent, (0, 0))
        upload(client, "privacy 2033.md", POLICY.replace("2030", "2033").encode())

    assert not waiting.parent.exists()
    assert not folder.exists()


def say_again(client: httpx2.Client, page: httpx2.Response, **said: str) -> httpx2.Response:
    """Say something else of the file that waits, on a page that asks."""
    waiting = re.search(r'name="upload" value="([0-9a-f]+)"', page.text)
    assert waiting
    asked = {"form_token": form_token(client), "upload": waiting[1], **said}
    return client.post("/owner/upload/again", data=asked)


def test_what_was_understood_is_corrected(owned: Owned, tmp_path: Path) -> None:
    """On the page that asks, without choosing the file again; the first look leaves nothing."""
    text = b"# Returns\n\nWe take back every lamp within 30 days of the day that you bought it."
    with owned.session() as client:
        looked = upload(client, "returns.txt", text)
        again = say_again(client, looked, company="Harbour Broadband", effective="2020-02-03")
        gone = say_again(client, looked, company="Harbour Broadband", effective="2020-02-03")
        decide(client, again, "yes")

    assert "say below whose policy it is" in looked.text and "front matter" not in looked.text
    assert "Harbour Broadband: Returns, in force since 3 February 2020" in again.text
    assert 'value="2020-02-03"' in again.text
    assert gone.status_code == 422 and "is not waiting any more" in gone.text
    assert len(list(tmp_path.rglob("returns.txt"))) == 1


def test_a_refused_correction_leaves_the_file_waiting(owned: Owned, tmp_path: Path) -> None:
    """What was said of it is said otherwise on the page of the refusal, without the file."""
    with owned.session() as client:
        looked = upload(client, "privacy 2030.md", POLICY.encode())
        refused = say_again(client, looked, company="Pinecrest Mobile")
        corrected = say_again(client, refused)
        decide(client, corrected, "yes")

    assert refused.status_code == 422 and "says itself" in refused.text
    assert corrected.status_code == 200
    assert len(list(tmp_path.rglob("privacy 2030.md"))) == 1
    assert not list(tmp_path.rglob("waiting.json"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Datenschutzerkla\u0308rung.md", "Datenschutzerkl\xe4rung.md"),
        ("\u0917\u094b\u092a\u0928\u0940\u092f\u0924\u093e.md",) * 2,
        ("../\u2028<b>.md", "-b-.md"),
        ("\u4e2d" * 100 + ".md", "\u4e2d" * 66 + ".md"),
    ],
)
def test_any_name_is_kept_as_a_file_may_have_it(
    owned: Owned, tmp_path: Path, name: str, kept: str
) -> None:
    """In any script, as short as file systems take it."""
    with owned.session() as client:
        decide(client, upload(client, name, POLICY.encode()), "yes")

    assert [one.parent.name for one in tmp_path.rglob(kept)] == ["policies"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"company": "Pinecrest Mobile"}, "company"),
        ({"policy": "cookies"}, "policy"),
        ({"effective": "2030-01-02"}, "effective"),
    ],
)
def test_file_that_says_otherwise_is_refused(
    owned: Owned, said: dict[str, str], field: str
) -> None:
    """What a file says of itself counts, so its owner is told, and what was typed is kept."""
    agreed = {"company": "harbour broadband", "policy": "Privacy", "effective": "2030-01-01"}
    with owned.session() as client:
        refused = upload(client, "privacy 2030.md", POLICY.encode(), **{**agreed, **said})
        taken = upload(client, "privacy 2030.md", POLICY.encode(), **agreed)

    assert refused.status_code == 422 and f"what it is ({field})" in refused.text
    assert f'value="{said[field]}"' in refused.text
    assert '<option value="Harbour Broadband">' in refused.text
    assert taken.status_code == 200


def test_folder_that_cannot_be_written_is_said(owned: Owned, tmp_path: Path) -> None:
    """In one sentence, with what to do: a container may have the index for reading alone."""
    (index,) = (file.parent for file in tmp_path.rglob("builds"))
    (index / "uploads").write_text("no folder")
    (index / "questions.jsonl").mkdir()
    with owned.session() as client:
        refused = upload(client, "privacy 2030.md", POLICY.encode())
        asked = {"form_token": form_token(client), "question": "Do you sell cheese?"}
        added = client.post("/owner/test-set", data=asked)

    assert refused.status_code == 422 and "run qabot index where it can be" in refused.text
    assert added.status_code == 422 and "questions.jsonl cannot be written here" in added.text
    assert "Do you sell cheese?" in added.text and str(tmp_path) not in added.text


def test_policies_are_found(owned: Owned) -> None:
    """A policy is shown once, the version that answers first; words of it find it."""
    refunds = POLICY.replace("privacy", "refunds").replace("Privacy", "Refunds")
    with owned.session() as client:
        decide(client, upload(client, "refunds 2030.md", refunds.encode()), "yes")
        shown = markup.document_fromstring(client.get("/owner/policies").text)
        one = client.get("/owner/policies", params={"q": "pinecrest"}).text
        none = client.get("/owner/policies", params={"q": "cheese"}).text
        overview = client.get("/owner").text

    (folded,) = shown.find_class("others")
    assert folded.findtext("summary").strip() == "2 other versions of it"
    assert "1 January 2030" in folded.text_content()
    before = folded.getprevious().text_content()
    assert "from 1 March 2024 to 31 December 2029" in before
    assert "Pinecrest Mobile" in one and "Harbour Broadband" not in one
    assert "No policy has the words “cheese”" in none
    assert "To come" in overview and "in force from 1 January 2030" in overview


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.exe", b"MZ", "Only files that end in"),
        ("empty.md", b"", "is empty"),
        ("broken.pdf", b"%PDF-1.7 nothing", "broken.pdf"),
        ("list.md", b"# List\n\n- milk\n- eggs", "To look at"),
    ],
)
def test_wrong_files_are_told(
    owned: Owned, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    """What is wrong with a file is one sentence on the page, and nothing of it stays."""
    with owned.session() as client:
        page = upload(client, name, content)

    assert said in page.text
    assert str(tmp_path) not in page.text
    assert page.status_code in (200, 422)


def test_files_of_nobody_are_not_even_read(owned: Owned) -> None:
    """Without a session the body of an upload is bounded as any other."""
    body = b"x" * 50_000
    refused = httpx2.post(f"{owned.address}/owner/upload", files={"file": ("a.md", body)})

    assert refused.status_code == 413


def test_refused_forms_are_pages(owned: Owned) -> None:
    """A browser gets a page that says why, a program the same as a problem."""
    browser = {"Accept": "text/html"}
    with owned.session() as client:
        token = {"form_token": form_token(client)}
        forms: dict[tuple[str, int], dict[str, str]] = {
            ("/owner/keys", 422): token,  # without a name
            ("/owner/keys/revoke", 422): token | {"key": "none"},
            ("/owner/upload/live", 409): token | {"upload": "f" * 16, "decision": "yes"},
            ("/owner/builds", 409): token | {"build": "none"},
            ("/owner/test-set", 413): token | {"question": "x" * 99_000},
        }
        for (path, status), form in forms.items():
            shown = client.post(path, data=form, headers=browser)
            said = client.post(path, data=form, headers={"Accept": "application/json"})
            assert (shown.status_code, said.status_code) == (status, status), path
            assert "<h1>" in shown.text and "This page is not there" not in shown.text
            assert said.json()["status"] == status


def test_own_questions_are_measured(owned: Owned, tmp_path: Path) -> None:
    """They are added with the sentence that answers, or as not covered; others are refused."""
    kept = {"question": "How long are call records kept?", "company": "Pinecrest Mobile"}
    gold = "Call records are kept for 12 months."
    with owned.session() as client:
        token = {"form_token": form_token(client)}
        added = client.post("/owner/test-set", data=token | kept | {"gold": gold})
        wrong = client.post("/owner/test-set", data=token | kept | {"gold": "Cheese is kept."})
        nobody = client.post("/owner/test-set", data=token | kept | {"company": "Nobody"})
        client.post("/owner/test-set", data=token | {"question": "Do you sell cheese?"})
        begun = client.get("/owner/test-set", params={"question": "Why?"}).text

    assert added.status_code == 200 and "answered: first quote right" in added.text
    assert "Over time" not in added.text
    assert wrong.status_code == 422
    assert nobody.status_code == 422 and "no policies of Nobody here" in nobody.text
    assert "Do you sell cheese?" in begun and 'value="Why?"' in begun
    (file,) = tmp_path.rglob("questions.jsonl")
    assert len(file.read_text().splitlines()) == 2


def test_question_is_corrected(owned: Owned) -> None:
    """One whose sentence a new version replaced says so, and can be removed and added anew."""
    kept = {"question": "When is a router refunded?", "company": HARBOUR}
    old = "A router that is sent back is refunded within 30 days."
    refunds = POLICY.replace("privacy", "refunds").replace("2030", "2025")
    with owned.session() as client:
        token = {"form_token": form_token(client)}
        client.post("/owner/test-set", data=token | kept | {"gold": old})
        looked = upload(client, "refunds 2025.md", refunds.encode())
        decide(client, looked, "yes")
        stale = client.get("/owner/test-set").text
        removed = client.post("/owner/test-set/remove", data=token | {"question": "q1"})
        again = client.post("/owner/test-set/remove", data=token | {"question": "q1"})

    assert f"would be in no version in force any more: {kept['question']}" in looked.text
    assert f'<q class="small">{old}</q>' in stale and "No version in force has" in stale
    assert "“When is a router refunded?” was removed" in removed.text
    assert "There are no questions yet" in removed.text
    assert again.status_code == 409


def test_figures_are_shown_over_time(owned: Owned) -> None:
    """Each build that goes live here is measured: a row of each, and a line of each figure."""
    kept = {"question": "How long are call records kept?", "company": HARBOUR}
    with owned.session() as client:
        token = {"form_token": form_token(client)}
        gold = "We refund the whole price within 14 days of the order."
        client.post("/owner/test-set", data=token | {"question": "Is it refunded?", "gold": gold})
        client.post("/owner/test-set", data=token | kept)
        decide(client, upload(client, "privacy 2030.md", POLICY.encode()), "yes")
        once = client.get("/owner/test-set").text
        old = re.search(r'name="build" value="([^"]+)"', client.get("/owner/builds").text)
        assert old
        client.post("/owner/builds", data=token | {"build": old[1]})
        page = markup.document_fromstring(client.get("/owner/test-set").text)

    assert "Over time" in once and "at first" not in once
    (section,) = [one for one in page.iter("section") if one.findtext("h2") == "Over time"]
    labels = [svg.get("aria-label") for svg in section.iter("svg")]
    assert labels == [
        "first quote right: 100%, at first 100%",
        "right sentence marked: 100%, at first 100%",
        "answered: 100%, at first 100%",
        "answered, though not covered: 0%, at first 0%",
    ]
    rows = [[cell.text_content() for cell in row] for row in section.find(".//tbody")]
    assert [row[1:6] for row in rows] == [["2", "100%", "100%", "100%", "0%"]] * 2
    assert rows[0][6] == old[1] != rows[1][6]
    points = section.find(".//polyline").get("points").split()
    assert points == ["0.0,0.0", "140.0,0.0"]


def test_answers_that_move_are_shown(owned: Owned) -> None:
    """Of a new version on its first day, before it is live; of another build, today."""
    question = "How long are call records kept?"
    with owned.session() as client:
        unknown = upload(client, "privacy 2030.md", POLICY.encode())
        decide(client, unknown, "no")
        for _ in range(2):
            owned.store.log_question(
                LoggedQuestion("a" * 16, question, HARBOUR, None, "not_covered", "b")
            )
        looked = upload(client, "privacy 2030.md", POLICY.encode())
        builds = client.get("/owner/builds").text
        link = re.search(r'href="(/owner/moves\?build=[^"]+)"', builds)
        assert link
        today = client.get(link[1])
        none = client.get("/owner/moves", params={"build": "none"})
    refused = httpx2.get(f"{owned.address}{link[1]}")

    assert "No questions are known that could be asked" in unknown.text
    assert "1 of 1 known question would be answered otherwise on 1 January 2030." in looked.text
    page = markup.document_fromstring(looked.text)
    (kind,) = page.find_class("kind")
    assert kind.text_content() == "answered, was not covered"
    quotes = [one.text_content() for one in page.find_class("quote")]
    assert quotes[0] == "not covered" and "kept for 3 months" in quotes[1]
    assert "None of 1 known question would be answered otherwise on" in today.text
    assert (none.status_code, refused.status_code) == (409, 401)
