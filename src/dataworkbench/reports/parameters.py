"""What a notebook may be told: its parameters, compared with what it was given before anything runs.

papermill itself only warns about a parameter that the notebook does not know, and then runs with the defaults:
one school's report would go out under another's name. Here such a run stops before it begins.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import nbformat
import papermill

from dataworkbench.errors import FileRefusedError, ParameterError
from dataworkbench.reports.notebooks import read_notebook

TAG: Final = "parameters"
REQUIRED: Final = "..."
NOT_A_NOTEBOOK: Final = (OSError, ValueError, AttributeError, KeyError, TypeError, nbformat.ValidationError)
"""What comes up where a file is no notebook: no JSON, or other things in it than nbformat expects."""
ANY: Final = "anything"
KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
}
IN_WORDS: Final[Mapping[str, str]] = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "True or False",
    "list": "a list",
    "dict": "a table of names and values",
}


@dataclass(frozen=True)
class KnownParameter:
    """One parameter that a notebook knows: its kind as a Python word, its default as written, its comment."""

    name: str
    kind: str
    default: str
    help: str

    @property
    def required(self) -> bool:
        """Whether the notebook leaves it open (``= ...``), so that it must be given."""
        return self.default == REQUIRED

    @property
    def value(self) -> Any:
        """The default as a value, or None where it is not a plain one."""
        try:
            return ast.literal_eval(self.default)
        except (ValueError, SyntaxError):
            return None


def known_parameters(notebook: Path) -> dict[str, KnownParameter]:
    """Return the parameters in the notebook's cell tagged ``parameters``, in the order in which they stand.

    Raises
    ------
    FileRefusedError
        Where the file is no notebook.

    """
    try:
        nbformat.validate(read_notebook(notebook))  # type: ignore[no-untyped-call]  # nbformat is typed in part
        found = papermill.inspect_notebook(_as_papermill_reads(notebook))
    except NOT_A_NOTEBOOK as fault:
        raise FileRefusedError(
            f"{notebook} cannot be read as a notebook ({type(fault).__name__}). Open it in JupyterLab to see what is wrong "
            "with it, or put an earlier copy of it back."
        ) from fault
    return {name: _known(entry) for name, entry in found.items()}


def _as_papermill_reads(notebook: Path) -> str:
    """Double the braces of a path: papermill would fill them in as in a format string."""
    return str(notebook).replace("{", "{{").replace("}", "}}")


def _known(entry: Mapping[str, str]) -> KnownParameter:
    kind = entry["inferred_type_name"].split("[")[0].strip().lower()
    parameter = KnownParameter(entry["name"], kind, entry["default"], entry["help"])
    if kind in KINDS:
        return parameter
    guessed = type(parameter.value).__name__
    return KnownParameter(
        entry["name"], guessed if guessed in KINDS else ANY, entry["default"], entry["help"]
    )


def check_parameters(
    notebook: str,
    known: Mapping[str, KnownParameter],
    given: Mapping[str, Any],
    *,
    needed: Sequence[str] = (),
) -> None:
    """Stop with everything that is wrong at once, where what was given does not fit what the notebook knows.

    ``needed`` names the parameters that tell one report of the run from the next; a notebook without them would
    make the same page every time.

    Raises
    ------
    ParameterError
        For an unknown name, a missing one, or a value of the wrong kind.

    """
    faults = [_unknown(name, known) for name in given if name not in known]
    faults += [
        f"it has no parameter '{name}', so every report would be the same"
        for name in needed
        if name not in known
    ]
    faults += [
        f"'{p.name}' must be given"
        for p in known.values()
        if p.required and p.name not in given and p.name not in needed
    ]
    faults += [
        fault for name, value in given.items() if name in known and (fault := _misfit(known[name], value))
    ]
    if faults:
        raise ParameterError(f"Nothing was run. {notebook}: {'; '.join(faults)}. {_there(known)}")


def _unknown(name: str, known: Mapping[str, KnownParameter]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"it does not know '{name}'" + (f" (did you mean '{near[0]}'?)" if near else "")


def _there(known: Mapping[str, KnownParameter]) -> str:
    if not known:
        return f"It has no cell tagged '{TAG}', so it knows no parameters."
    listed = ", ".join(f"{p.name} ({IN_WORDS.get(p.kind, ANY)})" for p in known.values())
    return f"It knows: {listed}."


def _misfit(parameter: KnownParameter, value: Any) -> str:
    wrong = _not_plain(value)
    if wrong:
        return f"'{parameter.name}' holds {wrong}, which cannot be handed to a notebook"
    allowed = KINDS.get(parameter.kind, ())
    fits = not allowed or (
        isinstance(value, allowed) and not (isinstance(value, bool) and bool not in allowed)
    )
    if fits or (value is None and parameter.default == "None"):
        return ""
    return f"'{parameter.name}' should be {IN_WORDS[parameter.kind]}, not {value!r}"


def _not_plain(value: Any) -> str:
    """Return what in a value is not plain text, number, truth value, list or table of these; '' if nothing."""
    if value is None or isinstance(value, bool | int):
        return ""
    if isinstance(value, float):
        return "" if math.isfinite(value) else "a number that is not finite"
    if isinstance(value, str):
        return "" if _is_sound(value) else "text with half a character in it"
    if isinstance(value, list):
        return next(filter(None, map(_not_plain, value)), "")
    if isinstance(value, dict):
        parts = [_not_plain(part) for part in (*value, *value.values())]
        return (
            next(filter(None, parts), "")
            if all(isinstance(key, str) for key in value)
            else "a name that is no text"
        )
    return f"a {type(value).__name__}"


def _is_sound(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
