#!/bin/sh
# First process of one host of the lab, in fresh namespaces: gives it a disk of its own over this machine's files, then
# waits, taking in orphans. Whatever it mounted and started ends with it.
# usage: keeper.sh NAME SHARED_FOLDER DISK_IMAGE|- CGROUP_NAME [FOLDER …]
# The folders lie perhaps in /tmp or on another disk, which is hidden here: then they are put at their own places, for reading.
set -eu
name=$1 shared=$2 image=$3 group=$4
shift 4
base=/mnt
hostname "$name"

mount -t tmpfs -o mode=755,size=16m none "$base"
mkdir "$base/cg" "$base/shared" "$base/disk" "$base/root"
mount --rbind /sys/fs/cgroup "$base/cg"
mount --bind "$shared" "$base/shared"
if [ "$image" = - ]; then
  mount -t tmpfs -o mode=755,size=512m none "$base/disk"
else
  mount -o loop "$image" "$base/disk"
fi
mkdir -p "$base/disk/upper" "$base/disk/work"
root=$base/root
mount -t overlay -o "lowerdir=/,upperdir=$base/disk/upper,workdir=$base/disk/work" lab "$root"

mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs -o mode=755,size=4m none "$root/sys/fs/cgroup"
if [ -d "$base/cg/cpu" ]; then
  for controller in cpu cpuacct memory blkio pids freezer cpuset; do
    [ -d "$base/cg/$controller/$group" ] || continue
    mkdir "$root/sys/fs/cgroup/$controller"
    mount --bind "$base/cg/$controller/$group" "$root/sys/fs/cgroup/$controller"
  done
elif [ -d "$base/cg/$group" ]; then
  mount --bind "$base/cg/$group" "$root/sys/fs/cgroup"
fi
mount -t tmpfs -o mode=755,size=4m none "$root/dev"
for device in null zero full random urandom tty fuse kmsg loop-control; do
  [ -e "/dev/$device" ] && cp -a "/dev/$device" "$root/dev/$device"
done
cp -a /dev/loop[0-9]* "$root/dev/" 2>/dev/null || true
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"
ln -s fd/1 "$root/dev/stdout"
ln -s fd/2 "$root/dev/stderr"
mount -t tmpfs -o mode=1777 none "$root/dev/shm"
mount -t tmpfs -o mode=755,size=64m none "$root/run"
mkdir -m 1777 "$root/run/lock"
mkdir "$root/run/lab"
mount --bind "$base/shared" "$root/run/lab"
mount -t tmpfs -o mode=1777,size=256m none "$root/tmp"
for folder; do
  [ -z "$(ls -A "$root$folder" 2>/dev/null)" ] || continue
  mkdir -p "$root$folder"
  mount --bind "$folder" "$root$folder"
  mount -o remount,bind,ro "$root$folder"
done

mkdir -p "$root/mnt/before"
cd "$root"
pivot_root . mnt/before
cd /
umount -l /mnt/before
rmdir /mnt/before
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.icmp_ratelimit=0 net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link set lo up
for procs in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs; do
  [ ! -e "$procs" ] || echo 0 >"$procs"
done
echo ready
exec </dev/null >/dev/null 2>&1
# a shell that waits takes in whatever lost its parent
sleep infinity &
while :; do wait || :; done
