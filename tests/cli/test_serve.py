from contextlib import closing
from pathlib import Path
from socket import create_server

import pytest

from qabot.cli import main
from qabot.settings import Settings
from qabot.state.store import Store
from tests.support.fakes import build_bot
from tests.support.serving import FILES


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with an index, whose state is kept with it."""
    monkeypatch.setenv("QABOT_STATE", f"sqlite:///{tmp_path}/state.sqlite")
    build_bot(tmp_path, FILES)
    return tmp_path / "index"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_without_keys_nothing_but_this_machine_is_served(
    index: Path, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    """`qabot serve` for others is refused while there is no key that is not revoked."""
    with closing(Store.open(Settings().state)) as store:
        store.revoke_key(store.add_key("server", "test")[0].id)

    code = main(["serve", "--host", host, "--port", "0", "--index", str(index)])

    out, said = capsys.readouterr()
    assert (code, out) == (2, "")
    assert host in said
    assert "qabot keys add" in said
    assert said.count("\n") == 1


def test_port_that_is_taken_is_said(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`qabot serve` on a port that another program has says so in one sentence."""
    with create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code = main(["serve", "--port", port, "--index", str(index)])

    out, said = capsys.readouterr()
    assert (code, out) == (2, "")
    assert port in said
    assert said.count("\n") == 1


def test_host_that_is_none_is_said(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`qabot serve` on an address that this machine has not says so in one sentence."""
    with closing(Store.open(Settings().state)) as store:
        store.add_key("server", "test")

    code = main(["serve", "--host", "192.0.2.1", "--port", "0", "--index", str(index)])

    assert code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_serving_needs_a_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`qabot serve` before `qabot index` says what to do."""
    code = main(["serve", "--index", str(tmp_path)])

    assert code == 1
    assert "qabot index" in capsys.readouterr().err


def test_keys_are_those_of_the_index_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`qabot serve --index` knows the keys of that index, and leaves nothing where it runs."""
    monkeypatch.delenv("QABOT_STATE", raising=False)
    build_bot(tmp_path, FILES)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    index = ["--index", str(tmp_path / "index")]

    with create_server(("127.0.0.1", 0)) as taken:
        serve = ["serve", "--host", "0.0.0.0", "--port", str(taken.getsockname()[1]), *index]
        assert main(serve) == 2
        refused = capsys.readouterr().err
        assert main(["keys", "add", "Desk", "--server", *index]) == 0
        capsys.readouterr()
        assert main(serve) == 2

    assert refused.endswith(f"make one with: qabot keys add NAME --index {tmp_path}/index\n")
    assert "Cannot listen" in capsys.readouterr().err
    assert list((tmp_path / "here").iterdir()) == []
