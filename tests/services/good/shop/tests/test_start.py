"""The start of the shop."""

import runpy

import pytest


def test_it_starts_once_every_variable_is_there(monkeypatch, capsys):
    for name in ("DATABASE_URL", "PAYMENT_URL"):
        monkeypatch.setenv(name, "x")
    runpy.run_module("shop", run_name="__main__")
    assert "listening" in capsys.readouterr().out


def test_it_names_the_variable_that_is_missing(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(SystemExit, match="DATABASE_URL"):
        runpy.run_module("shop", run_name="__main__")
