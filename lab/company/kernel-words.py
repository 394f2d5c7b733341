"""Hands a host's log what the machine's kernel says of this host, as its own kernel would: kernel-words.py

The kernel has one log for the whole machine. Of it, what names the host's own group of processes or a disk mounted here
is the host's; who was ended for want of memory stands in the line after the one that names the group.
"""
import os
import re
import syslog

KILLED = "Memory cgroup out of memory: Killed process"
ERROR = 3


def own_group():
    with open("/proc/self/cgroup") as groups:
        paths = dict(line.rstrip("\n").split(":", 2)[1:] for line in groups)
    return paths.get("memory", paths.get("", "/"))


def own_disks():
    with open("/proc/self/mounts") as mounts:
        return {match.group(1) for match in re.finditer(r"^/dev/(loop\d+) ", mounts.read(), re.M)}


def is_of(group, text):
    named = re.search(r"\boom_memcg=([^,\s]+)", text)
    return named is not None and (named.group(1) + "/").startswith(group + "/")


def main():
    syslog.openlog("kernel")
    group = own_group()
    log = os.open("/dev/kmsg", os.O_RDONLY)
    os.lseek(log, 0, os.SEEK_END)
    is_next = False
    while True:
        try:
            record = os.read(log, 8192).decode(errors="replace")
        except BrokenPipeError:
            continue  # it was overwritten before it was read
        head, _, rest = record.partition(";")
        text = rest.split("\n", 1)[0]
        is_named = is_of(group, text)
        disk = re.search(r"\b(loop\d+)\b", text)
        if is_named or (is_next and text.startswith(KILLED)) or (disk and disk.group(1) in own_disks()):
            syslog.syslog(min(int(head.split(",")[0]) % 8, ERROR), text)
        if is_named or text.startswith(KILLED):
            is_next = is_named


main()
