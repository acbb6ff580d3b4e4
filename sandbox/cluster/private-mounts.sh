#!/bin/sh
# private-mounts.sh STATE RUN: run in a new mount namespace, gives the node a /run and a /var of its own. What the
# kubelet, containerd and the CNI plugins leave there, and every mount they make, goes when the namespace goes.
set -eu
exec 3<"$1" 4<"$2" # both may lie below the folders that are about to be covered
for folder in /run /var; do
    mount -t tmpfs -o mode=755 tmpfs "$folder"
done
mkdir -p /var/lib /var/log /var/tmp "$1" "$2"
chmod 1777 /var/tmp
ln -s /run /var/run
mount --no-canonicalize --bind /proc/self/fd/3 "$1"
mount --no-canonicalize --bind /proc/self/fd/4 "$2"
mount --make-rshared / # pods may ask for mount propagation
