"""Bulk traffic: bulk.py take PORT SECONDS | bulk.py send ADDRESS PORT SECONDS MBIT"""
import selectors
import socket
import sys
import time

FLOWS = 8
PIECE = 64 * 1024


def take(port, seconds):
    until = time.monotonic() + seconds
    server = socket.create_server(("0.0.0.0", port), backlog=64)
    server.setblocking(False)
    waiting = selectors.DefaultSelector()
    waiting.register(server, selectors.EVENT_READ)
    while time.monotonic() < until:
        for key, _ in waiting.select(1):
            if key.fileobj is server:
                flow, _ = server.accept()
                flow.setblocking(False)
                waiting.register(flow, selectors.EVENT_READ)
                continue
            try:
                alive = key.fileobj.recv(PIECE)
            except BlockingIOError:
                continue
            except OSError:
                alive = b""
            if not alive:
                waiting.unregister(key.fileobj)
                key.fileobj.close()


def send(address, port, seconds, mbit):
    until = time.monotonic() + seconds
    flows = [socket.create_connection((address, port), timeout=10) for _ in range(FLOWS)]
    for flow in flows:
        flow.setblocking(False)
    piece = bytes(PIECE)
    per_second = mbit * 1e6 / 8
    started, sent = time.monotonic(), 0
    while time.monotonic() < until:
        progressed = False
        for flow in flows:
            if sent > (time.monotonic() - started) * per_second:
                break
            try:
                sent += flow.send(piece)
                progressed = True
            except BlockingIOError:
                continue
            except OSError:
                return
        if not progressed:
            time.sleep(0.005)


kind, *words = sys.argv[1:]
if kind == "take":
    take(int(words[0]), float(words[1]))
else:
    send(words[0], int(words[1]), float(words[2]), float(words[3]))
