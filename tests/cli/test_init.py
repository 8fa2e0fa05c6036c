from __future__ import annotations

import json
from pathlib import Path

import pytest

from node.config import load_settings
from tests.cli.conftest import Run


def test_init_makes_a_home_with_private_keys_and_says_who_it_is(run: Run, home: Path) -> None:
    done = run(
        "--json", "init", "--name", "Casa", "--country", "ES", "--url", "http://127.0.0.1:8321/"
    )
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert len(said["oid"]) == 52
    assert len(said["recovery_key"].replace(" ", "")) == 56
    settings = load_settings(home)
    assert (settings.name, settings.url, settings.port) == ("Casa", "http://127.0.0.1:8321", 8321)
    assert [path for path in home.rglob("*") if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("port", [0, 65536, 99999])
def test_a_port_that_does_not_exist_is_refused_in_the_settings_too(
    made: Run, home: Path, port: int
) -> None:
    settings = home / "settings.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("port = 8321", f"port = {port}"),
        encoding="utf-8",
    )
    done = made("run")
    assert done.exit_code == 1
    assert "from 1 to 65535" in done.stderr


def test_the_recovery_key_is_nowhere_in_the_home(run: Run, home: Path) -> None:
    done = run("--json", "init", "--name", "C", "--country", "ES", "--url", "https://a.example")
    words = json.loads(done.stdout)["recovery_key"].encode()
    held = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert words not in held
    assert words.replace(b" ", b"") not in held


def test_a_second_init_leaves_the_first_home_as_it_is(made: Run, home: Path) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    done = made("init", "--name", "Other", "--country", "GR", "--url", "https://b.example")
    assert done.exit_code == 1
    assert "already there" in done.stderr
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({"--country": "EL"}, "Did you mean GR?", id="EL is not ISO's code of Greece"),
        pytest.param({"--country": "Spain"}, "ES", id="a country's name is not its code"),
        pytest.param({"--name": " "}, "1 to 200 characters", id="a name of blanks"),
        pytest.param({"--url": "practice.example.org"}, "https://", id="an address without scheme"),
        pytest.param({"--url": "ftp://a.example"}, "not the address", id="an address for files"),
        pytest.param({"--database": "mysql://x/y"}, "SQLite or PostgreSQL", id="another database"),
    ],
)
def test_init_refuses_and_leaves_nothing_behind(
    run: Run, home: Path, options: dict[str, str], said: str
) -> None:
    words = {"--name": "C", "--country": "ES", "--url": "https://a.example"} | options
    done = run("init", *[word for pair in words.items() for word in pair])
    assert done.exit_code == 1
    assert said in done.stderr
    assert list(home.parent.iterdir()) == []


def test_a_folder_that_holds_no_node_is_named(run: Run, home: Path) -> None:
    done = run("list")
    assert done.exit_code == 1
    assert str(home) in done.stderr
    assert "footbridge init" in done.stderr


def test_a_key_file_that_others_can_read_stops_every_command(made: Run, home: Path) -> None:
    (home / "keys" / "origin.key").chmod(0o644)
    done = made("list")
    assert done.exit_code == 1
    assert "chmod 600" in done.stderr


def test_a_setting_of_the_wrong_type_is_named(made: Run, home: Path) -> None:
    with (home / "settings.toml").open("a", encoding="utf-8") as file:
        file.write('sync_interval = "often"\n')
    done = made("list")
    assert done.exit_code == 1
    assert "sync_interval" in done.stderr


def test_the_environment_wins_over_the_file(
    made: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del made
    monkeypatch.setenv("FOOTBRIDGE_SYNC_INTERVAL", "7")
    assert load_settings(home).sync_interval == 7


def test_a_wrong_value_in_the_environment_is_named(
    made: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTBRIDGE_SYNC_INTERVAL", "often")
    done = made("list")
    assert done.exit_code == 1
    assert "FOOTBRIDGE_SYNC_INTERVAL" in done.stderr


@pytest.mark.parametrize("port", ["0", "-1", "65536", "x"])
def test_a_port_that_cannot_be_is_wrong_usage(run: Run, home: Path, port: str) -> None:
    words = ("--name", "C", "--country", "ES", "--url", "https://a.example", "--port", port)
    assert run("init", *words).exit_code == 2
    assert not home.exists()


def test_a_password_does_not_belong_into_a_public_address(run: Run, home: Path) -> None:
    words = ("--name", "C", "--country", "ES", "--url", "https://me:secret@a.example")
    assert run("init", *words).exit_code == 1
    assert not home.exists()
