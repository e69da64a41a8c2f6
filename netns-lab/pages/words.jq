# SPDX-License-Identifier: MIT
#
# How the report says things: numbers with their units, lists, and what
# happened in a run as sentences.  Times come in microseconds.

# fixed(N): a number as text with exactly N digits after the point.
def fixed($digits):
  pow(10; $digits) as $scale
  | (. * $scale | round) as $n
  | (if $n < 0 then -$n else $n end | floor | tostring) as $text
  | (if $n < 0 then "-" else "" end)
    + if $digits == 0 then $text
      else ("0" * ([$digits + 1 - ($text | length), 0] | max) // "")
        + $text | .[:-$digits] + "." + .[-$digits:]
      end;

# With as many digits as one can use: 0.44 ms, 361.2 ms, 3.61 s, 2 min 5 s.
def duration:
  if . == null then "unknown"
  elif . == 0 then "0 ms"
  elif fabs < 10000 then . / 1000 | fixed(2) + " ms"
  elif fabs < 999950 then . / 1000 | fixed(1) + " ms"
  elif fabs < 59995000 then . / 1000000 | fixed(2) + " s"
  else (. / 1000000 | round)
    | "\(. / 60 | floor) min \(. % 60) s"
  end;

# An interval as people configure it: 10 ms, 1 s.
def interval:
  if . >= 1000000 then "\(. / 1000000) s" else "\(. / 1000) ms" end;

# When something was, seen from what broke: +361.2 ms.
def offset:
  (if . < 0 then "" else "+" end)
  + if fabs < 9999950 then . / 1000 | fixed(1) + " ms"
    else . / 1000000 | fixed(3) + " s"
    end;

def number:
  if . == null then "unknown"
  elif . < 10000 then tostring
  else floor | tostring
    | [range(length; 0; -3) as $to | .[[$to - 3, 0] | max:$to]]
    | reverse | join(" ")
  end;

# plural("run"; "runs") of a number: "1 run", "30 runs".
def plural($one; $many):
  number + " " + if . == 1 then $one else $many end;

# and_list: "a", "a and b", "a, b and c".
def and_list:
  if length < 2 then .[0] // ""
  else (.[:-1] | join(", ")) + " and " + .[-1]
  end;

def cut($width):
  if length > $width then .[:$width - 1] + "…" else . end;

def sentence: (.[:1] | ascii_upcase) + .[1:] + ".";

# Lines of at most that many characters; a longer word is broken.
def wrap($width):
  reduce (split(" ")[] | range(0; [length, 1] | max; $width) as $at
          | .[$at:$at + $width]) as $word ([""];
    if .[-1] == "" then .[-1] = $word
    elif (.[-1] | length) + 1 + ($word | length) <= $width
    then .[-1] += " " + $word
    else . + [$word] end);

# Log lines of others may hold anything: no control character leaves us.
def clean:
  if test("[\\x00-\\x1f\\x7f-\\x9f]") then
    explode | map(if . < 32 or (. >= 127 and . < 160) then 65533 else . end)
    | implode
  else . end;

def state:
  {initialize: "Initialize", backup: "Backup", active: "Active"}[.] // .;

def family:
  {ipv4: "IPv4", ipv6: "IPv6"}[.] // .;

# The settings of a scenario in one line.
def settings:
  [(.interval_us // empty | interval + " advertisements"),
   (.family // empty
    | if . == "both" then "IPv4 and IPv6" else family end),
   (.virtual_mac | if . == null then empty
    elif . then "virtual MAC" else "the interface's own MAC" end),
   (.priorities // {} | to_entries | map("\(.key) \(.value)")
    | if . == [] then empty
      else (if length == 1 then "priority " else "priorities " end)
        + join(", ")
      end)]
  | join(", ");

# ---- A run as a story ----

# The start of a run's time: the first fault, or the first event, or the run.
def zero_us:
  ([.events[] | select(.kind == "fault") | .time_us] | min)
  // .start_us;

# What happened within 5 ms to the families and virtual routers of one router,
# or to the probes of one client, is one thing to tell.
def bursts(about):
  reduce (sort_by(about, .time_us)[]) as $one ([];
    if length > 0 and (.[-1][-1] | about) == ($one | about)
      and $one.time_us - .[-1][-1].time_us < 5000
    then .[-1] += [$one]
    else . + [[$one]] end);

# Who moved: nothing to say where there is but one virtual router.
def movers($all):
  ([.[].family] | unique | map(family)) as $families
  | ([.[].instance] | unique) as $instances
  | [if $instances == $all.instances then empty
     elif ($instances | length) < 4 then ($instances | and_list)
     else "\($instances | length) virtual routers" end,
     if ($families | length) == $all.families then empty
     else ($families | and_list) end]
  | if . == [] then "" else " (" + join(", ") + ")" end;

def transitions:
  .start_us as $start
  | [.routers[] | .name as $name
     | .bands[] + {router: $name} | .time_us = .from_us]
  | {instances: ([.[].instance] | unique),
     families: ([.[].family] | unique | length)} as $all
  | map(select(.from_us > $start + 1500)) | bursts([.router, .state])[]
  | {time_us: .[0].from_us, kind: .[0].state,
     text: ("\(.[0].router) \(.[0].state | state)\(movers($all))"
       + if .[0].why != "" then ": \(.[0].why)" else "" end)};

# Of many silences the longest are told.
def silences:
  (.probes | length) as $probes
  | [.probes[] | .name as $name | .gaps[] | .name = $name
     | .time_us = .start_us]
  | bursts(0)
  | map({time_us: .[0].time_us, kind: "gap",
         length_us: (map(.length_us) | max),
         text: ("no answer "
           + (if any(.[]; .open) then "until the end of the run"
              else "for \(map(.length_us) | max | duration)" end)
           + (if $probes > 1 then " (\(map(.name) | unique | and_list))"
              else "" end)
           + ", \(map(.unanswered) | add | plural("question"; "questions"))"
           + " meanwhile")})
  | sort_by(-.length_us) | .[:if length > 8 then 3 else 8 end] as $told
  | $told[], if length > 8 then
      {time_us: (map(.time_us) | max), kind: "gap",
       text: "until here \(length - 3 | number) shorter silences, too"}
    else empty end;

def steps:
  [.takeovers[]
   | {time_us: .advert_us, kind: "advert", family,
      text: "\(.to)'s first advertisement"},
     {time_us: .announcement_us, kind: "advert", family,
      text: "\(.to) announces the address"},
     {time_us: .answer_us, kind: "answer", family,
      text: "first answer from \(.to)"}
   | select(.time_us != null)]
  | bursts(.text)[]
  | .[0] + {text: "\(.[0].text) (\(map(.family | family) | unique
                                     | and_list))"};

# What an event says, and of whom.
def happening:
  if (.router // "-") == "-" or (.router as $r | .text | contains($r))
  then .text else "\(.router): \(.text)" end;

# story: [{time_us, offset, kind, text}], in order.
def story:
  zero_us as $zero | .start_us as $start
  | [(.events[] | {time_us, kind, text: happening}),
     transitions, silences, steps]
  | map(select(.time_us >= $start)) | sort_by(.time_us)
  | map(. + {offset: (.time_us - $zero | offset)});
