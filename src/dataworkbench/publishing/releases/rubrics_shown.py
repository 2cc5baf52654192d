"""The rubrics that a release shows: those that the district named, the words in them that hold numbers, and what may not stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from dataworkbench.errors import WorkbenchError
from dataworkbench.rubrics import Rubric, rubric
from dataworkbench.workspace import PUBLICATION_FILE

if TYPE_CHECKING:
    from dataworkbench.publishing.releases.publication import Publication
    from dataworkbench.workspace import Workspace


def named_rubrics(
    workspace: Workspace, publication: Publication, schools: Iterable[str]
) -> tuple[Rubric, ...]:
    """Return the rubrics that the district names, its own before one of the same id that came with the workbench.

    Raises
    ------
    NoSuchNameError
        Where there is no rubric of that id.
    WorkbenchError
        Where a text in one speaks of a school and holds a number: figures about schools are published as cells, or not at all.

    """
    shown = tuple(rubric(name, workspace) for name in publication.rubrics)
    named = [name.casefold() for name in schools if isinstance(name, str) and name.strip()]
    for one in shown:
        for text in texts_with_numbers(one):
            school = next((name for name in named if name in text.casefold()), "")
            if school and holds_a_number(text.casefold().replace(school, " ")):
                raise WorkbenchError(
                    f"The rubric '{one.id}' says in one text a number and the name of a school: \"{text}\". Figures about schools are "
                    f"published from the release alone. Take the number or the name out of the text, or the rubric out of {PUBLICATION_FILE}."
                )
    return shown


def texts_with_numbers(one: Rubric) -> list[str]:
    """Return the texts of a rubric in which a number stands, each once; they are public word for word."""
    told = (" ".join(text.split()) for text in _texts(one.model_dump(mode="json")))
    return list(dict.fromkeys(text for text in told if holds_a_number(text)))


def holds_a_number(text: str) -> bool:
    """Whether a digit, or a letter that is a number, stands in a text."""
    return any(letter.isnumeric() for letter in text)


def _texts(held: Any) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        for name, value in held.items():
            yield from (name, *_texts(value))
    elif isinstance(held, list | tuple):
        for value in held:
            yield from _texts(value)
