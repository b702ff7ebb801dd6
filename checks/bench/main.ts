/**
 * Figures with bounds that the library must keep, and what synthesis costs. `--json` prints them as JSON.
 *
 * Figures of the machines are measured in virtual time, and are the same in each run. Those of synthesis are measured in real time, so their
 * bounds are wide and only detect gross regressions. Fails if a figure exceeds its bound.
 */
import { Figure, holds } from './figure';
import { gateFigures } from './gate-figures';
import { synthesisFigures } from './synthesis-figures';

function printTable(figures: readonly Figure[]) {
  let group = '';
  for (const figure of figures) {
    if (figure.group !== group) {
      group = figure.group;
      console.log(group);
    }
    console.log(`  ${figure.name.padEnd(52)} ${number(figure.value).padStart(10)} ${figure.unit.padEnd(12)} ${bound(figure)}`.trimEnd());
  }
}

function bound(figure: Figure): string {
  const { atMost, below } = figure;
  const wanted = atMost !== undefined ? `at most ${number(atMost)}` : below !== undefined ? `below ${number(below)}` : '';
  return wanted && `${wanted}: ${holds(figure) ? 'holds' : 'BROKEN'}`;
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 });
}

async function main() {
  const figures = [...await gateFigures(), ...synthesisFigures()];
  const broken = figures.filter((figure) => !holds(figure));
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(figures.map((figure) => ({ ...figure, holds: holds(figure) })), undefined, 2));
  } else {
    printTable(figures);
    const bounded = figures.filter(({ atMost, below }) => atMost !== undefined || below !== undefined);
    console.log(`\nbounds: ${bounded.length - broken.length} passed, ${broken.length} failed`);
  }
  broken.forEach((figure) => console.error(`${figure.group}: ${figure.name}: ${number(figure.value)} ${figure.unit}, expected ${bound(figure)}`));
  process.exitCode = broken.length > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
