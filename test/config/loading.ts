import { configErrorText, loadConfig } from '../../src/config/load.ts';

const load = (text: string) => loadConfig({ text, file: 'dr-audit.yaml', trusted: false, ruleIds: ['mfa-delete'] });

/** What is wrong with a config, a line each; empty when nothing is. */
export const errorsOf = (text: string): readonly string[] => {
  const loaded = load(text);
  return loaded.kind === 'invalid' ? loaded.errors.map(configErrorText) : [];
};

/** The config that a text stands for; throws when it stands for none. */
export const configOf = (text: string) => {
  const loaded = load(text);
  if (loaded.kind === 'invalid') throw new Error(loaded.errors.map(configErrorText).join('\n'));
  return loaded.config;
};
