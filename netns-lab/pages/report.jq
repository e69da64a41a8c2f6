# SPDX-License-Identifier: MIT
#
# What the report knows: records of runs made whole and small, grouped by
# scenario and daemon, with what is common to each group.  Nothing here is
# about how it looks.

import "words" as words;

# ---- One record ----

def times:
  .start_us, .end_us, (.events // [] | .[].time_us),
  (.routers // [] | .[].bands // [] | .[] | .from_us, .to_us)
  | select(. != null);

# A run begins when its network has settled and somebody asks, or a little
# before something breaks: how it came up is no part of the story.
def settled:
  [.settled_us, (.events // [] | map(select(.kind == "fault") | .time_us)
                 | min // empty | . - 300000)]
  | if .[0] then min else null end;

# And it ends when nobody asks any more, or with what happened last.
def ended:
  (.probes // [] | map(.end_us | values) | max | values) as $asked
  | $asked, (.events // [] | .[].time_us);

def timed: .family |= (. // "ipv4");

# A record with everything in it that those who draw look for, and no text
# that a terminal or a browser would stumble over.
def whole:
  (settled // ([times] | min) // 0) as $start
  | (([ended] | max) // ([times] | max) // 1) as $stop
  | {scenario: (.scenario // "unnamed"), run: (.run // 1),
     title: ([.title, .scenario, "unnamed" | values
              | select(. != "")][0]),
     daemon: (.daemon // "unknown"), verdict: (.verdict // "failed"),
     reason: (.reason // "" | words::clean),
     versions: (.versions // {}), machine: (.machine // {}),
     settings: (.settings // {}), measures: (.measures // {}),
     start_us: $start, end_us: ([$stop, $start + 1] | max),
     takeovers: [.takeovers[]? | .family |= (. // "ipv4")
       | .from |= (. // "?") | .to |= (. // "?")],
     checks: (.checks // [] | map(
       .text |= (. // "" | tostring | words::clean)
       | .measured |= (. // "" | tostring | words::clean)
       | .expected |= (. // "" | tostring | words::clean))),
     events: [.events[]? | select(.time_us)
       | .text |= (. // "" | words::clean)],
     routers: [.routers[]? | .name |= (. // "router")
       | .bands |= [.[]? | select(.from_us and .to_us) | timed
           | .state |= (. // "unknown")
           | .why |= (. // "" | words::clean)]
       | .adverts |= [.[]? | select(.time_us) | timed]
       | .announcements |= [.[]? | select(.time_us) | timed]],
     probes: [.probes[]? | .name |= (. // "client")
       | .gaps |= [.[]? | select(.start_us and .end_us)
           | .length_us = .end_us - .start_us
           | .unanswered |= (. // 0)]
       | .answered_by |= [.[]?]]};

# Nearest rank, as nobody has measured what lies between two runs; the median
# of an even number is in the middle, as everywhere.
def summary:
  sort
  | if . == [] then null else
      {n: length, min: .[0],
       median: ((.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2),
       p99: .[(length * 0.99 | ceil) - 1], max: .[-1]}
    end;

# The parts of the first takeover, of the slower family; what follows it is
# often a coming back, which nobody has to hurry for.
def first_parts:
  .takeovers[0] as $first
  | [.takeovers[] | select(.to == $first.to and .cause == $first.cause)]
  | {detection_us: (map(.detection_us | values) | max),
     serve_us: (map(.serve_us | values) | max)}
  | with_entries(select(.value != null));

# What is kept of a run that is not drawn.
def small($file):
  {file: $file, scenario, title, run, daemon, verdict, reason, versions,
   machine, settings, start_us, end_us, checks,
   measures: (.measures + first_parts),
   takeovers: [.takeovers[] | {family, from, to, cause, detection_us,
                               serve_us, outage_us, lost}]};

# ---- Groups ----

# The order in which people look for them; a pair of two follows.
def rank:
  {vrrpd: 0, keepalived: 1, frr: 2}[.] // (3 + (split("+") | length));

def verdict:
  if any(.[]; .verdict == "failed") then "failed"
  elif all(.[]; .verdict == "skipped") then "skipped"
  else "passed" end;

def measures:
  map(select(.verdict != "skipped")) as $runs
  | ["outage_us", "lost", "duplicates", "reordered", "both_us",
     "detection_us", "serve_us"]
  | map({key: ., value: (. as $key
      | [$runs[].measures[$key] | values] | summary)})
  | map(select(.value != null)) | from_entries;

def by_outage: sort_by(.measures.outage_us // 0, .run);

# Those to be looked at: one that failed, the run in the middle, the worst one;
# a run that is two of them is shown once.
def shown:
  (map(select(.verdict != "skipped")) | by_outage) as $runs
  | if $runs == [] then [] else
      $runs[($runs | length - 1) / 2 | floor] as $median
      | ([$runs[] | select(.verdict == "failed")] | .[-1]) as $failed
      | [(if $failed and $median.verdict != "failed"
          then {run: $failed, what: "which failed"} else empty end),
         {run: $median, what: (if $runs | length == 1 then "the only one"
           else "whose outage is the median of \($runs | length)" end)},
         ($runs[-1] | select((.measures.outage_us // 0)
           > ($median.measures.outage_us // 0) * 1.01)
          | {run: ., what: "with the longest outage"})]
      | reduce .[] as $one ([];
          if any(.[]; .run.file == $one.run.file) then .
          else . + [$one] end)
      | map({file: .run.file, number: .run.run, what})
    end;

# Why runs failed: a check that failed in many is one reason, as are equal
# words where no check says it.
def complaints:
  if .verdict == "failed" and any(.checks[]; .ok | not) then
    .run as $run | .checks[] | select(.ok | not)
    | {about: "\(.text): expected \(.expected)", measured, run: $run}
  elif .verdict != "passed" and .reason != "" then
    {about: .reason, measured: "", run}
  else empty end;

def reasons:
  [.[] | complaints] | group_by(.about)
  | map((map(.measured) | unique) as $values | .[0] as $first
    | {runs: map(.run), reason: ($first.about
       + if $first.measured == "" then ""
         elif $values | length == 1 then ", measured \($values[0])"
         else ", measured \($first.measured) in run \($first.run)" end)})
  | sort_by(-(.runs | length));

def group:
  sort_by(.run)
  | {daemon: .[0].daemon, versions: (map(.versions) | add),
     verdict: verdict, runs_total: length,
     runs_failed: (map(select(.verdict == "failed")) | length),
     runs_skipped: (map(select(.verdict == "skipped")) | length),
     reasons: reasons, measures: measures, shown: shown, runs: .};

# How many times as long as with keepalived, where that can be said.
def with_ratios:
  ([.[] | select(.daemon == "keepalived") | .measures.outage_us.median]
   | .[0]) as $other
  | map(if .daemon != "keepalived" and ($other // 0) > 0
          and .measures.outage_us
        then .ratio_to_keepalived =
          (.measures.outage_us.median / $other * 1000 | round / 1000)
        else . end);

# The same scenario with other timers, family or MAC is another one.
def variant: .settings | {interval_us, family, virtual_mac};

def variant_text($all):
  . as $settings
  | [keys[] as $key | select([$all[][$key]] | unique | length > 1)
     | {($key): $settings[$key]}] | add // {}
  | words::settings;

# A scenario's runs, skipped ones put where others of their daemon would be.
def variants:
  (map(select(.verdict != "skipped") | variant) | unique) as $all
  | if ($all | length) < 2 then [{text: "", runs: .}]
    else . as $runs | $all | map(. as $one
      | {text: variant_text($all),
         runs: [$runs[] | select(variant == $one
           or (.verdict == "skipped" and $one == $all[0]))]})
    end;

def scenarios:
  group_by(.scenario) | map(variants[] | .text as $text | .runs
    | {scenario: .[0].scenario,
       id: (.[0].scenario + if $text == "" then ""
            else "-" + ($text | gsub("[^A-Za-z0-9]+"; "-")) end),
       title: (.[0].title + if $text == "" then "" else ", " + $text end),
       settings: ((map(select(.verdict != "skipped")) | .[0]
                   // {settings: {}}).settings),
       start_us: (map(.start_us) | min),
       daemons: (group_by(.daemon) | map(group)
                 | sort_by((.daemon | rank), .daemon) | with_ratios)})
  | sort_by(.start_us, .id);

# Pairs of two kinds stand together, each daemon by itself.
def column: if contains("+") then "Mixed pairs" else . end;

def totals:
  . as $scenarios
  | [$scenarios[].daemons[]] | group_by(.daemon | column)
  | sort_by(.[0].daemon | rank)
  | map({daemon: (.[0].daemon | column), versions: (map(.versions) | add),
         scenarios: length, runs: (map(.runs_total) | add)}
    + (. as $groups | ["passed", "failed", "skipped"]
       | map({key: ., value: (. as $verdict
           | [$groups[] | select(.verdict == $verdict)] | length)})
       | from_entries));

# model: all runs, as small() left them, and what could not be read.
def model($unreadable):
  scenarios as $scenarios
  | {totals: ($scenarios | totals),
     machines: ([.[].machine | select(. != {})] | unique),
     first_us: ([.[].start_us | select(. > 0)] | min),
     last_us: (map(.end_us) | max), runs: length,
     unreadable: $unreadable, scenarios: $scenarios};

# For scripts: the model without what only those who draw need.
def published:
  {totals, machines, first_us, last_us, runs, unreadable,
   scenarios: [.scenarios[] | {scenario, id, title, settings,
     daemons: [.daemons[] | del(.shown)
       | .runs |= map(del(.scenario, .title, .daemon, .settings,
                          .machine, .versions))]}]};

# ---- What is said of it in words ----

# "passed 12 of 13 scenarios, 1 was skipped"
def total_text:
  (.scenarios - .skipped) as $tried
  | (if $tried == 0 then "was not tested"
     else "passed \(.passed) of \($tried | words::plural("scenario";
                                                         "scenarios"))"
     end)
    + if .skipped == 0 then ""
      else ", \(.skipped | words::number) "
        + if .skipped == 1 then "was skipped" else "were skipped" end
      end;

def daemon_text:
  if .daemon == "Mixed pairs" then .daemon else
  . as $all | .daemon | split("+")
  | map(. + if $all.versions[.] then " " + $all.versions[.] else "" end)
  | join(" with ")
  end;

def both_text:
  .measures.both_us.max // 0
  | if . == 0 then ""
    else ", two answered at once for up to \(words::duration)" end;

# What the client noticed, in a few words.
def outage_text:
  .measures.outage_us as $outage
  | if $outage == null then ""
    elif $outage.max == 0 then "no answer was missing" + both_text
    else (if $outage.n > 1 then "median outage " else "outage " end)
      + ($outage.median | words::duration)
      + (.measures.lost | if . == null then ""
         elif .max == 0 then ", all answered late"
         else ", \(.median | floor | words::number) lost" end) + both_text
    end;

def runs_text:
  if .verdict == "failed" and .runs_total > 1 then
    "failed in \(.runs_failed) of \(.runs_total) runs"
  elif .verdict == "passed" and .runs_total > 1 then
    "passed in \(.runs_total - .runs_skipped | words::plural("run"; "runs"))"
    + if .runs_skipped > 0 then ", \(.runs_skipped) skipped" else "" end
  else .verdict end;
