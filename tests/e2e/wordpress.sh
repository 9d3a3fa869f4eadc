#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes a WordPress with comments of every kind and lets it export itself.
#
#   tests/e2e/wordpress.sh EXPORT.xml COUNTS.json [POSTS COMMENTS]
#
# EXPORT.xml is what WordPress's own export_wp() writes, COUNTS.json what its database holds. All of
# it lives in a temporary folder: a MariaDB on a socket, without a network port, and the
# configuration of Debian's WordPress. Needs mariadb-server, wordpress, php-cli and php-mysql.
set -euo pipefail

export_file=$(realpath -m "${1:?usage: wordpress.sh EXPORT.xml COUNTS.json [POSTS COMMENTS]}")
counts_file=$(realpath -m "${2:?usage: wordpress.sh EXPORT.xml COUNTS.json [POSTS COMMENTS]}")
posts=${3:-20}
comments=${4:-300}
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")

folder=$(mktemp -d /tmp/tocsin-wordpress-XXXXXX)
database_pid=
clean_up() {
  if [ -n "$database_pid" ]; then
    kill "$database_pid" 2>/dev/null || true
    wait "$database_pid" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap clean_up EXIT

database=(--no-defaults --datadir="$folder/data" --user="$(id -un)")
mariadb-install-db "${database[@]}" --auth-root-authentication-method=normal \
  --skip-test-db >"$folder/install.log" 2>&1 || { cat "$folder/install.log" >&2; exit 1; }
mariadbd "${database[@]}" --skip-networking --socket="$folder/socket" --pid-file="$folder/pid" \
  --skip-log-bin --innodb-flush-log-at-trx-commit=0 >"$folder/database.log" 2>&1 &
database_pid=$!

# The database says itself when it can be asked.
mariadb-admin --no-defaults --socket="$folder/socket" --user=root --wait=30 --silent ping ||
  { cat "$folder/database.log" >&2; exit 1; }
mariadb --no-defaults --socket="$folder/socket" --user=root \
  -e 'CREATE DATABASE wordpress CHARACTER SET utf8mb4'

mkdir "$folder/content"
WORDPRESS_FOLDER=$folder timeout 300 php -d display_errors=stderr -d memory_limit=512M \
  "$here/wordpress/make.php" "$export_file" "$counts_file" "$posts" "$comments"
