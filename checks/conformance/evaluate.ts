/**
 * JSONata for moto's interpreter, which has no engine: each line of the input is a JSON string with an expression, each line of the output is
 * a JSON object with its value and type, or its error. This is the published engine, not the one of the simulator.
 */
import { createInterface } from 'readline';
import jsonata from 'jsonata';

async function evaluate(expression: string): Promise<object> {
  try {
    const value = await jsonata(expression).evaluate(undefined);
    if (value === undefined) { return {}; }
    return isFunction(value) ? { value: 'a function', type: 'function' } : { value, type: typeof value };
  } catch (e) {
    return { error: (e as { message?: string }).message ?? String(e) };
  }
}

function isFunction(value: any): boolean {
  return typeof value === 'function' || Boolean(value?._jsonata_lambda || value?._jsonata_function);
}

async function main() {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await evaluate(JSON.parse(line)))}\n`);
  }
}

void main();
