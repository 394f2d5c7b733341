"""Shows a host its own load, processor time and memory in place of the whole machine's: vitals.py FOLDER

The kernel counts those for the machine. The host's groups know what is the host's; the files written here lie over
/proc/loadavg, /proc/stat and /proc/meminfo. Needs the groups of version 1; otherwise only the load is the host's own.
"""
import math
import os
import sys
import time

PERIOD = 0.5
GROUPS = "/sys/fs/cgroup"
TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
folder = sys.argv[1]


def read(path):
    try:
        with open(path) as source:
            return source.read()
    except OSError:
        return None


def number(path):
    text = read(path)
    return None if text is None else int(text)


def fields(path):
    return dict(line.split()[:2] for line in (read(path) or "").splitlines())


class Shown:
    """A file whose readers see all of one state."""

    def __init__(self, name):
        self.file = os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT, 0o644)

    def show(self, text):
        data = text.encode()
        os.pwrite(self.file, data, 0)
        os.ftruncate(self.file, len(data))


def busy_tasks():
    """How many run or wait for a disk, how many of them wait, how many there are, and the last number given."""
    busy = waiting = total = last = 0
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        state = read(f"/proc/{name}/stat")
        if state is None:
            continue
        total += 1
        last = max(last, int(name))
        letter = state[state.rfind(")") + 2]
        if letter in "RD" and int(name) != os.getpid():
            busy += 1
            waiting += letter == "D"
    return busy, waiting, total, last


def load_line(loads, busy, total, last):
    for index, minutes in enumerate((1, 5, 15)):
        weight = math.exp(-PERIOD / (minutes * 60))
        loads[index] = loads[index] * weight + busy * (1 - weight)
    return "{:.2f} {:.2f} {:.2f} {}/{} {}\n".format(*loads, max(1, busy), total, last)


# so many looks in a row at a full queue are no chance
FULL_LOOKS = 4


class Idleness:
    """Of the time in which nothing ran, what was spent with somebody waiting for a disk, or for a core.

    The whole machine has more to do than this host. While every core of the host has somebody waiting for it, what others
    took is time the host would have used itself.
    """

    def __init__(self):
        self.idle = self.waited = self.wanted = 0.0
        self.full = 0

    def split(self, idle, running, waiting):
        more = max(0.0, idle - self.idle)
        self.idle = max(self.idle, idle)
        self.full = self.full + 1 if running >= CORES else 0
        if self.full >= FULL_LOOKS:
            self.wanted += more
        else:
            self.waited += more * min(1.0, waiting / CORES)
        return idle - self.waited - self.wanted, self.waited, self.wanted


def cpu_lines(since, busy, waiting, idleness):
    """Processor time since this began; what the host was kept from by its own limit is stolen."""
    user = number(f"{GROUPS}/cpuacct/cpuacct.usage_user")
    system = number(f"{GROUPS}/cpuacct/cpuacct.usage_sys")
    if user is None or system is None:
        return None
    throttled = int(fields(f"{GROUPS}/cpu/cpu.stat").get("throttled_time", 0))
    used = [part * TICKS / 1e9 for part in (user, system)]
    capacity = (time.monotonic() - since) * CORES * TICKS
    stolen = min(throttled * TICKS / 1e9, max(0.0, capacity - sum(used)))
    idle, waited, wanted = idleness.split(max(0.0, capacity - sum(used) - stolen), busy - waiting, waiting)

    def line(name, share):
        shown = [int(part * share) for part in (used[0] + wanted, 0, used[1], idle, waited, 0, 0, stolen, 0, 0)]
        return f"{name} " + " ".join(map(str, shown))

    rest = [kept for kept in (read("/run/vitals/real/stat") or "").splitlines() if not kept.startswith(("cpu", "procs_"))]
    cores = [line(f"cpu{core}", 1 / CORES) for core in range(CORES)]
    return "\n".join([line("cpu ", 1), *cores, *rest, f"procs_running {max(1, busy - waiting)}", f"procs_blocked {waiting}"]) + "\n"


def memory_lines():
    limit, used = number(f"{GROUPS}/memory/memory.limit_in_bytes"), number(f"{GROUPS}/memory/memory.usage_in_bytes")
    real = fields("/run/vitals/real/meminfo")
    if limit is None or used is None or "MemTotal:" not in real:
        return None
    stat = fields(f"{GROUPS}/memory/memory.stat")
    total = min(limit // 1024, int(real["MemTotal:"]))
    cached = int(stat.get("total_cache", 0)) // 1024
    files = (int(stat.get("total_inactive_file", 0)) + int(stat.get("total_active_file", 0))) // 1024
    anonymous = int(stat.get("total_rss", 0)) // 1024
    free = max(0, total - used // 1024)
    shown = {
        "MemTotal": total,
        "MemFree": free,
        "MemAvailable": min(total, free + files),
        "Buffers": 0,
        "Cached": cached,
        "SwapCached": 0,
        "AnonPages": anonymous,
        "Shmem": int(stat.get("total_shmem", 0)) // 1024,
        "SwapTotal": 0,
        "SwapFree": 0,
        "Dirty": int(stat.get("total_dirty", 0)) // 1024,
    }
    return "".join(f"{name + ':':<16}{value:>8} kB\n" for name, value in shown.items())


def main():
    load, stat, memory = Shown("loadavg"), Shown("stat"), Shown("meminfo")
    loads = [0.0, 0.0, 0.0]
    # counters never go back, also not when this is started again
    since = time.monotonic() - 3600
    idleness = Idleness()
    idleness.idle = 3600.0 * CORES * TICKS
    while True:
        busy, waiting, total, last = busy_tasks()
        load.show(load_line(loads, busy, total, last))
        for shown, text in ((stat, cpu_lines(since, busy, waiting, idleness)), (memory, memory_lines())):
            if text is not None:
                shown.show(text)
        time.sleep(PERIOD)


main()
