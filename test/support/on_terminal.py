"""Runs a program on a terminal of its own: on_terminal.py STEPS COMMAND…; STEPS is a JSON list of [wait for this text, then type that].

Prints what the terminal showed and exits with the program's code; gives up after 40 seconds.
"""

import json
import os
import pty
import select
import sys
import time

steps = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

shown = b""
mark = 0
deadline = time.monotonic() + 40
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 0.1)
    if ready:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    elif steps and steps[0][0].encode() in shown[mark:]:
        # Nothing new for a moment: the question is complete.
        mark = len(shown)
        os.write(terminal, steps.pop(0)[1].encode())
else:
    os.kill(pid, 9)
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status) if not steps else 99)
