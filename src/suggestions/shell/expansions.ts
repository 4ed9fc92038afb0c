import { type Part, text } from './words.ts';

/** Around a reference that another language (make) has already read: whatever is between them is open. */
export const opaque = { start: '\uE000', end: '\uE001' } as const;

const templates = [
  // GitHub and Azure expressions
  String.raw`\$\{\{[^\n]{0,200}?\}\}`,
  // Task, just, Ansible
  String.raw`\{\{[^\n]{0,200}?\}\}`,
  // CircleCI
  String.raw`<<[ \t]{0,9}(?:parameters|pipeline|matrix)\.[^\n<>]{1,100}>>`,
  // cmd.exe
  '%[A-Za-z_][A-Za-z0-9_]{0,60}%',
  `${opaque.start}[^${opaque.end}]{0,200}${opaque.end}`,
];

const template = new RegExp(templates.join('|'), 'y');

// A dollar in front of a name is never taken as text, not even in single quotes: another shell, make, Groovy or the CI may
// read it first. A backend whose bucket or key has one is not known; neither is one with a `<placeholder>`.
const leftover = new RegExp(
  [
    ...templates,
    String.raw`\$\{[^}\n]{0,200}\}`,
    String.raw`\$\([^)\n]{0,200}\)`,
    String.raw`\$[A-Za-z_]\w{0,60}`,
    String.raw`\$[{(\[]`,
    String.raw`\{\{`,
    '<[^<>\\n]{1,100}>',
    `[${opaque.start}${opaque.end}]`,
  ].join('|'),
  'g',
);

const root =
  /^(?:\$\{?(?:GITHUB_WORKSPACE|CI_PROJECT_DIR|BITBUCKET_CLONE_DIR|CODEBUILD_SRC_DIR|TRAVIS_BUILD_DIR|BUILD_SOURCESDIRECTORY)\}?|\$\{\{ ?github\.workspace ?\}\}|\$\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory|git rev-parse --show-toplevel)\))$/;
const self = String.raw`"?\$(?:0|\{0\}|\{BASH_SOURCE(?:\[0\])?\}|BASH_SOURCE)"?`;
const directoryOfSelf = String.raw`\$\( ?dirname (?:-- )?${self} ?\)|\$\{0%/\*\}|\$\{BASH_SOURCE(?:\[0\])?%/\*\}`;
const file = new RegExp(
  `^(?:${directoryOfSelf}|\\$\\( ?cd (?:-- )?"?(?:${directoryOfSelf})"? ?(?:> ?/dev/null(?: 2>&1)? ?)?&& ?pwd(?: -P)? ?\\))$`,
);

function anchor(raw: string): 'file' | 'root' | null {
  if (raw.length > 200) return null;
  if (file.test(raw)) return 'file';
  return root.test(raw) ? 'root' : null;
}

// What a substitution runs may be long, and may hold what nobody wants in a report.
function brief(raw: string): string {
  const bare = raw.startsWith(opaque.start) ? raw.slice(1, -1) : raw;
  const opener = /^(?:`|\$\(|\$\{(?!\{))/.exec(bare)?.[0];
  if (opener === undefined || (bare.length <= 60 && !bare.includes('\n'))) return bare;
  const head = /^\s*[\w./-]{0,40}/.exec(bare.slice(opener.length))?.[0].trim() ?? '';
  return `${opener}${head} …${{ '$(': ')', '${': '}' }[opener] ?? opener}`;
}

/** An open part as it stands in the text. */
export const openPart = (raw: string, quoted: boolean): Part => ({
  kind: 'open',
  text: brief(raw),
  quoted,
  variable: /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})$/.exec(raw)?.slice(1).find(Boolean) ?? null,
  anchor: anchor(raw),
});

/** The length of a template of a CI or task runner at an offset; 0 when none starts there. */
export function templateAt(source: string, at: number): number {
  template.lastIndex = at;
  return template.exec(source)?.[0].length ?? 0;
}

/** Splits text that quotes made literal where it still holds something to be filled in. */
export function literalParts(content: string): readonly Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const { 0: raw, index } of content.matchAll(leftover)) {
    if (index > done) parts.push(text(content.slice(done, index)));
    // Nothing inside is looked up: whose variable it is, is not known.
    parts.push({ kind: 'open', text: brief(raw), quoted: true, variable: null, anchor: anchor(raw) });
    done = index + raw.length;
  }
  if (done < content.length) parts.push(text(content.slice(done)));
  return parts;
}

/** The offset after the substitution (`$(`, `${`, a backquote, a bare `(`) that starts at an offset; -1 when it does not end. */
export function closing(source: string, from: number): number {
  const closers: string[] = [];
  let at = from;
  do {
    const character = source.charAt(at);
    const top = closers.at(-1);
    const next = source.charAt(at + 1);
    if (top === "'") {
      if (character === "'") closers.pop();
    } else if (character === '\\') at += 1;
    else if (character === top) closers.pop();
    else if (character === '$' && (next === '(' || next === '{')) {
      closers.push(next === '(' ? ')' : '}');
      at += 1;
    } else if (character === '"' || character === '`' || (character === "'" && top !== '"')) closers.push(character);
    else if (character === '(' && (top === ')' || at === from)) closers.push(')');
    at += 1;
  } while (closers.length > 0 && at < source.length);
  return closers.length === 0 ? at : -1;
}

const simple = /\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])/y;

/** The offset after the expansion whose `$` or backquote stands at an offset; the offset itself for a plain dollar, -1 when it does not end. */
export function expansionEnd(source: string, at: number): number {
  if (source.charAt(at) === '`' || /[({]/.test(source.charAt(at + 1))) return closing(source, at);
  simple.lastIndex = at;
  return simple.test(source) ? simple.lastIndex : at;
}
