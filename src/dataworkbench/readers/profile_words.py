"""How people write in a profile: one text or several, and texts that YAML takes for numbers or yes and no."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Strict(BaseModel):
    """A part of a profile: a word that it does not know is a mistake, and nothing in it changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def one_or_more(value: Any) -> Any:
    """Return one or several texts; YAML reads TRUE and 3 as something else than text, people mean the text."""
    if isinstance(value, (str, int, float)):
        return (_as_text(value),)
    return tuple(_as_text(one) for one in value) if isinstance(value, (list, tuple)) else value


def _as_text(value: Any) -> Any:
    if value is None:
        return ""
    return str(value) if isinstance(value, (bool, int, float)) else value


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): "" if text is None else str(text) for key, text in value.items()}
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(one_or_more)]
Texts = Annotated[dict[str, str], BeforeValidator(_texts)]
