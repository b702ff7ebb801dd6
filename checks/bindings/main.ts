/** `main.ts <cloud assembly> <other cloud assembly>...`: fails if another one differs from the first, and says in what. */
import { basename } from 'path';
import { differencesOfAssemblies } from './compare';

const [twin, ...others] = process.argv.slice(2);
for (const other of others) {
  const different = differencesOfAssemblies(twin, other);
  console.log(`${basename(other)}: ${different.length === 0 ? 'equal to' : `${different.length} differences from`} ${basename(twin)}`);
  different.forEach((line) => console.log(`  ${line}`));
  if (different.length > 0) { process.exitCode = 1; }
}
