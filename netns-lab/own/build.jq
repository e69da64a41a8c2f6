# SPDX-License-Identifier: MIT
#
# A plan (plan.jq) in, the verbs of lib.sh that build it out.  What they do is
# remembered, routes too, so that a host that boots is as it was.

def cable($host; $port; $interface): "lab_make \($host) lab_cable \($host) " +
	"\($port) \($interface) \(.switch) \(.addresses | join(" "))";

def endpoint: "lab_make \(.name) lab_node \(.name) 0",
	cable(.name; .name; "eth0");

def route($what): "lab_make \(.name) ip -n \(.name) " +
	"\(if $what | contains(":") then "-6 " else "" end)route add \($what)";

def client: endpoint, route(.on_link[] | "\(.) dev eth0"),
	route(.gateways[] | "default via \(.via) dev eth0 onlink");

(.segments[].switch, .upstream.switch // empty | select(. != "lan") |
	"lan \(.)"),
(.routers[] | .name as $name | "bare \($name)",
	(.interfaces[] | cable($name; .port; .name))),
(.segments[] | . as $segment | .client | .switch = $segment.switch | client),
(.upstream | select(.) | endpoint)
