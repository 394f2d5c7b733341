#!/usr/bin/python3 -IS
"""Asks the lab for what its own name says, such as LAB_NET seg1 80 5 12."""
import json
import os
import socket
import sys

asked = {"command": os.path.basename(sys.argv[0]), "args": sys.argv[1:], "host": socket.gethostname()}
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
    line.settimeout(110)
    line.connect("/run/lab/control.sock")
    line.sendall((json.dumps(asked) + "\n").encode())
    said = b""
    while not said.endswith(b"\n"):
        part = line.recv(65536)
        if not part:
            break
        said += part
answer = json.loads(said or b'{"code": 70, "text": "the lab did not answer"}')
if answer["text"]:
    print(answer["text"], file=sys.stdout if answer["code"] == 0 else sys.stderr)
sys.exit(answer["code"])
