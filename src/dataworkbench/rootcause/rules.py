"""What helps a team to look for causes well: remarks on a statement, a fishbone or a chain, and the tests of a root.

A remark is a question to the team, never a refusal: the team may have good reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from dataworkbench.rootcause.categories import ABOUT_PEOPLE

if TYPE_CHECKING:
    from dataworkbench.rootcause.model import Cause, Fishbone, Problem
    from dataworkbench.rootcause.whys import Why, WhyChain

Answer = Literal["yes", "no", "not known"]

ROOT_TESTS: Final[tuple[tuple[str, str, Answer], ...]] = (
    ("without_it", "Would the problem have come up without it?", "no"),
    ("comes_back", "If it were put right, would the problem come back all the same?", "no"),
    ("within_control", "Can we, here, change it?", "yes"),
    ("second_source", "Does a second source of data say the same?", "yes"),
    ("system_not_person", "Is it about how things work, rather than about a person?", "yes"),
)
"""Questions to put to the last answer of a chain before it is called a root, and what a root would answer."""

WANTED: Final[dict[str, Answer]] = {name: wanted for name, _, wanted in ROOT_TESTS}

_NUMBER = re.compile(r"\d|\b(half|third|quarter|one in \w+|two in \w+|twice|double)\b", re.IGNORECASE)
_NOT_AN_AMOUNT = re.compile(
    r"\b(19|20)\d\d(-\d\d)*\b|\bgrades? \d+(-\d+)?|\b\d+(st|nd|rd|th)\b", re.IGNORECASE
)
_TIME = re.compile(
    r"\b(19|20)\d\d\b|\b(this|last|past|previous|since|fall|autumn|winter|spring|summer|semester|term|quarter|week|month|year"
    r"|january|february|march|april|may|june|july|august|september|october|november|december)s?\b",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\b(students?|learners?|pupils?|children|grades?|kindergart\w+|freshm[ae]n|sophomores?|juniors?|seniors?|teachers?"
    r"|staff|educators?|families|parents|classes|classrooms?|schools?|girls|boys|subgroups?|everyone|all)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(because|due to|caused by|owing to|thanks to|as a result of|resulting from|the reason|so that|therefore|leads? to|lack of)\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"\b(should|must|need(s)? (to|more|a|an)|ought to|have to|lack of|lacks?|not enough|no (program|software|app|interventionist)"
    r"|is missing|there is no)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(laz[yi]\w*|unmotivated|motivation|apath\w+|careless|incompetent|stubborn|unwilling|irresponsible|bad (parent|teacher)\w*"
    r"|(do|does|did)(n['\u2019]t| not) (care|try|want|bother|listen|value|read to)|(won['\u2019]t|will not) (listen|try|care|help|do|work)|refus(es?|ing) to"
    r"|low (iq|ability)|broken homes?|weak teachers?|poor teaching|attitude|not interested|blame|fault of)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Remark:
    """One question to the team: which rule it comes from, what it is about, and the question."""

    rule: str
    about: str
    text: str


def on_problem(stated: Problem) -> tuple[Remark, ...]:
    """Return remarks on the statement of a problem; none where nothing stands out."""
    return tuple(_problem_remarks(stated))


def on_cause(cause: Cause) -> tuple[Remark, ...]:
    """Return remarks on one cause; none on one that was ruled out."""
    return () if cause.ruled_out else tuple(_cause_remarks(cause))


def on_whole(bones: Fishbone) -> tuple[Remark, ...]:
    """Return remarks on a fishbone as a whole: where its causes lie, apart from what each of them says."""
    return tuple(_whole_remarks(bones))


def on_fishbone(bones: Fishbone) -> tuple[Remark, ...]:
    """Return remarks on a fishbone and on the problem at its head."""
    return (*_problem_remarks(bones.problem), *_fishbone_remarks(bones))


def on_chain(chain: WhyChain) -> tuple[Remark, ...]:
    """Return remarks on a chain of whys, and the tests of a root that its last answers have not passed."""
    return tuple(_chain_remarks(chain))


def on_observation(text: str) -> tuple[Remark, ...]:
    """Return remarks on what somebody saw in a figure, where it holds a reason, an answer, or what people are like."""
    if found := _CAUSE.search(text):
        said = f"'{found[0]}' brings a reason in. Say here only what you see; the reason belongs with what it may mean."
        return (Remark("cause in it", text, said),)
    if found := _PERSON.search(text):
        said = f"'{found[0]}' says what people are like. What could somebody point at in the figure?"
        return (Remark("about a person", text, said),)
    if found := _ANSWER.search(text):
        said = f"'{found[0]}' is about what ought to be. Say here only what you see."
        return (Remark("answer in it", text, said),)
    return ()


def on_cause_words(text: str) -> tuple[Remark, ...]:
    """Return remarks on the words of one cause or one explanation; none where nothing stands out."""
    return tuple(_word_remarks(text))


def blames_people(text: str) -> bool:
    """Whether words about a cause point at what people are like, rather than at how things work."""
    return bool(_PERSON.search(text))


def _problem_remarks(stated: Problem) -> Iterator[Remark]:
    about = stated.text
    if not (stated.number or _NUMBER.search(_NOT_AN_AMOUNT.sub("", about))):
        yield Remark(
            "number", about, "How much, or how many? A number lets you tell later whether it changed."
        )
    if not (stated.group or _GROUP.search(about)):
        yield Remark("group", about, "Who is it about? Name the group.")
    if not (stated.time or _TIME.search(about)):
        yield Remark("time", about, "When? Name the year, the term or the weeks.")
    if found := _CAUSE.search(about):
        yield Remark(
            "cause in it",
            about,
            f"'{found[0]}' brings a cause in. Say only what was seen; causes go on the bones.",
        )
    elif found := _ANSWER.search(about):
        yield Remark("answer in it", about, f"'{found[0]}' brings an answer in. Say only what was seen.")


def _fishbone_remarks(bones: Fishbone) -> Iterator[Remark]:
    for cause in bones.causes:
        yield from on_cause(cause)
    yield from _whole_remarks(bones)


def _whole_remarks(bones: Fishbone) -> Iterator[Remark]:
    standing = [cause for cause in bones.causes if not cause.ruled_out]
    people = [cause for cause in standing if cause.category in ABOUT_PEOPLE]
    if len(standing) > 1 and len(people) * 2 > len(standing):
        yield Remark(
            "mostly people", "the whole fishbone",
            "More than half of the causes lie with students, families or staff. Most causes in schools lie in how things "
            "work: what of ours comes before them?",
        )  # fmt: skip
    used = {cause.category for cause in bones.causes if cause.category}
    if bones.causes and len(used) < min(3, len(bones.categories)):
        yield Remark(
            "few bones",
            "the whole fishbone",
            "Fewer than three bones hold a cause. Give the empty ones a quiet minute.",
        )


def _cause_remarks(cause: Cause) -> Iterator[Remark]:
    yield from _word_remarks(cause.text)
    known = [held for held in cause.evidence if held.kind != "none"]
    if cause.votes and not known:
        yield Remark(
            "no evidence",
            cause.text,
            "It has votes and no evidence yet. What have you seen, and what speaks against it?",
        )
    elif cause.votes and all(held.kind == "opinion" for held in known):
        yield Remark(
            "opinion only", cause.text, "Its evidence is opinion. Which data or observation would show it?"
        )
    if cause.votes and cause.control == "outside":
        yield Remark(
            "outside", cause.text, "It lies outside your control. Which part of it can you influence?"
        )


def _chain_remarks(chain: WhyChain) -> Iterator[Remark]:
    for _, why in chain.walk():
        yield from _word_remarks(why.text)
        if not why.evidence:
            yield Remark("no evidence", why.text, "How do you know? Each link needs something that was seen.")
    for path in chain.paths():
        if len(path) < 3:
            yield Remark(
                "too short", path[-1], "One 'why' is seldom enough. Ask once more, or test it as a root."
            )
    for why in chain.roots():
        yield from _root_remarks(why)


def _root_remarks(why: Why) -> Iterator[Remark]:
    answered = dict(why.tested)
    open_tests = [question for name, question, _ in ROOT_TESTS if name not in answered]
    if open_tests:
        yield Remark("not tested", why.text, f"Is it a root? Ask: {' '.join(open_tests)}")
    for name, question, wanted in ROOT_TESTS:
        if answered.get(name, wanted) != wanted:
            yield Remark("not a root yet", why.text, f"{question} You answered '{answered[name]}'.")


def _word_remarks(text: str) -> Iterator[Remark]:
    if found := _PERSON.search(text):
        yield Remark(
            "about a person", text,
            f"'{found[0]}' points at people. What in how we work would make this likely for anyone?",
        )  # fmt: skip
    elif found := _ANSWER.search(text):
        yield Remark(
            "answer in it",
            text,
            f"'{found[0]}' names an answer that is missing. What happens as things are now?",
        )
