# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# The lab: a switch, routers and clients in network namespaces.  Every
# scenario, the demo and the end-to-end tests source this file first:
#
#	. "$(dirname "$0")/lib.sh"
#
# It runs the script again in mount, pid and network namespaces of its own,
# with an empty /run; all of that is gone the moment the script ends, however
# it ends.  As root no user namespace is made, because real-time priority is
# not to be had in one.  Verbs take the name of a router or host; the port of
# the switch is called the same.
#
#	router NAME CIDR...	a host that forwards, eth0 on the switch
#	host NAME CIDR...	a client
#	lan SWITCH		one more switch; there is always one, "lan"
#	attach NAME INTERFACE SWITCH CIDR...  one more interface of a router or
#				host; its port is called NAME-INTERFACE
#	trunk SWITCH SWITCH	a cable between two switches; its ports are called
#				ONE-OTHER and OTHER-ONE
#	bare NAME		a router with nothing attached yet
#	inside NAME CMD...	run a command there; in the background, where
#				$! must be its pid: ip netns exec NAME CMD... &
#	vrrpd NAME FILE [OPT...]  start a daemon there, in the background;
#	keepalived NAME FILE	its log is $LAB/NAME/log
#	ctl NAME ARG...		vrrpctl of the vrrpd there
#	kill_daemon NAME SIG	and `alive NAME`: is it still there?
#	holds NAME ADDRESS	is the address on an interface there?
#	within SECONDS CMD...	the command must come true in time
#	not CMD...		the opposite
#	now_us			CLOCK_REALTIME in microseconds
#	frames_dropped		how many the kernel had no time for: it has one
#				queue of a CPU for all namespaces, and so they may
#				be somebody else's
#	event KIND NAME TEXT...	for who tells the story afterwards; KIND is
#				fault, repair or note, NAME may be "-"
#	event_process NAME STATE TEXT...  started, ended, frozen or running
#	fail TEXT...		the scenario has failed
#
# The verbs that break things, and those that mend them, are in faults.sh and
# meddling.sh, which this file sources.
set -eu

# Run "$0" again inside.  This shell stays outside as a guard: whatever stops
# it, it ends the first process of the pid namespace, and with that one go all
# the others, and the namespaces with them.  Should the guard itself be killed,
# pdeathsig and --kill-child do the same.
lab_enter() {
	lab_how=-mnpf
	[ "$(id -u)" = 0 ] || lab_how=-rmnpf
	LAB_INSIDE=1 setpriv --pdeathsig KILL unshare "$lab_how" \
		--kill-child --mount-proc -- "$0" "$@" &
	lab_guarded=$!
	trap 'lab_stop 129' HUP
	trap 'lab_stop 130' INT
	trap 'lab_stop 143' TERM
	lab_status=0
	wait "$lab_guarded" || lab_status=$?
	exit "$lab_status"
}

lab_stop() {
	trap '' HUP INT TERM
	lab_first=
	read -r lab_first _ <"/proc/$lab_guarded/task/$lab_guarded/children" \
		2>/dev/null || :
	kill -KILL "${lab_first:-$lab_guarded}" 2>/dev/null || :
	wait "$lab_guarded" 2>/dev/null || :
	exit "$1"
}

# A shell that joins a lab that stands (shell.sh) says where the tree is.
[ -n "${LAB_INSIDE:-}${LAB_JOINED:-}" ] || lab_enter "$@"
unset LAB_INSIDE

