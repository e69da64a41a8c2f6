# SPDX-License-Identifier: MIT
#
# One run as a picture in SVG: what broke, a lane for each router, what it
# sent, and the client.  A picture is a list of rows, from top to bottom, each
# with its height; first all rows are collected, then each is drawn where it
# has come to lie.  A view is the part of time that is shown, and the part of
# the width on which it is shown.
#
# Colours are those of page.css: everything has a class, nothing a colour.

import "words" as words;

def width: 1000;
def gutter: 170; # for the names of the lanes, at the left

def view($from; $to):
  {from: $from, to: $to, x0: gutter, x1: (width - 12)};

def x($view):
  $view.x0 + (. - $view.from) * ($view.x1 - $view.x0)
    / ($view.to - $view.from)
  | [[., $view.x0] | max, $view.x1] | min | . * 10 | round / 10;

def seen($view; from; to): from < $view.to and to > $view.from;

# About as wide as text comes out, for the size in page.css.
def text_width: length * 6.3;

def text($x; $y; $class; $anchor):
  @html "<text x='\($x)' y='\($y)' class='\($class)'"
  + (if $anchor == "start" then ""
     else @html " text-anchor='\($anchor)'" end)
  + @html ">\(.)</text>";

def rect($x0; $x1; $y; $height; $class; $title):
  @html "<rect x='\($x0)' y='\($y)' width='\([$x1 - $x0, 1] | max
         | . * 10 | round / 10)' height='\($height)' class='\($class)'>"
  + @html "<title>\($title)</title></rect>";

# ---- Labels that keep out of each other's way ----

