"""Makes, measures and writes checkpoints. Nothing else imports this room."""