# The top of the tree, and the directory of the programs.
TOP=${LAB_JOINED:-$(cd "$(dirname "$0")" && until [ -e netns-lab/lib.sh ]; do
	[ "$PWD" != / ] || exit 1
	cd ..
done && pwd)}
case ${B:=build} in
/*) BIN=$B ;;
*) BIN=$TOP/$B ;;
esac
LAB=/run/lab

lan() {
	ip link add "$1" type bridge stp_state 0 mcast_snooping 0 \
		forward_delay 0
	echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6"
	ip link set "$1" up
}

# A bridge would take each frame through the iptables of the host that plays
# the switch, which costs whoever sends it more than all the rest of its way.
lab_unfiltered() {
	for lab_setting in /proc/sys/net/bridge/bridge-nf-call-*tables; do
		[ ! -e "$lab_setting" ] || echo 0 >"$lab_setting"
	done
}

lab_begin() {
	mount -t tmpfs lab /run
	mkdir -p /run/netns "$LAB"
	lab_unfiltered
	lan lan
}
[ -n "${LAB_JOINED:-}" ] || lab_begin

# lab_plug_in PORT SWITCH: up, and with nothing to say of its own.
lab_plug_in() {
	echo 1 >"/proc/sys/net/ipv6/conf/$1/disable_ipv6"
	ip link set "$1" master "$2" up
}

trunk() {
	ip link add "$1-$2" type veth peer name "$2-$1"
	lab_plug_in "$1-$2" "$1"
	lab_plug_in "$2-$1" "$2"
}

inside() {
	lab_name=$1
	shift
	ip netns exec "$lab_name" "$@"
}

# Of the interface at a port, always the same, as it is when a host comes back.
lab_mac() {
	printf '%s' "$1" | cksum | awk '{
		printf "02:00:%02x:%02x:%02x:%02x\n", $1 / 16777216,
			$1 / 65536 % 256, $1 / 256 % 256, $1 % 256
	}'
}

# lab_cable NAME PORT INTERFACE SWITCH CIDR...
lab_cable() {
	lab_name=$1 lab_interface=$3
	ip link add "$2" type veth peer name "$3" netns "$1" \
		address "$(lab_mac "$2")"
	lab_plug_in "$2" "$4"
	ip -n "$1" link set "$3" up
	ip -n "$1" -br link show dev "$3" >>"$LAB/$1/links"
	shift 4
	for lab_address; do
		ip -n "$lab_name" addr add "$lab_address" dev "$lab_interface"
	done
}

# lab_node NAME FORWARDING: no cable yet.
lab_node() {
	mkdir -p "$LAB/$1"
	ip netns add "$1"
	# No duplicate address detection: an address is there when it is set.
	inside "$1" sh -c "cd /proc/sys/net &&
		echo 0 >ipv6/conf/default/accept_dad &&
		echo $2 >ipv6/conf/all/forwarding &&
		echo $2 >ipv4/ip_forward"
	ip -n "$1" link set lo up
}

# lab_make NAME CMD...: done now, and again by power_on.
lab_make() {
	lab_name=$1
	shift
	"$@"
	echo "$@" >>"$LAB/$lab_name/node"
}

bare() { lab_make "$1" lab_node "$1" 1; }

router() {
	bare "$1"
	lab_name=$1
	shift
	lab_make "$lab_name" lab_cable "$lab_name" "$lab_name" eth0 lan "$@"
}

host() {
	lab_make "$1" lab_node "$1" 0
	lab_name=$1
	shift
	lab_make "$lab_name" lab_cable "$lab_name" "$lab_name" eth0 lan "$@"
}

attach() {
	lab_name=$1
	shift
	lab_make "$lab_name" lab_cable "$lab_name" \
		"$(port_of "$lab_name" "$1")" "$@"
}

# A name of at most 15 bytes: of a long one the end, where names differ.
port_of() {
	lab_port=$1-$2
	while [ ${#lab_port} -gt 15 ] || [ "${lab_port#-}" != "$lab_port" ]; do
		lab_port=${lab_port#?}
	done
	echo "$lab_port"
}

# ports NAME: of the switches, those of this host.
ports() {
	awk '$1 == "lab_cable" { print $3 }' "$LAB/$1/node"
}

# lab_daemon NAME CMD...: started in the background, its pid remembered.
lab_daemon() {
	ip netns exec "$@" >>"$LAB/$1/log" 2>&1 </dev/null &
	echo "$!" >"$LAB/$1/pid"
}

vrrpd() {
	lab_name=$1 lab_file=$2
	shift 2
	lab_daemon "$lab_name" "$BIN/vrrpd" -f "$lab_file" \
		-s "$LAB/$lab_name/control" -S "$LAB/$lab_name" "$@"
}

# VRRP alone, in the foreground, its log in our file and not in the syslog.
keepalived() {
	lab_daemon "$1" /usr/sbin/keepalived -n -P -l -D --no-syslog -f "$2" \
		-p "$LAB/$1/keepalived.pid" -r "$LAB/$1/vrrp.pid"
}

ctl() {
	lab_name=$1
	shift
	"$BIN/vrrpctl" -s "$LAB/$lab_name/control" "$@"
}

daemon_pid() { cat "$LAB/$1/pid"; }

kill_daemon() { kill -s "$2" "$(daemon_pid "$1")"; }

# A zombie is not alive, whether or not the shell has looked at it yet.
alive() {
	[ -e "$LAB/$1/pid" ] &&
		grep -qs '^State:[[:space:]]*[^ZX]' \
			"/proc/$(daemon_pid "$1")/status"
}

holds() {
	ip -n "$1" -o addr show | grep -qF " $2/"
}

not() { ! "$@"; }

now_us() { echo $(($(date +%s%N) / 1000)); }

frames_dropped() {
	lab_sum=0
	while read -r _ lab_frames _; do
		lab_sum=$((lab_sum + 0x$lab_frames))
	done </proc/net/softnet_stat
	echo "$lab_sum"
}

# Texts of events have no quotes and no backslashes: jq is slow in the moment
# of a fault.
event() {
	lab_kind=$1 lab_name=$2
	shift 2
	printf '{"time_us":%d,"kind":"%s","router":"%s","text":"%s"}\n' \
		"$(now_us)" "$lab_kind" "$lab_name" "$*" >>"$LAB/events"
}

event_process() {
	lab_name=$1 lab_state=$2
	shift 2
	printf '{"time_us":%d,"kind":"process","router":"%s","state":"%s",' \
		"$(now_us)" "$lab_name" "$lab_state" >>"$LAB/events"
	printf '"text":"%s"}\n' "$*" >>"$LAB/events"
}

within() {
	lab_limit=$(($(now_us) + $1 * 1000000)) lab_seconds=$1
	shift
	until "$@"; do
		[ "$(now_us)" -lt "$lab_limit" ] ||
			fail "not within $lab_seconds s: $*"
		sleep 0.01
	done
}

# The logs go along, because nothing of them is left afterwards.
fail() {
	echo "FAIL: $*" >&2
	for lab_log in "$LAB"/*/log; do
		[ -s "$lab_log" ] || continue
		echo "--- ${lab_log#"$LAB"/}" >&2
		tail -n 20 "$lab_log" >&2
	done
	exit 1
}

# shellcheck source=netns-lab/faults.sh
. "$TOP/netns-lab/faults.sh"
# shellcheck source=netns-lab/meddling.sh
. "$TOP/netns-lab/meddling.sh"
