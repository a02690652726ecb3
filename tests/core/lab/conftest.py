"""Lab Streaming Layer that stays on this machine; told before any test could open a stream."""

from tests.support.lsl import keep_private

keep_private()
