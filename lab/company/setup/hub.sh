# The hub's machine: a web server in front that speaks TLS. Variables: FILES
set -eu
find /var/log -type f -delete
mkdir -p /var/log/nginx
rm -f /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*
cp "$FILES/front.conf" /etc/nginx/sites-available/default
ln -s ../sites-available/default /etc/nginx/sites-enabled/default
