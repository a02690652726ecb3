"""The Live page: preview, current estimate, probability and weight plots, tasks and readiness."""
