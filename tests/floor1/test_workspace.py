"""Where a district's things lie."""

from __future__ import annotations

import pytest

from dataworkbench.errors import PolicyChangedError, WorkbenchError
from dataworkbench.workspace import (
    ENVIRONMENT_VARIABLE,
    POLICY_FILE,
    POLICY_VARIABLE,
    find_workspace,
    new_workspace,
    shipped,
)


def test_a_new_workspace_can_be_found_by_its_name(tmp_path):
    made = new_workspace(tmp_path / "ours", district='The "Elm" \\ district')
    assert find_workspace(tmp_path / "ours").settings().district == 'The "Elm" \\ district'
    assert made.policy().minimum_group == 10


def test_a_workspace_is_never_overwritten(tmp_path):
    new_workspace(tmp_path / "ours", district="First")
    with pytest.raises(WorkbenchError, match="already"):
        new_workspace(tmp_path / "ours", district="Second")
    assert find_workspace(tmp_path / "ours").settings().district == "First"


def test_a_workspace_is_found_from_a_folder_inside_it(tmp_path, monkeypatch):
    made = new_workspace(tmp_path / "ours")
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.chdir(made.inbox)
    assert find_workspace().root == made.root


def test_a_workspace_named_in_the_environment_is_used_where_none_is_asked_for(tmp_path, monkeypatch):
    made = new_workspace(tmp_path / "ours")
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(made.root))
    assert find_workspace().root == made.root


def test_a_folder_that_is_no_workspace_is_answered_with_the_command_that_makes_one(tmp_path):
    with pytest.raises(WorkbenchError, match="dataworkbench new"):
        find_workspace(tmp_path)


def test_a_misspelt_setting_is_named_and_not_passed_over(tmp_path):
    made = new_workspace(tmp_path / "ours")
    (made.root / "workbench.toml").write_text("distrit = 'Elm'\n")
    with pytest.raises(WorkbenchError, match="distrit"):
        made.settings()


@pytest.mark.parametrize("name", ["notebooks", "templates"])
def test_what_comes_with_the_workbench_is_there(name):
    assert shipped(name).is_dir()


def test_reports_go_on_only_under_the_policy_that_they_began_under(tmp_path, monkeypatch):
    made, other = new_workspace(tmp_path / "ours"), new_workspace(tmp_path / "theirs")
    begun_under = made.policy()
    for workspace in (made, other):
        rules = workspace.root / POLICY_FILE
        rules.write_text(
            rules.read_text("utf-8").replace("minimum_group = 10", "minimum_group = 12"), "utf-8"
        )
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(made.root))
    monkeypatch.setenv(POLICY_VARIABLE, begun_under.fingerprint)
    with pytest.raises(PolicyChangedError, match=f"began under the policy {begun_under.fingerprint}"):
        made.policy()
    assert other.policy().minimum_group == 12
    (made.root / POLICY_FILE).write_text(
        "# A remark.\n" + (made.root / POLICY_FILE).read_text("utf-8"), "utf-8"
    )
    monkeypatch.setenv(POLICY_VARIABLE, other.policy().fingerprint)
    assert made.policy().minimum_group == 12
