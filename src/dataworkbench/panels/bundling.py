"""Several JavaScript modules as the one module that a widget is made of, without a tool to build it.

A module may say ``import {a, b} from "./other.js";`` on one line and ``export function``, ``export const``,
``export class`` at the beginning of a line; the vendored library also ends in one ``export {a as b, ...}``. Each module
becomes a scope of its own, so names do not meet; the last one, which may ``export default``, is the widget.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+\.js)";[ \t]*$', re.MULTILINE)
_ANY_IMPORT = re.compile(r"^\s*import\b.*$", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?=(?:async )?(?:function|const|class) \*?\s*(\w+))", re.MULTILINE)
_ANY_EXPORT = re.compile(r"^[ \t]*export\b.*$", re.MULTILINE)
_LIST = re.compile(r"\bexport ?\{([^}]*)\};?\s*$")


def bundle(folder: Path, last: str) -> str:
    """Return the module ``last`` of a folder with all that it imports, as the text of one module.

    Raises
    ------
    ValueError
        Where a module imports or hands out in a way that is not understood here, where it imports what the other does
        not hand out, or two import each other.

    """
    ordered = dict(_in_order(folder, last, ()))
    for name, text in ordered.items():
        _refuse_missing(name, text, ordered)
    parts = [_scope(name, text) for name, text in ordered.items() if name != last]
    entry = _with_imports(last, (folder / last).read_text(encoding="utf-8"))
    return "\n".join(["const modules = {};", *parts, entry])


def styles(folder: Path) -> str:
    """Return all style sheets of a folder as one, the kit's first."""
    paths = sorted(folder.glob("*.css"), key=lambda path: (path.name != "kit.css", path.name))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _in_order(folder: Path, name: str, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Give each module once, what it imports before it."""
    if name in above:
        message = f"{name} imports itself by way of {' and '.join(above)}"
        raise ValueError(message)
    seen: dict[str, str] = {}
    text = (folder / name).read_text(encoding="utf-8")
    for found in _IMPORT.finditer(text):
        seen.update(_in_order(folder, found[2], (*above, name)))
    seen[name] = text
    yield from seen.items()


def _refuse_missing(name: str, text: str, ordered: dict[str, str]) -> None:
    """Refuse names that the other module does not hand out; a browser would find nothing there, and say so late."""
    for found in _IMPORT.finditer(text):
        asked = {part.split(" as ")[0].strip() for part in found[1].split(",") if part.strip()}
        if missing := asked - set(_given(ordered[found[2]])):
            message = f"{name} imports {sorted(missing)} from {found[2]}, which does not hand that out"
            raise ValueError(message)


def _given(text: str) -> dict[str, str]:
    """Return what a module hands out: the name outside, and the name within."""
    listed = _LIST.search(text)
    if listed is None:
        return {name: name for name in _EXPORTED.findall(text)}
    pairs = [part.split(" as ") for part in listed[1].split(",") if part.strip()]
    return {pair[-1].strip(): pair[0].strip() for pair in pairs}


def _scope(name: str, text: str) -> str:
    inside = _EXPORTED.sub("", _LIST.sub("", _with_imports(name, text)))
    if strange := _ANY_EXPORT.search(inside):
        message = f"{name}: begin what is handed out with export function, const or class, not as in {strange[0].strip()!r}"
        raise ValueError(message)
    given = ", ".join(f"{outside}: {within}" for outside, within in _given(text).items())
    return f'modules["{name}"] = (() => {{\n{inside}\nreturn {{{given}}};\n}})();'


def _with_imports(name: str, text: str) -> str:
    known = _IMPORT.sub(
        lambda found: f'const {{{found[1].replace(" as ", ": ")}}} = modules["{found[2]}"];', text
    )
    if strange := _ANY_IMPORT.search(known):
        message = f'{name}: write imports as import {{a, b}} from "./other.js"; on one line, not as {strange[0].strip()!r}'
        raise ValueError(message)
    return known
