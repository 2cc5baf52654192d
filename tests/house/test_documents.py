"""What the pages say can be typed is there, and pages made from the source are not behind it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from dataworkbench.cli import app
from dataworkbench.cli.pages import pages

ROOT = Path(__file__).parents[2]
PROSE = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "binder/README.md",
    "benchmarks/README.md",
    "docs/index.md",
]
PROGRAM = re.compile(r"(?:\S*[/\\])?dataworkbench")


def code_in(text: str) -> list[str]:
    """Lines of code blocks, and what stands between backticks in a sentence."""
    blocks = re.findall(r"```\w*\n(.*?)```", text, flags=re.DOTALL)
    rest = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [part.strip() for line in lines for part in re.split(r"&&|\|\|", line)] + re.findall(
        r"`([^`\n]+)`", rest
    )


def commands_in(text: str) -> list[list[str]]:
    """What is typed after the program's name."""
    typed = [shlex.split(code.replace("\\", "/")) for code in code_in(text) if PROGRAM.match(code)]
    return [words[1:] for words in typed if len(words) > 1 and PROGRAM.fullmatch(words[0])]


def unknown_in(words: list[str]) -> list[str]:
    """Words of a command that the program does not know."""
    command = typer.main.get_command(app)
    while hasattr(command, "commands"):
        if words[0].startswith("-"):
            break
        if words[0] not in command.commands:
            return [words[0]]
        command, words = command.commands[words[0]], words[1:]
    known = {spelling for parameter in command.params for spelling in parameter.opts} | {"--help"}
    return [word for word in words if word.startswith("-") and word.partition("=")[0] not in known]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PROSE)
def test_every_command_in_the_prose_can_be_typed(name):
    assert [(words, wrong) for words in commands_in(text_of(name)) if (wrong := unknown_in(words))] == []


def test_the_readme_names_every_command():
    named = {words[0] for words in commands_in(text_of("README.md"))}
    assert set(typer.main.get_command(app).commands) - named == set()


def test_a_misspelt_command_would_be_seen():
    assert unknown_in(["reprot"]) == ["reprot"]
    assert unknown_in(["report", "--onyl", "Alder"]) == ["--onyl"]
    assert unknown_in(["snapshots", "use", "X"]) == []
    assert commands_in("type `.venv/bin/dataworkbench doctor`, not `dataworkbench`") == [["doctor"]]


@pytest.mark.parametrize("name", [*PROSE, ".ci/run"])
def test_every_make_target_in_the_prose_is_in_the_makefile(name):
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), flags=re.MULTILINE))
    code = code_in(text_of(name)) if name.endswith(".md") else text_of(name).splitlines()
    named = {found[1] for line in code if (found := re.match(r"make ([a-z]+)\b", line))}
    assert named - targets == set()


def test_ci_calls_the_test_command_of_the_readme():
    assert re.search(r"^make test$", text_of(".ci/run"), flags=re.MULTILINE)
    assert "`make test`" in text_of("README.md")


@pytest.mark.parametrize(
    "name", [*PROSE, *sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("docs/**/*.md"))]
)
def test_every_link_leads_somewhere(name):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", text_of(name))
    there = (ROOT / name).parent
    assert [link for link in links if "://" not in link and not (there / link).exists()] == []


@pytest.mark.parametrize(
    "name", ["index.md", "glossary.md", "data-dictionary.md", "indicators.md", "files.md", "commands.md"]
)
def test_pages_made_from_the_source_are_not_behind_it(name):
    assert text_of(f"docs/{name}") == pages(ROOT / "docs")[name], "run `make docs`"


def test_binder_files_hold_what_a_builder_looks_for():
    assert "-r ../constraints.txt" in text_of("binder/requirements.txt")
    assert re.fullmatch(r"python-3\.1[1-9]\n", text_of("binder/runtime.txt"))
    assert [
        p.name
        for p in (ROOT / "binder").glob("*")
        if p.name in {"postBuild", "start"} and not p.stat().st_mode & 0o100
    ] == []
    assert 'exec "$@"' in text_of("binder/start")
