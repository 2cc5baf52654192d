"""What the room shows of a meeting to one seat, as plain values; the JSON that browsers draw from.

``shown.meeting`` of a screen is::

    you       null | {id, name, role, meeting}     the seat of this browser; null until it has joined a meeting
    today     "2026-11-26"                         in the district's time zone
    zone      "America/New_York"
    meetings  [Line]                               open ones first, then those ahead, then earlier ones, latest first; 40 at most
    offer     null | Offer                         what a meeting can be begun with; null while a meeting is before this seat
    meeting   null | Meeting                       the meeting of this screen, else the one that this seat joined last

    Line      {id, name, on, day, school, title, state: "open"|"ahead"|"earlier", here: int}
    Offer     {protocols: [{name, title, purpose, minutes, roles: [{role, does}], norms: [str], steps: [{name, minutes, does, asks}]}],
               faults: [str], schools: [{id, name}], school: str, teams: [{id, name, school, members: [str], norms: [str]}],
               cycle: null | {id, name}, suggested: str}
    Meeting   {id, version, name, on, day, school, team, cycle, protocol, title, norms: [str], roles: [{role, does, name}],
               begun, ended: "" | ISO in UTC, begun_at, ended_at: "" | "2:05 pm" in the district's zone,
               now: id of the step that the room is at, or "",
               steps: [Step], seats: [Seat], topics: [Topic], actions: [Action], carried: [Action], figures: [Figure],
               observations: [Observation], interpretations: [Interpretation], decisions: [Decision], findings: [Finding],
               notes: [Note], unfinished: [str]}
    Step      {id, version, place: int from 0, name, does, minutes: int, asks, tips: [str], started: "" | ISO in UTC,
               spent: int seconds, more: int minutes, done: bool, here: bool}
    Seat      {id, name, role, you: bool, here: bool}          not here: was here, and has left or gone to another meeting
    From      null | {id, name, day}                           the earlier meeting that something is carried over from
    Topic     {id, version, words, who, done: bool, writer, from: From}
    Action    {id, version, what, who, by: "" | ISO day, day, whom, done: "" | ISO day, late: int days past its day, else 0,
               writer, from: From, remarks: [str]}
    Figure    {id, version, title, indicator, snapshot, shown: bool, predicted: int people, predictions: [Prediction],
               has_drawing: bool, words: [str], alt, table: [[str]] titles first, newer: "" | sentence}
               Before it is shown: words and table are [], alt is "", has_drawing is false, predictions holds only one's own.
    Prediction      {id, version, words, writer, yours: bool}
    Observation     {id, version, words, writer, yours: bool, figure: id or "", remarks: [str]}
    Interpretation  {id, version, words, writer, yours: bool, from: [ids of observations], remarks: [str]}
    Decision  {id, version, words, why, writer}
    Finding   {id, version, concern, indicator, writer, remarks: [str], fishbone: id or ""}
    Note      {id, version, words, about, restricted: bool, writer, yours: bool}   a restricted one only to its writer

What is left of a step is ``(minutes + more) * 60 - spent - (now - started)`` seconds, ``now`` being the kernel's clock
that comes with each answer (``started`` empty: the last term is 0). Below 0 the step is over its time.

Acts, with the fields that they take. ``id`` is a new one made by the browser ("topic-" and twelve hex digits), so that an
act that is sent twice is done once. A change takes ``changes`` (the same id again) and ``seen`` (the version before one's eyes)::

    begin_meeting   {id: "meeting-…", protocol, name, on?, school?, team?, roles?: {role: name}, your_name, your_role?}
    change_meeting  {meeting, name?, on?, roles?: {role: name}, norms?: [str]}       join  {meeting, name, role?}       leave  {}
    end_meeting {meeting}                    reopen_meeting {meeting}
    go_to_step {step, start?: true}          finish_step {step, start?: true}  marks it done and goes to the next
    start_clock {step}                       pause_clock {step}                give_minutes {step, more: all minutes added so far}
    add_topic {id, words, who?}              change_topic {topic, words, who?} finish_topic {topic, done: bool}
    add_action {id, what, who?, by?, whom?, decision?}   change_action {action, …the same}   tick_action {action, done: bool, day?}
    add_figure {id, indicator, by?: [column], where?: {column: [value]}, title?}     show_figure {figure}  for all
    add_prediction {id, figure, words}       change_prediction {prediction, words}
    add_observation {id, words, figure?}     change_observation {observation, words}
    add_interpretation {id, words, from?: [ids]}         change_interpretation {interpretation, words, from?}
    add_decision {id, words, why?}           change_decision {decision, words, why?}
    add_finding {id, concern, figure?}       change_finding {finding, concern}
    add_note {id, words, about?, restricted?: bool}      change_note {note, words, about?, restricted?}
    take_back {entry}                        anything of the above that was added in this meeting; "undo" brings it back

Fetches::

    figure_choices {}          {indicators: [{id, title, sentence, stage: int, by: [{column, label}], where: [column]}],
                                values: {column: {label, options: [{value, label}]}}, year}
    drawing {figure}           {data, layout} for Plotly; refused before the figure is shown
"""

from __future__ import annotations
