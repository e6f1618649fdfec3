/** What is wrong with the settings, and how it is told: all of it at once, in one table. */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Problem {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

export class BadSettings extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(`${problems.length} setting(s) cannot be used`);
    this.problems = problems;
  }
}

/** sysexits.h EX_CONFIG: service managers know not to try again. */
export const EXIT_BAD_SETTINGS = 78;

export function describeProblems({ problems }: BadSettings): string {
  const nameWidth = Math.max(...problems.map(({ name }) => name.length));
  const valueWidth = Math.max(...problems.map(({ value }) => value.length));
  const rows = problems.map(
    ({ name, value, text }) =>
      `  ${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${text}\n`,
  );
  return `Posthorn cannot start with these settings:\n\n${rows.join("")}\n`;
}
