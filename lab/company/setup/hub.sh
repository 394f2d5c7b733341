# The hub's machine: a web server in front that speaks TLS. Variables: FILES
set -eu
find /var/log -type f -delete
mkdir -p /var/log/nginx
rm -f /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*
cp "$FILES/front.conf" /etc/nginx/sites-available/default
ln -s ../sites-available/default /etc/nginx/sites-enabled/default

# it reads the copies on bk1 with the key that writes them
mkdir -p -m 700 /root/.ssh
cp /run/lab/keys/backup /root/.ssh/id_ed25519
chmod 600 /root/.ssh/id_ed25519
echo "bk1 $(cut -d ' ' -f 1,2 /run/lab/keys/host-bk1.pub)" >/etc/ssh/ssh_known_hosts
