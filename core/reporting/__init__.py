"""Reports about a run: versions, timing of a session, figures for `--report`."""
