# SPDX-License-Identifier: MIT
#
# Results that were never measured: for each run its path (a string) and its
# record.  A run is told by its plan, in milliseconds since the run began:
# which router is in which state from when on, what breaks, when the client
# has no answer.  run() makes the record of it, with advertisements where a
# router is Active.  Chance comes from chance(KEY; SPREAD), the same for the
# same key, so that the numbers which report.t expects stay what they are.

def chance($key; $spread):
  reduce ($key | explode[]) as $c (12345; (. * 1103 + $c * 7919) % 1000003)
  | (. * 7 + 3) * 7919 % 1000003 / 1000003 * $spread;

def clock: 1764259200000000;
def us($start): $start + (. * 1000 | floor);

# ---- From a plan to a record ----

def families($plan):
  {both: ["ipv4", "ipv6"]}[$plan.family] // [$plan.family];

def bands($plan; $start):
  . as $router
  | [range($plan.instances // 1)] as $instances
  | [$instances[] as $i | families($plan)[] as $family
    | range(0; .states | length) as $n
    | $router.states[$n] as [$state, $from, $why]
    # The second family of a router follows the first a little later.
    | (if $from == 0 then 0
       else $i * 0.01 + if $family == "ipv6" then 0.2 else 0 end end) as $later
    | select($state != "off")
    | {family: $family,
       instance: (if $i == 0 then "lan" else "lan\($i)" end),
       state: $state, from_us: ($from + $later | us($start)),
       to_us: (($router.states[$n + 1][1] // $plan.end) | us($start)),
       why: ($why // "")}];

def adverts($plan; $start):
  [range(0; .states | length) as $n
   | .states[$n] as [$state, $from]
   | select($state == "active")
   | (.states[$n + 1][1] // $plan.end) as $to
   | range($from; $to; $plan.interval) as $at
   | families($plan)[] as $family
   | {time_us: ($at + chance("\($at)"; 0.2) | us($start)), family: $family,
      priority: .priority}]
  + [.states[] | select(.[0] == "resigning")
     | {time_us: (.[1] | us($start)), family: families($plan)[],
        priority: 0}]
  | sort_by(.time_us);

def announcements($plan; $start):
  [.states[] | select(.[0] == "active" and .[1] > 0) | .[1] as $from
   | families($plan)[] as $family | (0.3, 1000.3)
   | select($from + . < $plan.end)
   | {time_us: ($from + . | us($start)), family: $family,
      kind: (if $family == "ipv4" then "arp-announcement" else "na" end),
      address: (if $family == "ipv4" then "192.0.2.1"
                else "2001:db8::1" end)}];

def router($plan; $start):
  {name, daemon: (.daemon // $plan.daemon), bands: bands($plan; $start),
   adverts: adverts($plan; $start),
   announcements: announcements($plan; $start)};

def probe($plan; $start; $family):
  ($plan.gaps // []) as $gaps
  | ([$gaps[] | .[1] - .[0] | floor] | add // 0) as $lost
  | ([$gaps[] | .[1] - .[0]] | max // 0) as $longest
  | {name: "ping-\($family)", mode: "icmp", interval_us: 1000,
     target: {ipv4: "192.0.2.1", ipv6: "2001:db8::1"}[$family],
     start_us: (0 | us($start)),
     end_us: ($plan.end | us($start)), sent: $plan.end,
     received: ($plan.end - $lost), lost: $lost,
     duplicates: 0, reordered: 0, longest_us: ($longest * 1000 | floor),
     gaps: [$gaps[] | {start_us: (.[0] | us($start)),
                       end_us: (.[1] | us($start)),
                       length_us: ((.[1] - .[0]) * 1000 | floor),
                       unanswered: (.[1] - .[0] | floor),
                       open: (.[1] >= $plan.end)}],
     answered_by: [$plan.answers // [] | .[]
       | {mac: "00:00:5e:00:01:33", router: .[0], answers: (.[2] - .[1]),
          first_us: (.[1] | us($start)), last_us: (.[2] | us($start))}],
     both_us: (($plan.both // 0) * 1000 | floor)};

def takeovers($plan; $start):
  [$plan.takeovers // [] | .[] | . as $t | families($plan)[] as $family
   | {family: $family, from: $t.from, to: $t.to, cause: $t.cause,
      cause_us: ($t.at | us($start)), last_advert_us: ($t.last | us($start)),
      advert_us: ($t.advert | us($start)),
      announcement_us: ($t.advert + 0.3 | us($start)),
      answer_us: ($t.answer | us($start)),
      detection_us: (($t.advert - $t.at) * 1000 | floor),
      serve_us: (($t.answer - $t.advert) * 1000 | floor),
      outage_us: ($t.outage | if . == 0 then null else . * 1000 | floor end),
      lost: ($t.outage | floor)}];

def versions:
  {vrrpd: "0.1.0", keepalived: "2.2.7", frr: "8.4.4"} as $all
  | . as $daemon | $all | with_entries(select(.key as $k
    | $daemon | split("+") | index($k)));

def run:
  . as $plan
  | (clock + $plan.run * 60000000) as $start
  | ([$plan.gaps // [] | .[] | .[1] - .[0]] | max // 0) as $outage
  | {scenario, title, run, daemon, versions: (.daemon | versions),
     machine: {kernel: "Linux 6.18", cpus: 2},
     settings: {interval_us: (.interval * 1000), family, virtual_mac: true,
       priorities: ([.routers[] | {key: .name, value: .priority}]
                    | from_entries)},
     verdict: (.verdict // "passed"), reason: (.reason // ""),
     checks: (.checks // []),
     start_us: (-800 | us($start)), settled_us: $start,
     end_us: (.end | us($start)),
     events: [(.routers[] | [-700, "process", .name, "its daemon starts",
                             "started"]), (.events // [] | .[])
       | {time_us: (.[0] | us($start)), kind: .[1], router: .[2],
          text: .[3]} + (if .[4] then {state: .[4]} else {} end)],
     routers: [.routers[] | router($plan; $start)],
     probes: ([families(.)[] as $family | probe($plan; $start; $family)]
       + if .stream == null then [] else [probe($plan; $start; "ipv4")
         + {name: "download", mode: "tcp", connected: true,
            survived: .stream}] end),
     takeovers: takeovers(.; $start),
     measures: {outage_us: ($outage * 1000 | floor),
       lost: ([.gaps // [] | .[] | .[1] - .[0] | floor] | add // 0),
       duplicates: 0, reordered: 0,
       both_us: ((.both // 0) * 1000 | floor)}};

def ms: . * 10 | round / 10 | "\(.) ms";

def judge($text; $ok; $measured; $expected):
  {text: $text, ok: $ok, measured: $measured, expected: $expected};

# Failed if one of the checks is.
def judged($checks):
  .checks = $checks
  | [$checks[] | select(.ok | not)] as $failed
  | if $failed == [] then . else
      .verdict = "failed"
      | .reason = ($failed[0] | "\(.text): \(.measured), "
                   + "expected \(.expected)")
    end;

# ---- Plans ----

def plan($scenario; $title; $daemon; $run):
  {scenario: $scenario, title: $title, daemon: $daemon, run: $run,
   interval: 100, family: "both", end: 4000};

def silence($advert): "no advertisement from 192.0.2.2 for "
  + ($advert | ms);

# r1 dies; by the daemon, r2 needs a little longer.
def crash($daemon; $run):
  "crash \($daemon) \($run)" as $key
  | {vrrpd: 0.4, keepalived: 0.3, frr: 20}[$daemon] as $wake
  | {vrrpd: 0.5, keepalived: 0.2, frr: 180}[$daemon] as $serve
  | (1000 + chance($key; 100)) as $at
  | ($at - (($at - 1000) % 100)) as $last
  | ($last + 361 + $wake + chance($key + "wake"; $wake)) as $advert
  | ($advert + $serve + chance($key + "serve"; $serve)) as $answer
  | ($answer - $at) as $outage
  | plan("crash"; "The Active router's daemon is killed"; $daemon; $run)
  | .end = 3000
  | .events = [
      [$at, "fault", "r1", "r1's \($daemon) is killed (SIGKILL)"],
      [$at + 0.2, "process", "r1", "\($daemon) ended", "ended"]]
  | .routers = [
      {name: "r1", priority: 200, states: [["active", 0, "startup"],
                                           ["off", $at]]},
      {name: "r2", priority: 100, states: [["backup", 0, "startup"],
        ["active", $advert, silence($advert - $last)]]}]
  | .gaps = [[$at, $answer]]
  | .answers = [["r1", 0, $at], ["r2", $answer, .end]]
  | .takeovers = [{from: "r1", to: "r2", cause: .events[0][3], at: $at,
                   last: $last, advert: $advert, answer: $answer,
                   outage: $outage}]
  | judged([judge("the client is served again"; true; "yes"; "yes"),
      judge("outage"; $outage <= 500; $outage | ms; "at most 500 ms"),
      judge("answers from two routers at once"; true; "0 ms"; "0 ms")]);

def leave($daemon; $run):
  "leave \($daemon) \($run)" as $key
  | ($daemon == "vrrpd") as $good
  | (1000 + chance($key; 100)) as $at
  | ($at + 61.3 + chance($key + "wake"; 1)) as $advert
  | (if $good then [] else [[$at + 54, $advert + chance($key; 1)]] end)
    as $gaps
  | plan("planned-exit"; "The Active router is told to go"; $daemon; $run)
  | .end = 2500
  | .events = [[$at, "fault", "r1", "r1 is told to leave (SIGTERM)"],
      [$advert + 3, "process", "r1", "\($daemon) ended", "ended"]]
  | .routers = [
      {name: "r1", priority: 200, states: [["active", 0, "startup"],
        ["resigning", $at, "told to leave"],
        ["off", if $good then $advert + 2 else $at + 54 end]]},
      {name: "r2", priority: 100, states: [["backup", 0, "startup"],
        ["active", $advert, "192.0.2.2 resigned"]]}]
  | .gaps = $gaps
  | .takeovers = [{from: "r1", to: "r2", cause: .events[0][3], at: $at,
                   last: $at, advert: $advert, answer: ($advert + 0.6),
                   outage: (if $good then 0
                            else $gaps[0][1] - $gaps[0][0] end)}]
  | judged([judge("answers lost"; $good;
      "\([$gaps[] | .[1] - .[0] | floor] | add // 0)"; "0")]);

def return($daemon; $run):
  chance("return \($daemon) \($run)"; 80) as $chance
  | plan("cable"; "A cable is unplugged and comes back"; $daemon; $run)
  | .end = 6000
  | (1361 + $chance) as $first | (3900 + $chance) as $second
  | .events = [
      [1000 + $chance, "fault", "r1", "r1's cable is unplugged"],
      [3500, "repair", "r1", "r1's cable is plugged in again"]]
  | .routers = [
      {name: "r1", priority: 200, states: [["active", 0, "startup"],
        ["initialize", 1000 + $chance, "eth0 has no carrier"],
        ["backup", 3502, "eth0 has carrier"],
        ["active", $second, "preempts 192.0.2.3 with priority 100"]]},
      {name: "r2", priority: 100, states: [["backup", 0, "startup"],
        ["active", $first, silence(361)],
        ["backup", $second + 0.3, "192.0.2.2 advertises 200"]]}]
  | .gaps = [[1000 + $chance, $first + 0.5]]
  | .takeovers = [
      {from: "r1", to: "r2", cause: .events[0][3], at: (1000 + $chance),
       last: 1000, advert: $first, answer: ($first + 0.5),
       outage: 361.5},
      {from: "r2", to: "r1", cause: .events[1][3], at: 3500,
       last: ($second - 20), advert: $second, answer: ($second + 0.4),
       outage: 0}]
  | judged([judge("outage"; true; "361.5 ms"; "at most 500 ms"),
            judge("answers lost when it comes back"; true; "0"; "0")]);

def fast($daemon; $run):
  "fast \($daemon) \($run)" as $key
  | (5000 + chance($key; 10)) as $at
  | ($at + 29 + chance($key + "wake"; 9)) as $advert
  | plan("fast"; "A silent cut at 10 ms advertisements"; $daemon; $run)
  | .end = 10000 | .interval = 10 | .family = "ipv4"
  | .events = [[$at, "fault", "r1", "r1's cable is cut (silently)"]]
  | .routers = [
      {name: "r1", priority: 254, states: [["active", 0, "startup"]]},
      {name: "r2", priority: 100, states: [["backup", 0, "startup"],
        ["active", $advert, silence($advert - $at)]]}]
  | .gaps = [[$at, $advert + 0.5]]
  | .takeovers = [{from: "r1", to: "r2", cause: .events[0][3], at: $at,
                   last: $at, advert: $advert, answer: ($advert + 0.5),
                   outage: ($advert + 0.5 - $at)}]
  | judged([judge("outage"; true; $advert + 0.5 - $at | ms;
                  "at most 60 ms")]);

def partition($daemon; $run):
  chance("partition \($daemon) \($run)"; 50) as $chance
  | plan("partition"; "The LAN falls apart, and heals"; $daemon; $run)
  | .family = "ipv4" | .end = 5000
  | (1361 + $chance) as $split | (3012 + $chance) as $healed
  | .events = [
      [1000, "fault", "-", "r1 and r2 no longer hear each other"],
      [3000, "repair", "-", "they hear each other again"]]
  | .routers = [
      {name: "r1", priority: 200, states: [["active", 0, "startup"]]},
      {name: "r2", priority: 100, states: [["backup", 0, "startup"],
        ["active", $split, silence(361)],
        ["backup", $healed, "192.0.2.2 advertises 200"]]}]
  | .both = ($healed - $split)
  | .answers = [["r1", 0, 5000], ["r2", $split, $healed]]
  | .takeovers = [{from: "r1", to: "r2", cause: .events[0][3], at: 1000,
                   last: 950, advert: $split, answer: ($split + 0.4),
                   outage: 0}]
  | judged([judge("one Active after the repair"; true; "1"; "1"),
            judge("after the repair two answer for"; true; "12 ms";
                  "at most 200 ms")]);

def frozen($daemon; $run):
  plan("frozen"; "The Active router's daemon hangs"; $daemon; $run)
  | .family = "ipv4" | .end = 5000 | .stream = true
  | .events = [
      [1000, "fault", "r1", "r1's \($daemon) is frozen (SIGSTOP)"],
      [1000, "process", "r1", "\($daemon) frozen", "frozen"],
      [3000, "repair", "r1", "r1's \($daemon) runs on (SIGCONT)"],
      [3000, "process", "r1", "\($daemon) running", "running"]]
  | .routers = [
      {name: "r1", priority: 200, states: [["active", 0, "startup"],
        ["backup", 3001, "overslept by 2.0 s; 192.0.2.3 advertises 100"],
        ["active", 3361, "preempts 192.0.2.3 with priority 100"]]},
      {name: "r2", priority: 100, states: [["backup", 0, "startup"],
        ["active", 1361, silence(361)],
        ["backup", 3362, "192.0.2.2 advertises 200"]]}]
  | .takeovers = [{from: "r1", to: "r2", cause: .events[0][3], at: 1000,
                   last: 995, advert: 1361, answer: 1361.5, outage: 0}]
  | judged([judge("takeovers"; true; "2"; "2")]);

def three($daemon; $run):
  plan("three"; "Three routers are lost one after another"; $daemon; $run)
  | .family = "ipv4" | .end = 5000
  | .events = [[1000, "fault", "r1", "r1 is cut off"],
               [2500, "fault", "r2", "r2 is cut off"]]
  | .routers = [
      {name: "r1", priority: 200, states: [["active", 0, "startup"]]},
      {name: "r2", priority: 150, states: [["backup", 0, "startup"],
        ["active", 1341, silence(341)]]},
      {name: "r3", priority: 100, states: [["backup", 0, "startup"],
        ["active", 2861, silence(361)]]}]
  | .gaps = [[1000, 1341.5], [2500, 2861.5]]
  | .takeovers = [
      {from: "r1", to: "r2", cause: "r1 is cut off", at: 1000, last: 980,
       advert: 1341, answer: 1341.5, outage: 341.5},
      {from: "r2", to: "r3", cause: "r2 is cut off", at: 2500, last: 2480,
       advert: 2861, answer: 2861.5, outage: 361.5}]
  | judged([judge("takeovers"; true; "2"; "2")]);

def lossy($daemon; $run):
  plan("lose-20"; "A fifth of all packets is lost"; $daemon; $run)
  | .family = "ipv4" | .end = 20000
  | .events = [[1000, "fault", "r1", "the switch loses 20 % of r1's packets"],
               [19000, "repair", "r1", "it loses none"]]
  | .routers = [
      {name: "r1", priority: 200, states: [["active", 0, "startup"]]},
      {name: "r2", priority: 100, states: ([["backup", 0, "startup"]]
        + if $run == 2 then [
        ["active", 9561, silence(361)],
        ["backup", 9603, "192.0.2.2 advertises 200"]] else [] end)}]
  | .gaps = [range(1000; 19000; 5) | select(chance("lose\(.)\($run)"; 1) < 0.2)
             | [., . + 1]]
  | judged([judge("takeovers that nothing called for"; $run != 2;
                  if $run == 2 then "1" else "0" end; "0")]);

# Breaks more often than there is space to say it.
def flap($daemon; $run):
  plan("flap"; "A cable that comes and goes"; $daemon; $run)
  | .family = "ipv4" | .end = 9000
  | [range(12) | 1000 + . * 500] as $at
  | .events = [range(12) | . as $n
      | if $n % 2 == 0
        then [$at[$n], "fault", "r1", "r1's cable is unplugged"]
        else [$at[$n], "repair", "r1", "r1's cable is plugged in again"] end]
  | .routers = [
      {name: "r1", priority: 200, states: ([["active", 0, "startup"]]
        + [range(12) | if . % 2 == 0
           then ["initialize", $at[.], "eth0 has no carrier"]
           else ["backup", $at[.] + 2, "eth0 has carrier"] end]
        + [["active", 6861, "preempts 192.0.2.3 with priority 100"]])},
      {name: "r2", priority: 100, states: [["backup", 0, "startup"],
        ["active", 1361, silence(361)],
        ["backup", 6862, "192.0.2.2 advertises 200"]]}]
  | .gaps = [[1000, 1361.5]]
  | judged([judge("takeovers"; true; "2"; "2")]);

def many($daemon; $run):
  plan("many"; "255 virtual routers move together"; $daemon; $run)
  | .instances = 255 | .interval = 1000
  | .events = [[1000, "fault", "r1", "r1's cable is cut (silently)"]]
  | .end = 6000
  | .routers = [
      {name: "r1", priority: 200, states: [["active", 0, "startup"]]},
      {name: "r2", priority: 100, states: [["backup", 0, "startup"],
        ["active", 4609, silence(3609)]]}]
  | .gaps = [[1000, 4612]]
  | .takeovers = [{from: "r1", to: "r2", cause: .events[0][3], at: 1000,
                   last: 1000, advert: 4609, answer: 4612, outage: 3612}]
  | judged([judge("outage"; true; "3.61 s"; "at most 4 s")]);

# ---- What is odd ----

def hostile($daemon; $run):
  plan("hostile"; "A host that <b>lies</b> & shouts"; $daemon; $run)
  | .family = "ipv4" | .end = 2000
  | .events = [
      [500, "fault", "-", "a stranger says <script>alert(1)</script>"],
      [502, "note", "-", ("and says on & on, " * 20)],
      [504, "note", "r2", "r2's log has a line like no other"],
      [505, "repair", "-", "]]> --> \"quoted\" 'too'"]]
  | .routers = [
      {name: "r1", priority: 200, states: [["active", 0, "startup"]]},
      {name: "r2", priority: 100, states: [["backup", 0, "startup"]]}]
  | judged([judge("takeovers"; true; "0"; "0")]);

def nobody($daemon; $run):
  plan("nobody"; "Nobody is there to take over"; $daemon; $run)
  | .family = "ipv4" | .end = 3000
  | .events = [[1000, "fault", "r1", "r1's cable is cut (silently)"]]
  | .routers = [
      {name: "r1", priority: 200, states: [["active", 0, "startup"]]},
      {name: "r2", priority: 100, states: []}]
  | .gaps = [[1000, 3000]]
  | judged([judge("the client is served again"; false; "never";
                  "within 5 s")]);

def skipped($scenario; $title; $reason; $daemon):
  plan($scenario; $title; $daemon; 1)
  | .verdict = "skipped" | .reason = $reason
  | .routers = [];

# A record with no more in it than what names it.
def bare:
  {scenario: "bare", title: "A record with little in it", run: 1,
   daemon: "vrrpd", verdict: "failed", reason: "it ended before it began"};

def plans:
  (crash("vrrpd", "keepalived"; range(1; 31))),
  (crash("frr"; range(1; 11))),
  (leave("vrrpd", "keepalived"; range(1; 11))),
  (return("vrrpd"; range(1; 11))),
  (fast("vrrpd", "keepalived"; range(1; 6))),
  (partition("vrrpd", "vrrpd+keepalived"; range(1; 4))),
  frozen("vrrpd"; 1), three("vrrpd"; 1), lossy("vrrpd"; range(1; 4)),
  flap("vrrpd"; 1), many("vrrpd"; 1), hostile("vrrpd"; 1), nobody("vrrpd"; 1),
  skipped("nat"; "A NAT gateway with conntrackd";
          "conntrackd is not installed"; "vrrpd", "keepalived"),
  skipped("many"; "255 virtual routers move together";
          "FRR has no option for it"; "frr");

(plans | run), bare
| "\(.scenario)/\(.daemon)/\(.run)", .
