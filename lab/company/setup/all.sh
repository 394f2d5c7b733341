# Every host. Variables: HOSTS_FILE, PROGRAMS (this folder's), COMMANDS
set -eu
printf '%s' "$HOSTS_FILE" >/etc/hosts
rm -f /etc/resolv.conf
printf 'nameserver 198.18.32.2\noptions timeout:2 attempts:1\n' >/etc/resolv.conf
hostname >/etc/hostname
[ ! -s /run/lab/keys/root.pem ] || cat /run/lab/keys/root.pem >>/etc/ssl/certs/ca-certificates.crt
cp "$PROGRAMS/lab-command.py" /usr/local/bin/lab-command
chmod 755 /usr/local/bin/lab-command
for command in $COMMANDS; do
  ln -sf lab-command "/usr/local/bin/$command"
done
