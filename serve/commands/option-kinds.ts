/**
 * The kinds of options that commands have: numbers in a range, names and former names of them, parameters of a run.
 */
import { InvalidArgumentError, Option } from 'commander';
import { currentName, formerNames } from '../../data/former-names.js';
import { configDefaults, describeRange } from '../../train/config.js';
import { strategies } from '../../train/ranking/settings.js';

/** `--strategy`. */
export function strategyOption(): Option {
  return choice('--strategy <name>', 'how pins are scored', 'strategies', strategies).default('fused');
}

/** `--task`. */
export function taskOption(description: string): Option {
  return new Option('--task <name>', description)
    .choices(['boardIdeas', 'coldPins', 'relatedPins'])
    .default('boardIdeas');
}

/** One of some names, or a former name of one. */
export function choice(
  flags: string,
  description: string,
  kind: keyof typeof formerNames,
  names: readonly string[],
): Option {
  const option = new Option(flags, description).choices(names);
  const check = option.parseArg as (value: string, previous: unknown) => string; // set by `choices`
  return option.argParser((value: string) => check(currentName(kind, value), undefined));
}

/** An option of the training config under its command-line name; its range is checked with the file's, by `checkConfig`. */
export function configOption(name: string, schema: object): Option {
  const { description = '', type, anyOf } = schema as { description?: string; type?: string; anyOf?: unknown };
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const standard = configDefaults[name as keyof typeof configDefaults];
  const option = new Option(`--${flag} <value>`, `${description}; ${describeRange(schema)} (default: ${standard})`);
  if (anyOf) return option.argParser((text) => (text === 'auto' ? text : number(text)));
  if (type === 'integer' || type === 'number') return option.argParser(number);
  if (type === 'boolean') return option.argParser(truth);
  return option;
}

/** Parses an integer from `minimum` to `maximum`; commander says where another one stood. */
export function integer(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = number(text);
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be an integer from ${minimum} to ${maximum}.`);
  };
}

/** Parses the address of a server. */
export function httpUri(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('It must be an address as http://127.0.0.1:5000.');
}

/** An address or name to listen on; an empty one, as of a variable that is not set, would mean every address. */
export function hostAddress(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must be an address or a name; 0.0.0.0 is every address.');
  return text;
}

/** An origin of `--cors`, beside those before it. */
export function origins(text: string, before: readonly string[] = []): string[] {
  if (text === '*' || (URL.canParse(text) && new URL(text).origin === text)) return [...before, text];
  throw new InvalidArgumentError('It must be * or an origin as https://shop.example, without a path.');
}

/** Parses a finite number. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** Parses `true` or `false`. */
export function truth(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('It must be true or false.');
  return text === 'true';
}

/** The last part of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
