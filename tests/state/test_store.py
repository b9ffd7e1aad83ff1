import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from subprocess import PIPE

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from qabot.errors import BadInput, StoreUnavailable
from qabot.state.known_keys import KEYS_KEPT, KEYS_LAST, Keys, KnownKeys
from qabot.state.migrate import SCHEMA, VERSION_TABLE
from qabot.state.origins import exact_origin
from qabot.state.store import Store
from qabot.state.stored import Feedback, LoggedQuestion, now
from qabot.state.tables import metadata
from tests.support.databases import Place, Server
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
WEB = "https://help.example.com"


def test_key_is_found_by_its_token_alone(store: Store) -> None:
    """A key of either kind is found by the token it was made with, and by no other."""
    page, page_token = store.add_key("publishable", "Help centre", "Larkfield Telecom", [WEB])
    backend, backend_token = store.add_key("server", " Ticket system\0 ")

    assert store.find_key(page_token) == page
    assert store.find_key(backend_token) == backend
    for wrong in ("", "sk", f"sk_{backend.id}_", f"{backend_token}x", f"pk_{backend_token[3:]}"):
        assert store.find_key(wrong) is None
    assert store.find_key(backend_token.replace("_", "_é", 1)) is None
    assert re.fullmatch(rf"pk_{page.id}_[\w-]{{43}}", page_token)
    assert (page.company, page.origins, page.token) == ("Larkfield Telecom", (WEB,), page_token)
    assert (backend.company, backend.origins, backend.token) == (None, (), None)
    assert store.keys() == [page, backend]
    assert store.origins() == {WEB}


def test_file_that_is_gone_for_a_moment_loses_nothing(tmp_path: Path) -> None:
    """Whoever connects just when the file is away makes no other, and what is in -wal stays."""
    state = tmp_path / "a #1 file.sqlite"
    with closing(Store.open(f"sqlite:///{state}")) as store:
        key, _ = store.add_key("server", "Ticket system")
        away = state.rename(tmp_path / "away")
        with pytest.raises(OperationalError):
            store.engine.connect()
        assert not state.exists()
        away.rename(state)

        assert store.keys() == [key]


def test_file_that_goes_while_it_is_opened_loses_nothing(tmp_path: Path) -> None:
    """A connection of just then is not kept, nor is what others have in -wal taken for old."""
    state, away = tmp_path / "state.sqlite", tmp_path / "away"
    with closing(Store.open(f"sqlite:///{state}")) as other:
        with closing(Store.open(f"sqlite:///{state}")) as store:
            store.engine.dispose()
            goes = partial(state.rename, away)
            event.listen(store.engine, "connect", lambda *_: goes(), insert=True, once=True)
            with pytest.raises(StoreUnavailable):
                store.keys()
            away.rename(state)
            key, _ = other.add_key("server", "Ticket system")
            assert store.keys() == [key]
        assert other.keys() == [key]


def test_revoked_key_is_refused(store: Store, place: Place) -> None:
    """A key that is revoked is refused here at once, elsewhere within the promised seconds."""
    key, token = store.add_key("publishable", "Help centre", origins=[WEB])
    with closing(Store.open(place.address)) as other:
        assert other.find_key(token) == key

        revoked = store.revoke_key(key.id)

        assert store.find_key(token) is None
        assert store.origins() == frozenset()
        assert revoked.revoked is not None
        assert abs(revoked.revoked - now()) < timedelta(minutes=1)
        assert store.revoke_key(key.id) == revoked
        assert store.keys() == [revoked]
        time.sleep(KEYS_LAST)
        assert other.find_key(token) is None


def test_key_that_cannot_be_is_refused(store: Store) -> None:
    """A key without name, page or with the wrong kind of page is refused, and none is made."""
    with pytest.raises(BadInput, match="add --origin"):
        store.add_key("publishable", "Help centre")
    with pytest.raises(BadInput, match="no exact origin"):
        store.add_key("publishable", "Help centre", origins=["https://*.example.com"])
    with pytest.raises(BadInput, match="bound to no pages"):
        store.add_key("server", "Ticket system", origins=[WEB])
    with pytest.raises(BadInput, match="has no name"):
        store.add_key("server", " ")
    with pytest.raises(BadInput, match="no key of that id"):
        store.revoke_key("nobody")
    assert store.keys() == []


