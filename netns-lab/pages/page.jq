# SPDX-License-Identifier: MIT
#
# The report as one page of HTML: what came of it, how to read it, then a
# section for each scenario.  What comes from outside passes @html.

import "words" as words;
import "report" as report;
import "timeline" as timeline;
import "takeover" as takeover;
import "plots" as plots;

def badge: @html "<b class='badge \(.)'>\(.)</b>";

# The address of a group within the page.
def anchor($id): @uri "\($id)-\(.daemon)" | gsub("%"; "_");

# ---- The top ----

def failures:
  [.scenarios[] | . as $scenario | .daemons[]
   | select(.verdict == "failed") | . + {scenario: $scenario}]
  | if . == [] then "" else
      "<h2>What failed</h2><ul class='failures'>"
      + ([.[] | @html "<li><a href='#\(anchor(.scenario.id))'>"
          + @html "\(.scenario.title)</a> with <b>\(.daemon)</b>"
          + (if .runs_total > 1 then
               @html " (\(.runs_failed) of \(.runs_total) runs)"
             else "" end)
          + (if .reasons == [] then ""
             else @html ": \(.reasons[0].reason)"
               + if .reasons | length == 1 then ""
                 else @html ", and \(.reasons | length - 1) more" end
             end) + "</li>"]
         | join("")) + "</ul>"
    end;

def dates:
  [.first_us, .last_us | values | . / 1000000 | floor
   | strftime("%-d %B %Y %H:%M")]
  | if length == 0 then "at an unknown time"
    elif .[0] == .[-1] then .[0] + " UTC"
    else .[0] + " to " + (.[-1] as $last | .[0][:-6] as $day
      | if $last | startswith($day) then $last[-5:] else $last end)
      + " UTC" end;

