/**
 * Which file may import which: from top to bottom, and never back up. Type-only imports count too.
 *
 * `npm run test:imports` fails on every import that breaks a rule.
 *
 * @see https://github.com/sverweij/dependency-cruiser/blob/main/doc/rules-reference.md
 */

/** The rooms of `src/private`, from top to bottom. Rooms on the same level do not import each other. */
const LEVELS = [['checks'], ['pipeline'], ['gate', 'watchdog'], ['machine'], ['template'], ['fault'], ['catalogue']];

/** The only files outside the rooms, below all of them: every room may import them. */
const BOTTOM = '^src/private/(limits|constants|problems)\\.ts$';

/** The only public files that private code may import: enums, which import nothing themselves. */
const ENUMS = '^src/(gate-options|verdict)\\.ts$';

const room = (...names) => `^src/private/(${names.join('|')})/`;

module.exports = {
  forbidden: [
    {
      name: 'no-circular-imports',
      comment: 'The only circle is that of FaultAction and its options, which refer to FaultActions: one half is generated, the other written by hand.',
      severity: 'error',
      from: { pathNot: '^src/fault-action(\\.generated)?\\.ts$' },
      to: { circular: true },
    },
    ...LEVELS.flatMap((level, index) => level.map((name) => ({
      name: `${name}-imports-only-lower-rooms`,
      comment: 'A room imports from lower rooms only.',
      severity: 'error',
      from: { path: room(name) },
      to: { path: room(...LEVELS.slice(0, index + 1).flat().filter((other) => other !== name)) },
    }))),
    {
      name: 'bottom-imports-no-room',
      comment: 'Every room may import these files, so they can import no room.',
      severity: 'error',
      from: { path: BOTTOM },
      to: { path: '^src/', pathNot: BOTTOM },
    },
    {
      name: 'unknown-room',
      comment: 'A new room needs a level here. No other file belongs directly into src/private.',
      severity: 'error',
      from: {},
      to: { path: '^src/private/', pathNot: [room(...LEVELS.flat()), BOTTOM] },
    },
    {
      name: 'private-imports-no-public-class',
      comment: 'Private code works on plain data, never on a public class or its type.',
      severity: 'error',
      from: { path: '^src/private/' },
      to: { path: '^src/', pathNot: ['^src/private/', ENUMS] },
    },
    {
      name: 'enums-import-nothing',
      comment: 'Otherwise private code could reach public classes through them.',
      severity: 'error',
      from: { path: ENUMS },
      to: { path: '.' },
    },
    {
      name: 'src-imports-only-src',
      comment: 'The package contains src and nothing else of this repository.',
      severity: 'error',
      from: { path: '^src/' },
      to: { pathNot: ['^src/', 'node_modules/(aws-cdk-lib|constructs)/'] },
    },
    {
      name: 'simulator-imports-only-simulator',
      comment: 'The simulator is a product of its own and needs only Node.js. It reads the source of jsonata as text.',
      severity: 'error',
      from: { path: '^simulator/' },
      to: { pathNot: '^simulator/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'integ-imports-only-the-public-api',
      comment: 'The samples use the library as any app does.',
      severity: 'error',
      from: { path: '^integ/' },
      to: { pathNot: ['^integ/', '^src/index\\.ts$', 'node_modules/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'unresolvable-import',
      comment: 'An import that cannot be resolved would get past the other rules.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // includes type-only imports
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.dev.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
