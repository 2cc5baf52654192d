"""A hub for a district that outgrows one machine. Copy this file, read it from top to bottom, and fill in the two folders.

Who may come in and which schools each may see stands in the district's ``visitors.toml``, as for ``dataworkbench serve``.
Viewers get the dashboards and nothing else; coordinators get JupyterLab with the whole district. See docs/jupyterhub.md.
"""

import os
from pathlib import Path

from dataworkbench.publishing.hub.door import VisitorsAuthenticator, WorkbenchSpawner

c = get_config()  # noqa: F821 - JupyterHub hands it to this file

# --- The two folders ---------------------------------------------------------------------------------------------------

# The district's workspace. Nobody but the account of the hub (and coordinators) needs to be able to read it.
WORKSPACE = os.environ.get("DATAWORKBENCH_WORKSPACE", "/srv/dataworkbench/my-district")

# The hub's own folder: its database, its secrets, and the copies that hold single schools. Closed to everybody else.
HUB = Path(os.environ.get("DATAWORKBENCH_HUB", "/srv/jupyterhub"))

# --- Where it answers --------------------------------------------------------------------------------------------------

# On this machine alone; a web server with HTTPS (Caddy, nginx, Apache) stands in front and hands on to it.
# Without HTTPS passwords travel readable: never open this port to the network.
c.JupyterHub.bind_url = os.environ.get("DATAWORKBENCH_HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.db_url = f"sqlite:///{HUB / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(HUB / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(HUB / "proxy.pid")

# --- Who somebody is ---------------------------------------------------------------------------------------------------

# For trying, and for small districts: the names and passwords of visitors.toml.
c.JupyterHub.authenticator_class = VisitorsAuthenticator
c.VisitorsAuthenticator.workspace = WORKSPACE

# With the district's own sign-in (Google, Microsoft Entra, any OpenID provider): `pip install oauthenticator`, then
#   c.JupyterHub.authenticator_class = "google"             # or "azuread", "generic-oauth"
#   c.OAuthenticator.oauth_callback_url = "https://data.district.example/hub/oauth_callback"
#   c.OAuthenticator.client_id / client_secret              # from the environment, not from this file
#   c.OAuthenticator.allow_all = True                       # whoever is not in visitors.toml is started nothing
# With accounts of the system: c.JupyterHub.authenticator_class = "pam". The name that the sign-in gives has to be the
# one in visitors.toml.

# --- What each is given ------------------------------------------------------------------------------------------------

c.JupyterHub.spawner_class = WorkbenchSpawner
c.WorkbenchSpawner.workspace = WORKSPACE
c.WorkbenchSpawner.scopes = str(HUB / "scopes")

# Who gets JupyterLab. They run code, so each needs an account of the system under her name that may read the workspace
# and not the hub's folder. Where their entry names single schools they get the dashboards like everybody else.
c.WorkbenchSpawner.coordinators = []
c.JupyterHub.load_groups = {"coordinators": {"users": list(c.WorkbenchSpawner.coordinators)}}

# The account under which the dashboards of viewers run, such as "dashboards" (made with
# `useradd --system --no-create-home --shell /usr/sbin/nologin dashboards`). Empty: the account of the hub, for trying.
c.WorkbenchSpawner.viewer_account = os.environ.get("DATAWORKBENCH_VIEWER_ACCOUNT", "")

# Nobody may open the server of somebody else; not the hub's administrators either.
c.JupyterHub.admin_access = False
c.Authenticator.admin_users = set()

# What teams write lies in PostgreSQL, so that several machines reach it: [records] url in workbench.toml. The password is
# handed on in the environment (PGPASSFILE). A viewer of single schools is told neither.
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "PYTHONPATH", "DATAWORKBENCH_MOST_DASHBOARDS"]

# --- How much, and for how long ----------------------------------------------------------------------------------------

c.Spawner.start_timeout = 120  # the first start of a scope copies its schools
c.Spawner.http_timeout = 90
c.JupyterHub.shutdown_on_logout = True  # what was open ends with the sign-in
c.JupyterHub.cookie_max_age_days = 0.34  # eight hours
c.JupyterHub.active_server_limit = 40
c.JupyterHub.concurrent_spawn_limit = 4
# A local process is not held to a limit of memory by itself; let systemd do it for the hub as a whole
# (MemoryMax=, TasksMax=), or use a spawner that does it for each (DockerSpawner, KubeSpawner, SystemdSpawner):
#   c.Spawner.mem_limit = "1.5G"; c.Spawner.cpu_limit = 1

# Servers that nobody has used for twenty minutes are ended: `pip install jupyterhub-idle-culler`, then
#   c.JupyterHub.load_roles = [{"name": "culler", "services": ["culler"], "scopes": [
#       "list:users", "read:users:activity", "read:servers", "delete:servers"]}]
#   c.JupyterHub.services = [{"name": "culler", "command": [
#       "python", "-m", "jupyterhub_idle_culler", "--timeout=1200", "--cull-every=120", "--max-age=43200"]}]
