import { Template } from 'aws-cdk-lib/assertions';
import { Rehearsed, rehearse } from '../../rehearsal/outcome';
import { drawCourse } from '../../rehearsal/report/chart';
import { Course, Lane, courseOf } from '../../rehearsal/report/lanes';
import { reportOf } from '../../rehearsal/report/page';
import { Subject, subjectOf } from '../../simulator/gate-run';
import { REHEARSED, Scenario } from '../../simulator/scenarios';
import { ChaosExperimentStage } from '../../src';
import { someAlarm, someExperiment, somePipeline, someStack } from '../support/fixtures';

function someSubject(): Subject {
  const stack = someStack();
  const { pipeline, staging } = somePipeline(stack);
  new ChaosExperimentStage(stack, 'Stage', { pipeline, placement: { justAfter: staging }, experiment: someExperiment(), alarms: [someAlarm(stack)] });
  return subjectOf(Template.fromStack(stack).toJSON());
}

const subject = someSubject();

async function all(scenarios: readonly Scenario[]): Promise<Rehearsed[]> {
  const rehearsed: Rehearsed[] = [];
  for (const scenario of scenarios) { rehearsed.push(await rehearse(scenario, subject)); }
  return rehearsed;
}

const named = (name: string) => REHEARSED.find((scenario) => scenario.name === name)!;

/** A lane as text. */
const textOf = ({ spans, marks }: Lane) => [
  ...spans.map(({ from, to, label }) => `${label} ${from}-${to}`),
  ...marks.map(({ at, operation, answer }) => `${operation} ${answer} ${at}`),
];

describe('the page', () => {
  let rehearsed: Rehearsed[];
  let page: string;
  beforeAll(async () => {
    rehearsed = await all(REHEARSED);
    page = reportOf('Rehearsal', rehearsed);
  });

  test('lists each scenario, and has a section for each with its message and a timeline', () => {
    const escaped = (words: string) => words.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
    const sections = page.split('<section class="scenario"').slice(1);
    expect(sections).toHaveLength(REHEARSED.length);
    rehearsed.forEach(({ outcome }, index) => {
      expect(page).toContain(`<a href="#scenario-${index + 1}">${escaped(outcome.scenario)}</a></th><td>${outcome.verdict}</td>`);
      expect(sections[index]).toContain(` id="scenario-${index + 1}" data-verdict="${outcome.verdict}"`);
      expect(sections[index]).toContain(`<p class="message">${escaped(outcome.message)}</p>`);
      expect(sections[index].match(/<svg /g)).toHaveLength(1);
      expect(sections[index]).toContain(`>${outcome.verdict} at `);
    });
  });

  test('loads nothing else', () => {
    expect(page.match(/\b(?:src|srcset|action)=|<link|<base|@import|url\(|https?:/g)).toBeNull();
    expect([...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href).filter((href) => !href.startsWith('#'))).toEqual([]);
  });

  test('has unique ids, and refers only to ids that exist', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const wanted = [...page.matchAll(/ (?:aria-labelledby|for|href)="([^"]*)"/g)].flatMap(([, names]) => names.replace('#', '').split(' '));
    expect(wanted.filter((name) => !ids.includes(name))).toEqual([]);
  });

  test('contains no invalid numbers', () => {
    expect(page.match(/NaN|Infinity|undefined/g)).toBeNull();
  });

  test('closes every element that it opens', () => {
    const open: string[] = [];
    const astray: string[] = [];
    for (const [, end, name, rest] of page.replace(/<(script|style)>[^]*?<\/\1>/g, '').matchAll(/<(\/?)([a-z]\w*)([^>]*)>/g)) {
      if (end) {
        if (open.pop() !== name) { astray.push(name); }
      } else if (!rest.endsWith('/') && name !== 'meta') {
        open.push(name);
      }
    }
    expect([open, astray]).toEqual([[], []]);
  });
});

test('the same runs give the same bytes', async () => {
  const some = [named('completed'), named('throttled at first'), named('execution aborted')];
  expect(reportOf('Rehearsal', await all(some))).toBe(reportOf('Rehearsal', await all(some)));
});

test('text is escaped', async () => {
  const evil = '</script><img src=x onerror="alert(1)">&amp;\'';
  const { outcome, run } = await rehearse(named('stopped by a guard alarm'), { ...subject, guards: subject.guards.map((guard) => ({ ...guard, name: evil })) });
  const page = reportOf(evil, [{ run, outcome: { ...outcome, scenario: evil, message: evil, verdict: evil } }]);
  expect(page).not.toContain('<img');
  expect(page.match(/<\/script>/g)).toHaveLength(1);
  expect(page).toContain('&#60;/script&#62;&#60;img src=x onerror=&#34;alert(1)&#34;&#62;&#38;amp;&#39;');
});

describe('the course of a run', () => {
  const courseFor = async (name: string) => courseOf((await rehearse(named(name), subject)).run);
  const lane = (course: Course, name: string) => textOf(course.lanes.find((each) => each.name === name)!);

  test('shows what really happened, and when', async () => {
    const course = await courseFor('stopped by a guard alarm');
    expect(lane(course, 'FIS experiment')).toEqual(['pending 0-1', 'initiating 1-11', 'running 11-91', 'stopping 91-111', `stopped 111-${course.end}`]);
    expect(lane(course, `Guard ${subject.guards[0].name}`)).toEqual(['OK 0-90', `ALARM 90-${course.end}`]);
    expect(lane(course, 'FIS actions')).toEqual(['stop (stopped) 11-111']);
    expect(lane(course, 'Gate').at(-1)).toBe(`judge ${course.judged}-${course.judged}`);
  });

  test.each([
    ['start is always throttled', 'startExperiment throttled'],
    ['access denied at start', 'startExperiment failed'],
    ['answer to the start always lost', 'startExperiment lost'],
    ['answer to the start malformed', 'startExperiment malformed'],
    ['completed', 'startExperiment answered'],
  ])('shows how calls were answered: %s', async (name, call) => {
    expect(lane(await courseFor(name), 'Gate: calls').map((mark) => mark.replace(/ [\d.]+$/, ''))).toContain(call);
  });

  test.each([
    ['guard alarm does not exist', 'does not exist 0-20'],
    ['guard deleted during the experiment', /^deleted 120-/],
  ])('shows what happened to a guard: %s', async (name, last) => {
    expect(lane(await courseFor(name), `Guard ${subject.guards[0].name}`).at(-1)).toMatch(last);
  });

  test('shows the pipeline run and the safety lever only if they change', async () => {
    expect(lane(await courseFor('pipeline run stopped and abandoned'), 'Pipeline run')).toEqual(['InProgress 0-100', expect.stringMatching(/^Stopped 100-/)]);
    expect(lane(await courseFor('safety lever engaged before the start'), 'Safety lever')).toEqual(['engaged 0-20']);
    expect((await courseFor('completed')).lanes.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['Pipeline run']));
  });
});

test.each([20, 900, 5000, 12 * 3600])('an axis of %d seconds has several ticks that do not overlap', (end) => {
  const svg = drawCourse('id', 'title', 'Passed', { judged: end / 2, end, lanes: [{ name: 'Gate', spans: [{ from: 0, to: end, label: 'during', hue: 'blue' }], marks: [] }] });
  const ticks = [...svg.matchAll(/<text x="([\d.]+)" y="[\d.]+" class="tick">/g)].map(([, x]) => Number(x));
  expect(ticks.length).toBeGreaterThan(4);
  ticks.slice(1).forEach((tick, index) => expect(tick - ticks[index]).toBeGreaterThan(50));
});
