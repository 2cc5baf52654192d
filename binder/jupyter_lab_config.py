"""JupyterLab asks nobody for news, updates or extensions."""

# ruff: noqa: INP001 - settings, not a package

c = get_config()  # noqa: F821 - Jupyter brings it
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
