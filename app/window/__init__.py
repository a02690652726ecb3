"""The main window: start-up, pages, menu, notices, status bar, tray, mini window."""
