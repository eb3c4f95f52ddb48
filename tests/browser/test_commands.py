"""What `serve` and `demo` do beside serving."""

import socket

import pytest
from browser.command import address_said, pejling


def test_serve_refuses_an_address_that_others_can_reach(tmp_path):
    from pejling.facts.store import Store, create

    create(Store(tmp_path))
    process = pejling("serve", "--address", "0.0.0.0", home=tmp_path)
    assert process.wait(60) == 2
    assert "nothing is encrypted on the way" in process.stderr.read()


def test_serve_says_where_there_is_no_workspace(tmp_path):
    process = pejling("serve", home=tmp_path / "nowhere")
    assert process.wait(60) == 2
    assert "pejling init" in process.stderr.read()


def test_serve_names_a_free_port_where_the_one_asked_for_is_taken(tmp_path):
    from pejling.facts.store import Store, create

    create(Store(tmp_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = pejling("serve", "--port", str(port), home=tmp_path)
        assert process.wait(60) == 2
        assert f"{port} is taken" in process.stderr.read()


def test_an_empty_workspace_is_served_and_says_what_to_do(tmp_path):
    import urllib.error
    import urllib.request

    from pejling.facts.store import Store, create

    create(Store(tmp_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    server = pejling("serve", "--port", str(port), home=tmp_path)
    try:
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(address_said(server) + "/")
        assert answer.value.code == 503
        assert "pejling model load" in answer.value.read().decode()
    finally:
        server.terminate()
        server.wait(20)


def test_the_demo_can_be_built_again_with_nothing_changed(tmp_path):
    assert pejling("demo", "--no-serve", home=tmp_path).wait(120) == 0
    again = pejling("demo", "--no-serve", home=tmp_path)
    assert again.wait(120) == 0
    assert " 0 of them new or changed" in again.stderr.read()


def test_the_webs_key_is_its_owners_alone(tmp_path):
    from pejling.config.workspace import secret_key
    from pejling.facts.store import Store, create

    create(Store(tmp_path))
    assert secret_key(tmp_path) == secret_key(tmp_path)
    assert (tmp_path / "web.key").stat().st_mode & 0o777 == 0o600
