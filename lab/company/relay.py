"""Carries every frame between two devices with delay, jitter and loss: relay.py DEVICE DEVICE DELAY_MS JITTER_MS LOSS_PERCENT"""
import heapq
import random
import select
import socket
import sys
import time

ALL_PROTOCOLS = 3
OUTGOING = 4
FRAMES_AT_ONCE = 256
# what waits longer is what a real line's buffer would have dropped
LONGEST_QUEUE = 20000


def listen(device):
    taken = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    taken.bind((device, 0))
    taken.setblocking(False)
    return taken


def main(one, other, delay, jitter, loss):
    sides = {}
    first, second = listen(one), listen(other)
    sides[first], sides[second] = second, first
    waiting = []
    number = 0
    print("carrying", flush=True)
    while True:
        patience = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        readable, _, _ = select.select([first, second], [], [], patience)
        now = time.monotonic()
        for side in readable:
            for _ in range(FRAMES_AT_ONCE):
                try:
                    frame, origin = side.recvfrom(65535)
                except OSError:
                    break
                if origin[2] == OUTGOING or random.random() < loss or len(waiting) >= LONGEST_QUEUE:
                    continue
                number += 1
                due = now + max(0.0, delay + random.uniform(-jitter, jitter))
                heapq.heappush(waiting, (due, number, sides[side], frame))
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, to, frame = heapq.heappop(waiting)
            try:
                to.send(frame)
            except OSError:
                pass  # the device is down: the frame is lost, as on a cut line


main(sys.argv[1], sys.argv[2], float(sys.argv[3]) / 1000, float(sys.argv[4]) / 1000, float(sys.argv[5]) / 100)
