#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes a WordPress with comments of every kind and lets it export itself, or one that is served.
#
#   tests/e2e/wordpress.sh EXPORT.xml COUNTS.json [POSTS COMMENTS]
#   tests/e2e/wordpress.sh --serve PORT
#
# EXPORT.xml is what WordPress's own export_wp() writes, COUNTS.json what its database holds. All of
# it lives in a temporary folder: a MariaDB on a socket, without a network port, and the
# configuration of Debian's WordPress. Needs mariadb-server, wordpress, php-cli and php-mysql, and
# wordpress-theme-twentytwentythree to serve.
#
# With --serve, PHP's own web server answers on 127.0.0.1 until standard input ends. The folder is
# printed once WordPress is installed; wordpress/write.php writes there.
set -euo pipefail

usage='usage: wordpress.sh EXPORT.xml COUNTS.json [POSTS COMMENTS] | --serve PORT'
first=${1:?$usage}
second=${2:?$usage}
posts=${3:-20}
comments=${4:-300}
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")

folder=$(mktemp -d /tmp/tocsin-wordpress-XXXXXX)
pids=()
clean_up() {
  if [ ${#pids[@]} -gt 0 ]; then
    kill "${pids[@]}" 2>/dev/null || true
    wait "${pids[@]}" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

database=(--no-defaults --datadir="$folder/data" --user="$(id -un)")
mariadb-install-db "${database[@]}" --auth-root-authentication-method=normal \
  --skip-test-db >"$folder/install.log" 2>&1 || { cat "$folder/install.log" >&2; exit 1; }
mariadbd "${database[@]}" --skip-networking --socket="$folder/socket" --pid-file="$folder/pid" \
  --skip-log-bin --innodb-flush-log-at-trx-commit=0 >"$folder/database.log" 2>&1 &
pids+=($!)

# The database says itself when it can be asked.
mariadb-admin --no-defaults --socket="$folder/socket" --user=root --wait=30 --silent ping >/dev/null ||
  { cat "$folder/database.log" >&2; exit 1; }
mariadb --no-defaults --socket="$folder/socket" --user=root \
  -e 'CREATE DATABASE wordpress CHARACTER SET utf8mb4'

mkdir "$folder/content"
export WORDPRESS_FOLDER=$folder

php_with_limits() { timeout 300 php -d display_errors=stderr -d memory_limit=512M "$@"; }

if [ "$first" = --serve ]; then
  export WORDPRESS_HOST=127.0.0.1:$second
  ln -s /usr/share/wordpress/wp-content/themes "$folder/content/themes"
  php_with_limits "$here/wordpress/install.php" >&2
  php -d display_errors=stderr -S "$WORDPRESS_HOST" -t "$folder/content" "$here/wordpress/router.php" \
    >"$folder/server.log" 2>&1 &
  pids+=($!)
  until (exec 3<>"/dev/tcp/127.0.0.1/$second") 2>/dev/null; do
    kill -0 "${pids[-1]}" 2>/dev/null || { cat "$folder/server.log" >&2; exit 1; }
    sleep 0.1
  done
  echo "$folder"
  cat >/dev/null  # until whoever started this closes the pipe, or is gone
else
  php_with_limits "$here/wordpress/make.php" "$(realpath -m "$first")" "$(realpath -m "$second")" \
    "$posts" "$comments"
fi
