# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What a scenario sources in the place of story.sh, if r1's vrrpd is to be a
# service of systemd: a real one, the first process of a namespace of its own,
# with no unit but ours.  Nothing of the host is in its reach: systemd-boot, next
# to this file, says how.
#
#	service restart | stop | start	what systemctl does with r1's vrrpd
#
# A cgroup outlives its processes.  So the one that systemd is in is made here,
# before the lab begins, and removed by a process that is not part of the lab
# and waits for the end of all who are.

service_systemd=/lib/systemd/systemd
service_units=/run/lab/units

# Below our own, in the hierarchy of version 2, wherever that is mounted.
service_cgroup() {
	service_mount=$(findmnt -n -o TARGET -t cgroup2 | head -n 1)
	service_own=$(sed -n 's/^0:://p' /proc/self/cgroup)
	[ -n "$service_mount" ] && [ -n "$service_own" ] || return 1
	LAB_CGROUP=${service_mount%/}${service_own%/}/vrrpd-lab-$$
	mkdir "$LAB_CGROUP" 2>/dev/null
}

# service_sweep DIR: nobody writes to DIR/end, it ends with the last who could.
# A process that was killed leaves its cgroup in its own time.
service_sweep() {
	cat "$1/end"
	rm -r "$1"
	service_left=100
	until find "$LAB_CGROUP" -depth -type d -exec rmdir {} + ||
		[ "$service_left" = 0 ]; do
		sleep 0.1
		service_left=$((service_left - 1))
	done
}

service_prepare() {
	export LAB_CGROUP=
	service_cgroup || { LAB_CGROUP='' && return; }
	service_dir=$(mktemp -d)
	mkfifo "$service_dir/end"
	(
		trap '' HUP INT TERM
		service_sweep "$service_dir"
	) </dev/null >/dev/null 2>&1 &
	exec 9>"$service_dir/end"
}
[ -n "${LAB_INSIDE:-}${LAB_JOINED:-}" ] || service_prepare

# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

service_can() {
	[ "${LAB_DAEMON:-vrrpd}" = vrrpd ] || skip "it is about vrrpd's unit"
	[ -x $service_systemd ] || skip "$service_systemd is missing"
	[ -n "$LAB_CGROUP" ] || skip "no cgroup can be made for systemd here"
}

# Its programs and files are where the unit may look: not in /home or /tmp.
service_install() {
	mkdir "$service_units" "$LAB/sbin"
	cp "$BIN/vrrpd" "$BIN/vrrpctl" "$LAB/sbin/"
	for service_unit in lab sysinit basic shutdown network-pre; do
		printf '[Unit]\nDefaultDependencies=no\n' \
			>"$service_units/$service_unit.target"
	done
	{
		sed "s|@SBINDIR@/vrrpd |&-f $LAB/r1/daemon/cfg |
			s|@SBINDIR@|$LAB/sbin|" "$TOP/vrrpd/vrrpd.service"
		echo "[Service]"
		echo "StandardError=append:$LAB/r1/pipe"
	} >"$service_units/vrrpd.service"
	ln -s /run/vrrpd/control "$LAB/r1/control"
}

# Read and write: so that it does not end with the first who writes to it.
service_log() {
	mkfifo "$LAB/r1/pipe"
	"$BIN/stamp" "$LAB/r1/log.us" <>"$LAB/r1/pipe" >>"$LAB/r1/log" &
}

# Not by `ip netns exec`, which takes the host's /sys away, and its cgroups.
service_boot() {
	nsenter --net=/run/netns/r1 unshare -pm --kill-child --fork -- \
		"$TOP/netns-lab/systemd-boot" "$LAB_CGROUP" \
		"$service_units" "$service_systemd" \
		>"$LAB/systemd" 2>&1 </dev/null &
	service_parent=$!
	service_left=100
	until service_answers; do
		[ "$service_left" -gt 0 ] ||
			skip "systemd does not boot here within 10 s"
		sleep 0.1
		service_left=$((service_left - 1))
	done
}

# Among its processes, with what it sees.
service_ctl() {
	service_first=$(cat \
		"/proc/$service_parent/task/$service_parent/children")
	nsenter -t "${service_first% }" -p -m -C -n -- systemctl "$@"
}

service_answers() {
	service_ctl show -p Version >"$LAB/systemctl" 2>&1
}

# In the place of story.sh's.
begins() {
	[ "$1" = r1 ] || { daemon_start "$1" && return; }
	service_can
	daemon_configure r1
	service_install
	service_log
	service_boot
	event_process r1 started "systemctl start"
	service_do start
}

service_do() {
	service_ctl "$1" vrrpd.service >"$LAB/systemctl" 2>&1 ||
		fail "systemctl $1: $(head -n 1 "$LAB/systemctl")"
}

service() {
	case $1 in
	start)
		event repair r1 "systemctl start"
		event_process r1 started "systemctl start"
		;;
	*) event fault r1 "systemctl $1" ;;
	esac
	service_do "$1"
	[ "$1" != stop ] || event_process r1 ended "has ended"
}
