"""Another program that sends markers: `python lsl_sender.py NAME FORMAT`, then one label a line; "bye" ends it.

Before the first label it says that somebody listens; after each, at which LSL time it was sent.
"""

import json
import sys
import time

import pylsl


def say(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


name, form = sys.argv[1:3]
outlet = pylsl.StreamOutlet(pylsl.StreamInfo(name, "Markers", 1, pylsl.IRREGULAR_RATE, form, f"{name}-source"))
say("open")
while not outlet.have_consumers():
    time.sleep(0.01)
say("heard")
for line in sys.stdin:
    label = line.strip()
    if label == "bye":
        break
    at_s = pylsl.local_clock()
    outlet.push_sample([label if form == "string" else float(label)], at_s)
    say(at_s)
