# Elsewhere: a time server, and doubles.
set -eu
mkdir -p /var/log/chrony
cat >/etc/chrony/chrony.conf <<CONF
local stratum 2
allow all
port 123
driftfile /var/lib/chrony/chrony.drift
CONF
