from . import views as views
from .disclosure import for_audience as for_audience
from .intake import open_inbox as open_inbox
from .measures import (
    catalogue as catalogue,
    change as change,
    gap as gap,
    indicator as indicator,
    intervention_outcomes as intervention_outcomes,
    learning_growth as learning_growth,
    left_out as left_out,
    measure as measure,
    mismatch as mismatch,
    observer_agreement as observer_agreement,
    participation as participation,
    published_bounds as published_bounds,
    risk_ratio as risk_ratio,
    rubric_results as rubric_results,
    run_chart as run_chart,
    student_list as student_list,
)
from .panels import (
    filters as filters,
    map_files as map_files,
    write_fishbone as write_fishbone,
    write_whys as write_whys,
)
from .rootcause import (
    fishbone as fishbone,
    from_json as from_json,
    hypothesis as hypothesis,
    problem as problem,
    to_json as to_json,
    whys as whys,
)
from .rubrics import answer as answer, improve as improve, rubric as rubric
from .selection import Selection as Selection, select as select
from .sentences import describe as describe, what_was_run as what_was_run
from .tables import table_of as table_of
from .views import (
    about_page as about_page,
    at_a_glance as at_a_glance,
    compare_printed as compare_printed,
    compare_schools as compare_schools,
    due_list as due_list,
    find_leads as find_leads,
    goal_board as goal_board,
    groups_by_need as groups_by_need,
    latest_test as latest_test,
    list_not_growing as list_not_growing,
    list_on_track as list_on_track,
    list_students as list_students,
    look_at as look_at,
    measures_for_goals as measures_for_goals,
    plot_agreement as plot_agreement,
    plot_counts as plot_counts,
    plot_gaps as plot_gaps,
    plot_interventions as plot_interventions,
    plot_learning_growth as plot_learning_growth,
    plot_ledger as plot_ledger,
    plot_levels as plot_levels,
    plot_means as plot_means,
    plot_on_track as plot_on_track,
    plot_rates as plot_rates,
    plot_rubric as plot_rubric,
    plot_rubric_over_time as plot_rubric_over_time,
    plot_survey as plot_survey,
    plot_time_use as plot_time_use,
    plot_trend as plot_trend,
    share_rubric as share_rubric,
    shown as shown,
    standards_checks as standards_checks,
    student_heading as student_heading,
    student_history as student_history,
    student_standards as student_standards,
    student_supports as student_supports,
    student_words as student_words,
    table_of_agreement as table_of_agreement,
    table_of_changes as table_of_changes,
    table_of_learning_growth as table_of_learning_growth,
    table_of_outcomes as table_of_outcomes,
    table_of_professional_learning as table_of_professional_learning,
    table_of_rubric as table_of_rubric,
    table_of_staff as table_of_staff,
    ways_to_raise_rigor as ways_to_raise_rigor,
    what_is_not_there as what_is_not_there,
    what_is_there as what_is_there,
    what_worked as what_worked,
    who_stopped as who_stopped,
    years_with_growth as years_with_growth,
)
from .warehouse import district_from_frames as district_from_frames, open_workspace as open_workspace

__version__: str
