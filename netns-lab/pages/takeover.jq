# SPDX-License-Identifier: MIT
#
# The takeovers of a run, each with a picture of its own: from just before
# what caused it to just after its first answer, and where the time went.

import "words" as words;
import "timeline" as timeline;

# ---- Which they are ----

def interval($run): $run.settings.interval_us // 100000;

# Who was hit itself, and is Active again, has come back: since its repair, or
# since its daemon was started.
def comeback($run):
  . as $t
  | [$run.events[] | select(.time_us == $t.cause_us)][0] as $cause
  | [$run.events[] | select(.kind == "process" and .state == "started"
      and .router == $t.to and .time_us > $t.cause_us
      and .time_us < $t.advert_us) | .time_us] as $started
  | .back = ($cause != null and ($cause.kind == "repair"
                                or $cause.router == $t.to))
  | if .back then .cause_us = ($started[-1] // .cause_us) else . end;

# Where the eye should begin. Who comes back may have its time for that: then
# only the hand-over is of interest, as it is where the old Active was heard
# long after what is said to be the cause.
def beginning($run):
  interval($run) as $interval
  | [.cause_us // .last_advert_us // .advert_us,
     if .back then .advert_us - $interval * 4
     elif (.last_advert_us // 0) > (.cause_us // infinite) + $interval
     then .last_advert_us - $interval
     else empty end] | max;

# Of the client's silences the one that this takeover is about.
def gap_of($takeover):
  [.probes[].gaps[]
   | select(($takeover.outage_us // 0) > 0
       and .start_us < ($takeover.answer_us // $takeover.advert_us) + 1000
       and .end_us > $takeover.begin_us - 1000)]
  | sort_by(.length_us == $takeover.outage_us, .length_us) | .[-1];

# The slower of its families stands for all of a takeover.
def slower:
  (map(.family | words::family) | unique) as $families
  | sort_by(.outage_us // 0, .detection_us // 0)[-1] + {$families};

# Families that move together are one takeover.
def takeovers:
  . as $run
  | [.takeovers[] | select(.advert_us != null) | comeback($run)
     | .begin_us = beginning($run)
     | . as $t | .gap = ($run | gap_of($t))]
  | reduce (sort_by(.advert_us)[]) as $one ([];
      if length > 0 and .[-1][0].to == $one.to
        and .[-1][0].from == $one.from and .[-1][0].cause == $one.cause
        and all(.[-1][]; .family != $one.family)
        and $one.advert_us - .[-1][0].advert_us < interval($run) * 4
      then .[-1] += [$one] else . + [[$one]] end)
  | map(slower);

# ---- How they look ----

# [{text, from, to, class, told}]: what the time went for.
def parts:
  [{text: (if .back then "\(.to) comes back"
           else "\(.to) takes notice" end), class: "notice",
    from: (.cause_us // .last_advert_us), to: .advert_us,
    after: " until its first advertisement"},
   {text: "\(.to) announces", from: .advert_us, to: .announcement_us,
    class: "announcing", after: " after its first advertisement"},
   {text: "\(.to) answers", from: .advert_us, to: .answer_us,
    class: "serving", after: " after its first advertisement"},
   {text: "client waits", from: .gap.start_us, to: .gap.end_us,
    class: "gap", after: (.gap | values | .unanswered
      | ", \(words::plural("question"; "questions")) meanwhile")}]
  | map(select(.from != null and .to != null)
    | if .to < .from then {text, class, from: .to, to: .from,
        after: " before its first advertisement"} else . end
    | .told = (.to - .from | words::duration) + .after);

def enlarged($run):
  [.begin_us, .advert_us,
   (.answer_us, .announcement_us, .gap.start_us, .gap.end_us | values)]
  | min as $from | max as $to
  | ([$to - $from, 200] | max) as $span
  | timeline::view([$from - $span * 0.12, $run.start_us] | max;
                   [$to + $span * 0.14, $run.end_us] | min);

def picture($run):
  enlarged($run) as $view | parts as $parts
  | "Takeover from \(.from) to \(.to)" as $title
  | $run
  | timeline::picture($view; $title;
      [$parts[] | "\(.text): \(.told)"] | join("; ");
      [$parts[] | timeline::part_row($view)]);

# [{from, to, families, picture}] of a run; of very many only the first.
def pictures:
  . as $run | takeovers[:4]
  | map({from, to, families, picture: picture($run)});
