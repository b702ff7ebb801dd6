/**
 * The report of the rehearsal: one HTML file that needs nothing else.
 */
import { CHART_STYLE, clock, drawCourse, drawMark } from './chart';
import { Answer, Course, courseOf } from './lanes';
import { FONT, colours, element, escape, printColours } from './svg';
import { Outcome, Rehearsed, time } from '../outcome';

/** The page. The same runs give the same bytes. */
export function reportOf(title: string, rehearsed: readonly Rehearsed[]): string {
  const outcomes = rehearsed.map(({ outcome }) => outcome);
  const verdicts = [...new Set(outcomes.map(({ verdict }) => verdict))];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escape(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<header><h1>${escape(title)}</h1>`,
    `<p>${escape(summary(outcomes))}</p></header>`,
    '<main>',
    '<section aria-labelledby="index"><h2 id="index">All scenarios</h2>',
    filter(verdicts, outcomes),
    index(outcomes),
    '</section>',
    legend(),
    ...rehearsed.map(({ outcome, run }, nth) => section(outcome, courseOf(run), nth)),
    '</main>',
    `<script>${SCRIPT}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function summary(outcomes: readonly Outcome[]): string {
  const goOn = outcomes.filter(({ pipeline }) => pipeline === 'Succeeded').length;
  const left = outcomes.filter((outcome) => outcome.leftRunning).length;
  return `The synthesized state machines of the gate and its watchdog, executed in virtual time against a simulated AWS, in ${outcomes.length} scenarios. `
    + `The release goes on in ${goOn} of them and stops in ${outcomes.length - goOn}. ${left === 0 ? 'No scenario leaves' : `${left} leave`} an experiment running.`;
}

/** Hidden until the script runs, because it needs the script. */
function filter(verdicts: readonly string[], outcomes: readonly Outcome[]): string {
  const options = verdicts.map((verdict) => `<option value="${escape(verdict)}">${escape(verdict)} (${outcomes.filter((outcome) => outcome.verdict === verdict).length})</option>`);
  return `<p id="filter" hidden><label for="verdict">Show </label><select id="verdict"><option value="">all verdicts</option>${options.join('')}</select> <span id="shown" role="status"></span></p>`;
}

function index(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome, nth) => `<tr data-verdict="${escape(outcome.verdict)}"><th scope="row"><a href="#scenario-${nth + 1}">${escape(outcome.scenario)}</a></th>`
    + `<td>${escape(outcome.verdict)}</td><td>${release(outcome)}</td><td>${yesNo(outcome.started)}</td><td>${leftRunning(outcome)}</td><td class="figure">${time(outcome.virtualSeconds)}</td></tr>`);
  return `<div class="wide"><table><thead><tr>${['Scenario', 'Verdict', 'Release', 'Experiment started?', 'Left running?', 'Duration of the gate'].map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>`
    + `<tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

function release({ pipeline }: Outcome): string {
  return pipeline === 'Succeeded' ? '<span class="badge goes">✓ goes on</span>' : '<span class="badge stops">■ stops</span>';
}

function leftRunning(outcome: Outcome): string {
  return outcome.leftRunning ? '<strong>yes</strong>' : 'no';
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function legend(): string {
  const words: Array<[Answer, string]> = [
    ['answered', 'success'],
    ['throttled', 'throttled'],
    ['failed', 'another error'],
    ['lost', 'executed, but the answer was lost'],
    ['malformed', 'malformed answer'],
  ];
  const items = words.map(([answer, label]) => `<li>${element('svg', { 'width': 16, 'height': 16, 'aria-hidden': 'true' }, drawMark(answer, 8, 8))} ${label}</li>`);
  return '<section aria-labelledby="legend"><h2 id="legend">How to read the timelines</h2>'
    + '<p>Time runs from left to right, in minutes and seconds (or hours, minutes and seconds) since the gate started. The flag marks the verdict. After it, only the watchdog acts. '
    + 'A state that repeats is one bar, with a tick for each repetition. States that take no time are not shown. Experiments, alarms and faults are shown as they really were, whatever the gate saw. '
    + 'Marks show calls to AWS:</p>'
    + `<ul class="legend">${items.join('')}</ul></section>`;
}

function section(outcome: Outcome, course: Course, nth: number): string {
  const id = `scenario-${nth + 1}`;
  const facts: Array<[string, string]> = [
    ['Verdict', escape(outcome.verdict)],
    ['Release', release(outcome)],
    ['Experiment started', yesNo(outcome.started)],
    ['Left running', leftRunning(outcome)],
    ['Duration of the gate', time(outcome.virtualSeconds)],
    ['State transitions', String(outcome.transitions)],
  ];
  return [
    `<section class="scenario" id="${id}" data-verdict="${escape(outcome.verdict)}" aria-labelledby="${id}-name">`,
    `<h2 id="${id}-name">${escape(outcome.scenario)}</h2>`,
    `<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>`,
    `<p class="message">${escape(outcome.message)}</p>`,
    `<div class="wide" tabindex="0" role="group" aria-label="${escape(`Timeline of ${outcome.scenario}`)}">${drawCourse(id, outcome.scenario, outcome.verdict, course)}</div>`,
    timelineAsText(course),
    '</section>',
  ].join('\n');
}

/** The timeline as text. */
function timelineAsText({ lanes }: Course): string {
  const rows = lanes.flatMap(({ name, spans, marks }) => [
    ...spans.map(({ from, to, label }) => ({ from, to, name, label })),
    ...runsOf(marks).map(({ from, to, operation, answer, times, error }) => ({
      from, to, name, label: `${operation} ${answer}${times > 1 ? `, ${times} times` : ''}${error ? `: ${error}` : ''}`,
    })),
  ]);
  return '<details><summary>The same as text</summary><div class="wide"><table><thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Who</th><th scope="col">What</th></tr></thead><tbody>'
    + rows.map(({ from, to, name, label }) => `<tr><td class="figure">${clock(from)}</td><td class="figure">${clock(to)}</td><td>${escape(name)}</td><td>${escape(label)}</td></tr>`).join('\n')
    + '</tbody></table></div></details>';
}

/** Consecutive calls of an operation with the same answer, as one. */
function runsOf(marks: Course['lanes'][number]['marks']) {
  const runs: Array<{ from: number; to: number; operation: string; answer: Answer; times: number; error?: string }> = [];
  for (const { at, operation, answer, error } of marks) {
    const last = [...runs].reverse().find((run) => run.operation === operation);
    if (last && last.answer === answer && last.error === error) {
      last.to = at;
      last.times++;
    } else {
      runs.push({ from: at, to: at, operation, answer, times: 1, error });
    }
  }
  return runs;
}

const STYLE = `
${colours(':root')}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px;max-width:1080px;background:var(--paper);color:var(--ink);font:15px/1.5 ${FONT}}
h1{font-size:26px;line-height:1.25;margin:0 0 4px}
h2{font-size:18px;margin:0 0 8px}
a{color:var(--blue)}
a:focus-visible,select:focus-visible,summary:focus-visible,.wide:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
section{margin-top:32px}
.scenario{border-top:1px solid var(--faint);padding-top:20px;margin-top:24px}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th,td{text-align:left;font-weight:400;padding:4px 12px 4px 0;border-bottom:1px solid var(--faint);vertical-align:top}
thead th{font-weight:600;color:var(--muted)}
.figure{font-variant-numeric:tabular-nums}
.badge{border-radius:4px;padding:1px 7px;font-weight:600;white-space:nowrap}
.goes{background:var(--green-tint);color:var(--green)}
.stops{background:var(--red-tint);color:var(--red)}
dl{display:flex;flex-wrap:wrap;gap:6px 28px;margin:0 0 8px}
dt{font-size:12px;color:var(--muted)}
dd{margin:0;font-weight:600;font-size:14px}
.message{margin:0 0 10px;padding:8px 12px;border-left:4px solid var(--faint);background:var(--grey-tint)}
.wide{overflow-x:auto}
.scenario svg{display:block;min-width:820px;width:100%;height:auto}
.legend{display:flex;flex-wrap:wrap;gap:4px 24px;list-style:none;margin:0;padding:0}
.legend svg{vertical-align:-3px}
select{font:inherit;color:inherit;background:var(--box);border:1px solid var(--line);border-radius:5px;padding:3px 6px}
summary{cursor:pointer;color:var(--muted);font-size:13.5px;margin-top:6px}
details table{font-size:12.5px}
svg text{font-family:${FONT}}
${CHART_STYLE}
@media print{${printColours(':root')}
body{max-width:none;padding:0;font-size:12px}
#filter,details{display:none}
.scenario{break-inside:avoid}
.scenario svg{min-width:0}
.bar,.stripe,.flag,.badge,.message{print-color-adjust:exact;-webkit-print-color-adjust:exact}
a{color:inherit;text-decoration:none}}
`;

const SCRIPT = `
(function () {
  var choice = document.getElementById('verdict');
  var parts = document.querySelectorAll('[data-verdict]');
  function show() {
    var shown = 0;
    parts.forEach(function (part) {
      part.hidden = choice.value !== '' && part.dataset.verdict !== choice.value;
      if (!part.hidden && part.tagName === 'SECTION') { shown += 1; }
    });
    document.getElementById('shown').textContent = shown + (shown === 1 ? ' scenario' : ' scenarios');
  }
  choice.addEventListener('change', show);
  document.getElementById('filter').hidden = false;
  show();
})();
`;
