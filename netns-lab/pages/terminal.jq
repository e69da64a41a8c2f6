# SPDX-License-Identifier: MIT
#
# The report for a terminal of 80 columns: the verdicts, what failed and why,
# and runs as lanes of letters.  Colour only underlines what the words say.

import "words" as words;
import "report" as report;

def columns: 80;
def lane: 64;

def pad($width): words::cut($width) | . + " " * ($width - length);

# Padded first and painted then, as colours have no width.
def paint($colour; $code):
  if $colour and . != "" then "\u001b[\($code)m\(.)\u001b[0m" else . end;

def verdict_colour: {passed: "32", failed: "1;31", skipped: "2"}[.];

def verdict_word: if . == "failed" then "FAILED" else . end;

# A text after HEAD, in as many lines as it needs, under each other.
def beside($head):
  ($head | length) as $margin
  | words::wrap(columns - $margin)
  | $head + .[0], (.[1:][] | " " * $margin + .);

# ---- The verdicts ----

def outage:
  .measures.outage_us
  | if . == null then "" else .median | words::duration end;

def cell($colour; $width):
  if . == null then " " * $width else
    (.verdict | verdict_colour) as $code
    | (.verdict | verdict_word | pad(8) | paint($colour; $code))
      + (outage | pad($width - 8))
  end;

def table($colour):
  [.totals[].daemon] as $daemons
  | 18 as $width
  | ([(.scenarios | map(.id | length) | max) + 2,
      columns - $width * ($daemons | length)] | min) as $name
  | ("" | pad($name)) + ($daemons | map(pad($width - 1) + " ") | join("")),
    (.scenarios[] | . as $scenario
     | (.id | pad($name - 2)) + "  "
       + ([$daemons[] as $daemon
           | [$scenario.daemons[]
              | select(.daemon | report::column == $daemon)][0]
           | cell($colour; $width)] | join("")));

# With many daemons, a line for each scenario and daemon.
def list($colour):
  .scenarios[] | .id as $id | .daemons[]
  | ($id | pad(28)) + "  " + (.daemon | pad(20)) + "  "
    + cell($colour; 20);

def verdicts($colour):
  (if .totals | length < 4 then table($colour) else list($colour) end
   | sub(" +$"; "")),
  "", "The time is the outage: how long no answer came, at a stretch;"
  + " the median of", "the runs.";

def head($colour):
  "What the client saw: \(.runs | words::plural("run"; "runs"))", "",
  (.totals[] | (report::daemon_text | paint($colour; "1"))
    + " \(report::total_text)"), "",
  (.unreadable[] | "WARNING: \(.) cannot be read, and is not in here", ""),
  verdicts($colour);

# ---- What failed ----

def failures($colour):
  [.scenarios[] | .id as $id | .daemons[]
   | select(.reasons != []) | . + {id: $id}]
  | if . == [] then empty else "", (.[]
      | (.verdict | verdict_word | pad(8)) as $word
      | (.verdict | verdict_colour) as $code
      | ($word | paint($colour; $code))
        + "\(.id) with \(.daemon)"
        + (if .runs_total > 1 and .verdict == "failed"
           then ", \(.runs_failed) of \(.runs_total) runs" else "" end),
      (.reasons[:5][].reason | beside("        - ")))
    end;

# ---- A run in lanes ----

# The moments that the letters of a lane stand for: [[from, to], ...].
def moments:
  ((.end_us - .start_us) / lane) as $each
  | .start_us as $start
  | [range(lane) | [$start + . * $each, $start + (. + 1) * $each]];

def letter: {active: "A", backup: "b", initialize: "i", resigning: "r"}[.]
  // "?";

# Of the states within a moment the one that lasts longest.
def router_lane($moments):
  .bands as $bands
  | [$moments[] as [$from, $to]
     | [$bands[] | select(.from_us < $to and .to_us > $from)
        | [([.to_us, $to] | min) - ([.from_us, $from] | max), .state]]
     | sort_by(.[0]) | .[-1] | if . then .[1] | letter else " " end]
  | join("");

# How much of each moment went unanswered: X half of it, x less.
def client_lane($moments):
  .gaps as $gaps
  | [$moments[] as [$from, $to]
     | [$gaps[] | select(.start_us < $to and .end_us > $from)
        | ([.end_us, $to] | min) - ([.start_us, $from] | max)]
     | add // 0
     | if . == 0 then "." elif . * 2 < $to - $from then "x" else "X" end]
  | join("");

# "^ what broke" under the lanes, where it broke.
def fault_marks:
  ((.end_us - .start_us) / lane) as $each | .start_us as $start
  | [.events[] | select(.kind == "fault" or .kind == "repair")]
  | sort_by(.time_us) | .[:6][]
  | ((.time_us - $start) / $each | floor | [., 0] | max) as $at
  | (words::happening | words::cut(columns - 14)) as $text
  | " " * 12 + if $at + 2 + ($text | length) <= columns - 12
      then " " * $at + "^ " + $text
      else " " * ([$at - ($text | length) - 1, 0] | max) + $text + " ^"
      end;

def painted($colour):
  if $colour then
    gsub("(?<run>A+)"; "\u001b[32m\(.run)\u001b[0m")
    | gsub("(?<run>[Xx]+)"; "\u001b[1;31m\(.run)\u001b[0m")
    | gsub("(?<run>r+)"; "\u001b[33m\(.run)\u001b[0m")
    | gsub("(?<run>b+)"; "\u001b[34m\(.run)\u001b[0m")
  else . end;

def lanes($colour):
  moments as $moments
  | (.routers[:8][] | (.name | pad(12))
      + (router_lane($moments) | painted($colour))),
    (.probes[:4][] | (.name | pad(12))
      + (client_lane($moments) | painted($colour))),
    fault_marks,
    "            A Active, b Backup, i Initialize, r resigning; "
    + "X no answer, x some";

def story($colour):
  words::story as $story
  | ($story[:30][]
     | (.offset | " " * ([11 - length, 0] | max) + .) as $when
     | .kind as $kind
     | .text | beside("\($when)  ")
     | if $kind == "gap" then paint($colour; "31") else . end),
    if $story | length > 30
    then "             and \($story | length - 30) more" else empty end;

def run($colour; $what):
  "", ("\(.title)" | words::cut(columns) | paint($colour; "1")),
  ("\(.daemon), run \(.run), \($what): \(.verdict)" | beside("")), "",
  if .routers == [] and .probes == [] then "nothing was recorded"
  else lanes($colour), "", story($colour) end;

# Of a few groups all are drawn; of many those that failed.
def runs($colour; $drawn):
  ([.scenarios[].daemons[]] | length <= 4) as $few
  | .scenarios[].daemons[]
  | select($few or .verdict == "failed")
  | (if .verdict == "failed"
     then [.shown[] | .file as $file
           | select($drawn[$file].verdict == "failed")] | .[0]
     else .shown[0] end | values) as $shown
  | $drawn[$shown.file] | run($colour; $shown.what);

def rest:
  if [.scenarios[].daemons[]] | length <= 4 then empty
  else "", "What passed is drawn for a directory of a few scenarios alone,"
    + " and by --html." end;

def text($colour; $drawn):
  head($colour), failures($colour), runs($colour; $drawn), rest;
