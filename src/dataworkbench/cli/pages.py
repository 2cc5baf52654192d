"""The pages of documentation that are made from the source: glossary, data dictionary, indicators, files, commands.

``python -m dataworkbench.cli.pages docs`` writes them; a test says when they are behind the source.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import typer.main

from dataworkbench.cli import app
from dataworkbench.cli.answers import MEANINGS
from dataworkbench.measures import CATALOGUE, timing
from dataworkbench.readers.profiles import Profile, load_profiles
from dataworkbench.schemas import STUDENT_GROUPS, TABLES, Column, Table
from dataworkbench.terms import GLOSSARY, STAGES, SUBGROUPS
from dataworkbench.workspace import shipped

MADE: Final = "<!-- Made from the source by `make docs`; changes belong there. -->\n"
KINDS: Final[Mapping[str, str]] = {
    "text": "text",
    "category": "text, few distinct values",
    "option": "Yes, No or NotSelected",
    "grade": "grade level",
    "date": "date",
    "whole": "whole number",
    "number": "number",
    "yes_no": "true or false",
}

CONTENTS: Final = (
    ("Glossary", "glossary.md", "what the words mean"),
    (
        "Indicators",
        "indicators.md",
        "how each measure is worked out: what is counted, out of whom, who is left out",
    ),
    ("Data dictionary", "data-dictionary.md", "the tables in which a district's data are kept"),
    ("Files", "files.md", "which exports are recognised, by which columns, and how to bring others"),
    ("Commands", "commands.md", "what can be typed, and what the exit codes mean"),
)
WRITTEN: Final = (
    (
        "Bringing data",
        "bringing-data.md",
        "how files come in, what the import asks, and how to write a profile",
    ),
    (
        "When a file is not known",
        "mapping-wizard.md",
        "column by column, on the screen or at the command line",
    ),
    ("Running reports", "running-reports.md", "a page for each school, by night or by hand"),
    (
        "Publishing",
        "publishing.md",
        "from an import to pages for everybody that give no student away",
    ),
    (
        "Serving dashboards",
        "serving-dashboards.md",
        "the pages of the stages and panels, for staff in a browser",
    ),
    (
        "Holding a meeting",
        "meeting.md",
        "how a team meets with the workbench: several browsers, a clock, figures that are frozen, a recap",
    ),
    (
        "Keeping what teams write",
        "keeping-records.md",
        "where it lies, copies, going back, PostgreSQL, and erasing for good",
    ),
    ("Sample district", "sample-district.md", "the made-up district, and what was planted in it"),
    (
        "False alarms",
        "false-alarms.md",
        'how often each screen says "look here" where there is nothing, and which planted truths are found',
    ),
    (
        "Known answers",
        "known-answers.md",
        "for every measure, the answer from outside that it is held against",
    ),
    ("Where each tool works", "seeds.md", "each data tool, rubric and input of the process, and where it is"),
)
BETTER: Final[Mapping[str, str]] = {
    "higher": "higher",
    "lower": "lower",
    "neither": "it describes; neither is better",
}


def pages(folder: Path) -> dict[str, str]:
    """Return the text of each page by its file name; ``folder`` is where the pages lie, with ``decisions`` in it."""
    return {
        "index.md": index(folder / "decisions"),
        "glossary.md": glossary(),
        "data-dictionary.md": data_dictionary(),
        "indicators.md": indicators(),
        "files.md": files(),
        "commands.md": commands(),
    }


def index(decisions: Path) -> str:
    """Return the page that leads to all others, the records of decisions included."""
    rows = [(f"[{_title(path)}](decisions/{path.name})",) for path in sorted(decisions.glob("*.md"))]
    return _page(
        "Documentation",
        "To read or run a report, or to set the workbench up for a district, begin with the [README](../README.md).",
        _table(("Page", "What it says"), [(f"[{name}]({file})", said) for name, file, said in CONTENTS]),
        "These pages are made from the source with `make docs`. These are written by hand:\n",
        _table(("Page", "What it says"), [(f"[{name}]({file})", said) for name, file, said in WRITTEN]),
        "## Why things are as they are\n",
        _table(("Decision",), rows),
    )


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")


def glossary() -> str:
    """Return the page that says what each word means."""
    rows = [
        (f"**{word}**", meaning)
        for word, meaning in sorted(GLOSSARY.items(), key=lambda pair: pair[0].casefold())
    ]
    groups = [(kind, ", ".join(names)) for kind, names in SUBGROUPS.items()]
    return _page(
        "Glossary",
        "What the words mean that pages, notebooks and messages use.",
        _table(("Word", "Meaning"), rows),
        "## Groups of students\n",
        "A student is in one group of each kind.\n",
        _table(("Kind of group", "Groups, in the order in which they are shown"), groups),
    )


def data_dictionary() -> str:
    """Return the page that says what each table holds."""
    tables = [*TABLES.values(), STUDENT_GROUPS]
    listed = [(f"[{table.name}](#{table.name})", table.one_row_is, table.comes_from) for table in tables]
    return _page(
        "Data dictionary",
        "The tables in which a district's data are kept, whatever files they came in. "
        "Names follow OneRoster, Ed-Fi and CEDS. Identifiers are text, so zeros in front are kept.",
        _table(("Table", "One row is", "Comes from"), listed),
        *(_of_table(table) for table in tables),
    )


def _of_table(table: Table) -> str:
    personal = (
        "\n**Names and other direct identifiers live here and in no release.**\n" if table.personal else ""
    )
    rows = [(f"`{column.name}`", _kind(column), _meaning(column, table)) for column in table.columns]
    return (
        f"## {table.name}\n\nOne row is {table.one_row_is}. "
        f"Rows are told apart by {', '.join(f'`{name}`' for name in table.key)}. "
        f"{table.how_to_bring}\n{personal}\n{_table(('Column', 'Kind', 'Meaning'), rows)}"
    )


def _kind(column: Column) -> str:
    return KINDS[column.kind] + (", always there" if column.required else "")


def _meaning(column: Column, table: Table) -> str:
    parts = [f"{column.meaning}."]
    if column.options:
        parts.append(f"One of: {', '.join(column.options)}.")
    if column.refers_to and column.refers_to != table.name:
        parts.append(f"Points to [{column.refers_to}](#{column.refers_to}).")
    if column.personal:
        parts.append("Personal: read on the staff road only.")
    return " ".join(parts)


def indicators() -> str:
    """Return the page that says how each measure is worked out."""
    stages = sorted({indicator.stage for indicator in CATALOGUE.values()})
    parts = []
    for stage in stages:
        parts.append(f"## Stage {stage}: {STAGES[stage]}\n")
        parts += [_of_indicator(one) for one in CATALOGUE.values() if one.stage == stage]
    return _page(
        "Indicators",
        "Each measure as it is defined: what is counted, out of whom, and who is left out.",
        *parts,
    )


def _of_indicator(one: Any) -> str:
    rows = [
        ("Name in notebooks", f"`{one.id}`, version {one.version}"),
        ("Counted", one.numerator),
        ("Out of", one.denominator),
        ("Left out", one.left_out),
        ("Better when", BETTER[one.direction]),
        ("In time", _in_time(one.id)),
        ("Can be shown by", ", ".join(f"`{name}`" for name in one.dimensions)),
        ("Needs", ", ".join(f"[{name}](data-dictionary.md#{name})" for name in one.needs)),
        ("Source", one.source),
    ]
    return f"### {one.title}\n\n{one.sentence}\n\n{_table(('', ''), rows)}"


def _in_time(id_: str) -> str:
    said = timing(id_)
    return f"{said.word}: {said.why[:1].lower()}{said.why[1:]}"


def files() -> str:
    """Return the page that says which files are recognised."""
    profiles = load_profiles([shipped("templates") / "profiles"])
    rows = [(one.title, _columns(one), _tables_of(one), one.source) for one in profiles]
    return _page(
        "Files",
        "A OneRoster 1.1 or 1.2 export is recognised as a whole, as a zip or as a folder of CSV files. "
        "Any other file is recognised by its columns, whatever it is called: as text with commas, tabs or semicolons, "
        "as an Excel or OpenDocument workbook, alone or in a zip.",
        _table(("File", "Recognised by these columns, among others", "Fills", "Where it comes from"), rows),
        "## Files with other columns\n",
        "A *mapping profile* says which of your columns is which of ours. Copy the nearest one of those that came with "
        "the workbench into the folder `mappings` of your workspace, give it a name of its own, and change what is "
        "different. It then goes before the ones that came along. `dataworkbench check FILE` says what comes of it, "
        "without writing anything.\n",
    )


def _columns(profile: Profile) -> str:
    if profile.headers:
        return f"its name, `{profile.recognise.file_name}`, and its {len(profile.headers)} columns without headers"
    return ", ".join(f"`{name}`" for name in profile.recognise.has)


def _tables_of(profile: Profile) -> str:
    names = dict.fromkeys(part.table for part in profile.tables)
    return ", ".join(f"[{name}](data-dictionary.md#{name})" for name in names)


def commands() -> str:
    """Return the page that says what each command does, its options and its exit codes."""
    group: Any = typer.main.get_command(app)
    codes = [(str(int(code)), meaning) for code, meaning in MEANINGS.items()]
    return _page(
        "Commands",
        "Every command says what it did in sentences, or with `--json` prints JSON and nothing else. "
        "Commands about a district look for its workspace in `--workspace`, else in the environment variable "
        "`DATAWORKBENCH_WORKSPACE`, else in the folder one is in and those above it.",
        _table(("Command", "What it does"), [(f"`{name}`", _first_line(one)) for name, one in _flat(group)]),
        *(_of_command(name, one) for name, one in _flat(group)),
        "## Exit codes\n",
        _table(("Code", "Meaning"), codes),
        'With `--json` an error is told as `{"command": …, "exit_code": …, "error": {"kind": …, "message": …}}`, '
        'everything else as `{"command": …, "exit_code": …, "said": […], "data": {…}}`.\n',
    )


def _flat(group: Any, before: str = "dataworkbench") -> list[tuple[str, Any]]:
    """Return the commands with their whole names, those of sub-groups too."""
    found: list[tuple[str, Any]] = []
    for name, one in group.commands.items():
        whole = f"{before} {name}"
        found += _flat(one, whole) if hasattr(one, "commands") else [(whole, one)]
    return found


def _first_line(command: Any) -> str:
    return str(command.help).strip().splitlines()[0]


def _of_command(name: str, command: Any) -> str:
    rows = [(_spelled(one), one.help or "") for one in command.params if one.name != "help"]
    return f"## {name}\n\n{command.help.strip()}\n\n{_table(('Option', 'What it says'), rows)}"


def _spelled(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar or parameter.name.upper()}`"
    return ", ".join(f"`{name}`" for name in sorted(parameter.opts, key=len, reverse=True))


def _page(title: str, said: str, *parts: str) -> str:
    return "\n".join([MADE, f"# {title}\n", f"{said}\n", *parts])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def write_pages(folder: Path) -> list[Path]:
    """Write the pages into a folder and return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages(folder).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        written.append(folder / name)
    return written


if __name__ == "__main__":
    for path in write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")):
        sys.stdout.write(f"Wrote {path}\n")
