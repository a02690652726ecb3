"""Another program that sends markers: `python lsl_sender.py NAME FORMAT`, then one label per line; "bye" ends it.
The prefix "latin-1:" sends a label in that encoding, "nan:" sends it without a time.

Reports when a reader has connected, and after each label the LSL time at which it was sent.
"""

import json
import math
import sys
import time

import pylsl


def say(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


def sent(label: str) -> str | bytes | float:
    if label.startswith("latin-1:"):
        return label.removeprefix("latin-1:").encode("latin-1")
    return label.removeprefix("nan:") if form == "string" else float(label)


name, form = sys.argv[1:3]
outlet = pylsl.StreamOutlet(pylsl.StreamInfo(name, "Markers", 1, pylsl.IRREGULAR_RATE, form, f"{name}-source"))
say("open")
while not outlet.have_consumers():
    time.sleep(0.01)
say("connected")
for line in sys.stdin:
    label = line.strip()
    if label == "bye":
        break
    at_s = pylsl.local_clock()
    outlet.push_sample([sent(label)], math.nan if label.startswith("nan:") else at_s)
    say(at_s)