def test_token_of_a_server_is_kept_nowhere(tmp_path: Path) -> None:
    """Neither a server key's token nor its random part is in the files of the store."""
    with closing(Store.open(f"sqlite:///{tmp_path}/state.sqlite")) as store:
        _, secret = store.add_key("server", "Ticket system")
        _, public = store.add_key("publishable", "Help centre", origins=[WEB])
        stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert public.encode() in stored
    assert secret.encode() not in stored
    assert secret.split("_", 2)[2].encode() not in stored
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://help.example.com", "https://help.example.com"),
        ("HTTPS://Help.Example.COM:443", "https://help.example.com"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://shop.example:80", "http://shop.example"),
        ("https://shop.example:80", "https://shop.example:80"),
        ("https://Straße.example", "https://xn--strae-oqa.example"),
        ("http://[0:0::1]:8000", "http://[::1]:8000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_origin_is_written_as_browsers_send_it(written: str, sent: str) -> None:
    """An origin is kept in the one form in which a browser sends it."""
    assert exact_origin(written) == sent
    assert exact_origin(sent) == sent


@pytest.mark.parametrize(
    "written",
    [
        *("", "*", "null", "help.example.com", "//help.example.com", "ftp://help.example.com"),
        *("https://*.example.com", "https://help.example.com/", "https://help.example.com/faq"),
        *("https://jo:secret@help.example.com", "https://help.example.com?x", "https://a.example#"),
        *("https://help.example.com:99999", "https://help.example.com:", "https://a b.example"),
        *(" https://help.example.com", "https://help.example.com\n", "https://", "https://a..b"),
        *("https://[::1", "https://[:::1]", "http://1.2.3", "http://300.1.1.1", "https://\u2028.x"),
    ],
)
def test_what_is_no_exact_origin_is_refused(written: str) -> None:
    """Wildcards, paths, passwords and whatever else no browser sends are refused in a sentence."""
    with pytest.raises(BadInput, match=r"no exact origin; write .*\.$"):
        exact_origin(written)


@given(st.text() | st.from_regex(r"https?://[^/]+", fullmatch=True))
@example("http://①")
def test_any_text_is_an_origin_or_bad_input(written: str) -> None:
    """Whatever is written, it is refused as such or taken in a form that is stable."""
    try:
        sent = exact_origin(written)
    except BadInput:
        return
    assert exact_origin(sent) == sent
    assert sent.isascii()
    assert sent == sent.lower()


def test_feedback_counts_once_and_the_last_word_holds(store: Store) -> None:
    """Said again, feedback changes nothing; said otherwise, it replaces what was said before."""
    known = {"build": "b1", "citations": [{"version": "a/b@2021-06-10", "start": 1, "end": 9}]}
    first = Feedback("answer", "asker", helpful=True, about=known)
    other = Feedback("answer", "somebody else", helpful=False)
    later = now() + timedelta(minutes=1)

    for feedback in (first, other, replace(first, about=None, said=later)):
        store.save_feedback(feedback)

    assert store.feedback() == [first, other]

    last = Feedback("answer", "asker", helpful=False, comment="It is outdated.", said=later)
    store.save_feedback(last)

    assert store.feedback() == [other, replace(last, about=known)]


def test_feedback_of_many_at_once_is_one_row(store: Store) -> None:
    """What one asker says in many requests at the same time is kept once."""

    def say(number: int) -> None:
        store.save_feedback(Feedback("answer", "asker", helpful=True, comment=f"comment {number}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(say, range(40)))

    (kept,) = store.feedback()
    assert kept.comment in {f"comment {number}" for number in range(40)}


def test_what_people_type_is_masked(store: Store) -> None:
    """Questions and comments are stored without what reaches a person, whoever calls."""
    typed = "I am jo@shop.example, +44 117 496 0123, 4111 1111 1111 1111, since 2021-06-10"
    kept = "I am [e-mail], [phone], [card], since 2021-06-10"
    question = LoggedQuestion(
        "id", typed, "jo@shop.example", date(2021, 6, 10), "answered", "build"
    )

    store.log_question(question)
    store.log_question(replace(question, company=None, as_of=None))
    store.save_feedback(Feedback("id", "asker", helpful=True, comment=typed))

    masked = replace(question, text=kept, company="[e-mail]")
    assert store.questions() == [masked, replace(masked, company=None, as_of=None)]
    assert [feedback.comment for feedback in store.feedback()] == [kept]


@pytest.mark.parametrize("odd", ["a\0b", "\ud800", "x" * 10_000, "😀 'quoted' \\u0000 %s :name"])
def test_any_text_can_be_stored(store: Store, odd: str) -> None:
    """Characters that a database refuses are replaced, in texts and inside of JSON."""
    kept = odd.replace("\0", "\ufffd").replace("\ud800", "\ufffd")
    question = LoggedQuestion("id", odd, odd, None, "answered", "build")
    feedback = Feedback("id", "by", helpful=True, comment=odd, about={odd: [odd, {"n": (1, odd)}]})

    store.log_question(question)
    store.save_feedback(feedback)
    key, token = store.add_key("server", odd, f"Acme {odd}")

    assert store.questions() == [replace(question, text=kept, company=kept)]
    about = {kept: [kept, {"n": [1, kept]}]}
    assert store.feedback() == [replace(feedback, comment=kept, about=about)]
    assert (key.name, key.company) == (kept, f"Acme {kept}")
    assert store.find_key(token) == key


def test_times_are_in_utc(store: Store, place: Place) -> None:
    """A time given in any zone is stored and returned in UTC."""
    noon = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    store.log_question(LoggedQuestion("id", "Why?", None, None, "not_covered", "build", asked=noon))

    (question,) = store.questions()
    assert question.asked == noon
    assert question.asked.tzinfo is UTC
    if place.address.startswith("sqlite"):
        with closing(sqlite3.connect(str(make_url(place.address).database))) as raw:
            (stored,) = raw.execute("SELECT asked FROM qabot_questions").fetchone()
        assert stored == "2026-07-01 06:30:00.000000"


def test_secret_stays_the_same(store: Store, place: Place) -> None:
    """A secret is random, another for each name, and the same when the store is opened again."""
    secret = store.secret("links")

    assert len(secret) == 32
    assert store.secret("other") != secret
    with closing(Store.open(place.address)) as again:
        assert again.secret("links") == secret


_OPEN_AND_WRITE = """
import sys
from qabot.state.stored import Feedback
from qabot.state.store import Store
print(flush=True)
sys.stdin.readline()
store = Store.open(sys.argv[1])
print(store.secret("links").hex())
store.save_feedback(Feedback("answer", "asker", helpful=True, comment=sys.argv[2]))
store.close()
"""


def test_processes_that_open_at_once_share_a_store(place: Place) -> None:
    """Processes that find no tables make them once, agree on a secret, and all can write."""
    python = [sys.executable, "-W", "error", "-c", _OPEN_AND_WRITE, place.address]
    processes = [
        subprocess.Popen([*python, str(n)], cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True)
        for n in range(3)
    ]
    for process in processes:
        assert process.stdout
        process.stdout.readline()  # it has loaded everything, and waits
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    secrets = {process.communicate(timeout=60)[0] for process in processes}

    assert [process.returncode for process in processes] == [0] * 3
    with closing(Store.open(place.address)) as store:
        assert secrets == {f"{store.secret('links').hex()}\n"}
        assert len(store.feedback()) == 1


def test_threads_that_open_at_once_share_a_store(place: Place) -> None:
    """Threads of one process may open a store that has no tables yet."""

    def open_one(_: int) -> bytes:
        with closing(Store.open(place.address)) as store:
            return store.secret("links")

    with ThreadPoolExecutor(6) as threads:
        assert len(set(threads.map(open_one, range(6)))) == 1


def test_migrations_make_exactly_the_tables(store: Store, place: Place) -> None:
    """What the steps make is what the code reads and writes, and SCHEMA names the last step."""
    engine = create_engine(place.address)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
        assert context.get_current_heads() == (SCHEMA,)
    engine.dispose()
    config = Config()
    config.set_main_option("script_location", "qabot.state:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA]


def test_sqlite_lets_read_while_it_is_written(tmp_path: Path) -> None:
    """A SQLite store is in WAL mode: who reads does not wait for who writes."""
    file = tmp_path / "state.sqlite"
    with (
        closing(Store.open(f"sqlite:///{file}")) as store,
        closing(sqlite3.connect(file)) as writer,
    ):
        writer.execute("BEGIN IMMEDIATE")
        assert store.keys() == []


def test_restored_file_opens_while_it_is_written(tmp_path: Path) -> None:
    """A file that has lost WAL mode opens though somebody writes to it, and regains the mode."""
    file = tmp_path / "state.sqlite"
    Store.open(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as writer:
        assert writer.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
        writer.execute("BEGIN IMMEDIATE")
        with closing(Store.open(f"sqlite:///{file}")) as store:
            assert store.keys() == []
        writer.rollback()

    Store.open(f"sqlite:///{file}").close()

    with closing(sqlite3.connect(file)) as reader:
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_up_to_date_store_opens_without_alembic(place: Place) -> None:
    """Opening a store that is up to date loads no Alembic, and no web framework."""
    Store.open(place.address).close()
    script = (
        "import sys; from qabot.state.store import Store; Store.open(sys.argv[1]).close();"
        "print(*{'alembic', 'fastapi', 'phonenumbers'} & set(sys.modules))"
    )

    run = [sys.executable, "-c", script, place.address]
    out = subprocess.run(run, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert out == "\n"


def _calls(store: Store) -> Sequence[Callable[[], object]]:
    question = LoggedQuestion("id", "Why?", None, None, "answered", "build")
    return (
        store.keys,
        lambda: store.find_key("sk_1_2"),
        store.origins,
        lambda: store.add_key("server", "Ticket system"),
        lambda: store.revoke_key("id"),
        store.feedback,
        lambda: store.save_feedback(Feedback("id", "asker", helpful=True)),
        store.questions,
        lambda: store.log_question(question),
        lambda: store.secret("links"),
    )


def test_lost_database_is_told_by_every_call(store: Store, place: Place) -> None:
    """When the database is lost, each call says so in a sentence that names it."""
    store.keys()
    place.lose()

    for call in _calls(store):
        with pytest.raises(StoreUnavailable, match=r"^The state store \S+.* cannot be .*\.$") as e:
            call()
        assert "\n" not in str(e.value)
        assert place.address.rpartition("/")[2] in str(e.value)


def test_file_put_back_is_the_store(tmp_path: Path) -> None:
    """Where another file takes the store's place, what it says counts, and it is written to."""
    file, backup = tmp_path / "state.sqlite", tmp_path / "backup.sqlite"
    with closing(Store.open(f"sqlite:///{file}")) as store:
        kept, kept_token = store.add_key("server", "of before")
        with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(backup)) as copy:
            old.backup(copy)
        _, token = store.add_key("server", "of after")
        store.save_feedback(Feedback("a", "asker", helpful=True))

        backup.replace(file)
        store.save_feedback(Feedback("b", "asker", helpful=False))
        time.sleep(KEYS_LAST)

        assert store.find_key(token) is None
        assert store.find_key(kept_token) == kept
    with closing(Store.open(f"sqlite:///{file}")) as store:
        assert [said.answer for said in store.feedback()] == ["b"]


@pytest.mark.parametrize("damaged", ["origins", "created"])
def test_damaged_row_is_told(tmp_path: Path, damaged: str) -> None:
    """What somebody wrote into the store by hand, and cannot be read, is said in one sentence."""
    file = tmp_path / "state.sqlite"
    with closing(Store.open(f"sqlite:///{file}")) as store:
        store.add_key("server", "test")
        with closing(sqlite3.connect(file)) as raw, raw:
            raw.execute(f"UPDATE qabot_keys SET {damaged} = '[1'")

        with pytest.raises(StoreUnavailable, match="what it holds is damaged"):
            store.keys()


@pytest.fixture
def stopped(server: Server) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Return what stops the whole of a PostgreSQL server for as long as a block lasts."""

    @contextmanager
    def stop() -> Iterator[None]:
        server.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            server.signal(signal.SIGCONT)

    yield stop


def test_server_that_hangs_is_told(
    server: Server, stopped: Callable[[], AbstractContextManager[None]]
) -> None:
    """A server that neither answers nor goes away is given up, and found again afterwards.

    Keys that were known are let in meanwhile.
    """
    server.run("CREATE DATABASE hanging")
    with closing(Store.open(server.address("hanging"))) as store:
        key, token = store.add_key("server", "test")
        assert store.find_key(token) == key
        with stopped():
            for _ in range(2):
                with pytest.raises(StoreUnavailable):
                    store.save_feedback(Feedback("a", "asker", helpful=True))
            time.sleep(KEYS_LAST)
            assert store.find_key(token) == key
        store.save_feedback(Feedback("b", "asker", helpful=True))
        assert [said.answer for said in store.feedback()] == ["b"]


def test_keys_are_kept_for_a_bounded_time() -> None:
    """While the store tells nothing, known keys hold, and not for longer than is promised."""
    late, too_late = KEYS_KEPT - 1, KEYS_KEPT + 1
    clock = iter([0.0, 2.0, 2.0, late, late, too_late, too_late])
    found: list[Keys] = [{}]

    def look_up() -> Keys:
        if not found:
            raise StoreUnavailable("It is away.")
        return found.pop()

    keys = KnownKeys(look_up, clock=lambda: next(clock))
    assert [keys.get(), keys.get(), keys.get()] == [{}] * 3
    with pytest.raises(StoreUnavailable, match="It is away"):
        keys.get()


def test_key_made_elsewhere_is_known_at_once(store: Store) -> None:
    """Who asks with a key that is not known has the keys read again, ten times a second at most."""
    made, token = store.add_key("server", "test")
    seconds, looked = 0.0, list[float]()

    def look_up() -> Keys:
        looked.append(seconds)
        return {made.id: (made, token.encode())} if seconds > 0.1 else {}

    keys = KnownKeys(look_up, clock=lambda: seconds)
    assert made.id not in keys.get(made.id)
    seconds = 0.05
    assert made.id not in keys.get(made.id)
    seconds = 0.2
    assert made.id not in keys.get()
    assert made.id in keys.get(made.id)
    seconds = 0.9
    assert made.id in keys.get(made.id)

    assert looked == [0.0, 0.2]


def test_lost_connection_is_made_anew(server: Server) -> None:
    """A connection that the server has ended is replaced, and nobody notices."""
    server.run("CREATE DATABASE ended")
    with closing(Store.open(server.address("ended"))) as store:
        store.keys()
        server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'ended'")
        assert store.keys() == []


def test_locked_database_is_told(tmp_path: Path) -> None:
    """Who waits too long for another one's writing is told that it is locked."""
    file = tmp_path / "state.sqlite"
    with closing(Store.open(f"sqlite:///{file}")) as store:
        with closing(sqlite3.connect(file)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable, match=r"state\.sqlite .*is locked"):
                store.secret("links")
        assert len(store.secret("links")) == 32


def test_what_is_no_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A file of something else is refused in a sentence that names it, and stays as it is."""
    other, letter = tmp_path / "other.sqlite", tmp_path / "letter.txt"
    with closing(sqlite3.connect(other)) as raw:
        raw.execute("CREATE TABLE qabot_keys (id)")
    letter.write_text("Dear Sir or Madam, " * 100)
    before = other.read_bytes(), letter.read_bytes()

    with pytest.raises(StoreUnavailable, match=r"other\.sqlite is a database of something else"):
        Store.open(f"sqlite:///{other}")
    with pytest.raises(StoreUnavailable, match=r"letter\.txt .*not a database"):
        Store.open(f"sqlite:///{letter}")
    with pytest.raises(StoreUnavailable, match=r"letter\.txt/state .*Not a directory|File exists"):
        Store.open(f"sqlite:///{letter}/state")
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        Store.open(f"sqlite:///{tmp_path}")

    assert (other.read_bytes(), letter.read_bytes()) == before


def test_store_of_a_newer_release_is_refused(place: Place) -> None:
    """A store whose tables are of a later release is refused, and stays as it is."""
    Store.open(place.address).close()
    engine = create_engine(place.address)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))

    with pytest.raises(StoreUnavailable, match=r"another release of qabot .*9999"):
        Store.open(place.address)

    with engine.begin() as connection:
        assert connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) == "9999"
    engine.dispose()


def test_address_is_shown_without_its_password() -> None:
    """A server that cannot be reached is named, and its password is not."""
    pytest.importorskip("psycopg")
    login = f"jo:hunter2@127.0.0.1:{free_port()}/state"

    with pytest.raises(StoreUnavailable, match=r"jo:\*\*\*@127\.0\.0\.1") as error:
        Store.open(f"postgresql+psycopg://{login}?password=hunter2&connect_timeout=1")

    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    "address",
    [
        *("", "state.sqlite", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///a?b/c"),
        *("mysql://jo:hunter2@db/state", "postgresql+psycopg2://jo:hunter2@db/state"),
        *("postgresql+psycopg://jo:p@hunter2@db/state", "postgresql+psycopg://jo:hunter2@db:x/s"),
    ],
)
def test_address_of_something_else_is_refused(address: str) -> None:
    """An address that names no store is refused with how to write one, and is not repeated."""
    with pytest.raises(BadInput, match=r"^QABOT_STATE is no address .*%40 for an @") as error:
        Store.open(address)

    assert "hunter2" not in str(error.value)
