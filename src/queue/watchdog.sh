#!/bin/sh
# watchdog.sh child|group PROGRAM [ARGUMENT...]
# Runs the program and ends it when standard input closes, which the kernel does for a parent that dies in any way, kill -9
# included. "child" asks the program to end, "group" ends it and all that it started at once; for that this shell must lead
# a process group. The exit status is that of the program. A shell, because it costs 1 MB where Node costs 40.
whom=$1
shift
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
trap 'kill -TERM "$child" 2>/dev/null' TERM INT HUP

# read is a builtin: this is one process, which the kill below ends.
(
  trap - TERM INT HUP
  while read -r _ <&3; do :; done
  if [ "$whom" = group ]; then kill -KILL -$$; else kill -TERM "$child" 2>/dev/null; fi
) >/dev/null 2>&1 &
watcher=$!
exec 3<&-

# A trapped signal ends `wait` early: wait again until the program is gone.
wait "$child"
status=$?
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  status=$?
done
kill "$watcher" 2>/dev/null
exit "$status"
