# A small site of nginx. Variables: FILES, TITLE
set -eu
mkdir -p /var/www/site /var/log/nginx
find /var/log -type f -delete
echo "<!doctype html><html lang=\"ja\"><meta charset=\"utf-8\"><title>$TITLE</title><h1>$TITLE</h1>" >/var/www/site/index.html
rm -f /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*
cp "$FILES/default.conf" /etc/nginx/sites-available/default
ln -s ../sites-available/default /etc/nginx/sites-enabled/default
