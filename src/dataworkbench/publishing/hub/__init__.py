"""For districts that outgrow one machine: what JupyterHub is told (``door``), and what it starts for a viewer (``viewer``).

Nothing here is loaded unless a hub runs; JupyterHub itself is not among the packages that the workbench needs.
"""
