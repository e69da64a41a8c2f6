# SPDX-License-Identifier: MIT
#
# Arithmetic of addresses, for plan.jq.  An address is what config_json makes
# of one: { family, address, length, link_local, octets }; a network is the
# same with the bits of the hosts cleared, and with its text.

def bits: if .family == "ipv4" then 32 else 128 end;

def power($n): reduce range($n) as $i (1; . * 2);

def hex: if . < 16 then "0123456789abcdef"[.:. + 1]
	else (. / 16 | floor | hex) + (. % 16 | hex) end;

def text: .octets as $o |
	if .family == "ipv4" then $o | map(tostring) | join(".")
	else [range(8) | $o[2 * .] * 256 + $o[2 * . + 1] | hex] | join(":") |
		sub("(^|:)0(:0)+(:|$)"; "::")
	end;

def cidr: "\(.address)/\(.length)";

# The first $length bits of it.
def network($length): { family, length: $length,
	octets: [.octets | to_entries[] |
		([8, ([0, $length - 8 * .key] | max)] | min) as $kept |
		.value - .value % power(8 - $kept)] } |
	. + { text: "\(text)/\(.length)" };

def network: network(.length);

# No LAN is so large, or of a single host.
def has_subnet: (.link_local | not) and .length < bits and
	.length >= (if .family == "ipv4" then 8 else 16 end);

def overlaps($other): .family == $other.family and
	([.length, $other.length] | min) as $length |
	network($length).octets == ($other | network($length).octets);

# The hosts of a network, from its top; of a large IPv6 one from ::fffe down,
# so that people can read them.
def hosts: . as $net | (bits - .length) as $free |
	([$free, (if .family == "ipv4" then 24 else 16 end)] | min |
		power(.)) as $count |
	(if $free > 1 then [$count - 2, 1] else [1, 0] end) as [$top, $low] |
	range($top; $low - 1; -1) | . as $host |
	{ family: $net.family, length: $net.length,
	  octets: ($net.octets | length as $size | to_entries | map(
		($size - 1 - .key) as $place | .value + if $place > 2 then 0
		else $host / power(8 * $place) | floor % 256 end)) } |
	. + { address: text };

# Networks for what the files say nothing about: of the ranges set aside for
# benchmarks (RFC 2544, RFC 5180) those that touch none of $taken.
def lab_networks($family; $taken): range(256) |
	if $family == "ipv4" then
		{ family: $family, length: 24, octets: [198, 18, ., 0] }
	else
		{ family: $family, length: 64, octets: [32, 1, 0, 2, 0, 0, 0, .,
			0, 0, 0, 0, 0, 0, 0, 0] }
	end | . + { text: "\(text)/\(.length)" } |
	select(. as $net | any($taken[]; overlaps($net)) | not);
