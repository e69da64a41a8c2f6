# SPDX-License-Identifier: MIT
#
# A measure over many runs as a picture in SVG: a line of dots for each
# daemon, a dot for each run, stacked where they are equal, with the median.
# Classes and text are those of timeline.jq.

import "words" as words;
import "timeline" as timeline;

def dot: 3;        # radius
def x0: 170;
def x1: 700;       # right of it the numbers

# The largest value that the axis shows: a little more than there is.
def scale: if . == 0 then 1 else . * 1.04 end;

def place($top): . / $top * (x1 - x0) + x0 | . * 10 | round / 10;

# Dots that would lie on each other are stacked, up to 8 high.
def stacked($top):
  sort | reduce .[] as $value ([];
    ($value | place($top)) as $x
    | ($x / (2 * dot) | floor) as $column
    | if length > 0 and .[-1].column == $column
      then . + [{column: $column, x: .[-1].x, level: (.[-1].level + 1)}]
      else . + [{column: $column, x: $x, level: 0}] end)
  | map(.level |= ([., 7] | min));

def draw_dots($y):
  [.[] | "<circle cx='\(.x)' cy='\($y - .level * 2 * dot)' r='\(dot)'/>"]
  | "<g class='dots'>" + join("") + "</g>";

def numbers:
  "median \(.median | words::duration)"
  + if .n < 20 then ", longest \(.max | words::duration)"
    else ", p99 \(.p99 | words::duration), "
      + "longest \(.max | words::duration)" end;

def rows($key):
  [.daemons[] | select(.measures[$key])
   | {daemon, summary: .measures[$key],
      values: [.runs[].measures[$key] | values]}];

def lay_out($top):
  reduce .[] as $row ({y: 4, rows: []};
    ($row.values | stacked($top)) as $dots
    | (30 + ($dots | map(.level) | max) * 2 * dot) as $height
    | .rows += [$row + {dots: $dots, y: (.y + $height - 10)}]
    | .y += $height);

def draw_row($top):
  .y as $y | (.summary.median | place($top)) as $median
  | (.daemon | words::cut(20)
     | timeline::text(0; $y + 4; "name"; "start"))
  + "<path class='rail' d='M\(x0) \($y)H\(x1)'/>"
  + "<path class='median' d='M\($median) \($y - 14)V\($y + 8)'/>"
  + (.dots | draw_dots($y))
  + (.summary | numbers
     | timeline::text(x1 + 14; $y + 4; "small"; "start"));

def axis($y; $top):
  ($top | timeline::nice_step) as $step
  | [range(0; $top / $step | floor + 1) | . * $step
     | {x: place($top), text: (words::duration | sub("\\.0+ "; " "))}]
  | "<path class='axis' d='M\(x0) \($y)H\(x1)"
    + ([.[] | "M\(.x) \($y)v5"] | join("")) + "'/>"
    + ([.[] | .x as $x | .text
        | timeline::text($x; $y + 19; "quiet small"; "middle")] | join(""));

# strips(KEY; TITLE): of a scenario of the model, in microseconds; empty if
# there is nothing that differs from run to run.
def strips($key; $title):
  rows($key)
  | select(any(.[]; .values | length > 1)
           and any(.[]; .summary.max > 0))
  | (map(.summary.max) | max | scale) as $top
  | (map("\(.daemon): \(.summary | numbers)") | join("; ")) as $description
  | lay_out($top)
  | @html "<svg viewBox='0 0 \(timeline::width) \(.y + 26)' role='img'>"
    + @html "<title>\($title)</title><desc>\($description)</desc>"
    + ([.rows[] | draw_row($top)] | join(""))
    + axis(.y + 2; $top) + "</svg>";
