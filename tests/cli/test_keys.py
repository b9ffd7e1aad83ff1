import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from qabot.cli import main
from qabot.settings import Settings
from qabot.state.store import Store
from tests.support.fakes import build_bot, policy

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Return what runs `qabot keys` on a store of its own: exit code, output, errors."""
    monkeypatch.setenv("QABOT_STATE", f"sqlite:///{tmp_path}/state.sqlite")

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["keys", *arguments])
        return code, *capsys.readouterr()

    return run


def test_key_of_a_page_is_shown_again(command: Command) -> None:
    """`qabot keys add` makes a publishable key, whose token `qabot keys list` shows again."""
    origins = ("--origin", "https://Help.example.com", "--origin", "http://localhost:8080")
    code, token, said = command("add", "Help centre", *origins, "--company", "Larkfield Telecom")

    assert code == 0
    assert token.startswith("pk_")
    assert "for pages of https://help.example.com, http://localhost:8080." in said
    _, listed, _ = command("list")
    for shown in ("Help centre", token.strip(), "Larkfield Telecom", "https://help.example.com"):
        assert shown in listed


def test_key_of_a_server_is_shown_once(command: Command) -> None:
    """`qabot keys add --server` prints the token and says that it is not shown again."""
    code, token, said = command("add", "Ticket system", "--server")

    assert code == 0
    assert "this once" in said
    with closing(Store.open(Settings().state)) as store:
        found = store.find_key(token.strip())
        assert found is not None
        assert (found.kind, found.name) == ("server", "Ticket system")
    assert token.strip() not in "".join(command("list")[1:] + command("list", "--json")[1:])


def test_keys_are_listed_as_json(command: Command) -> None:
    """`qabot keys list --json` prints every field of every key."""
    command("add", "Ticket system", "--server")
    _, token, _ = command("add", "Help centre", "--origin", "https://help.example.com")

    server, page = json.loads(command("list", "--json")[1])

    assert (server["kind"], server["token"], server["origins"]) == ("server", None, [])
    assert page["token"] == token.strip()
    assert page["origins"] == ["https://help.example.com"]
    assert (page["company"], page["revoked"]) == (None, None)
    assert datetime.fromisoformat(page["created"]).utcoffset() is not None


def test_key_is_revoked(command: Command) -> None:
    """`qabot keys revoke` makes a token void, and the list says so."""
    _, token, _ = command("add", "Ticket system", "--server")
    key = token.split("_")[1]

    code, said, _ = command("revoke", key)

    assert (code, said) == (0, f"Key {key}, Ticket system, is refused from now on.\n")
    assert "revoked 20" in command("list")[1]
    (listed,) = json.loads(command("list", "--json")[1])
    assert datetime.fromisoformat(listed["revoked"]).utcoffset() is not None
    with closing(Store.open(Settings().state)) as store:
        assert store.find_key(token.strip()) is None


def test_empty_list_says_what_to_do(command: Command) -> None:
    """Without keys the list says how to make one, and as JSON it is empty."""
    assert command("list")[:2] == (0, "There are no keys yet; make one with: qabot keys add\n")
    assert command("list", "--json")[:2] == (0, "[]\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "Help centre"), "A key for pages needs their addresses: add --origin"),
        (("add", "Help centre", "--origin", "https://help.example.com/faq"), "no exact origin"),
        (("add", "x", "--server", "--origin", "https://help.example.com"), "bound to no pages"),
        (("revoke", "sk_nobody"), "There is no key of that id; see: qabot keys list"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    command: Command, arguments: tuple[str, ...], sentence: str
) -> None:
    """What cannot be done ends with 2 and one sentence, and changes nothing."""
    code, out, err = command(*arguments)

    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1
    assert command("list", "--json")[1] == "[]\n"


def test_store_that_cannot_be_used_is_a_sentence(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a usable store a command ends with 1 and a sentence that names it."""
    monkeypatch.setenv("QABOT_STATE", f"sqlite:///{tmp_path}")

    code, out, err = command("list")

    assert (code, out) == (1, "")
    assert str(tmp_path) in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command_name", ["add", "list", "revoke"])
def test_help_shows_an_example(command: Command, command_name: str) -> None:
    """The help of each command shows an example of it."""
    code, out, _ = command(command_name, "--help")

    assert code == 0
    assert f"  qabot keys {command_name}" in out.partition("Example:\n")[2]


def test_state_is_kept_with_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless QABOT_STATE says otherwise, the state lies in the folder of the index."""
    monkeypatch.delenv("QABOT_STATE", raising=False)
    monkeypatch.setenv("QABOT_INDEX", "/srv/qabot")
    assert Settings().state == "sqlite:////srv/qabot/state.sqlite"

    monkeypatch.delenv("QABOT_INDEX")
    assert Settings().state == "sqlite:///index/state.sqlite"


@pytest.mark.parametrize("order", ["behind", "in front"])
def test_keys_of_an_index_that_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    order: str,
) -> None:
    """`--index` says whose keys they are, and nothing is left in the folder where it runs."""
    monkeypatch.delenv("QABOT_STATE", raising=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    index = ["--index", str(tmp_path / "named")]

    def keys(*arguments: str) -> str:
        command = [*index, *arguments] if order == "in front" else [*arguments, *index]
        assert main(["keys", *command]) == 0
        return capsys.readouterr().out

    token = keys("add", "Desk", "--server").strip()
    with closing(Store.open(f"sqlite:///{tmp_path}/named/state.sqlite")) as store:
        found = store.find_key(token)
    assert found is not None
    assert "Desk" in keys("list")
    assert "refused from now on" in keys("revoke", found.id)
    assert list((tmp_path / "here").iterdir()) == []


def test_a_state_that_is_set_goes_before_that_of_the_index(
    command: Command, tmp_path: Path
) -> None:
    """QABOT_STATE holds for whatever index is named."""
    command("add", "Desk", "--server", "--index", str(tmp_path / "named"))

    assert "Desk" in command("list")[1]
    assert not (tmp_path / "named").exists()


@pytest.mark.parametrize("company", ["", "  ", "?!", "\u200b"])
def test_name_of_no_company_opens_nothing(command: Command, company: str) -> None:
    """A key for a company without a name is refused: leaving it out alone means every company."""
    code, out, said = command("add", "Ticket system", "--server", "--company", company)

    assert (code, out) == (2, "")
    assert "leave the company out" in said
    assert command("list")[1].startswith("There are no keys yet")


def test_company_without_policies_is_said(command: Command, tmp_path: Path) -> None:
    """A key for a company that is not indexed is made, with a warning that names the nearest."""
    build_bot(tmp_path, {"a.md": policy("Larkfield Telecom", "refunds", "2024-01-01", "Text.")})
    add = ("add", "Ticket system", "--server", "--index", str(tmp_path / "index"), "--company")

    slip, known = command(*add, "Larkfeld Telecom"), command(*add, "LARKFIELD telecom ltd")

    assert (slip[0], known[0]) == (0, 0)
    assert "no policy of 'Larkfeld Telecom' is indexed" in slip[2]
    assert "policies of Larkfield Telecom." in slip[2]
    assert "Warning" not in known[2]
