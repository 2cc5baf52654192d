"""A draft as the text of a profile that a coordinator can read, and that text kept in the workspace."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from dataworkbench.errors import WorkbenchError
from dataworkbench.readers.column_names import in_words
from dataworkbench.readers.drafting.draft import Draft, Source
from dataworkbench.readers.drafting.problems import parts_of
from dataworkbench.readers.headers import fold
from dataworkbench.readers.profiles import Profile, load_profile, load_profiles
from dataworkbench.schemas import TABLES

MOST_ITEMS_ASKED: Final = 3
"""So many of the columns that become rows have to be in a file for it to be known again."""
_WIDE: Final[dict[str, tuple[str, str]]] = {
    "each name": ("always", "{item}"), "each cell": ("column", "{header}"), "each header": ("always", "{header}"),
    "each turned": ("always", "{turned}"),
}  # fmt: skip
_ABOUT: Final = (
    "How the columns of one kind of file become the workbench's tables. Written with `dataworkbench map`;\n"
    "you may change it by hand. Left of each colon stands our column, right of it theirs. Keep the quotation marks:\n"
    "without them NO, 010 or 3.0 would be read as something else than text.\n"
)


class ProfileThereError(WorkbenchError):
    """A profile of that name is there already; ``free`` is a name that is not taken."""

    def __init__(self, name: str, free: str) -> None:
        super().__init__(
            f"There is a profile called '{name}' already, and it was left as it is. "
            f"Say that it is to be replaced (the old one is kept beside it), or take another name, such as '{free}'."
        )
        self.free = free


def as_profile(draft: Draft) -> str:
    """Return a draft as the text of a profile."""
    top = CommentedMap()
    top.yaml_set_start_comment(f"{_one_line(draft.title)}\n{_ABOUT}")
    top["name"] = Quoted(draft.name)
    top["title"] = Quoted(_one_line(draft.title))
    top["about"] = Quoted(f"Made from {_one_line(draft.file)}.")
    top["recognise"] = CommentedMap(has=_texts(telling(draft)))
    top.yaml_set_comment_before_after_key(
        "recognise", before="\nA file with all of these headers is of this kind."
    )
    _add_ways_of_writing(top, draft)
    _add_test(top, draft)
    tables = CommentedSeq(_part(draft, table) for table in parts_of(draft))
    top["tables"] = tables
    top.yaml_set_comment_before_after_key("tables", before="\nOur column: theirs")
    _add_left(top, draft)
    held = StringIO()
    _writer().dump(top, held)
    return held.getvalue()


def _writer() -> YAML:
    writer = YAML()
    writer.width = 1_000_000
    writer.allow_unicode = True
    writer.indent(mapping=2, sequence=4, offset=2)
    return writer


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _texts(texts: Iterable[str]) -> CommentedSeq:
    held = CommentedSeq(Quoted(text) for text in texts)
    held.fa.set_flow_style()
    return held


def telling(draft: Draft) -> tuple[str, ...]:
    """Return the headers by which a file is known again: those that are used, and what keeps others from taking it."""
    items = [item.header for item in draft.items_used]
    few = set(items[MOST_ITEMS_ASKED:])
    used = [header for header in draft.used_headers if header not in few]
    return tuple(dict.fromkeys((*used, *draft.also)))


def set_apart(draft: Draft, profiles: Sequence[Profile]) -> tuple[str, ...]:
    """Return headers to ask for as well, so that the draft and no other profile takes this file, and none of theirs.

    A file that a profile knows already, or whose used headers all stand in the files of another profile, is told apart
    by all of its headers.
    """
    used = {fold(header) for header in telling(draft)}
    there = {fold(look.header) for look in draft.looks}
    for profile in profiles:
        asked = {fold(header) for header in profile.recognise.has}
        if profile.name != draft.name and (asked <= there or used <= profile.vocabulary):
            return tuple(look.header for look in draft.looks)
    return ()


def _add_ways_of_writing(top: CommentedMap, draft: Draft) -> None:
    if draft.dates:
        top["dates"] = Quoted(draft.dates)
    if draft.numbers:
        top["numbers"] = Quoted(draft.numbers)
    if draft.day_numbers:
        top["excel_day_numbers"] = True


def _add_test(top: CommentedMap, draft: Draft) -> None:
    named = draft.source("assessment_id")
    if draft.kind.main == "results" and named.how == "always":
        one = CommentedMap(
            assessment_id=Quoted(named.text),
            title=Quoted(_one_line(draft.title)),
            source=Quoted("the district"),
        )
        top["assessments"] = CommentedSeq([one])
        top.yaml_set_comment_before_after_key(
            "assessments",
            before="\nYou may add `kind` (diagnostic, interim, summative ...) and the ends of the scale: `scale_min`, `scale_max`.",
        )


def _add_left(top: CommentedMap, draft: Draft) -> None:
    left = [_one_line(header) for header in draft.unused_headers]
    if left:
        top.yaml_set_comment_before_after_key("tables", before=f"\nNot taken in: {', '.join(left)}")


def _part(draft: Draft, name: str) -> CommentedMap:
    table = TABLES[name]
    columns = CommentedMap()
    for column in table.columns:
        rule = _rule(draft.source(column.name))
        if rule is not None:
            columns[column.name] = rule
    part = CommentedMap(table=name)
    each = [one for one in columns if draft.source(one).how.startswith("each")]
    if each:
        part["for_each"] = CommentedMap(items=CommentedSeq(_items(draft)))
        cells = next((one for one in each if draft.source(one).how == "each cell"), "")
        if cells:
            part["needs_one_of"] = _texts([cells])
            if name == "survey_responses":
                part["keep_blanks"] = True
    part["columns"] = columns
    part.yaml_add_eol_comment(f"one row is {table.one_row_is}", "table")
    return part


def _items(draft: Draft) -> Iterable[CommentedMap]:
    for item in draft.items_used:
        one = CommentedMap(name=Quoted(item.name), header=Quoted(item.header))
        if draft.source("reversed").how == "each turned":
            one["fields"] = CommentedMap(turned=Quoted("Yes" if item.turned else "No"))
        yield one


def _rule(source: Source) -> Any:
    """Return a source as a rule of a profile, or None where there is none."""
    if source.how == "nothing":
        return None
    flat = {"year of": "school_year_of", "period of": "period_of", "always": "always", "made of": "text"}
    switches = {"this year": "current_year", "file name": "from_file_name", "row number": "numbered"}
    if source.how in switches:
        return CommentedMap({switches[source.how]: True})
    if source.how in flat:
        return CommentedMap({flat[source.how]: Quoted(source.text)})
    key, text = _WIDE.get(source.how, ("column", source.text))
    codes = {Quoted(code): Quoted(meaning) for code, meaning in source.codes if meaning is not None}
    if not codes:
        return Quoted(text) if key == "column" else CommentedMap({key: Quoted(text)})
    return CommentedMap({key: Quoted(text), "values": CommentedMap(codes)})


def save_profile(draft: Draft, folder: Path, *, replace: bool = False) -> Path:
    """Keep a draft as a profile in a folder, whole or not at all, and return where it lies.

    Raises
    ------
    ProfileThereError
        Where the folder has a profile of that name and nobody said that it is to be replaced. One that is replaced is
        kept beside the new one, with ``.bak`` at the end of its name.

    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{draft.name}.yaml"
    old = _there(folder, draft.name)
    if old and not replace:
        raise ProfileThereError(draft.name, _free_name(folder, draft.name))
    making = _written(folder, as_profile(draft))
    try:
        load_profile(making)
        for one in old:
            one.rename(_free_backup(one))
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)
    return path


def _written(folder: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    return Path(name)


def _there(folder: Path, name: str) -> list[Path]:
    """Return the files of a folder that hold a profile of a name, or would be overwritten by one."""
    return [
        path
        for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml")))
        if path.stem == name or _name_in(path) == name
    ]


def _name_in(path: Path) -> str:
    try:
        return load_profile(path).name
    except WorkbenchError:
        return ""  # a profile that cannot be read is nobody's rival; an import says what is wrong with it


def _free_name(folder: Path, name: str) -> str:
    taken = {profile.name for profile in load_profiles([folder])} | {path.stem for path in folder.iterdir()}
    return next(f"{name}_{n}" for n in range(2, 10_000) if f"{name}_{n}" not in taken)


def _free_backup(path: Path) -> Path:
    names = (
        path.with_name(f"{path.name}.bak"),
        *(path.with_name(f"{path.name}.{n}.bak") for n in range(2, 10_000)),
    )
    return next(name for name in names if not name.exists())


def said_columns(draft: Draft) -> list[tuple[str, Source]]:
    """Return the columns that have a source, in the order of the tables, by their names in words."""
    return [
        (in_words(name), draft.source(name))
        for name in draft.kind.columns
        if draft.source(name).how != "nothing"
    ]
