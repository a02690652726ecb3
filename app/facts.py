"""Puts what the desk knows in its place on the screen: purpose, input, devices, word model, theme."""

from __future__ import annotations

from app.choice import purpose
from app.desk import Desk
from app.views.header import Header
from app.views.live_page import LivePage
from app.views.settings_page import SettingsPage
from app.wording import LIVE_DEMO_BADGE


def show_facts(desk: Desk, header: Header, live: LivePage, page: SettingsPage) -> None:
    """Show the facts as they are now; called when any of them changes."""
    live.readiness.show_checks(desk.checks())
    live.readiness.show_input(desk.input.kind)
    live.preview.set_mirrored(desk.input.kind != "file")
    page.show_devices(desk.watch.cameras or (), desk.watch.microphones or ())
    page.show_purpose(desk.settings.purpose)
    page.show_theme(desk.settings.screen.theme)
    missing_mb = desk.fetch.missing_mb()
    offer = f"Not installed: {missing_mb:.0f} MB from {desk.fetch.host}." if missing_mb else "Installed."
    page.show_words(offer, missing_mb is not None)
    chosen = purpose(desk.settings.purpose)
    live_demo = desk.settings.purpose == "demo" and desk.input.kind == "devices"
    header.show_purpose(LIVE_DEMO_BADGE if live_demo else chosen.badge if chosen else "")
