"""Pages to print: templates and words that a district can change, filled in with every value escaped.

The templates and the words that came with the workbench lie in ``templates/sheets``. A file of the same name in the folder
``sheets`` of a workspace goes before ours; words that it does not say are taken from ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from dataworkbench.errors import FileRefusedError, WorkbenchError, no_such
from dataworkbench.frames import printable
from dataworkbench.terms import Audience
from dataworkbench.views.district import Asked
from dataworkbench.views.notes import Note, for_staff, note
from dataworkbench.workspace import shipped

OWN_FOLDER: Final = "sheets"
_NOT_PRINTED: Final = (
    'To print these pages one by one, write a file name into the first box, as print_to = "print/pages.html", and run again. '
    "The file lies in your workspace; open it in a browser and print it, then delete it."
)


@dataclass(frozen=True)
class Sheet:
    """One page to read on a screen or to print; ``body`` is HTML in which every value from data is escaped."""

    title: str
    body: str
    css: str
    lang: str = "en"

    def __str__(self) -> str:
        return self.title

    def _repr_html_(self) -> str:
        return f"<style>{self.css}</style>{self.body}"


@dataclass(frozen=True)
class Sheets:
    """Several pages, one after the other."""

    pages: tuple[Sheet, ...]

    def __str__(self) -> str:
        return "\n\n".join(str(page) for page in self.pages)

    def _repr_html_(self) -> str:
        return "".join(page._repr_html_() for page in self.pages)


def fill_sheet(
    district: Asked, name: str, values: Mapping[str, Any], *, title: str, lang: str = "en"
) -> Sheet:
    """Return a page: the district's own template of a name, or ours, filled with values and with the words of a language.

    Raises
    ------
    FileRefusedError
        Where a template or a file of words cannot be used; the text says which and why.

    """
    say = words_of_sheets(district, lang=lang)
    body = _filled(district, f"{name}.html", {**values, "say": say})
    return Sheet(title, body, _style(), str(say["lang"]))


def words_of_sheets(district: Asked, *, lang: str = "en") -> dict[str, str]:
    """Return what the printed pages say by themselves, in one language: the district's words before ours."""
    ours = _words(shipped("templates") / "sheets" / "words.en.yaml")
    own = [folder / f"words.{lang}.yaml" for folder in _folders(district)]
    there = [path for path in own if path.is_file()]
    if not there:
        known = {
            path.name.split(".")[1] for folder in _folders(district) for path in folder.glob("words.*.yaml")
        }
        raise no_such("language of the printed pages", lang, known)
    return ours | _words(there[0])


def print_sheets(district: Asked, *sheets: Sheet | Sheets | Note, to: str, audience: Audience) -> Note:
    """Return where pages were written, one after the other in one file; nothing is written without a file name."""
    refused = for_staff(audience, "A file of pages to print")
    if refused is not None:
        return refused
    pages = [page for held in sheets for page in (held.pages if isinstance(held, Sheets) else [held])]
    ready = [page for page in pages if isinstance(page, Sheet)]
    if not ready:
        return note("There is no page to print yet: choose a class and a student first.")
    if not to.strip():
        return note(_NOT_PRINTED)
    path = _inside_workspace(district, to.strip())
    text = _filled(
        district,
        "page.html",
        {
            "title": ready[0].title if len(ready) == 1 else f"{len(ready)} pages", "lang": ready[0].lang,
            "css": Markup(_style()), "body": Markup("\n").join(Markup(page.body) for page in ready),  # noqa: S704 - filled with escaping above
        },
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return note(
        f"{len(ready)} {'page' if len(ready) == 1 else 'pages'} to print: {to.strip()}, in your workspace. Delete the file afterwards."
    )


def _inside_workspace(district: Asked, to: str) -> Path:
    workspace = getattr(district, "workspace", None)
    if workspace is None:
        raise WorkbenchError(
            "Pages can be written only into a workspace; this district is open in memory alone."
        )
    root = Path(workspace.root).resolve()
    path = (root / to).resolve()
    if not path.is_relative_to(root) or path.suffix != ".html":
        raise WorkbenchError(
            f"'{to}' cannot be the file to print. Write a name inside the workspace that ends in .html, such as print/pages.html."
        )
    return path


def _folders(district: Asked) -> list[Path]:
    workspace = getattr(district, "workspace", None)
    own = [Path(workspace.root) / OWN_FOLDER] if workspace is not None else []
    return [*own, shipped("templates") / "sheets"]


def _filled(district: Asked, name: str, values: Mapping[str, Any]) -> str:
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(_folders(district)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    try:
        return environment.get_template(name).render(**values)
    except jinja2.TemplateError as fault:
        raise FileRefusedError(
            f"The page {name} cannot be made: {fault}. If it is your own, compare it with the one that came with the workbench."
        ) from fault


@cache
def _style() -> str:
    return (shipped("templates") / "sheets" / "sheet.css").read_text(encoding="utf-8")


def _words(path: Path) -> dict[str, str]:
    try:
        held = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as fault:
        raise FileRefusedError(
            f"{path.name} cannot be read as YAML: {' '.join(str(fault).split())}."
        ) from fault
    if not isinstance(held, dict):
        raise FileRefusedError(f"{path.name} holds no list of words. Compare it with words.en.yaml.")
    return {str(name): str(said) for name, said in held.items()}
