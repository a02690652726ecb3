"""Looking back at stored sessions: what happened, what another checkpoint says, what to ask about, files for others."""
