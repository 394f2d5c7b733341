# The name server of shop.test. Variables: FILES
set -eu
cp -r "$FILES/." /
mkdir -p /run/nsd
chown nsd:nsd /run/nsd
touch /var/log/nsd.log
chown nsd:nsd /var/log/nsd.log
