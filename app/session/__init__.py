"""Controls one session without any widget: input, engine, storage, devices, background jobs."""
