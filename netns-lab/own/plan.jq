# SPDX-License-Identifier: MIT
#
# The network that the user's files ask for: the answer of config_json in, a
# plan out.  It makes nothing, so that tests can look at all of it.
#
#	routers		name and file; of each interface its switch, the port
#			there, and the router's own addresses
#	segments	switch, client, and the virtual routers with members
#	upstream	a host behind the routers, if there is one segment
#	probes		what the clients ask
#	faults		what will be done to whom
#	notes		what in the files looks like a mistake
#	error		why there is no plan; nothing else then
#
# Interfaces of several files are on one segment if they share a virtual
# address or a subnet, whatever they are called: so a VRID mistyped in one of
# the files becomes what it would be on the LAN, two routers that do not hear
# each other.  What addresses.jq defines comes before all this.

# ---- Names ----

# "gateway1" of "examples/gateway1.cfg", or of "gateway1/vrrpd.cfg"; "r1" where
# neither tells the routers apart and can be the name of a port, and in that of
# a variable (daemons.sh).
def router_names:
	map(.file | split("/")) | length as $count |
	[map(.[-1]), map(.[-2] // "")] |
	map(map(sub("[.].*"; "") | gsub("[^A-Za-z0-9]"; "_"))) |
	map(select((unique | length) == $count and all(
		test("^[A-Za-z][A-Za-z0-9_]{0,11}$") and
		(test("^(lan|wan|lo|client|upstream)[0-9]*$") | not)))) |
	.[0] // [range($count) | "r\(. + 1)"];

# Its first port is called like the router, as everywhere in the lab.
def port($index): . as [$router, $interface, $switch] |
	if $index == 0 then $router
	else [$router + ("-" + ($interface, $switch, "\($index)")) |
		select(length <= 15)][0] end;

def numbered($index): if $index == 0 then . else "\(.)\($index + 1)" end;

def first_ones(key): reduce .[] as $one ([]; if any(.[]; key == ($one | key))
	then . else . + [$one] end);

def listed: if length < 2 then join("")
	else "\(.[:-1] | join(", ")) and \(.[-1])" end;

# ---- Segments ----

def keys_of: [
	(.addresses[] | select(.link_local | not).address),
	(.addresses[], .prefixes[] | select(has_subnet) | network.text),
	(select(all(.addresses[]; .link_local)) | "\(.interface)/\(.vrid)")];

# The interfaces of all routers, from which segments are put together.
def homes: [.[] | . as $router | .virtual_routers | group_by(.interface)[] |
	{ router: $router.name, interface: .[0].interface,
	  virtual_routers: ., keys: (map(keys_of[]) | unique) }] |
	to_entries | map(.value + { id: .key });

def shares($home): any(.keys[]; . as $key | $home.keys | index($key));

def segments: reduce .[] as $home ([];
		map(select(shares($home))) as $mine |
		map(select(shares($home) | not)) +
		[{ homes: (($mine | map(.homes[])) + [$home]),
		   keys: (($mine | map(.keys[])) + $home.keys | unique) }]) |
	sort_by(.homes | map(.id) | min) | map({ homes });

# One for each VRID and family, as in the protocol.
def virtual_routers: [.homes[] | . as $home | .virtual_routers[] | . as $vr |
		.addresses | group_by(.family)[] |
		{ family: .[0].family, vrid: $vr.vrid, name: $vr.name,
		  addresses: ., member: ($vr |
			{ router: $home.router, interface, priority,
			  interval_us, preempt, preempt_delay_us, accept,
			  virtual_mac, checksum }) }] |
	group_by([.vrid, .family]) | map(.[0] + {
		addresses: (map(.addresses[]) | first_ones(.address)),
		members: map(.member + { addresses: (.addresses | map(cidr)) }),
		# Of equals the first: its own address is the highest.
		best: (map(.member) | (map(.priority) | max) as $highest |
			map(select(.priority == $highest))[0].router) } |
	del(.member));

# What people call it by, and what a client can ask from anywhere.
def main_address: first(.addresses[] | select(.link_local | not)) //
	.addresses[0];

# ---- Addresses of routers and clients ----

def owned: [.virtual_routers[] | select(.priority == 255).addresses[]];

# Who needs an address of its own there: an owner has the virtual one.
def guests($net): [.homes[] | select([owned[] | network.text] |
	index($net.text) | not).id];

def with_hosts($net; $virtual): (guests($net) | length + 1) as $needed |
	$net + { hosts: [limit($needed; $net | hosts |
		select(.address as $a | $virtual | has($a) | not) | cidr)] } |
	select(.hosts | length == $needed);

# Of each family at least one in which everybody has room.
def subnets($index; $lab): . as $segment |
	([.virtual_routers[].addresses[] | { key: .address, value: true }] |
		from_entries) as $virtual |
	[.homes[].virtual_routers[] | .addresses[], .prefixes[] |
		select(has_subnet) | network] | unique_by(.text) |
	map(. as $net | $segment | with_hosts($net; $virtual)) | . as $found |
	$found + [$segment.virtual_routers | map(.family) | unique[] |
		select(. as $family | any($found[]; .family == $family) |
			not) | $lab[.][$index + 1] as $net |
		$segment | with_hosts($net; $virtual)];

def own_addresses($segment): .id as $id | [(owned[] | cidr),
	($segment.subnets[] | . as $net | ($segment | guests($net) |
		index($id)) as $place | select($place) | .hosts[$place])];

# A client's way out is the first virtual router of a family.  A link-local
# address is on every link; another one may be in none of the subnets.
def gateways: [.virtual_routers | group_by(.family)[] | .[0] |
	{ family, vrid, via: ((first(.addresses[] | select(.link_local)) //
		.addresses[0]).address) }];

def on_link: [.subnets[]] as $near | [.virtual_routers[].addresses[] |
	select(.link_local or (. as $a | any($near[]; overlaps($a))) | not) |
	"\(.address)/\(bits)"] | unique;

def client($index): { name: ("client" | numbered($index)),
	addresses: [.subnets[].hosts[-1]], gateways: gateways,
	on_link: on_link };

# ---- Upstream ----

# One switch and one host behind the routers; their names for the interface.
def upstream($routers; $lab): . as $segment |
	([$routers[].virtual_routers[].interface]) as $names |
	(["upstream", "uplink", "lab0"] - $names)[0] as $interface |
	[.virtual_routers | map(.family) | unique[] | $lab[.][0] |
		. + { hosts: [limit($routers | length + 1; hosts)] }] as $nets |
	{ name: "upstream", switch: "wan", interface: $interface,
	  addresses: [$nets[] | .hosts[-1] | cidr],
	  own: [range($routers | length) as $i |
		[$nets[].hosts[$i] | cidr]],
	  # The way back to the clients may go through any of the routers.
	  routes: [.subnets[] | . as $net | $nets[] |
		select(.family == $net.family) | .hosts as $hosts |
		{ to: $net.text, via: ($routers | to_entries |
			map({ key: .value.name,
			      value: $hosts[.key].address }) |
			from_entries) }] };

def interfaces($segments; $upstream; $index): . as $router |
	[$segments[] | . as $segment | .homes[] |
		select(.router == $router.name) | { name: .interface,
			switch: $segment.switch,
			addresses: own_addresses($segment) }] +
	[$upstream | select(.) | { name: .interface, switch,
		addresses: .own[$index] }] |
	to_entries | map(.value +
		{ port: (.key as $index | .value |
			[$router.name, .name, .switch] | port($index)) });

# ---- Probes ----

# The virtual routers that questions and answers rely on, of this family.
def over($vrid): "\(.switch)/\($vrid)";

# A host that does not accept still answers who looks for its address.
def mode: if all(.members[]; .accept or .priority == 255) then "icmp"
	elif .family == "ipv4" then "arp" else "nd" end;

def address_probes: . as $segment | [.virtual_routers[] | . as $vr |
	main_address |
	{ name: "\($segment.switch)-\($vr.vrid)-\(.family)",
	  from: $segment.client.name, to: (.address +
		if .link_local then "%eth0" else "" end), mode: ($vr | mode),
	  family, through: false, over: [$segment | over($vr.vrid)] }];

# Through the gateways to whoever is on the other side: answers of a client
# come by its own gateway, those of the upstream host as the lab says.
def through_probes($segments; $upstream; $index): . as $segment |
	$segments[($index + 1) % ($segments | length)] as $next |
	[.client.gateways[] | . as $gateway |
	first(($upstream // $next.client).addresses[] |
		select(contains(":") == ($gateway.family == "ipv6"))) |
	{ name: "\($segment.switch)-through-\($gateway.family)",
	  from: $segment.client.name, to: sub("/.*"; ""), mode: "icmp",
	  family: $gateway.family, through: true,
	  over: ([$segment | over($gateway.vrid)] + [$next |
		select($upstream | not) | .client.gateways[] as $back |
		select($back.family == $gateway.family) |
		over($back.vrid)]) }];

def all_probes($upstream): . as $segments | [to_entries[] | .key as $index |
	.value | address_probes[], through_probes($segments; $upstream;
		$index)[]] |
	map(select(.through)) + map(select(.through | not));

# More than a dozen would be measuring each other.
def probes: .[:12] | ([1, (length / 4 | ceil)] | max * 1000) as $spacing |
	map(. + { spacing_us: $spacing });

# ---- Faults ----

def fault($kind; $title): { name: "\($kind)-\(.name)", title: $title,
	kind: $kind, router: .name };

def host_faults: fault("leave"; "Planned exit of \(.name), and its return"),
	fault("restart"; "Restart of the agent of \(.name)"),
	fault("reload"; "Reload of the same file on \(.name)"),
	fault("crash"; "Sudden death of \(.name)"),
	fault("reboot"; "Reset of \(.name), and its boot"),
	fault("freeze"; "Agent of \(.name) hangs for a while");

def port_fault($kind; $title; $interface): fault($kind; $title) +
	{ name: "\($kind)-\(.name)-\($interface.name)",
	  interface: $interface.name, port: $interface.port,
	  switch: $interface.switch };

def link_faults($upstream): . as $router | .interfaces[] | . as $interface |
	"\(.name) of \($router.name)" as $where | $router |
	if $interface.switch == $upstream.switch then
		port_fault("upstream"; "Upstream cable of \(.name) pulled";
			$interface)
	else
		port_fault("unplug"; "Cable of \($where) pulled"; $interface),
		port_fault("cut"; "Switch loses \($where), silently";
			$interface),
		port_fault("loss"; "One frame in five lost at \($where)";
			$interface)
	end;

# Of those that are to be Active for somebody else.
def faults($segments; $upstream): ([$segments[].virtual_routers[] |
		select(.members | length > 1).best] | unique) as $victims |
	[.[] | select(.name as $name | $victims | index($name)) |
		host_faults, link_faults($upstream)];

# ---- What looks like a mistake ----

def seconds: . / 1e6 | if . < 1 then "\(. * 1000) ms" else "\(.) s" end;

def differing($what; value): (map({ router, value: value }) |
	group_by(.value)) | select(length > 1) |
	"\($what): " + ([.[] | "\(map(.router) | listed) \(.[0].value)"] |
		join(", "));

def title: "VRID \(.vrid) (\(main_address.address))";

def split_addresses: [.virtual_routers[] | . as $vr | .addresses[] |
		select(.link_local | not) |
		{ address, vrid: $vr.vrid, routers: ($vr.members |
			map(.router) | listed) }] | group_by(.address)[] |
	select(length > 1) | "\(.[0].address) belongs to several virtual " +
	"routers, which do not hear each other: " +
	(map("VRID \(.vrid) of \(.routers)") | join(", "));

def segment_notes: (.homes | map(.router) | unique) as $here | split_addresses,
	(.homes | group_by(.router)[] | select(length > 1) |
		"\(.[0].router) has \(map(.interface) | listed) on one LAN"),
	(.virtual_routers[] | title as $title | .members as $members |
	($here - ($members | map(.router)) | select(length > 0) |
		"\($title) is not in the file of \(listed)"),
	($members |
	differing("\($title): the addresses differ, which each of them " +
		"reports"; .addresses | sort | join(" ")),
	differing("\($title): the advertisement intervals differ, a Backup " +
		"takes over that of the Active"; .interval_us | seconds),
	(select(any(.[]; .checksum == "rfc5798") and
		any(.[]; .checksum == "rfc9568-strict")) |
		"\($title): checksum = \"rfc9568-strict\" discards what " +
		"checksum = \"rfc5798\" sends"),
	(group_by(.priority)[] | select(length > 1) |
		"\($title): \(map(.router) | listed) have the same priority " +
		"\(.[0].priority), the higher address decides"))) ;

def notes($segments): ([$segments[] | segment_notes] | unique) +
	[$segments[] | select(.homes | map(.router) | unique | length == 1) |
		"\(.homes[0].interface) of \(.homes[0].router) shares no " +
		"subnet and no address with another file"];

# ---- The plan ----

def interfaces_of: .virtual_routers | map(.interface) | unique[];

# One for upstream, and one for each segment that needs it.
def lab_nets: ([.[] | interfaces_of] | length + 1) as $needed |
	([.[].virtual_routers[] | .addresses[], .prefixes[] |
		select(has_subnet or .length == bits) | network] |
		unique_by(.text)) as $taken |
	["ipv4", "ipv6"] | map({ key: ., value: [limit($needed;
		lab_networks(.; $taken))] }) | from_entries |
	select(all(.[]; length == $needed));

def refusal: first((.[] | .file as $file | interfaces_of |
		select(test("^[A-Za-z0-9_.:-]+$") and . != "lo" | not) |
		"\($file): the lab cannot make an interface \"\(.)\""),
	(select(length < 2) | "a takeover takes two: give one file for each " +
		"router"),
	(select([lab_nets] == []) | "no network is left for the lab: the " +
		"files have all of 198.18.0.0/16 or 2001:2::/56")) // null;

def plan: router_names as $names |
	(to_entries | map(.value + { name: $names[.key] })) as $routers |
	lab_nets as $lab |
	($routers | homes | segments | to_entries | map(.key as $index |
		.value + { switch: ("lan" | numbered($index)) } |
		.virtual_routers = virtual_routers |
		.subnets = subnets($index; $lab) |
		.client = client($index))) as $segments |
	(if $segments | length == 1 then
		$segments[0] | upstream($routers; $lab) else null end) as
		$upstream |
	($routers | to_entries | map(.key as $index | .value |
		.interfaces = interfaces($segments; $upstream; $index) |
		{ name, file, interfaces })) as $built |
	($segments | all_probes($upstream)) as $asked |
	{ routers: $built, upstream: ($upstream | if . then del(.own) else .
		end),
	  segments: ($segments | map(del(.homes) | .subnets |= map(.text) |
		.virtual_routers |= map(.addresses |= map(.address)))),
	  probes: ($asked | probes),
	  faults: ($built | faults($segments; $upstream)),
	  notes: (notes($segments) + [$asked | length | select(. > 12) |
		"only 12 of \(.) addresses and ways are asked for"]) };

refusal as $refusal |
if $refusal then { error: $refusal } else plan |
	if .faults == [] then { error: ("no virtual router is in more than " +
		"one of the files: nobody could take over"), notes } else .
	end end
