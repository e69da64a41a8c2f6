# SPDX-License-Identifier: MIT
#
# What a daemon's log tells of its states, as JSON lines of events.  The first
# file lists the virtual routers (name, interface, VRID), the second one is the
# log, each line with its time in microseconds in front.  Variables: router is
# the name of the host, daemon what runs there.

function say(instance, family, state, why) {
	gsub(/[\\"]/, "", why)
	printf "{\"time_us\":%s,\"kind\":\"state\",\"router\":\"%s\"," \
		"\"instance\":\"%s\",\"family\":\"%s\",\"state\":\"%s\"," \
		"\"text\":\"%s\"}\n", $1, router, instance, family, state, why
}

# "lan (eth0/51 IPv4): Active, was Backup: no advertisement for 361.2 ms"
function vrrpd(    at, instance, family, state) {
	if (!match($0, / \([^ )]+ IPv[46]\): /))
		return
	instance = substr($0, 1, RSTART - 1)
	sub(/.* /, "", instance)
	family = substr($0, RSTART, RLENGTH) ~ /IPv6/ ? "ipv6" : "ipv4"
	at = substr($0, RSTART + RLENGTH)
	if (at ~ /^waiting in Initialize: /) {
		sub(/^waiting in Initialize: /, "", at)
		say(instance, family, "initialize", at)
	} else if (at ~ /^[A-Z][a-z]+, was /) {
		state = tolower(substr(at, 1, index(at, ",") - 1))
		sub(/^[^:]*: /, "", at)
		say(instance, family, state == "leaving" ? "resigning" : state,
			at)
	}
}

# "(lan_4) Entering MASTER STATE", "(lan_4): entering FAULT state (why)"
function keepalived(    instance, family, state, why) {
	if (!match($0, /\([^ )]+_[46]\):? [Ee]ntering [A-Z]+ [Ss][Tt][Aa][Tt][Ee]/))
		return
	instance = substr($0, RSTART + 1, RLENGTH - 1)
	why = substr($0, RSTART + RLENGTH + 1)
	state = instance
	sub(/\).*/, "", instance)
	family = instance ~ /_6$/ ? "ipv6" : "ipv4"
	sub(/_[46]$/, "", instance)
	sub(/.*ntering /, "", state)
	sub(/ .*/, "", state)
	say(instance, family, state == "MASTER" ? "active" : \
		state == "BACKUP" ? "backup" : "initialize", why)
}

# "[VRID 51] [IPv4] Backup -> Master"
function frr(    vrid, family, state) {
	if (!match($0, /\[VRID [0-9]+\] \[IPv[46]\] [A-Z][a-z]+ -> [A-Z][a-z]+/))
		return
	split(substr($0, RSTART, RLENGTH), word, /[][ ]+/)
	vrid = word[3]
	family = word[4] == "IPv6" ? "ipv6" : "ipv4"
	state = word[7]
	say(name[vrid], family, state == "Master" ? "active" : tolower(state),
		"")
}

NR == FNR {
	name[$3] = $1
	next
}
daemon == "vrrpd" { vrrpd() }
daemon == "keepalived" { keepalived() }
daemon == "frr" { frr() }
