import { isWithheld } from '../../model/effects.ts';

// A word as a shell reads it; what is left of the text after the words is a quote without its end.
const words = /(?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+/g;

const bare = (word: string): string => word.replace(/\\([\s\S])|["']/g, '$1');

const isSecret = (name: string): boolean => isWithheld(name) || /^(?:sse_customer_key|external_id)$/.test(name);

/** One `NAME=VALUE` of `-backend-config`; a path is kept, and so is all that is no credential. */
function item(text: string): string | null {
  const [, name, value = ''] = /^([\w.-]+)=([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined) return null;
  if (/^\s*[{[]/.test(value)) {
    const names = value.match(/[\w-]+(?=["\\]*\s*[=:])/g) ?? [];
    return names.some(isSecret) ? `${name}={}` : null;
  }
  return isSecret(name) ? `${name}=withheld` : null;
}

/**
 * `TF_CLI_ARGS` without the credentials that it may hold: those of a backend, and all variables of the module. What cannot be
 * split into words is withheld as a whole, in a form that is not understood. The result is split as the original is.
 */
export function withoutSecretArguments(value: string): string {
  if (value.replace(words, '').trim() !== '') return '-backend-config=$WITHHELD';
  let before = '';
  return value.replace(words, (word) => {
    const text = bare(word);
    const previous = before;
    before = text;
    if (/^--?backend-config$/.test(previous)) return quoted(item(text)) ?? word;
    const [, flag, given] = /^(--?backend-config=)([\s\S]*)$/.exec(text) ?? [];
    if (flag !== undefined && given !== undefined) {
      const shown = item(given);
      return shown === null ? word : (quoted(`${flag}${shown}`) ?? word);
    }
    if (/^--?var$/.test(previous)) return 'withheld=withheld';
    if (/^--?var=/.test(text)) return '-var=withheld=withheld';
    return text.startsWith('-') || !text.includes('=') ? word : 'withheld';
  });
}

const quoted = (text: string | null): string | null => (text === null ? null : `'${text}'`);
