#!/bin/sh
# Runs the Redis given as arguments and ends it when standard input closes, which the kernel does for a parent that dies
# in any way, kill -9 included. Its exit status is that of Redis. A shell, because it costs 1 MB where Node costs 40.
exec 3<&0
"$@" </dev/null 3<&- &
redis=$!
trap 'kill -TERM "$redis" 2>/dev/null' TERM INT HUP

# read is a builtin: this is one process, which the kill below ends.
(
  trap - TERM INT HUP
  while read -r _ <&3; do :; done
  kill -TERM "$redis" 2>/dev/null
) >/dev/null 2>&1 &
watcher=$!
exec 3<&-

# A trapped signal ends `wait` early: wait again until Redis is gone.
wait "$redis"
status=$?
while kill -0 "$redis" 2>/dev/null; do
  wait "$redis"
  status=$?
done
kill "$watcher" 2>/dev/null
exit "$status"