# In: [{x, text, ...}] sorted by x.  Each gets a row so that neither its text
# nor the line down from it (an earlier one stands left of it) hits another.
def placed($view):
  reduce .[] as $one ([];
    ($one.text | text_width) as $wide
    | (if $one.x + 5 + $wide <= $view.x1 then $one.x + 5
       else [$one.x - 5 - $wide, 2] | max end) as $left
    | . + [$one + {left: $left, right: ($left + $wide),
        row: ([.[] | select(.right + 8 > $left and .left < $left + $wide)
               | .row + 1] | max // 0)}]);

def rows: map(.row + 1) | max // 0;

# ---- What broke ----

# At most seven are written out; the story below has them all.
def fault_labels($view):
  [.events[] | select(.kind == "fault" or .kind == "repair")
   | select(.time_us >= $view.from and .time_us <= $view.to)]
  | sort_by(.time_us) as $all
  | [range(0; $all | length) as $n | $all[$n]
     | {x: (.time_us | x($view)), kind, full: words::happening,
        text: (if $n > 6 then ""
               elif $n == 6 and ($all | length) > 7
               then "and \($all | length - 6) more"
               else words::happening | words::cut(64) end)}]
  | placed($view) | rows as $rows
  | map(if .text == "" then .row = $rows - 1 else . end);

def fault_row($view):
  fault_labels($view)
  | {kind: "faults", labels: ., height: (rows * 16 + 4)};

def draw_faults($row; $bottom):
  $row.labels[]
  | ($row.y + .row * 16 + 12) as $y
  | @html "<g class='\(.kind)'><title>\(.full)</title>"
    + "<path d='M\(.x) \($y - 10)V\($bottom)'/>"
    + (.left as $left | .text | text($left; $y; "halo"; "start")) + "</g>";

# ---- Routers ----

# What a track (one family of one virtual router) looks like; those that look
# the same share a lane.
def look($view):
  [.[] | select(seen($view; .from_us; .to_us))
   | [.state, (.from_us | x($view)), (.to_us | x($view))]];

def alike($one; $other):
  ($one | length) == ($other | length)
  and all(range($one | length); $one[.][0] == $other[.][0]
    and ($one[.][1] - $other[.][1] | fabs) < 2
    and ($one[.][2] - $other[.][2] | fabs) < 2);

def lanes_of($view):
  reduce (.[] | {look: look($view), bands: .}) as $track ([];
    ([range(length) as $n | select(alike(.[$n][0].look; $track.look))
      | $n][0] // length) as $n
    | .[$n] += [$track])
  | map(map(.bands));

def lane_name($all):
  ([.[].family] | unique) as $families
  | ([.[].instance] | unique) as $instances
  | [if $instances == $all.instances then empty
     elif ($instances | length) == 1 then $instances[0]
     else "\($instances | length) routers" end,
     if $families == $all.families then empty
     else ($families | map(words::family) | join(" ")) end]
  | join(" ");

def lanes($view):
  .bands
  | {instances: ([.[].instance] | unique),
     families: ([.[].family] | unique)} as $all
  | group_by([.instance, .family]) | map(sort_by(.from_us))
  | lanes_of($view)
    | map({kind: "lane", height: 24, tracks: length, bands: .[0],
         name: (map(.[]) | lane_name($all))})
  | if . == [] then [{kind: "lane", height: 24, bands: [], name: ""}]
    else . end
  | if length > 4 then sort_by(-.tracks) | .[:3]
      + [.[3] + {name: "one of \(length - 3) others"}]
    else . end;

# Points in time as ticks; where there are more than the eye tells apart, as
# stretches: [[x0, x1, how many], ...].
def stretches($view; $apart):
  [.[] | select(. >= $view.from and . <= $view.to) | x($view)] | sort
  | reduce .[] as $x ([];
      if length > 0 and $x - .[-1][1] < $apart
      then .[-1][1] = $x | .[-1][2] += 1
      else . + [[$x, $x, 1]] end);

def sent($view; $name):
  . as $router
  | ([.adverts[], .announcements[] | .family] | unique)[] as $family
  | {kind: "sent", height: 14, family: $family, name: $name,
     adverts: ([.adverts[] | select(.family == $family and .priority != 0)
                | .time_us] | stretches($view; 2.5)),
     resigned: ([.adverts[] | select(.family == $family and .priority == 0)
                 | .time_us] | stretches($view; 2.5)),
     announced: ([.announcements[] | select(.family == $family) | .time_us]
                 | stretches($view; 7))};

# When a router's process was frozen, or not there: [[from, to, what], ...].
def away($name; $stop):
  [.events[] | select(.kind == "process" and .router == $name)]
  | sort_by(.time_us) | . as $all
  | [range(0; length) as $n | $all[$n]
     | select(.state == "ended" or .state == "frozen")
     | [.time_us, ($all[$n + 1].time_us // $stop),
        if .state == "ended" then "not running" else "frozen" end]];

def router_rows($view):
  . as $run
  | .routers[] | .name as $name
  | ($run | away($name; .end_us)) as $away
  | [lanes($view)[] + {away: $away}] as $lanes
  | [sent($view; .name)] as $sent
  | {kind: "router", height: 0, name, daemon,
     priority: $run.settings.priorities[$name]},
    $lanes[], $sent[],
    {kind: "space", height: (if $lanes + $sent | length == 1 then 20
                             else 10 end)};

# In the first part of it that is wide enough, as the lines of what broke go
# through it.
def band_text($view; $x0; $x1; $y; $class):
  (text_width + 13) as $wide | . as $text
  | [$view.cuts[] | select(. > $x0 and . < $x1)] as $cuts
  | [range(($cuts | length) + 1) as $n
     | (if $n == 0 then $x0 else $cuts[$n - 1] end)
     | select(($cuts[$n] // $x1) - . > $wide)][0]
    // (if $x1 - $x0 > $wide then $x0 else null end)
  | if . then . as $x | $text | text($x + 6; $y + 16; $class; "start")
    else "" end;

def draw_band($view; $y):
  (.from_us | x($view)) as $x0 | (.to_us | x($view)) as $x1
  | (.state | words::state) as $word | .state as $state
  | rect($x0; $x1; $y; 24; "band \(.state)";
         $word + if .why != "" then ": " + .why else "" end)
    + ($word | band_text($view; $x0; $x1; $y; "on-\($state)"));

def draw_away($view; $y):
  .[0] as $from | .[1] as $to
  | select(seen($view; $from; $to))
  | ($from | x($view)) as $x0 | ($to | x($view)) as $x1 | .[2] as $what
  | rect($x0; $x1; $y; 24; if $what == "frozen" then "frozen" else "gone" end;
         $what)
    + ($what | band_text($view; $x0; $x1; $y;
         if $what == "frozen" then "on-frozen" else "quiet halo" end));

def draw_lane($view):
  . as $lane
  | "<path class='rail' d='M\($view.x0) \(.y + 23.5)H\($view.x1)'/>"
  + ([.bands[] | select(seen($view; .from_us; .to_us))
      | draw_band($view; $lane.y)] | join(""))
  + ([.away[] | draw_away($view; $lane.y)] | join(""))
  + (if .bands == [] and .away == []
     then "no state reported"
       | text($view.x0 + 6; $lane.y + 16; "quiet halo"; "start")
     else "" end)
  + (.name | text($view.x0 - 6; $lane.y + 16; "quiet small"; "end"));

def draw_router:
  .y as $y
  | @html "<text x='0' y='\($y + 16)'><tspan class='name'>"
  + @html "\(.name | words::cut(10))</tspan> <tspan class='quiet small'>"
  + @html "\(.daemon // "" | words::cut(12))</tspan></text>"
  + (if .priority then
       "priority \(.priority)" | text(0; $y + 31; "quiet small"; "start")
     else "" end);

def ticks($y; $height; $class; $one; $many):
  map(select(.[2] == 1) | "M\(.[0]) \($y)v\($height)") as $ticks
  | [.[] | select(.[2] > 1)
     | rect(.[0]; .[1] + 1; $y; $height; $class + " dense";
            "\(.[2] | words::number) \($many)")] as $dense
  | (if $ticks == [] then ""
     else "<path class='\($class)' d='\($ticks | join(""))'>"
       + "<title>\($one)</title></path>" end)
    + ($dense | join(""));

def draw_sent($view):
  .y as $y | (.family | words::family) as $family
  | "<g>"
  + (.adverts | ticks($y + 1; 7; "advert"; "an \($family) advertisement";
                      "\($family) advertisements"))
  + (.resigned | ticks($y + 1; 7; "resign";
      "\($family) advertisement with priority 0: I leave";
      "\($family) advertisements with priority 0: I leave"))
  + ([.announced[]
      | @html "<path class='announce' d='M\(.[0]) \($y + 7)l3.5 6h-7z'><title>"
        + (.[2] | words::plural("\($family) announcement";
                                "\($family) announcements"))
        + " of the address</title></path>"] | join(""))
  + (if $view.names then $family
       | text($view.x0 - 6; $y + 9; "quiet tiny"; "end") else "" end)
  + "</g>";

# ---- The client ----

# Who answered when, if the probe's first and last answers tell it.
def answerers:
  [.answered_by[] | select(.router != null and .first_us != null)]
  | sort_by(.first_us) | . as $all
  | if all(range(0; length - 1);
           $all[.].last_us <= $all[. + 1].first_us + 1000)
    then . else [] end;

# When two answered at once: [from, to], if that can be told.
def both:
  (.both_us // 0) as $both
  | [.answered_by[] | select(.first_us != null)] | sort_by(.first_us)
  | select($both > 0 and length == 2)
  | [([.[].first_us] | max), ([.[].last_us] | min)]
  | select((.[1] - .[0] - $both | fabs) < $both / 4 + 2000);

def merge_gaps($apart):
  reduce .[] as $gap ([];
      if length > 0 and $gap.x0 - .[-1].x1 < $apart
      then .[-1] |= (.x1 = ([.x1, $gap.x1] | max) | .n += $gap.n
                     | .unanswered += $gap.unanswered
                     | .length_us = ([.length_us, $gap.length_us] | max)
                     | .open = (.open or $gap.open))
      else . + [$gap] end);

# Where there are very many, those close to each other are one for the eye.
def merged_gaps($view):
  [.gaps[] | select(seen($view; .start_us; .end_us))
   | {x0: (.start_us | x($view)), x1: (.end_us | x($view)), length_us,
      unanswered, open, n: 1}]
  | merge_gaps(1.5)
  | if length > 80 then merge_gaps(8) else . end;

# The longest are told, one beside the other as far as there is space.
def gap_labels($view):
  reduce (sort_by(-.length_us)[:12][]) as $gap ([];
    ($gap | (if .n == 1 then "no answer for " else
       "\(.n | words::number) silences, the longest " end)
     + (.length_us | words::duration)
     + if .open then " and on" else "" end) as $text
    | ([{x: $gap.x0, text: $text}] | placed($view)[0]) as $words
    | if any(.[]; .right + 20 > $words.left and .left < $words.right + 20)
      then . else . + [$words] end);

# Do two probes look the same?
def same_silences($other):
  .survived == $other.survived and .both == $other.both
  and (.gaps | length) == ($other.gaps | length)
  and all(range(.gaps | length) as $n | [.gaps[$n], $other.gaps[$n]];
    (.[0].x0 - .[1].x0 | fabs) < 2 and (.[0].x1 - .[1].x1 | fabs) < 2);

def client_rows($view):
  [.probes[] | . as $probe | merged_gaps($view) as $gaps
   | {kind: "client", names: [.name], gaps: $gaps,
      x0: (.start_us // $view.from | x($view)),
      x1: (.end_us // $view.to | x($view)),
      answerers: answerers, both: ([both] | .[0]), both_us,
      sent, lost, survived, labels: ($gaps | gap_labels($view))}]
  | reduce .[] as $probe ([];
      ([range(length) as $n | select(.[$n][0] | same_silences($probe)) | $n][0]
       // length) as $n
      | .[$n] += [$probe])
  | map(.[0] + {names: map(.names[0]), lost: (map(.lost) | add),
                sent: (map(.sent) | add)}
        | .height = if .labels == [] then 34 else 42 end)
  | if length > 5 then .[:5] else . end
  | (length > 1) as $several
  | .[] | .several = $several;

def draw_gap($y):
  rect(.x0; .x1; $y; 20; if .n == 1 or .x1 - .x0 < 3 then "gap"
                         else "gap scattered" end;
    if .n == 1 then "no answer for \(.length_us | words::duration), "
      + "\(.unanswered | words::plural("question"; "questions")) meanwhile"
    else "\(.n | words::number) silences, the longest "
      + (.length_us | words::duration) end);

def draw_answerers($view; $y; $begin; $gaps):
  if . == [] then
    "answered" | band_text($view; $begin;
      [$gaps[].x0, $view.x1] | min; $y - 2; "on-answered")
  else
    [.[] | select(seen($view; .first_us; .last_us))
     | (.first_us | x($view)) as $x0 | (.last_us | x($view)) as $x1
     | ([$gaps[] | select(.x0 > $x0 + 1) | .x0] | min // $x1) as $free
     | "\(.router) answers"
     | band_text($view; $x0; [$x1, $free] | min; $y - 2; "on-answered")]
    | join("")
  end;

def draw_both($view; $y):
  (.[0] | x($view)) as $x0 | (.[1] | x($view)) as $x1
  | select($x1 > $x0)
  | "two answer at once" as $text
  | rect($x0; $x1; $y; 20; "both"; $text
         + " for \(.[1] - .[0] | words::duration)")
    + ($text | band_text($view; $x0; $x1; $y - 2; "on-both"));

# What became of it in the end, in a few words.
def told:
  if .survived != null then
    if .survived then "TCP connection lives" else "TCP connection broken" end
  elif .sent == null then ""
  else "\(.lost | words::number) of \(.sent | words::number) lost" end;

def draw_client($view):
  .y as $y
  | (if .several | not then "client"
     elif .names | length == 1 then .names[0] | words::cut(21)
     else "\(.names[0] | words::cut(17)) +\(.names | length - 1)" end
     | text(0; $y + 10; "name"; "start"))
  + (told | words::cut(28) | text(0; $y + 24; "quiet small"; "start"))
  + rect(.x0; .x1; $y; 20; "answered"; "answered")
  + "<path class='rail' d='M\($view.x0) \($y + 19.5)H\(.x0)"
  + "M\(.x1) \($y + 19.5)H\($view.x1)'/>"
  + ([.both | values | draw_both($view; $y)] | join(""))
  + ((.gaps + [.both | values | {x0: (.[0] | x($view))}]) as $stops
     | .x0 as $begin | .answerers
     | draw_answerers($view; $y; $begin; $stops))
  + ([.gaps[] | draw_gap($y)] | join(""));

# Later than all else, over the lines of what broke.
def draw_lengths:
  .y as $y | .labels[]
  | .left as $left | .text | text($left; $y + 33; "lost halo"; "start");

# ---- Time ----

# A step of 1, 2 or 5 times a power of ten, for at most 9 ticks.
def nice_step:
  (. / 9) as $least
  | pow(10; $least | log10 | floor) as $power
  | [1, 2, 5, 10] | map(. * $power) | map(select(. >= $least)) | .[0];

def axis($view; $zero; $faults):
  ($view.to - $view.from | nice_step) as $step
  | (if $step >= 1000000 then [1000000, "s"] else [1000, "ms"] end)
    as [$unit, $word]
  | {kind: "axis", height: 34, word: $word,
     since: (if $faults then "since the first fault"
             else "since the run began" end),
     ticks: [range((($view.from - $zero) / $step | ceil);
                   (($view.to - $zero) / $step | floor) + 1)
       | . * $step
       | {x: (. + $zero | x($view)),
          text: ((if . > 0 then "+" else "" end)
            + (. / $unit + 0 | words::fixed(
              if $step >= $unit then 0
              else $unit / $step | log10 | ceil end)))}]};

def draw_axis($view):
  .y as $y
  | "<path class='axis' d='M\($view.x0) \($y + 4)H\($view.x1)"
  + ([.ticks[] | "M\(.x) \($y + 4)v5"] | join("")) + "'/>"
  + ([.ticks[] | .x as $x | .text
      | text($x; $y + 21; "quiet small";
          if $x < $view.x0 + 15 then "start"
          elif $x > $view.x1 - 15 then "end" else "middle" end)]
     | join(""))
  + ("\(.word) \(.since)" | text(0; $y + 21; "quiet small"; "start"));

# ---- What time went for, as bars under the axis ----

# Of {text, from, to, class, told} (takeover.jq).
def part_row($view):
  {kind: "part", height: 20, x0: (.from | x($view)), x1: (.to | x($view)),
   class, text, told};

# The text beside the bar where there is space for it, and else on it.
def draw_part($view):
  .y as $y | .x0 as $x0 | .x1 as $x1 | (.told | text_width + 8) as $wide
  | (.text | text(0; $y + 13; "small"; "start"))
  + rect($x0; $x1; $y + 1; 16; "part \(.class)"; .told)
  + (.told | if $x1 + $wide <= $view.x1
     then text($x1 + 6; $y + 13; "small halo"; "start")
     elif $x0 - $wide >= $view.x0
     then text($x0 - 6; $y + 13; "small halo"; "end")
     else text($x1 - 6; $y + 13; "small on-part"; "end") end);

# ---- The picture ----

def stacked:
  reduce .[] as $row ({y: 0, rows: []};
    .rows += [$row + {y: .y}] | .y += $row.height);

def draw_row($view):
  if .kind == "router" then draw_router
  elif .kind == "lane" then draw_lane($view)
  elif .kind == "sent" then draw_sent($view)
  elif .kind == "client" then draw_client($view)
  elif .kind == "axis" then draw_axis($view)
  elif .kind == "part" then draw_part($view)
  else "" end;

def picture($view; $title; $description; $more):
  ([.events[] | select(.kind == "fault")] | length > 0) as $faults
  | words::zero_us as $zero
  | ([.routers[].adverts[].family] | unique | length > 1) as $names
  | ($view + {names: $names, cuts: ([.events[]
       | select(.kind == "fault" or .kind == "repair") | .time_us
       | select(. > $view.from and . < $view.to) | x($view)] | unique)})
    as $view
  | [fault_row($view), router_rows($view), client_rows($view),
     axis($view; $zero; $faults), $more[]]
  | stacked
  | (.rows | map(select(.kind == "axis"))[0].y + 4) as $bottom
  | @html "<svg viewBox='0 0 \(width) \(.y + 2)' role='img'>"
    + @html "<title>\($title)</title><desc>\($description)</desc>"
    + ([.rows[] | draw_row($view)] | join(""))
    + ([draw_faults(.rows[0]; $bottom)] | join(""))
    + ([.rows[] | select(.kind == "client") | draw_lengths] | join(""))
    + "</svg>";

def overview:
  picture(view(.start_us; .end_us); "\(.title): \(.daemon), run \(.run)";
    [words::story[] | select(.kind != "advert")
     | "\(.offset) \(.text)"][:12] | join("; "); []);
