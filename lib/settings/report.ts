/** For the start of a process: the settings, or the table of what is wrong with them and the end. */
import { BadSettings, describeProblems, EXIT_BAD_SETTINGS, type Environment } from "./problems.ts";
import { loadSettings, type Settings } from "./settings.ts";

export function settingsOrExit(env: Environment): Settings {
  try {
    return loadSettings(env);
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error;
    process.stderr.write(describeProblems(error));
    process.exit(EXIT_BAD_SETTINGS);
  }
}
