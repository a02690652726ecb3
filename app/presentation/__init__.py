"""What widgets show, without any widget: sentences, numbers, smoothed values and plot series."""
