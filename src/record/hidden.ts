import { isWithheld } from '../model/effects.ts';

/** Stands for a credential that was found and not kept: one word to a shell, so that what is around it reads as before. */
export const HIDDEN = 'not-recorded';

// Arguments of backends that are credentials, and that their names alone do not give away (`suggestions/items.ts`).
const materials = /customer_key|key_material|client_certificate/i;

/** Whether what goes by this name is a credential; names of headers and options, with `-`, count as well. */
export function isCredentialName(name: string): boolean {
  const bare = name.replace(/[-.]/g, '_');
  return isWithheld(bare) || materials.test(bare);
}

/** What is a credential by its form, wherever it stands: keys of AWS, tokens of GitHub, GitLab, Slack, Stripe, Vault, npm and Google, JWTs, PEM blocks. */
const forms = new RegExp(
  [
    String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{12,}`,
    String.raw`\b(?:gh[pousr]_|github_pat_|glpat-|xox[a-z]-|[sr]k_(?:live|test)_|hv[sb]\.|npm_|AIza)[\w.-]{8,}`,
    String.raw`\beyJ[\w-]{8,}(?:\.[\w-]*)*`,
    '-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END[A-Z ]{0,40}-----)?',
  ].join('|'),
  'g',
);

// `https://user:password@host`: everything before the last `@` of the authority.
const userInUrl = /:\/\/[^/\s"'?#]*@/g;
// `curl -u user:password`, `--user user:password`.
const basicAuth = /(\s(?:-u|--user)[ =]?["']?[^\s"':]+:)[^\s"']+/g;
// The commands whose `-p` is a password; elsewhere it is a port, or `mkdir -p`.
const passwordOption =
  /(\b(?:sshpass|mysql\w{0,20}|(?:docker|podman|buildah|oras|crane)\s+(?:auth\s+)?login)\b[^\n;|&]{0,500}?\s-p\s*)((?:"[^"]*"?|'[^']*'?|[^\s;|&"'])+)/g;

// An ARN, in which names and colons mean something else; or a name, with the quote that may close it, and what makes it an
// assignment, a header, or an option with its value behind it.
const named =
  /(?<![\w.-])(?:arn:aws[\w-]*:[\w:/.*-]*|(?<option>-*)(?<name>[A-Za-z_][\w.-]*)(?:\\?["'])?(?<sign>[ \t]*[=:][ \t]*|[ \t]+))/g;

// A value that only says where the credential is: a substitution, an ARN, a file in a place where runs keep them.
const reference = /^["']?(?:\$\(|`|arn:|file(?:b?):\/\/|\.{1,2}\/|\/(?:mnt|tmp|var|etc|home|root|opt|run)\/)/;
const onlyVariables = /^["']?(?:\$\{\w+\}|\$\w+)+["']?$/;

/** Tells for one position after another which quote is open there; null for none. */
function quotes(text: string): (position: number) => string | null {
  let open: string | null = null;
  let index = 0;
  return (position) => {
    for (; index < position; index++) {
      const character = text[index] ?? '';
      if (character === '\\' && open !== "'") index += 1;
      else if (character === open) open = null;
      else if (open === null && (character === '"' || character === "'")) open = character;
    }
    return open;
  };
}

// `-var NAME=VALUE`, with the quote around both or around the value: an input like any other, of which no value is kept.
const variable =
  /((?:^|\s)-{1,2}var(?:=|\s+))(?:(["'])([\w-]+=)(?:(?!\2).)*\2|([\w-]+=)(?:"[^"]*"?|'[^']*'?|[^\s;|&"'])*)/g;

const withoutVariables = (text: string): string =>
  text.replace(variable, (_, option: string, quote = '', quoted = '', bare = '') =>
    [option, quote, quoted, bare, HIDDEN, quote].join(''),
  );

/** Whether a command gives values to input variables. */
export const givesVariables = (text: string): boolean => withoutVariables(text) !== text;

interface Setting {
  /** The quote around the whole of it. */
  readonly quote: string | null;
  readonly sign: string;
}

/** Where a value ends: with the quote around it, else with the word; after a colon, or `=` between blanks, with the line. */
function endOf(text: string, start: number, { quote, sign }: Setting): number {
  const stops = sign === '=' || sign.trim() === '' ? /[\s;|&]/ : /\n/;
  let open = quote;
  for (let index = start; index < text.length; index++) {
    const character = text[index] ?? '';
    if (character === '\\' && open !== "'") index += 1;
    else if (open !== null && character === open) {
      if (quote !== null) return index;
      open = null;
    } else if (open === null && (character === '"' || character === "'")) open = character;
    else if (open === null && stops.test(character)) return index;
  }
  return text.length;
}

/** Hides the values of everything that has a credential's name. */
function withoutNamed(text: string): string {
  const quoteAt = quotes(text);
  let kept = '';
  let from = 0;
  for (const { 0: matched, index, groups } of text.matchAll(named)) {
    const { name = '', sign = '', option = '' } = groups ?? {};
    const start = index + matched.length;
    // A word before a blank is no name, unless it is an option, or is set: `aws configure set NAME VALUE`.
    const apart =
      sign.trim() === '' && option === '' && !/\bset[ \t]+$/.test(text.slice(Math.max(0, index - 8), index));
    if (index < from || !isCredentialName(name) || apart) continue;
    if (reference.test(text.slice(start, start + 16))) continue;
    const end = endOf(text, start, { quote: quoteAt(index), sign });
    const value = text.slice(start, end);
    if (value === '' || onlyVariables.test(value) || (sign.trim() === '' && value.startsWith('-'))) continue;
    kept += text.slice(from, start) + HIDDEN;
    from = end;
  }
  return kept + text.slice(from);
}

const pass = (text: string): string =>
  withoutNamed(text)
    .replace(userInUrl, `://${HIDDEN}@`)
    .replace(basicAuth, `$1${HIDDEN}`)
    .replace(passwordOption, `$1${HIDDEN}`)
    .replace(forms, HIDDEN);

const MOST_PASSES = 8;

/**
 * A command, or the value of a variable that steers the tool, without the credentials in it: what follows a credential's name as an
 * assignment, a header or an option; what is one by its form; and users in URLs. Names, and references to files and variables, stay.
 * What is hidden may bring to light another one, so that this goes on until nothing changes; where it does not end, nothing is kept.
 */
export function withoutCredentials(text: string): string {
  let current = withoutVariables(text);
  for (let count = 0; count < MOST_PASSES; count++) {
    const next = pass(current);
    if (next === current) return current;
    current = next;
  }
  return HIDDEN;
}
