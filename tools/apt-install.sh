#!/bin/sh
# Installs Debian packages as root. A PostgreSQL that comes with them starts no cluster of its own:
# Gridfield keeps its own under .local/. What was on the machine before stays as it was.
set -eu
export DEBIAN_FRONTEND=noninteractive
get() { apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@"; }
conf=/etc/postgresql-common/createcluster.conf
saved=

restore() { [ -z "$saved" ] || mv "$saved" "$conf"; }
trap restore EXIT

get update
case " $* " in *" postgresql-"*)
    if [ ! -e "$conf" ]; then get install --no-install-recommends postgresql-common; fi
    saved=$(mktemp "$conf.XXXXXX")
    cp -p "$conf" "$saved"
    echo "create_main_cluster = false" >> "$conf"
esac
get install --no-install-recommends "$@"
