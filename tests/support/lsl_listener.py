"""Another program that records streams as LabRecorder does: find, open, take the full description, pull, correct.

`python lsl_listener.py PREFIX N`: finds N streams whose name begins with PREFIX, reports their descriptions, then every
sample.
"""

import json
import sys
import time
import xml.etree.ElementTree as ET

import pylsl
from pylsl.util import LostError


def description(inlet: pylsl.StreamInlet) -> dict[str, object]:
    root = ET.fromstring(inlet.info(5.0).as_xml())
    core = {name: root.findtext(name) for name in ("name", "type", "channel_count", "nominal_srate", "source_id")}
    channels = [[c.findtext("label"), c.findtext("unit")] for c in root.iterfind("desc/channels/channel")]
    acquisition = {child.tag: child.text for child in root.iterfind("desc/acquisition/*")}
    return core | {"channel_format": root.findtext("channel_format"), "channels": channels, "acquisition": acquisition}


def found(prefix: str, count: int) -> list[pylsl.StreamInfo]:
    resolver = pylsl.ContinuousResolver(pred=f"starts-with(name,'{prefix}')")
    while len(infos := resolver.results()) < count:
        time.sleep(0.02)
    return infos


def main() -> None:
    inlets = {}
    for info in found(sys.argv[1], int(sys.argv[2])):
        inlet = pylsl.StreamInlet(info, max_buflen=360, recover=False)
        inlet.open_stream(5.0)
        inlets[info.name()] = (inlet, inlet.time_correction(5.0))
    say({name: description(inlet) for name, (inlet, _) in inlets.items()})
    while inlets:
        for name, (inlet, correction_s) in list(inlets.items()):
            try:
                samples, stamps_s = inlet.pull_chunk(0.0)
            except LostError:
                del inlets[name]
                say({"lost": name})
                continue
            for sample, stamp_s in zip(samples, stamps_s, strict=True):
                say({"stream": name, "sample": sample, "lsl_s": stamp_s + correction_s})
        time.sleep(0.005)


def say(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


main()
