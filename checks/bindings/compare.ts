/**
 * Compares what an app synthesizes in one language with what its twin synthesizes in another.
 *
 * Everything is compared except what does not concern the resources: metadata of the CDK, and hashes of assets.
 */
import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';

/** The differences between two cloud assemblies, one per line: file, path, and both values. */
export function differencesOfAssemblies(directory: string, otherDirectory: string): string[] {
  const [templates, others] = [readTemplates(directory), readTemplates(otherDirectory)];
  if (Object.keys(templates).length === 0) { throw new Error(`${directory} contains no template`); }
  return differences(templates, others);
}

/** The differences between two documents, one per line. The order of a list matters, that of the keys of an object does not. */
export function differences(one: unknown, other: unknown, path = ''): string[] {
  if (isComposite(one) && isComposite(other) && Array.isArray(one) === Array.isArray(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].flatMap((key) => differences(one[key], other[key], path ? `${path}.${key}` : key));
  }
  return Object.is(one, other) ? [] : [`${path}: ${shown(one, other)} in one, ${shown(other, one)} in the other`];
}

/** A template without the parts that differ in every synthesis. */
export function withoutMetadata(template: any): any {
  const resources = Object.entries<any>(template.Resources ?? {})
    .filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata')
    .map(([id, { Metadata, ...resource }]) => [id, { ...resource, Metadata: without(Metadata, /^aws:(cdk:path|asset:.*)$/) }]);
  return withoutHashes({
    ...template,
    Resources: Object.fromEntries(resources),
    Conditions: without(template.Conditions, /^CDKMetadataAvailable$/),
  });
}

function readTemplates(directory: string): { [file: string]: any } {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf-8' }).filter((file) => file.endsWith('.template.json'));
  return Object.fromEntries(files.map((file) => [file, withoutMetadata(JSON.parse(readFileSync(join(directory, file), 'utf-8')))]));
}

function without(section: any, names: RegExp): any {
  const rest = Object.entries(section ?? {}).filter(([name]) => !names.test(name));
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
}

function withoutHashes(document: any): any {
  return JSON.parse(JSON.stringify(document).replace(/\b[0-9a-f]{64}\b/g, 'HASH'));
}

function isComposite(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null;
}

/** A value; of a long text, the part around the first character that is not the same in the other. */
function shown(value: unknown, other: unknown): string {
  const [text, otherText] = [JSON.stringify(value) ?? 'nothing', JSON.stringify(other) ?? 'nothing'];
  if (text.length <= LONGEST) { return text; }
  const same = [...text].findIndex((character, at) => character !== otherText[at]);
  const start = Math.max(0, same - LONGEST / 2);
  return `${start > 0 ? '…' : ''}${text.substring(start, start + LONGEST)}…`;
}

const LONGEST = 160;