def machine:
  [.kernel // empty, (.cpus // empty | words::plural("CPU"; "CPUs"))]
  | join(", ");

def facts:
  [dates, (.machines[] | machine), (.runs | words::plural("run"; "runs"))]
  | @html "<p class='facts'>\(join(" · "))</p>";

def lead:
  "<p class='lead'>"
  + ([.totals[] | @html "<b>\(report::daemon_text)</b> "
      + @html "\(report::total_text)."] | join("<br/>")) + "</p>";

def unreadable:
  if .unreadable == [] then "" else
    "<p class='warning'>Could not be read, and is not in this report: "
    + (.unreadable | map(@html "<code>\(.)</code>") | join(", "))
    + ".</p>"
  end;

# Of the groups of a column; of mixed pairs it is told which they are.
def cell($id):
  if . == [] then "<td class='quiet' title='not run'>–</td>"
  else "<td>" + (map(@html "<a href='#\(anchor($id))'>"
    + (.verdict | badge) + "</a> "
    + ([(.daemon | select(contains("+")) | split("+") | join(" with ")),
        (report::outage_text | select(. != ""))]
       | @html "<span>\(join(": "))</span>")) | join("")) + "</td>"
  end;

def verdicts:
  [.totals[].daemon] as $daemons
  | "<h2 id='all'>All scenarios</h2><p>The outage is the longest time without"
  + " an answer, the lost are the questions that were never answered. Each"
  + " verdict leads to its pictures.</p><div class='wide'>"
  + "<table class='verdicts'><thead><tr>"
  + "<th scope='col'>What happens</th>"
  + ($daemons | map(@html "<th scope='col'>\(.)</th>") | join(""))
  + "</tr></thead><tbody>"
  + ([.scenarios[] | . as $scenario
      | @html "<tr><th scope='row'><a href='#\(.id)'>\(.title)</a></th>"
        + ([$daemons[] as $daemon
            | [$scenario.daemons[]
               | select(.daemon | report::column == $daemon)]
            | cell($scenario.id)] | join("")) + "</tr>"] | join(""))
  + "</tbody></table></div>";

# ---- How to read it ----

def sample($class; $text):
  @html "<li><i class='\($class)'></i>\($text)</li>";

def legend:
  "<ul class='legend'>"
  + sample("band active"; "Active: answers for the address")
  + sample("band backup"; "Backup: waits")
  + sample("band initialize"; "Initialize: cannot take part")
  + sample("band resigning"; "resigning: about to leave, still serves")
  + sample("frozen"; "frozen: its process stands still")
  + sample("line"; "a thin line: no process, or nothing known")
  + sample("tick"; "a tick: an advertisement (“I am here”)")
  + sample("triangle"; "a triangle: tells where the address is now")
  + sample("answered"; "the client is answered")
  + sample("gap"; "no answer")
  + sample("both"; "two routers answer at once")
  + "</ul>";

def introduction:
  "<h2 id='legend'>How to read this</h2>"
  + "<p>Two or more routers share an address. One of them, the <b>Active</b>,"
  + " answers for it and says so again and again; the others are its"
  + " <b>Backups</b>, and one of them takes over when it has heard nothing for"
  + " a little more than three advertisements. The lab breaks something and"
  + " lets a client ask the address the whole time. The question is always"
  + " the same: <b>for how long did nobody answer?</b> That is the"
  + " <b>outage</b>, and it is red.</p>"
  + legend;

# ---- A run ----

def story:
  words::story as $story
  | "<ol class='story'>"
  + ([$story[:40][]
      | @html "<li class='\(.kind)'><span>\(.offset)</span>"
        + @html " \(.text)</li>"] | join(""))
  + (if $story | length > 40
     then @html "<li><span></span> and \($story | length - 40) more</li>"
     else "" end)
  + "</ol>";

def checks:
  if .checks == [] then "" else
    "<table class='checks'><thead><tr><th scope='col'>Asked for</th>"
    + "<th scope='col'>Expected</th><th scope='col'>Measured</th>"
    + "<th scope='col'></th></tr></thead><tbody>"
    + ([.checks[]
        | @html "<tr><td>\(.text)</td><td>\(.expected)</td>"
          + @html "<td><b>\(.measured)</b></td><td>"
          + (if .ok then "passed" else "failed" end | badge)
          + "</td></tr>"] | join("")) + "</tbody></table>"
  end;

def enlargements:
  [takeover::pictures[]
   | @html "<figure><figcaption><b>\(.to) takes over</b> from "
     + @html "\(.from), enlarged (\(.families | words::and_list))"
     + "</figcaption>"
     + "<div class='wide'>\(.picture)</div></figure>"] | join("");

def drawing:
  "<figure><div class='wide'>" + timeline::overview + "</div></figure>"
  + enlargements
  + "<div class='columns'><div><h4>What happened</h4>" + story + "</div>"
  + "<div><h4>What was checked</h4>" + checks
  + (if .reason == "" or any(.checks[]; .ok | not) then ""
     else @html "<p>\(.reason)</p>" end)
  + "</div></div>";

# ---- A scenario with one daemon ----

def runs_table:
  "<details><summary>All \(.runs_total) runs</summary><div class='wide'>"
  + "<table class='runs'><thead><tr>"
  + (["Run", "", "Outage", "Lost", "Twice", "Out of order", "Two at once",
      "Noticed after", "Served after"]
     | map("<th scope='col'>\(.)</th>") | join(""))
  + "</tr></thead><tbody>"
  + ([.runs[] | .measures as $m
      | @html "<tr><td>\(.run)</td>"
        + "<td>" + (.verdict | badge) + @html " \(.reason)</td>"
        + ([$m.outage_us, $m.lost, $m.duplicates, $m.reordered, $m.both_us,
            $m.detection_us, $m.serve_us]
           | to_entries
           | map("<td>" + (if .value == null then ""
               elif .key == 0 or .key > 3 then .value | words::duration
               else .value | words::number end) + "</td>") | join(""))
        + "</tr>"] | join("")) + "</tbody></table></div></details>";

def shown_runs($drawn):
  [.shown | to_entries[]
   | "Run \(.value.number), \(.value.what)" as $title
   | ($drawn[.value.file] | drawing) as $body
   | if .key == 0 then @html "<h4>\($title)</h4>\n" + $body
     else @html "<details><summary>\($title)</summary>\n" + $body
       + "</details>" end]
  | join("\n");

def group($id; $drawn):
  @html "<article id='\(anchor($id))'><h3>\(report::daemon_text) "
  + (.verdict | badge) + "</h3><p>"
  + ([report::runs_text, report::outage_text | select(. != "")]
     | @html "\(join("; ") | words::sentence)")
  + (if (.ratio_to_keepalived // 0) > 0 then
       @html " That is \(.ratio_to_keepalived | words::fixed(2)) times"
       + " keepalived's."
     else "" end) + "</p>"
  + (.verdict as $verdict | [.reasons[]
      | @html "<p class='reason \($verdict)'>\(.reason)"
      + (if .runs | length > 1 then
           @html " (\(.runs | length) runs)" else "" end) + "</p>"]
     | join(""))
  + shown_runs($drawn)
  + (if .runs_total > 1 then runs_table else "" end) + "</article>";

def distribution:
  plots::strips("outage_us"; "Outage of each run")
  | "<figure><figcaption><b>Outage over all runs</b>, a dot for each"
    + "</figcaption><div class='wide'>\(.)</div></figure>";

# [key, name, what it is counted in]
def measures:
  ["outage_us", "outage", "time"], ["lost", "lost", "count"],
  ["detection_us", "first takeover: until the new Active advertises", "time"],
  ["serve_us", "from there until the client is answered", "time"],
  ["both_us", "two answered at once", "time"],
  ["duplicates", "answered twice", "count"],
  ["reordered", "answered out of order", "count"];

def numbers_row($name; $kind):
  @html "<tr><th scope='row'>\($name)</th><td>\(.daemon)</td><td>\(.n)</td>"
  + ([.min, .median, (if .n < 20 then null else .p99 end), .max]
     | map("<td>" + (if . == null then "–"
                     elif $kind == "time" then words::duration
                     else words::number end) + "</td>") | join(""))
  + "</tr>";

# All measures of all daemons, side by side.
def numbers:
  . as $scenario
  | [measures as [$key, $name, $kind]
     | [$scenario.daemons[] | .daemon as $daemon
        | .measures[$key] | select(. != null and .n > 1)
        | .daemon = $daemon]
     # What never happened is told where it matters.
     | select(any(.[]; .max > 0) or ($key == "outage_us" and . != []))
     | (.[0] | numbers_row($name; $kind)),
       (.[1:][] | numbers_row(""; $kind))]
  | select(. != [])
  | "<details><summary>All measures in numbers</summary>"
    + "<div class='wide'><table class='numbers'><thead><tr>"
    + (["What", "", "Runs", "Least", "Median", "99 of 100", "Most"]
       | map("<th scope='col'>\(.)</th>") | join(""))
    + "</tr></thead><tbody>" + join("") + "</tbody></table></div></details>";

def scenario($drawn):
  .id as $id
  | @html "<section id='\(.id)'><h2>\(.title)</h2>"
  + @html "<p class='facts'>\(.scenario): \(.settings | words::settings)"
  + " · <a href='#legend'>how to read this</a> · <a href='#all'>all"
  + " scenarios</a></p>"
  + ([distribution, numbers] | join(""))
  + ([.daemons[] | group($id; $drawn)] | join("\n")) + "</section>\n";

# html(STYLE; DRAWN): of a model; DRAWN has the runs to be drawn by file.
def html($style; $drawn):
  "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'/>"
  + "<meta name='viewport' content='width=device-width, initial-scale=1'/>"
  + "<meta name='color-scheme' content='light dark'/>"
  + "<title>What the client saw</title><style>\n\($style)</style></head>"
  + "<body><header><h1>What the client saw</h1>"
  + lead + facts + unreadable + "</header>\n<main>"
  + failures + verdicts + introduction
  + ([.scenarios[] | scenario($drawn)] | join(""))
  + "</main></body></html>";
