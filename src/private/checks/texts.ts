import { Token } from 'aws-cdk-lib';

/** What is wrong with a text that may have so many characters. */
export function checkText(what: string, value: string | undefined, longest: number): string[] {
  const good = value === undefined || Token.isUnresolved(value) || (value.length >= 1 && value.length <= longest);
  return good ? [] : [`${what} must have 1 to ${longest} characters, got ${value.length}; shorten it, or leave it out`];
}

/** What is wrong with the beginning of the keys of S3 objects. */
export function checkKeyPrefix(option: string, value: string | undefined, longest: number, noWhiteSpace = false): string[] {
  const spaced = noWhiteSpace && value !== undefined && !Token.isUnresolved(value) && /\s/.test(value);
  return [
    ...checkText(`'${option}'`, value, longest),
    ...(spaced ? [`'${option}' must have no white space, got '${value}'; choose another`] : []),
  ];
}
