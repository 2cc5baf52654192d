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
_LIST = re.compile(r"\bexport ?\{([^}]*)\};?\s*$")


def bundle(folder: Path, last: str) -> str:
    """Return the module ``last`` of a folder with all that it imports, as the text of one module.

    Raises
    ------
    ValueError
        Where a module imports in a way that is not understood here, or two import each other.

    """
    parts = [_scope(name, text) for name, text in _in_order(folder, last, ()) if name != last]
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


def _scope(name: str, text: str) -> str:
    inside = _with_imports(name, text)
    listed = _LIST.search(inside)
    if listed is not None:
        pairs = [part.split(" as ") for part in listed[1].split(",") if part.strip()]
        given = ", ".join(f"{pair[-1].strip()}: {pair[0].strip()}" for pair in pairs)
        inside = inside[: listed.start()]
    else:
        given = ", ".join(_EXPORTED.findall(inside))
        inside = _EXPORTED.sub("", inside)
    return f'modules["{name}"] = (() => {{\n{inside}\nreturn {{{given}}};\n}})();'


def _with_imports(name: str, text: str) -> str:
    known = _IMPORT.sub(
        lambda found: f'const {{{found[1].replace(" as ", ": ")}}} = modules["{found[2]}"];', text
    )
    if strange := _ANY_IMPORT.search(known):
        message = f'{name}: write imports as import {{a, b}} from "./other.js"; on one line, not as {strange[0].strip()!r}'
        raise ValueError(message)
    return known
